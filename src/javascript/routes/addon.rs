//! By which expression code at a registration reaches the ACE addon.

use crate::{
    javascript::{
        ace::{self, Ace},
        ir::{Binding, Kind, Module, NodeId, Origin},
        values::{At, Chain, Link, Root, Value, Values},
    },
    source::Span,
};

/// What people call the addon where the value itself could not be followed.
const NAMES: [&str; 2] = ["addon", "ace"];

/// The name of the addon in the surroundings of an expression, or the member of `this` that holds it.
pub(super) fn in_scope(values: &Values<'_, '_>, ace: &Ace<'_>, at: &At) -> Option<String> {
    ace.dependency(ace::PACKAGE, at.module)?;
    let module = values.project.module(at.module);
    let others = other_scopes(module, at.node);
    let is_around = |binding: &&Binding| {
        let holds = |scope: &Span| scope.start < binding.span.start && binding.span.end < scope.end;
        !others.iter().any(holds)
    };
    let visible: Vec<&Binding> = module.bindings.iter().filter(is_around).collect();
    let is_it = |binding: &Binding| sees(module, at.node, &binding.origin) && holds_addon(values, at, binding);
    let mut found = visible.iter().filter(|binding| is_it(binding));
    let named = found.find(|binding| {
        // another one of the name may be the nearer one
        visible.iter().filter(|other| other.name == binding.name).all(|other| is_it(other))
    });
    named.map(|binding| binding.name.clone()).or_else(|| of_this(values, at))
}

/// Whether a name stands for the addon, or for something unknown by the addon's usual name.
fn holds_addon(values: &Values<'_, '_>, at: &At, binding: &Binding) -> bool {
    let module = values.project.module(at.module);
    let is_reference =
        |node: &NodeId| matches!(module.kind(*node), Kind::Name(id) if module.binding(*id).span == binding.span);
    let initial = match &binding.origin {
        Origin::Value { value, path } if path.is_empty() && binding.assigned.is_empty() => Some(*value),
        _ => None,
    };
    let value = module.ids().find(is_reference).or(initial).map(|node| values.of(&at.with(node)));
    let by_value = value.as_ref().is_some_and(is_addon);
    let is_unknown = value.as_ref().is_none_or(Value::is_unknown) && NAMES.contains(&binding.name.as_str());
    by_value || is_unknown && (value.is_some() || !matches!(binding.origin, Origin::Import { .. }))
}

/// The member of `this` that holds the addon, where `this` is the same object.
fn of_this(values: &Values<'_, '_>, at: &At) -> Option<String> {
    let module = values.project.module(at.module);
    let (class, is_static) = owner(module, at.node)?;
    let mut members = module.ids().filter_map(|node| match module.kind(node) {
        Kind::Member { object, property, .. } if matches!(module.kind(*object), Kind::This) => Some((node, property)),
        _ => None,
    });
    let found = members.find(|(node, property)| {
        if owner(module, *node) != Some((class, is_static)) {
            return false;
        }
        let value = values.of(&at.with(*node));
        is_addon(&value) || *property == NAMES[0] && value.is_unknown()
    });
    found.map(|(_, property)| format!("this.{property}"))
}

/// The class whose object, or which itself, is `this` at a node, if no function in between has a `this` of its own.
fn owner(module: &Module, node: NodeId) -> Option<(NodeId, bool)> {
    let function = |id: &NodeId| module.function(*id).is_some_and(|function| !function.is_arrow);
    let nearest = module.index.functions.iter().rfind(|id| function(id) && module.contains(**id, node)).copied();
    let class = module.index.classes.iter().rfind(|class| module.contains(**class, node)).copied()?;
    let Kind::Class(definition) = module.kind(class) else { return None };
    let mut members = definition.members.iter();
    let member = members.find(|member| match (member.value, nearest) {
        (Some(value), Some(nearest)) if module.contains(class, nearest) => value == nearest,
        (Some(value), _) => module.contains(value, node),
        (None, _) => false,
    })?;
    Some((class, member.is_static))
}

/// Whether a value is what `ace(app)` gives.
fn is_addon(value: &Value) -> bool {
    let Value::Chain(chain) = value else { return false };
    let Chain { root, links } = &**chain;
    matches!(root, Root::Package(package) if package == "atlassian-connect-express")
        && matches!(links[..], [Link::Call { .. }])
}

/// The functions and blocks that are not around a node: what they declare is not seen there.
fn other_scopes(module: &Module, node: NodeId) -> Vec<Span> {
    let is_scope = |id: &NodeId| matches!(module.kind(*id), Kind::Function(_) | Kind::Block(_) | Kind::Loop { .. });
    let others = module.ids().filter(|id| is_scope(id) && !module.contains(*id, node));
    others.map(|id| module.span(id)).collect()
}

/// Whether a name declared by `origin` has its value at a node.
fn sees(module: &Module, node: NodeId, origin: &Origin) -> bool {
    match origin {
        Origin::Import { .. } => true,
        Origin::Parameter { function, .. } => module.contains(*function, node),
        Origin::Value { value, .. } => value.index() < node.index(),
        Origin::Definition(_) | Origin::Element { .. } | Origin::Open => false,
    }
}
