//! Tokens that are only decoded, and whose claims decide whose data is meant.

use crate::{
    facts::{GuardClass, Route, WeaknessKind},
    jvm::{
        bodies,
        flow::Kind,
        reach::{Reach, Step},
        verifiers::{Proves, verifier},
    },
};

use super::{Chain, Found};

pub(super) fn found(route: &Route, chain: &Chain<'_>) -> Vec<Found> {
    let is_open = matches!(route.decisive(), GuardClass::Unverified | GuardClass::PassThrough);
    let mut all = chain.0.iter().flat_map(|reach| reach.steps.iter().map(move |step| (reach, step)));
    if !is_open || all.any(|(_, step)| step.proves.is_some()) {
        return Vec::new();
    }
    let deciding = chain.0.iter().filter(|reach| reach.steps.iter().any(|step| decides(reach, step)));
    let decoding = deciding.flat_map(|reach| reach.steps.iter().find(|step| reads(step)));
    decoding.map(|step| Found::new(WeaknessKind::OnlyDecoded, step.call.span)).collect()
}

fn reads(step: &Step<'_>) -> bool {
    verifier(step.call).is_some_and(|row| row.proves == Proves::Nothing)
}

/// Whether the issuer, or the site, that a token names is given to something outside the tree, such as a store.
fn decides(reach: &Reach<'_>, step: &Step<'_>) -> bool {
    let frame = &reach.frames[step.frame];
    if step.is_followed || verifier(step.call).is_some() || is_log(step) {
        return false;
    }
    let says_who =
        |word: &&str| matches!(*word, "iss" | "getIssuer" | "issuer" | "clientKey" | "sub" | "getSubject" | "aud");
    step.call.given.iter().any(|given| {
        frame.flow.of_value(frame.body, *given) == Some(Kind::Claims)
            && reach.words(step.frame, *given).iter().any(says_who)
    })
}

fn is_log(step: &Step<'_>) -> bool {
    step.call.receiver.as_deref().is_some_and(bodies::is_log) || bodies::is_harmless(step.call)
}
