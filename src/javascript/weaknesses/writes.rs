//! What a handler reads from a store of tenants, and writes back.

use crate::{
    facts::WeaknessKind,
    javascript::{
        calls,
        ir::Kind,
        values::{Root, Value},
    },
};

use super::{
    Found,
    reach::{Call, Reach},
};

/// Words of code that sees to the order of writes by itself.
const ORDERED: [&str; 8] = ["transaction", "lock", "mutex", "semaphore", "queue", "serialize", "atomic", "withlock"];

pub(super) fn found(reach: &Reach<'_, '_, '_>) -> Vec<Found> {
    let Some(handler) = &reach.handler else { return Vec::new() };
    let is_ordered = |word: &str| ORDERED.iter().any(|ordered| word.to_ascii_lowercase().contains(ordered));
    let module = reach.module(handler);
    let own = reach
        .calls
        .iter()
        .filter(|call| call.at.module == handler.module && module.contains(handler.node, call.at.node));
    let found: Vec<Found> = own.filter_map(|call| of_call(reach, call)).collect();
    if found.is_empty() || reach.mentions(is_ordered) { Vec::new() } else { found }
}

fn of_call(reach: &Reach<'_, '_, '_>, call: &Call) -> Option<Found> {
    let Kind::Member { object, property, .. } = reach.kind(&call.at.with(call.callee)) else { return None };
    let name = property.to_ascii_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    let store = store(&reach.values.of(&call.at.with(*object)))?;
    let kind = if begins(&["find", "get", "load", "fetch", "read"]) && !name.contains("update") {
        WeaknessKind::Reads(store)
    } else if begins(&["save", "set", "put", "store", "replace", "upsert", "persist", "write"]) {
        WeaknessKind::Writes(store)
    } else if begins(&["delete", "remove", "destroy", "del", "purge"]) {
        WeaknessKind::Removes(store)
    } else {
        return None;
    };
    Some(Found::new(kind, reach.span(&call.at)))
}

/// What tells a store from others: the file, or the package, name and members, that it comes from.
fn store(value: &Value) -> Option<String> {
    match value {
        Value::Module(id) => Some(format!("{id:?}")),
        Value::Instance(class, arguments) => Some(format!("{:?} {:?} {}", class.module, class.node, arguments.len())),
        Value::Literal(at) => Some(format!("{:?} {:?}", at.module, at.node)),
        Value::Chain(chain) if !matches!(chain.root, Root::Given(_) | Root::Global(_)) => {
            Some(calls::words(value)).filter(|words| !words.trim().is_empty())
        }
        _ => None,
    }
}
