//! By which expression code at a registration reaches the ACE addon.

use crate::javascript::{
    ace::{self, Ace},
    ir::{Kind, Module, NodeId, Origin},
    values::{At, Chain, Link, Root, Value, Values},
};

/// The name of the addon in the surroundings of an expression, or `this.addon`.
pub(super) fn in_scope(values: &Values<'_, '_>, ace: &Ace<'_>, at: &At) -> Option<String> {
    ace.dependency(ace::PACKAGE, at.module)?;
    let module = values.project.module(at.module);
    let visible = module.bindings.iter().filter(|binding| sees(module, at.node, &binding.origin));
    for (index, binding) in visible.map(|binding| (binding.span, binding)) {
        let reference =
            module.ids().find(|node| matches!(module.kind(*node), Kind::Name(id) if module.binding(*id).span == index));
        let value = reference.map(|node| values.of(&at.with(node)));
        let by_value = value.as_ref().is_some_and(is_addon);
        let by_name = value.as_ref().is_none_or(Value::is_unknown) && matches!(binding.name.as_str(), "addon" | "ace");
        if by_value || by_name && !matches!(binding.origin, Origin::Import { .. }) || by_name && value.is_some() {
            return Some(binding.name.clone());
        }
    }
    let this = module.ids().find(|node| match module.kind(*node) {
        Kind::Member { object, property, .. } => property == "addon" && matches!(module.kind(*object), Kind::This),
        _ => false,
    });
    let class = |node: NodeId| module.index.classes.iter().rfind(|class| module.contains(**class, node));
    this.filter(|node| class(*node).is_some() && class(*node) == class(at.node)).map(|_| "this.addon".to_owned())
}

/// Whether a value is what `ace(app)` gives.
fn is_addon(value: &Value) -> bool {
    let Value::Chain(chain) = value else { return false };
    let Chain { root, links } = &**chain;
    matches!(root, Root::Package(package) if package == "atlassian-connect-express")
        && matches!(links[..], [Link::Call { .. }])
}

/// Whether a name declared by `origin` can be used at a node.
fn sees(module: &Module, node: NodeId, origin: &Origin) -> bool {
    let around = |inner: NodeId| {
        let functions = &module.index.functions;
        functions.iter().rfind(|function| **function != inner && module.contains(**function, inner)).copied()
    };
    match origin {
        Origin::Import { .. } => true,
        Origin::Parameter { function, .. } => module.contains(*function, node),
        Origin::Value { value, .. } => {
            let before = value.index() < node.index();
            before && around(*value).is_none_or(|function| module.contains(function, node))
        }
        Origin::Definition(_) | Origin::Element { .. } | Origin::Open => false,
    }
}
