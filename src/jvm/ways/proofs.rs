//! The calls that verify, with what was made for them before.

use std::collections::BTreeSet;

use crate::jvm::{
    reach::{Reach, Step},
    verifiers::{Tells, VERIFIERS, verifier},
};

/// What a call verifies with: `true` for a public key; and how it tells that a token is not genuine. Several where the
/// code chooses between them.
pub(super) fn of(reach: &Reach<'_>, step: &Step<'_>) -> BTreeSet<(bool, Tells)> {
    if let Some(row) = verifier(step.call) {
        let alone = step.proves.filter(|_| row.finished_by.is_none());
        return alone.map(|proves| (proves, row.tells)).into_iter().collect();
    }
    let name = step.call.name.as_str();
    let is_one = VERIFIERS.iter().any(|row| row.finished_by.as_deref() == Some(name));
    if !is_one || step.call.on.is_none() || decodes_text(reach, step) || reach.is_of_tree(step) {
        return BTreeSet::new();
    }
    let made = reach.steps.iter().filter_map(|made| {
        let row = verifier(made.call).filter(|row| row.finished_by.as_deref() == Some(name))?;
        Some((made.call.name.as_str(), (made.proves?, row.tells)))
    });
    let made: Vec<_> = made.collect();
    if made.is_empty() {
        return BTreeSet::new();
    }
    let words = reach.words(step.frame, step.call.span);
    let own: BTreeSet<_> = made.iter().filter(|(name, _)| words.contains(name)).map(|(_, proof)| *proof).collect();
    if own.is_empty() { made.into_iter().map(|(_, proof)| proof).collect() } else { own }
}

/// Whether it is Base64 that is decoded.
fn decodes_text(reach: &Reach<'_>, step: &Step<'_>) -> bool {
    const DECODERS: [&str; 5] = ["Base64", "getDecoder", "getUrlDecoder", "getMimeDecoder", "URLDecoder"];
    let body = reach.frames[step.frame].body;
    let kept = step.call.receiver.iter().flat_map(|name| body.values_of(name)).map(|known| known.value);
    let mut names = step.call.on.into_iter().chain(kept).flat_map(|span| body.names_in(span));
    step.call.name == "decode" && names.any(|name| DECODERS.contains(&name))
}
