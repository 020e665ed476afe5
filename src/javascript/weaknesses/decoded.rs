//! Tokens that are only decoded, and whose claims decide whose data is meant.

use std::collections::BTreeSet;

use crate::{
    facts::{GuardClass, Route, WeaknessKind},
    javascript::{
        ir::NodeId,
        project::ModuleId,
        values::{Link, Root, Value},
    },
};

use super::{
    Found,
    reach::{Reach, chains},
};

pub(super) fn found(reach: &Reach<'_, '_, '_>, route: &Route) -> Vec<Found> {
    let is_open = matches!(route.decisive(), GuardClass::Unverified | GuardClass::PassThrough);
    let verifies = reach.token_calls().any(|token| token.class != Some(GuardClass::Unverified));
    if !is_open || verifies {
        return Vec::new();
    }
    let decoding = reach
        .token_calls()
        .filter(|token| token.class == Some(GuardClass::Unverified) && token.entry.call != "decodeProtectedHeader");
    let deciding = deciding(reach);
    let decoding = decoding.filter(|token| deciding.contains(&token.call.at.key()));
    decoding.map(|token| Found::new(WeaknessKind::OnlyDecoded, reach.span(&token.call.at))).collect()
}

/// What tells a call from others.
type Key = (ModuleId, NodeId, u32);

/// The calls of whose values a claim is given to something outside the tree, such as a store.
fn deciding(reach: &Reach<'_, '_, '_>) -> BTreeSet<Key> {
    let mut deciding = BTreeSet::new();
    for call in &reach.calls {
        let is_plain = call.outside().is_none_or(|chain| match &chain.root {
            Root::Given(_) => true,
            Root::Global(name) => {
                matches!(
                    name.as_str(),
                    "console" | "JSON" | "Object" | "String" | "Boolean" | "Date" | "Error" | "Buffer"
                )
            }
            _ => false,
        });
        if is_plain || super::logs::is_log(reach.values, &call.at, call.callee) {
            continue;
        }
        let module = reach.module(&call.at);
        for node in call.arguments.iter().flat_map(|argument| module.own(*argument)) {
            let claims = claimed(&reach.values.of(&call.at.with(node)));
            deciding.extend(claims.into_iter().filter(|decoding| *decoding != call.at.key()));
        }
    }
    deciding
}

/// The calls, as of a decoder, of whose values one is the issuer, or the site, that is named there.
fn claimed(value: &Value) -> BTreeSet<Key> {
    let mut claimed = BTreeSet::new();
    for chain in chains(value) {
        let mut known = BTreeSet::new();
        for (place, link) in chain.links.iter().enumerate() {
            let Link::Call { at, .. } = link else { continue };
            let members = chain.links[place + 1..].iter().filter_map(|link| match link {
                Link::Member(name) => Some(name.as_str()),
                Link::Call { .. } => None,
            });
            let mut members = members.skip_while(|name| *name == "payload");
            let is_first = known.insert(at.key());
            if is_first && matches!(members.next(), Some("iss" | "clientKey" | "aud" | "sub")) {
                claimed.insert(at.key());
            }
        }
    }
    claimed
}
