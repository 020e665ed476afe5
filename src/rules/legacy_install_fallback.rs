use crate::{
    app::App,
    edit::{Edit, Fix},
    facts::WeaknessKind,
    finding::Finding,
    rule::Rule,
};

use super::{
    closing,
    weakness::{self, Place},
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let is_it = |kind: &WeaknessKind| {
        matches!(kind, WeaknessKind::SecretBranch | WeaknessKind::OpenBranch | WeaknessKind::AuthorizationMethod(_))
    };
    weakness::places(app, weakness::is_signed, is_it).iter().map(|place| finding(rule, app, place)).collect()
}

fn finding(rule: &Rule, app: &App, place: &Place<'_>) -> Finding {
    let events = place.events();
    match &place.weakness.kind {
        WeaknessKind::AuthorizationMethod(Some(method)) => {
            let message = match method.as_str() {
                "any" => {
                    format!("`any` accepts an unsigned `{events}` callback of a site that the app does not know yet")
                }
                _ => format!(
                    "`{method}` verifies the `{events}` callback with the shared secret, and lets an unsigned first install pass"
                ),
            };
            let quote = app.sources.text(place.weakness.span).chars().next().filter(|c| matches!(c, '\'' | '"' | '`'));
            let quote = quote.unwrap_or('\'');
            let edit = Edit { span: place.weakness.span, text: format!("{quote}publicKey{quote}") };
            let fix = Fix::new(closing::applicability(app), "accept signed callbacks alone", [edit]);
            place.finding(rule, app, message).fix(fix)
        }
        WeaknessKind::AuthorizationMethod(None) => {
            let message = format!(
                "`authorizationMethod` is left out, which means `any`: an unsigned `{events}` callback of a new site is accepted"
            );
            place.finding(rule, app, message).help("pass `authorizationMethod: 'publicKey'`")
        }
        WeaknessKind::OpenBranch => {
            let message = format!(
                "an `{events}` callback that is not RS256 is accepted without verification: its sender chooses"
            );
            place.finding(rule, app, message).help("refuse what is not RS256")
        }
        _ => {
            let message = format!(
                "an `{events}` callback that is not RS256 is verified with the shared secret: its sender chooses"
            );
            place.finding(rule, app, message).help("refuse what is not RS256, and remove the branch")
        }
    }
}
