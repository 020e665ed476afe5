use crate::{app::App, facts::WeaknessKind, finding::Finding, rule::Rule};

use super::weakness;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let is_it = |kind: &WeaknessKind| matches!(kind, WeaknessKind::Status(_) | WeaknessKind::NoAnswer);
    let places = weakness::places(app, |_| true, is_it);
    let findings = places.iter().map(|place| {
        let events = place.events();
        let message = match place.weakness.kind {
            WeaknessKind::Status(status) => {
                format!("the `{events}` callback is answered {status}: Atlassian takes only 200 and 204 for success")
            }
            _ => format!("the `{events}` callback is never answered: Atlassian takes it for failed"),
        };
        place.finding(rule, app, message).help("answer 200 or 204")
    });
    findings.collect()
}
