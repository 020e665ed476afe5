use crate::{
    app::{ACE, App},
    edit::{Edit, Fix},
    facts::{PrivateGuard, WeaknessKind},
    finding::Finding,
    rule::Rule,
    source::Label,
};

use super::{
    closing,
    weakness::{self, Place},
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let places = weakness::places(app, weakness::is_signed, |kind| matches!(kind, WeaknessKind::PrivateImport(_)));
    let mut spans: Vec<_> = places.iter().map(|place| place.weakness.span).collect();
    spans.sort();
    spans.dedup();
    let of_import = |span| places.iter().filter(|place| place.weakness.span == span).collect::<Vec<_>>();
    spans.into_iter().filter_map(|span| finding(rule, app, &of_import(span))).collect()
}

/// One finding for one import, whichever guards come from it.
fn finding(rule: &Rule, app: &App, places: &[&Place<'_>]) -> Option<Finding> {
    let (first, private) = places.iter().find_map(|place| Some((place, private(place)?)))?;
    let message = format!("`{}` is private to ACE: what it accepts may change with any release", private.source);
    let guards = places.iter().skip(1).filter_map(|place| self::private(place)).map(|private| private.guard);
    let finding = first.finding(rule, app, message);
    let finding = finding.labels(guards.map(|guard| Label::new(guard, "it guards this route too")));
    Some(match fix(app, places) {
        Some(fix) => finding.fix(fix),
        None => finding.help("use `addon.authenticateInstall()`, which ACE has from 7.0.0 on"),
    })
}

fn private<'a>(place: &Place<'a>) -> Option<&'a PrivateGuard> {
    match &place.weakness.kind {
        WeaknessKind::PrivateImport(private) => Some(private),
        _ => None,
    }
}

/// The public method at every guard, and the import away if nothing else uses it.
fn fix(app: &App, places: &[&Place<'_>]) -> Option<Fix> {
    if !app.resolves_within(ACE, ">=7.0.0") {
        return None;
    }
    let mut edits = Vec::new();
    for place in places {
        let private = private(place).filter(|private| private.is_call)?;
        let addon = place.hooks.first()?.route.addon.as_ref()?;
        edits.push(Edit { span: private.guard, text: format!("{addon}.authenticateInstall()") });
    }
    edits.sort();
    edits.dedup();
    let import = private(places.first()?)?;
    if import.uses == edits.len() {
        edits.extend(import.removable.map(|span| Edit { span, text: String::new() }));
    }
    Some(Fix::new(closing::applicability(app), "guard with the addon's own method", edits))
}
