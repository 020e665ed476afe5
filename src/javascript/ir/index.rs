//! Where to look for what is asked of a file again and again, so that no question goes through all of it.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{
    javascript::ir::{BindingId, Kind, Module, Nest, NodeId},
    source::Span,
};

/// Numbers of nodes and names by what they are.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// Assignments to members, by the member's name.
    pub assignments: BTreeMap<String, Vec<NodeId>>,
    /// Classes.
    pub classes: Nest,
    /// Functions.
    pub functions: Nest,
    /// What declares names of its own: functions, blocks and loops.
    pub scopes: Nest,
    /// What members of classes are, where that is written: functions, and values of fields.
    pub members: Nest,
    /// The class of each of these, and whether the member belongs to the class itself.
    pub owners: BTreeMap<NodeId, (NodeId, bool)>,
    /// Members of `this`.
    pub of_this: Vec<NodeId>,
    /// Requests that are calls.
    pub requests: BTreeMap<NodeId, usize>,
    /// The last assignment to `module.exports`.
    pub exports: Option<NodeId>,
    /// Names by the innermost scope around their declaration; `None` for the file's own.
    pub names: BTreeMap<Option<NodeId>, BTreeMap<String, Vec<BindingId>>>,
    /// The first use of each name, by where it is declared.
    pub uses: BTreeMap<Span, NodeId>,
    /// Every name, by where it is declared.
    pub declared: Vec<BindingId>,
}

impl Index {
    pub(super) fn of(module: &Module) -> Index {
        let mut index = Index::default();
        let mut scopes = Vec::new();
        for id in module.ids() {
            let end = module.node(id).end;
            if index.owners.contains_key(&id) {
                index.members.push(id, end);
            }
            match module.kind(id) {
                Kind::Class(class) => {
                    index.classes.push(id, end);
                    let values =
                        class.members.iter().filter_map(|member| Some((member.value?, (id, member.is_static))));
                    index.owners.extend(values);
                }
                Kind::Assign { target, value, .. } => {
                    let Kind::Member { property, .. } = module.kind(*target) else { continue };
                    if module.is_exports(*target) {
                        index.exports = Some(*value);
                    }
                    index.assignments.entry(property.clone()).or_default().push(id);
                }
                Kind::Member { object, .. } if matches!(module.kind(*object), Kind::This) => index.of_this.push(id),
                Kind::Name(name) => {
                    index.uses.entry(module.binding(*name).span).or_insert(id);
                }
                Kind::Function(_) => index.functions.push(id, end),
                _ => {}
            }
            if matches!(module.kind(id), Kind::Function(_) | Kind::Block(_) | Kind::Loop { .. }) {
                index.scopes.push(id, end);
                scopes.push((module.span(id), id));
            }
        }
        let calls = module.requests.iter().enumerate().filter_map(|(number, request)| Some((request.call?, number)));
        index.requests = calls.collect();
        index.declared = (0..module.bindings.len() as u32).map(BindingId).collect();
        index.declared.sort_by_key(|id| module.binding(*id).span.start);
        index.names = names(module, &index.declared, scopes);
        index
    }
}

/// The names of each scope; `declared` and `scopes` are all there are.
fn names(
    module: &Module,
    declared: &[BindingId],
    mut scopes: Vec<(Span, NodeId)>,
) -> BTreeMap<Option<NodeId>, BTreeMap<String, Vec<BindingId>>> {
    scopes.sort_by_key(|(span, node)| (span.start, Reverse(span.end), *node));
    let mut scopes = scopes.into_iter().peekable();
    let mut open: Vec<(Span, NodeId)> = Vec::new();
    let mut names: BTreeMap<_, BTreeMap<String, Vec<_>>> = BTreeMap::new();
    for id in declared {
        let binding = module.binding(*id);
        while let Some(scope) = scopes.next_if(|(scope, _)| scope.start < binding.span.start) {
            leave(&mut open, scope.0.start);
            open.push(scope);
        }
        leave(&mut open, binding.span.start);
        let around = open.iter().rfind(|(scope, _)| binding.span.end < scope.end).map(|(_, node)| *node);
        names.entry(around).or_default().entry(binding.name.clone()).or_default().push(*id);
    }
    names
}

/// Takes scopes out that end before a place.
fn leave(open: &mut Vec<(Span, NodeId)>, place: usize) {
    while open.last().is_some_and(|(scope, _)| scope.end <= place) {
        open.pop();
    }
}
