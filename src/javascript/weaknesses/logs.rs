//! What is written to logs.

use crate::{
    facts::WeaknessKind,
    javascript::{
        ir::{Kind, NodeId, Origin, Property, Step},
        values::{At, Value, Values},
    },
};

use super::{
    Found,
    reach::{Call, Reach, body_members},
};

pub(super) fn found(reach: &Reach<'_, '_, '_>) -> Vec<Found> {
    let logs = reach.calls.iter().filter(|call| is_log(reach.values, &call.at, call.callee));
    logs.filter_map(|call| Some(Found::new(logged(reach, call)?, reach.span(&call.at)))).collect()
}

/// Whether a call writes to a log: by the method's name and that of what it belongs to.
pub(super) fn is_log(values: &Values<'_, '_>, at: &At, callee: NodeId) -> bool {
    const METHODS: [&str; 10] =
        ["log", "info", "debug", "warn", "warning", "error", "trace", "verbose", "dir", "notice"];
    let module = values.project.module(at.module);
    let Kind::Member { object, property, .. } = module.kind(callee) else { return false };
    let owner = match module.kind(*object) {
        Kind::Name(binding) => &module.binding(*binding).name,
        Kind::Global(name) => name,
        Kind::Member { property, .. } => property,
        _ => return false,
    };
    let owner = owner.to_ascii_lowercase();
    METHODS.contains(&property.as_str()) && (owner == "console" || owner == "log" || owner.ends_with("logger"))
}

/// What a call logs of a request's body, if it is the secret or everything.
fn logged(reach: &Reach<'_, '_, '_>, call: &Call) -> Option<WeaknessKind> {
    let mut open: Vec<NodeId> = call.arguments.iter().rev().copied().collect();
    let module = reach.module(&call.at);
    while let Some(node) = open.pop() {
        let at = call.at.with(node);
        match module.kind(node) {
            Kind::Name(binding) => {
                if !is_rest(&module.binding(*binding).origin)
                    && let Some(kind) = of_value(&reach.values.of(&at))
                {
                    return Some(kind);
                }
            }
            Kind::Member { .. } => {
                if let Some(kind) = of_value(&reach.values.of(&at)) {
                    return Some(kind);
                }
            }
            Kind::Template { values, .. } => open.extend(values.iter().rev()),
            Kind::Array(values) => open.extend(values.iter().rev()),
            Kind::Binary { operator: "+", left, right } => open.extend([*right, *left]),
            Kind::Logical { operator: "||" | "??", left, right } => open.extend([*right, *left]),
            Kind::Logical { right, .. } => open.push(*right),
            Kind::Conditional { yes, no, .. } => open.extend([*no, *yes]),
            Kind::Spread(value) | Kind::Await(value) => open.push(*value),
            Kind::Object(properties) => open.extend(shown(properties)),
            Kind::Call { callee, arguments } => open.extend(printed(reach, &at.with(*callee), arguments)),
            _ => {}
        }
    }
    None
}

/// The values of an object literal that are seen; none of a spread whose secret is replaced.
fn shown(properties: &[Property]) -> Vec<NodeId> {
    let hides =
        properties.iter().any(|property| matches!(property, Property::Named { key, .. } if key == "sharedSecret"));
    let seen = properties.iter().rev().filter_map(|property| match property {
        Property::Named { value, .. } | Property::Computed { value, .. } => Some(*value),
        Property::Spread(value) if !hides => Some(*value),
        _ => None,
    });
    seen.collect()
}

fn is_rest(origin: &Origin) -> bool {
    let (Origin::Value { path, .. } | Origin::Parameter { path, .. }) = origin else { return false };
    path.contains(&Step::Rest)
}

/// What a call gives the text of; nothing where a second argument may leave the secret out.
fn printed(reach: &Reach<'_, '_, '_>, callee: &At, arguments: &[NodeId]) -> Option<NodeId> {
    let is_whole = match reach.text(callee) {
        "JSON.stringify" => {
            arguments.get(1).is_none_or(|second| matches!(reach.kind(&callee.with(*second)), Kind::Null))
        }
        "util.inspect" | "inspect" | "String" => true,
        _ => false,
    };
    arguments.first().copied().filter(|_| is_whole)
}

fn of_value(value: &Value) -> Option<WeaknessKind> {
    let Value::Chain(chain) = value else { return None };
    match body_members(chain)?[..] {
        [] => Some(WeaknessKind::BodyLogged),
        ["sharedSecret"] => Some(WeaknessKind::SecretLogged),
        _ => None,
    }
}
