//! Parts of the program that may be left out when it runs.

use crate::javascript::{
    ir::{Kind, Module, NodeId},
    routes::walk::Walker,
};

impl Walker<'_, '_, '_> {
    /// Goes through what may be left out.
    pub(super) fn perhaps<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.branches.len();
        self.begin_branch();
        let found = walk(self);
        self.branches.truncate(outer);
        found
    }

    /// Begins a part that may be left out.
    pub(super) fn begin_branch(&mut self) {
        self.last_branch += 1;
        self.branches.push(self.last_branch);
    }
}

/// Whether what follows a statement may be left out because of it.
pub(super) fn may_leave(module: &Module, statement: NodeId) -> bool {
    let is_loop = matches!(module.kind(statement), Kind::Loop { .. } | Kind::Switch { .. });
    module.own(statement).any(|node| match module.kind(node) {
        Kind::Return(_) => true,
        Kind::Jump => !is_loop,
        _ => false,
    })
}

/// The parts of an expression that are evaluated only if others have a certain value; none is in another.
pub(super) fn optional_parts(module: &Module, expression: NodeId) -> Vec<NodeId> {
    let parts = module.own(expression).flat_map(|node| match module.kind(node) {
        Kind::Conditional { yes, no, .. } => vec![*yes, *no],
        Kind::Logical { right, .. } => vec![*right],
        _ => Vec::new(),
    });
    let mut parts: Vec<NodeId> = parts.collect();
    parts.sort_unstable();
    let mut outer: Vec<NodeId> = Vec::new();
    for part in parts {
        if !outer.last().is_some_and(|last| module.contains(*last, part)) {
            outer.push(part);
        }
    }
    outer
}

/// Whether one of the [`optional_parts`] holds a node.
pub(super) fn is_optional(module: &Module, parts: &[NodeId], node: NodeId) -> bool {
    let before = parts.partition_point(|part| *part <= node);
    before.checked_sub(1).and_then(|last| parts.get(last)).is_some_and(|part| module.contains(*part, node))
}
