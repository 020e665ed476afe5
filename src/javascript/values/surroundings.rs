//! Which of the calls that led to an expression another one is part of, by where it is written.

use crate::javascript::{
    ir::{Kind, NodeId},
    values::{At, Frame, Scope, Values},
};

impl Values<'_, '_> {
    /// An expression of the same file, in those of the surrounding calls that it is written in.
    pub(super) fn written(&self, at: &At, node: NodeId) -> At {
        let around = self.project.module(at.module).index.scopes.around(node).find(|scope| *scope != node);
        At { module: at.module, node, scope: self.within(at, around) }
    }

    /// Those of the calls and turns around an expression that a function, block or loop of its file stands in, or is;
    /// none for what stands at the top.
    pub fn within(&self, at: &At, scope: Option<NodeId>) -> Scope {
        let module = self.project.module(at.module);
        let holds = |frame: &Frame| {
            let outer = match module.kind(frame.node) {
                Kind::Function(_) | Kind::Class(_) => Some(frame.node),
                _ => module.index.scopes.around(frame.node).next(), // the loop over this list
            };
            outer.zip(scope).is_some_and(|(outer, scope)| module.contains(outer, scope))
        };
        let mut calls = &at.scope;
        while let Some(frame) = calls.0.as_ref().filter(|frame| frame.module != at.module || !holds(frame)) {
            calls = &frame.parent;
        }
        calls.clone()
    }
}
