//! The algorithms that verifying calls are given: the token's own choice, or symmetric ones beside asymmetric ones.

use crate::{
    facts::{Algorithms, Route, WeaknessKind},
    javascript::{
        authenticators::Proves,
        ir::{Kind, NodeId},
        values::{At, Link, Value},
    },
    source::Span,
};

use super::{
    Found,
    reach::{Reach, TokenCall, chains, choices, last_member},
    shared,
};

pub(super) fn found(reach: &Reach<'_, '_, '_>, routes: &[Route]) -> Vec<Found> {
    let verifying = reach.token_calls().filter(|token| token.entry.proves == Proves::ByAlgorithm);
    verifying.filter_map(|token| of_call(reach, &token, routes)).collect()
}

fn of_call(reach: &Reach<'_, '_, '_>, token: &TokenCall<'_>, routes: &[Route]) -> Option<Found> {
    let options = token.call.arguments.get(token.entry.options?)?;
    let object = reach.object(&token.call.at.with(*options))?;
    let written = reach.property(&object, "algorithms").ok()??;
    let list = reach.values.of(&written);
    let elements = reach.values.elements(&list)?;
    let span = match &list {
        Value::Literal(list) => reach.span(list),
        _ => reach.span(&written),
    };
    if elements.iter().flat_map(choices).any(is_header_algorithm) {
        let found = Found::new(WeaknessKind::Algorithms(Algorithms::FromHeader), span);
        return (!is_compared(reach)).then_some(found);
    }
    let names: Option<Vec<&str>> = elements.iter().map(Value::as_text).collect();
    let names = names?;
    let symmetric = names.iter().any(|name| name.starts_with("HS") || *name == "none");
    let asymmetric = names.iter().any(|name| ["RS", "PS", "ES"].iter().any(|family| name.starts_with(family)));
    if !symmetric || !asymmetric {
        return None;
    }
    let is_literal = matches!(&list, Value::Literal(list) if list.key() == written.key());
    let algorithms = match is_literal.then(|| others(reach, &written)).flatten() {
        Some(others) => Algorithms::MixedLiteral { others, shared: shared::is_shared(reach, &token.call.at, routes) },
        None => Algorithms::Mixed,
    };
    Some(Found::new(WeaknessKind::Algorithms(algorithms), span))
}

/// What stands before RS256 in a list that has it, and what behind it.
fn others(reach: &Reach<'_, '_, '_>, list: &At) -> Option<[Span; 2]> {
    let Kind::Array(elements) = reach.kind(list) else { return None };
    let module = reach.module(list);
    let is_it = |node: &&NodeId| reach.values.of(&list.with(**node)).as_text() == Some("RS256");
    let kept = module.whole(*elements.iter().find(is_it)?);
    let (first, last) = (module.whole(*elements.first()?), module.whole(*elements.last()?));
    Some([Span { end: kept.start, ..first }, Span { start: kept.end, ..last }])
}

/// Whether a value is the algorithm that a token's header names.
pub(super) fn is_header_algorithm(value: &Value) -> bool {
    let Value::Chain(chain) = value else { return false };
    let called = |word: &str| {
        let names = chain.members().any(|name| name.to_ascii_lowercase().contains(word));
        names || chains(value).iter().any(|chain| chain.members().any(|name| name.to_ascii_lowercase().contains(word)))
    };
    match (last_member(chain), chain.links.last()) {
        (Some("alg"), _) => called("decode") || called("parse"),
        (None, Some(Link::Call { .. })) => chain.members().last() == Some("getAlgorithm"),
        _ => false,
    }
}

/// Whether the code compares the header's algorithm with anything.
fn is_compared(reach: &Reach<'_, '_, '_>) -> bool {
    let is_it = |at: &At| {
        let value = reach.values.of(at);
        choices(&value).iter().any(is_header_algorithm)
            || matches!(&value, Value::Chain(chain) if last_member(chain) == Some("alg"))
    };
    reach.nodes.iter().any(|at| match reach.kind(at) {
        Kind::Binary { operator: "===" | "!==" | "==" | "!=", left, right } => {
            is_it(&at.with(*left)) || is_it(&at.with(*right))
        }
        Kind::Switch { subject, .. } => is_it(&at.with(*subject)),
        Kind::Index { index, .. } => is_it(&at.with(*index)),
        Kind::Call { arguments, .. } => arguments.iter().any(|argument| is_it(&at.with(*argument))),
        _ => false,
    })
}
