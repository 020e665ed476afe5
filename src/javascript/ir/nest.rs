//! Nodes of one kind that stand in each other, and which of them are around a place.

use std::iter;

use crate::javascript::ir::NodeId;

/// Nodes in the order written, each with the nearest one around it.
#[derive(Clone, Debug, Default)]
pub struct Nest {
    nodes: Vec<Nested>,
}

#[derive(Clone, Copy, Debug)]
struct Nested {
    node: NodeId,
    /// The first node behind its descendants.
    end: NodeId,
    outer: Option<usize>,
}

impl Nest {
    /// Adds a node that comes after all that were added.
    pub(super) fn push(&mut self, node: NodeId, end: NodeId) {
        let outer = self.places(node).next();
        self.nodes.push(Nested { node, end, outer });
    }

    /// All of them, the outer ones first.
    pub fn iter(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes.iter().map(|nested| nested.node)
    }

    /// Those that are a node or around it, the innermost first.
    pub fn around(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.places(node).map(|place| self.nodes[place].node)
    }

    fn places(&self, node: NodeId) -> impl Iterator<Item = usize> + '_ {
        let last = self.nodes.partition_point(|nested| nested.node <= node).checked_sub(1);
        iter::successors(last, |place| self.nodes[*place].outer).filter(move |place| node < self.nodes[*place].end)
    }
}
