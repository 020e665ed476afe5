use crate::{app::App, facts::WeaknessKind, finding::Finding, rule::Rule};

use super::weakness::{self, Place};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let is_it = |kind: &WeaknessKind| matches!(kind, WeaknessKind::NoQueryHash | WeaknessKind::ContextQueryHash);
    weakness::places(app, weakness::is_signed, is_it).iter().map(|place| finding(rule, app, place)).collect()
}

fn finding(rule: &Rule, app: &App, place: &Place<'_>) -> Finding {
    let events = place.events();
    let message = match place.weakness.kind {
        WeaknessKind::ContextQueryHash => {
            format!("`context-qsh` passes for the hash of the `{events}` callback: such a token is tied to no request")
        }
        _ => format!(
            "`qsh` is never compared with the hash of the `{events}` callback: a token for one path is good for another"
        ),
    };
    place
        .finding(rule, app, message)
        .help("compare `qsh` with the hash of method, path and query, and accept nothing else")
}
