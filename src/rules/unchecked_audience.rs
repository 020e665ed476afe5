use crate::{
    app::App,
    facts::{Audience, WeaknessKind},
    finding::Finding,
    rule::Rule,
};

use super::weakness::{self, Place};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let places = weakness::places(app, weakness::is_signed, |kind| matches!(kind, WeaknessKind::Audience(_)));
    places.iter().map(|place| finding(rule, app, place)).collect()
}

fn finding(rule: &Rule, app: &App, place: &Place<'_>) -> Finding {
    let events = place.events();
    let message = match place.weakness.kind {
        WeaknessKind::Audience(Audience::Partly) => format!(
            "only a part of the text of `aud` is compared: an `{events}` callback for an address that contains this app's \
             passes too"
        ),
        _ => {
            format!("`aud` is never compared: an `{events}` callback that Atlassian signed for another app passes too")
        }
    };
    place.finding(rule, app, message).help("compare `aud`, an array, with the app's base URL, element by element")
}
