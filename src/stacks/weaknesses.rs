//! Where a verifier of the app's own may be wrong. Whatever is not certain is left out.

use crate::{
    facts::{Algorithms, Audience, GuardClass, Route, Weakness, WeaknessKind},
    source::{Span, Spanned},
    stacks::{
        keys,
        project::Project,
        reading::Reading,
        tokens::{Proof, Stated},
    },
};

/// What the steps of a route do together.
pub fn found(project: &Project<'_>, route: &Route, whole: &Reading) -> Vec<Weakness> {
    let mut found: Vec<(WeaknessKind, Span)> = Vec::new();
    found.extend(algorithms(whole));
    let is_read = !route
        .guards
        .iter()
        .map(|guard| guard.class)
        .chain([route.handler.class])
        .any(|class| class == GuardClass::Unknown);
    found.extend(decoded(route, whole));
    if is_read && whole.tokens.iter().any(|token| token.is_asymmetric()) {
        found.extend(claims(whole));
    }
    found.extend(keys::found(project, whole).into_iter().map(|(source, span)| (WeaknessKind::Key(source), span)));
    let mut seen: Vec<&(WeaknessKind, Span)> = Vec::new();
    for one in &found {
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    let route = Spanned { value: route.path.value.clone(), span: route.span };
    let weakness = |(kind, span): &(WeaknessKind, Span)| Weakness {
        kind: kind.clone(),
        span: *span,
        route: route.clone(),
        labels: Vec::new(),
    };
    seen.into_iter().map(weakness).collect()
}

/// Algorithms that the sender of a token may choose.
fn algorithms(whole: &Reading) -> Vec<(WeaknessKind, Span)> {
    if whole.compares_algorithm {
        return Vec::new();
    }
    let kinds = whole.tokens.iter().filter_map(|token| match token.proof {
        Proof::FromHeader(span) => Some((WeaknessKind::Algorithms(Algorithms::FromHeader), span)),
        Proof::Mixed(span) => Some((WeaknessKind::Algorithms(Algorithms::Mixed), span)),
        _ => None,
    });
    kinds.collect()
}

/// A token whose claims are believed.
fn decoded(route: &Route, whole: &Reading) -> Option<(WeaknessKind, Span)> {
    let is_open = route.decisive() == GuardClass::Unverified && route.handler.acts.is_some();
    let span = whole.only_decoded().filter(|_| is_open && whole.reads_issuer)?;
    Some((WeaknessKind::OnlyDecoded, span))
}

/// Claims that nothing looks at after the signature.
fn claims(whole: &Reading) -> Vec<(WeaknessKind, Span)> {
    let mut found = Vec::new();
    for token in whole.tokens.iter().filter(|token| token.is_asymmetric()) {
        let is_unchecked = match token.audience {
            Stated::Compared => false,
            Stated::Skipped | Stated::Left => !whole.names_audience,
        };
        if is_unchecked {
            found.push((WeaknessKind::Audience(Audience::Unchecked), token.span));
        }
        if !whole.names_query_hash {
            found.push((WeaknessKind::NoQueryHash, token.span));
        }
    }
    found
}
