use crate::{
    app::{App, Hook},
    facts::{Event, WeaknessKind},
    finding::Finding,
    rule::Rule,
};

use super::weakness;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let installs = |hook: &Hook| hook.events.contains(&Event::Installed);
    let bodies = weakness::places(app, installs, |kind| *kind == WeaknessKind::BodyLogged);
    let secrets = weakness::places(app, |_| true, |kind| *kind == WeaknessKind::SecretLogged);
    let findings = bodies.iter().chain(&secrets).map(|place| {
        let what = match place.weakness.kind {
            WeaknessKind::BodyLogged => "the body of the callback, with its `sharedSecret`,",
            _ => "the `sharedSecret`",
        };
        let message = format!("{what} is logged: whoever reads the log can sign requests as that site");
        place.finding(rule, app, message).help("log single fields, such as `clientKey`, and remove what was logged")
    });
    findings.collect()
}
