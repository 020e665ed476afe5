use crate::{app::App, facts::WeaknessKind, finding::Finding, rule::Rule};

use super::weakness;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let places = weakness::places(app, |_| true, |kind| *kind == WeaknessKind::OnlyDecoded);
    let findings = places.iter().map(|place| {
        let message = format!(
            "the token of the `{}` callback is only decoded: a stranger writes the name of any site in it, and is taken for it",
            place.events()
        );
        place.finding(rule, app, message).help("verify the token, and use only the claims that the verification gives")
    });
    findings.collect()
}
