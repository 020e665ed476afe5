use crate::{
    app::App,
    facts::{KeySource, WeaknessKind},
    finding::Finding,
    rule::Rule,
    severity::Severity,
};

use super::weakness::{self, Place};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let places = weakness::places(app, weakness::is_signed, |kind| matches!(kind, WeaknessKind::Key(_)));
    places.iter().map(|place| finding(rule, app, place)).collect()
}

fn finding(rule: &Rule, app: &App, place: &Place<'_>) -> Finding {
    let events = place.events();
    let host = "fetch the key from https://connect-install-keys.atlassian.com, and take only `kid` from the request";
    match place.weakness.kind {
        WeaknessKind::Key(KeySource::Request) => {
            let message = format!(
                "the request names the host of the key that verifies it: anyone can sign an `{events}` callback"
            );
            place.finding(rule, app, message).help(host)
        }
        WeaknessKind::Key(KeySource::Http) => {
            let message = format!(
                "the key of the `{events}` callback is fetched over plain `http`: whoever is on the way can send his own"
            );
            place.finding(rule, app, message).help(host)
        }
        _ => {
            let message = format!(
                "the status of the answer is never looked at: an error page is taken for the key of the `{events}` callback"
            );
            let finding = place.finding(rule, app, message).severity(Severity::Warning);
            finding.help("refuse the callback unless the answer is a success")
        }
    }
}
