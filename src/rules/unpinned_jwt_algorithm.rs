use crate::{
    app::App,
    edit::{Applicability, Edit, Fix},
    facts::{Algorithms, WeaknessKind},
    finding::Finding,
    rule::Rule,
};

use super::weakness::{self, Place};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let places = weakness::places(app, weakness::is_signed, |kind| matches!(kind, WeaknessKind::Algorithms(_)));
    places.iter().map(|place| finding(rule, app, place)).collect()
}

fn finding(rule: &Rule, app: &App, place: &Place<'_>) -> Finding {
    let said = match place.weakness.kind {
        WeaknessKind::Algorithms(Algorithms::FromHeader) => "the token's header chooses the algorithm",
        _ => "HS256 is accepted beside RS256",
    };
    let message = format!(
        "{said} of the `{}` callback: whoever signs with the public key as a shared secret may be taken for Atlassian",
        place.events()
    );
    let finding = place.finding(rule, app, message);
    match fix(place) {
        Some(fix) => finding.fix(fix),
        None => finding.help("write `algorithms: ['RS256']`, and verify other requests with a call of their own"),
    }
}

/// The one algorithm, where it is written in the call; applied only where nothing else runs the call.
fn fix(place: &Place<'_>) -> Option<Fix> {
    let WeaknessKind::Algorithms(Algorithms::MixedLiteral { others, shared }) = place.weakness.kind else {
        return None;
    };
    let applicability = if shared || place.is_shared { Applicability::Shown } else { Applicability::Safe };
    let edits = others.into_iter().filter(|span| span.start < span.end);
    Some(Fix::new(applicability, "accept RS256 alone", edits.map(|span| Edit { span, text: String::new() })))
}
