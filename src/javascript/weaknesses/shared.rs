//! Whether code that routes lead to may be run by other code too.

use std::collections::BTreeSet;

use crate::{
    facts::Route,
    javascript::{
        ir::{Exported, Kind, Module, NodeId},
        project::ModuleId,
        values::{At, Value},
    },
    source::Span,
};

use super::reach::Reach;

/// Whether anything but the registrations of `routes` refers to the functions on the way to a call.
pub(super) fn is_shared(reach: &Reach<'_, '_, '_>, call: &At, routes: &[Route]) -> bool {
    let path = way(reach, call);
    let project = reach.values.project;
    let bodies: Vec<Span> = path.iter().map(|(module, node)| project.node(*module, *node).span).collect();
    let registrations = routes.iter().map(|route| route.span);
    let known: Vec<Span> = bodies.into_iter().chain(registrations).collect();
    project.modules().any(|(id, module)| {
        reach.values.refuel();
        let exported = exports(module);
        module.ids().any(|node| {
            let span = module.span(node);
            let is_name = matches!(module.kind(node), Kind::Name(_) | Kind::Member { .. });
            let is_within =
                |outer: &Span| outer.file == span.file && outer.start <= span.start && span.end <= outer.end;
            if !is_name || exported.iter().any(|whole| module.contains(*whole, node)) || known.iter().any(is_within) {
                return false;
            }
            match reach.values.of(&reach.values.at_top(id, node)) {
                Value::Literal(function) | Value::Method(function, _) => {
                    path.contains(&(function.module, function.node))
                }
                _ => false,
            }
        })
    })
}

/// The functions that lead to a call, the one it stands in first.
fn way(reach: &Reach<'_, '_, '_>, call: &At) -> BTreeSet<(ModuleId, NodeId)> {
    let module = reach.module(call);
    let around = reach
        .functions
        .iter()
        .filter(|function| function.module == call.module && module.contains(function.node, call.node));
    let mut open: Vec<_> = around.map(|function| (function.module, function.node)).collect();
    let mut way = BTreeSet::new();
    while let Some(function) = open.pop() {
        if way.insert(function) {
            open.extend(reach.callers.get(&function).into_iter().flatten());
        }
    }
    way
}

/// What a file exports, where it is written.
fn exports(module: &Module) -> Vec<NodeId> {
    let is_exports =
        |node: NodeId| module.is_exports(node) || matches!(module.kind(node), Kind::Global(name) if name == "exports");
    let assigned = module.ids().filter(|node| match module.kind(*node) {
        Kind::Assign { target, value, .. } => {
            let is_plain = !matches!(module.kind(*value), Kind::Function(_) | Kind::Call { .. });
            let object = match module.kind(*target) {
                Kind::Member { object, .. } => Some(*object),
                _ => None,
            };
            is_plain && (is_exports(*target) || object.is_some_and(is_exports))
        }
        _ => false,
    });
    let declared = module.exports.iter().filter_map(|export| match &export.value {
        Exported::Node(node) if matches!(module.kind(*node), Kind::Name(_) | Kind::Object(_)) => Some(*node),
        _ => None,
    });
    assigned.chain(declared).collect()
}
