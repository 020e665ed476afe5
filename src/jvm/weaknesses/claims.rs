//! Which claims a verifier of the app's own looks at beside the signature.

use crate::{
    facts::{Audience, WeaknessKind},
    jvm::{
        bodies,
        flow::Kind,
        reach::{Reach, Step},
        verifiers::verifier,
    },
};

use super::{Chain, Found};

pub(super) fn found(chain: &Chain<'_>) -> Vec<Found> {
    let steps = || chain.0.iter().flat_map(|reach| reach.steps.iter().map(move |step| (reach, step)));
    let Some((_, verifying)) = steps().find(|(_, step)| step.proves == Some(true)) else {
        return Vec::new();
    };
    if steps().any(|(reach, step)| escapes(reach, step)) {
        return Vec::new();
    }
    let span = verifying.call.span;
    let mut found = Vec::new();
    let is_audience = |word: &str| word == "aud" || word.to_ascii_lowercase().contains("audience");
    if !chain.mentions(is_audience) {
        found.push(Found::new(WeaknessKind::Audience(Audience::Unchecked), span));
    } else if chain.0.iter().any(|reach| partly(reach)) {
        found.push(Found::new(WeaknessKind::Audience(Audience::Partly), span));
    }
    if !chain.mentions(is_query_hash) {
        found.push(Found::new(WeaknessKind::NoQueryHash, span));
    }
    let is_expiry = |word: &str| word == "exp" || word.to_ascii_lowercase().contains("expir");
    let compares =
        |step: &Step<'_>| verifier(step.call).is_some_and(|row| row.compares.iter().any(|claim| claim == "exp"));
    if !chain.mentions(is_expiry) && !steps().any(|(_, step)| compares(step)) {
        found.push(Found::new(WeaknessKind::NoExpiry, span));
    }
    found
}

/// Whether a word has to do with the hash of the request, or with the library that computes it.
fn is_query_hash(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    const PARTS: [&str; 5] = ["qsh", "queryhash", "querystringhash", "canonical", "jwtclaimverifiers"];
    PARTS.iter().any(|part| word.contains(part))
}

/// Whether one element of `aud`, or all of it as a text, is asked for a part of its text, and nothing compares it.
fn partly(reach: &Reach<'_>) -> bool {
    let names_audience = |frame: usize, span| {
        reach.words(frame, span).iter().any(|word| *word == "aud" || word.to_ascii_lowercase().ends_with("audience"))
    };
    const PARTS: [&str; 6] = ["contains", "startsWith", "endsWith", "indexOf", "matches", "regionMatches"];
    const ONE: [&str; 7] = ["first", "toString", "asString", "asText", "join", "getFirst", "single"];
    let mut is_partly = false;
    for step in &reach.steps {
        let body = reach.frames[step.frame].body;
        let Some(on) = step.call.on else { continue };
        let is_one = |on| {
            let takes_first = body.calls_in(on).any(|call| {
                call.span == on
                    && call.name == "get"
                    && call.given.len() == 1
                    && body.names_in(call.given[0]).next().is_none()
            });
            takes_first || body.names_in(on).any(|name| ONE.contains(&name))
        };
        let about = names_audience(step.frame, on);
        if PARTS.contains(&step.call.name.as_str()) && about && is_one(on) {
            is_partly = true;
        } else if matches!(step.call.name.as_str(), "equals" | "equalsIgnoreCase" | "contains" | "withAudience")
            && (about || step.call.arguments.is_some_and(|span| names_audience(step.frame, span)))
        {
            return false;
        }
    }
    let compared = reach.frames.iter().enumerate().any(|(index, frame)| {
        frame.body.comparisons.iter().any(|span| names_audience(index, *span) && frame.body.names_in(*span).count() > 2)
    });
    is_partly && !compared
}

/// Whether the whole of what was read from the token is given to something that could not be followed.
fn escapes(reach: &Reach<'_>, step: &Step<'_>) -> bool {
    let frame = &reach.frames[step.frame];
    let is_whole = |given: &crate::source::Span| {
        let mut names = frame.body.names_in(*given);
        let is_one = names.next().is_some() && names.next().is_none();
        is_one && matches!(frame.flow.of_value(frame.body, *given), Some(Kind::Claims | Kind::Token))
    };
    let is_library = matches!(step.call.name.as_str(), "verify" | "process" | "decode"); // the call that ends a verifier's chain
    !step.is_followed
        && !is_library
        && verifier(step.call).is_none()
        && !bodies::is_harmless(step.call)
        && step.call.given.iter().any(is_whole)
}
