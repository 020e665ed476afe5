//! The name under which code at a registration reaches ACE's addon.

use crate::javascript::{
    ir::{BindingId, Kind, Module, NodeId, Origin},
    values::{At, Link, Root, Value, Values},
};

/// The package whose call makes an addon.
const PACKAGE: &str = "atlassian-connect-express";

/// A name in scope at `at` that stands for the addon.
pub fn addon(values: &Values<'_, '_>, at: &At) -> Option<String> {
    let module = values.project.module(at.module);
    let mut seen = Vec::new();
    for id in module.ids() {
        let Kind::Name(binding) = module.kind(id) else { continue };
        if seen.contains(binding) || !is_in_scope(module, *binding, at.node) {
            continue;
        }
        seen.push(*binding);
        let name = &module.binding(*binding).name;
        if is_addon(&values.of(&at.with(id)), name) {
            return Some(name.clone());
        }
    }
    None
}

fn is_addon(value: &Value, name: &str) -> bool {
    let Value::Chain(chain) = value else { return false };
    match &chain.root {
        Root::Package(package) => {
            package == PACKAGE
                && matches!(chain.links.last(), Some(Link::Call { .. }))
                && chain.members().all(|member| member == "default")
        }
        Root::Parameter { .. } => chain.links.is_empty() && ["addon", "ace"].contains(&name),
        _ => false,
    }
}

/// Whether a name is declared in the file itself or in a function around the node, and before it.
fn is_in_scope(module: &Module, binding: BindingId, at: NodeId) -> bool {
    let declaration = match &module.binding(binding).origin {
        Origin::Import { .. } => return true,
        Origin::Parameter { function, .. } => return module.contains(*function, at),
        Origin::Value { value, .. } => *value,
        Origin::Definition(_) | Origin::Element(_) | Origin::Open => return false,
    };
    let around = module.ids().filter(|id| matches!(module.kind(*id), Kind::Function(_)));
    let mut around = around.filter(|function| module.contains(*function, declaration));
    module.span(declaration).end <= module.span(at).start && around.all(|function| module.contains(function, at))
}
