//! Tokens that are only decoded, and whose claims decide whose data is meant.

use crate::{
    facts::{GuardClass, Route, WeaknessKind},
    javascript::values::{At, Link, Value},
};

use super::{
    Found,
    reach::{Call, Reach, chains},
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
    let deciding = decoding.filter(|token| decides(reach, token.call));
    deciding.map(|token| Found::new(WeaknessKind::OnlyDecoded, reach.span(&token.call.at))).collect()
}

/// Whether a claim of what a call read is given to something outside the tree, such as a store.
fn decides(reach: &Reach<'_, '_, '_>, decoding: &Call) -> bool {
    reach.calls.iter().any(|call| {
        let Some(chain) = call.outside() else { return false };
        let is_plain = match &chain.root {
            crate::javascript::values::Root::Given(_) => true,
            crate::javascript::values::Root::Global(name) => {
                matches!(
                    name.as_str(),
                    "console" | "JSON" | "Object" | "String" | "Boolean" | "Date" | "Error" | "Buffer"
                )
            }
            _ => false,
        };
        if is_plain || super::logs::is_log(reach.values, &call.at, call.callee) || call.at.key() == decoding.at.key() {
            return false;
        }
        let module = reach.module(&call.at);
        call.arguments.iter().any(|argument| {
            module.own(*argument).any(|node| is_claim(&reach.values.of(&call.at.with(node)), &decoding.at))
        })
    })
}

/// Whether a value is the issuer, or the site, that a decoded token names.
fn is_claim(value: &Value, decoding: &At) -> bool {
    chains(value).iter().any(|chain| {
        let from =
            chain.links.iter().position(|link| matches!(link, Link::Call { at, .. } if at.key() == decoding.key()));
        let Some(from) = from else { return false };
        let members = chain.links[from + 1..].iter().filter_map(|link| match link {
            Link::Member(name) => Some(name.as_str()),
            Link::Call { .. } => None,
        });
        let mut members = members.skip_while(|name| *name == "payload");
        matches!(members.next(), Some("iss" | "clientKey" | "aud" | "sub"))
    })
}
