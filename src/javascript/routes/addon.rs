//! By which expression code at a registration reaches the ACE addon.

use std::collections::BTreeMap;

use crate::javascript::{
    ace::{self, Ace},
    ir::{BindingId, Kind, Module, NodeId, Origin},
    project::ModuleId,
    values::{At, Chain, Link, Root, Value, Values},
};

/// What people call the addon where the value itself could not be followed.
const NAMES: [&str; 2] = ["addon", "ace"];

/// Finds the addon. What it has found in one place holds for all of that place.
#[derive(Default)]
pub(super) struct Addons {
    /// Names that hold the addon, by their scope and the call it is part of.
    names: BTreeMap<(ModuleId, Option<NodeId>, u32), Vec<BindingId>>,
    /// The members of `this` that hold it, by the object.
    members: BTreeMap<(ModuleId, NodeId, bool, u32), Option<String>>,
    /// Members of `this` by the class whose object it is, or which itself.
    of_this: BTreeMap<ModuleId, BTreeMap<(NodeId, bool), Vec<NodeId>>>,
}

impl Addons {
    /// The name of the addon in the surroundings of an expression, or the member of `this` that holds it.
    pub(super) fn in_scope(&mut self, values: &Values<'_, '_>, ace: &Ace<'_>, at: &At) -> Option<String> {
        ace.dependency(ace::PACKAGE, at.module)?;
        let module = values.project.module(at.module);
        let scopes: Vec<_> = module.index.scopes.around(at.node).map(Some).chain([None]).collect();
        scopes.iter().for_each(|scope| self.look(values, at, *scope));
        let holding = |scope: &Option<NodeId>| {
            let key = (at.module, *scope, values.within(at, *scope).number());
            self.names.get(&key).map_or(&[][..], Vec::as_slice)
        };
        let is_it =
            |scope, id: &BindingId| holding(scope).contains(id) && sees(module, at.node, &module.binding(*id).origin);
        // another one of the name may be the nearer one
        let is_only = |id: &BindingId| {
            let alike = |scope| Some((scope, module.index.names.get(scope)?.get(&module.binding(*id).name)?));
            scopes.iter().filter_map(alike).all(|(scope, others)| others.iter().all(|other| is_it(scope, other)))
        };
        let first = |scope| holding(scope).iter().find(|id| is_it(scope, id) && is_only(id));
        let named = scopes.iter().filter_map(first).min();
        named.map(|id| module.binding(*id).name.clone()).or_else(|| self.of_this(values, at))
    }

    /// Finds the names of one scope that hold the addon.
    fn look(&mut self, values: &Values<'_, '_>, at: &At, scope: Option<NodeId>) {
        let calls = values.within(at, scope);
        let names = self.names.entry((at.module, scope, calls.number()));
        names.or_insert_with(|| {
            let module = values.project.module(at.module);
            let place = At { scope: calls, ..at.clone() };
            let names = module.index.names.get(&scope).into_iter().flat_map(|names| names.values().flatten());
            let mut holding: Vec<_> = names.copied().filter(|id| holds_addon(values, &place, *id)).collect();
            holding.sort();
            holding
        });
    }

    /// The member of `this` that holds the addon, where `this` is the same object.
    fn of_this(&mut self, values: &Values<'_, '_>, at: &At) -> Option<String> {
        let module = values.project.module(at.module);
        let (class, is_static) = owner(module, at.node)?;
        let of_this = self.of_this.entry(at.module).or_insert_with(|| {
            let mut members: BTreeMap<_, Vec<NodeId>> = BTreeMap::new();
            for node in &module.index.of_this {
                members.entry(owner(module, *node)).or_default().push(*node);
            }
            members.into_iter().filter_map(|(owner, nodes)| Some((owner?, nodes))).collect()
        });
        let members = of_this.get(&(class, is_static)).map_or(&[][..], Vec::as_slice);
        let key = (at.module, class, is_static, at.scope.number());
        let found = self.members.entry(key).or_insert_with(|| {
            members.iter().find_map(|node| {
                let Kind::Member { property, .. } = module.kind(*node) else { return None };
                values.refuel();
                let value = values.of(&at.with(*node));
                let is_it = is_addon(&value) || *property == NAMES[0] && value.is_unknown();
                is_it.then(|| format!("this.{property}"))
            })
        });
        found.clone()
    }
}

/// Whether a name stands for the addon, or for something unknown by the addon's usual name.
fn holds_addon(values: &Values<'_, '_>, at: &At, id: BindingId) -> bool {
    let module = values.project.module(at.module);
    let binding = module.binding(id);
    values.refuel();
    let value = values.binding(at, id);
    let is_seen = module.index.uses.contains_key(&binding.span) || !matches!(binding.origin, Origin::Import { .. });
    is_addon(&value) || is_seen && value.is_unknown() && NAMES.contains(&binding.name.as_str())
}

/// The class whose object, or which itself, is `this` at a node, if no function in between has a `this` of its own.
fn owner(module: &Module, node: NodeId) -> Option<(NodeId, bool)> {
    let class = module.index.classes.around(node).next()?;
    let is_own = |id: &NodeId| module.function(*id).is_some_and(|function| !function.is_arrow);
    let nearest = module.index.functions.around(node).find(is_own).filter(|nearest| module.contains(class, *nearest));
    match nearest {
        Some(nearest) => module.index.owners.get(&nearest).copied().filter(|(owner, _)| *owner == class),
        None => {
            let mut values = module.index.members.around(node).filter_map(|value| module.index.owners.get(&value));
            values.find(|(owner, _)| *owner == class).copied()
        }
    }
}

/// Whether a value is what `ace(app)` gives.
fn is_addon(value: &Value) -> bool {
    let Value::Chain(chain) = value else { return false };
    let Chain { root, links } = &**chain;
    matches!(root, Root::Package(package) if package == "atlassian-connect-express")
        && matches!(links[..], [Link::Call { .. }])
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
