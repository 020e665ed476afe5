use crate::{app::App, facts::WeaknessKind, finding::Finding, rule::Rule};

use super::weakness;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let places = weakness::places(app, weakness::is_signed, |kind| *kind == WeaknessKind::NoExpiry);
    let findings = places.iter().map(|place| {
        let message = format!(
            "`exp` is never looked at: an `{}` callback that was recorded can be sent again for ever",
            place.events()
        );
        place.finding(rule, app, message).help("refuse a token whose `exp` is missing or past")
    });
    findings.collect()
}
