use crate::{app::App, facts::WeaknessKind, finding::Finding, rule::Rule};

use super::weakness;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let places = weakness::places(app, weakness::is_signed, |kind| *kind == WeaknessKind::StrictKeyId);
    let findings = places.iter().map(|place| {
        let message = format!(
            "a key id must look like a UUID: `{}` callbacks with another one, which is opaque, are refused",
            place.events()
        );
        place.finding(rule, app, message).help("accept `/^[A-Za-z0-9_/-]+$/`, which keeps the id inside the path")
    });
    findings.collect()
}
