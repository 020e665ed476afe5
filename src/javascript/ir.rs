//! A JavaScript or TypeScript file as this program sees it: a flat list of nodes, and what every name refers to.
//!
//! Nodes are numbered so that a node's descendants follow it without a gap: a subtree is a range, and walking one
//! needs no recursion. Types, JSX and everything else that no fact hangs on are left out.

use std::collections::BTreeMap;

use crate::source::{FileId, Span};

mod bindings;
mod functions;
mod index;
mod nest;
mod nodes;

pub use bindings::{Binding, Export, Exported, Imported, Origin, Request, Step};
pub use functions::{Body, Class, ClassMember, Function, Parameter, Role};
pub use index::Index;
pub use nest::Nest;
pub use nodes::{Kind, Node, Property};

/// A node's number in its [`Module`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// A declared name's number in its [`Module`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingId(pub(super) u32);

impl NodeId {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl BindingId {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A file.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its file.
    pub file: FileId,
    /// Every node; the parents before their children.
    pub nodes: Vec<Node>,
    /// The statements at the top.
    pub body: Vec<NodeId>,
    /// Every declared name.
    pub bindings: Vec<Binding>,
    /// What it exports by the syntax of modules; `module.exports` is an ordinary assignment.
    pub exports: Vec<Export>,
    /// Files and packages it names literally: imports, re-exports, `require` and `import()`.
    pub requests: Vec<Request>,
    /// Expressions in brackets or under a cast, with all of it.
    pub wrapped: BTreeMap<NodeId, Span>,
    /// Where to look for what is asked for often.
    pub index: Index,
}

impl Module {
    /// Fills the index.
    pub(super) fn indexed(self) -> Module {
        Module { index: Index::of(&self), ..self }
    }

    /// Whether an expression is `module.exports`.
    pub fn is_exports(&self, id: NodeId) -> bool {
        let Kind::Member { object, property, .. } = self.kind(id) else { return false };
        property == "exports" && matches!(self.kind(*object), Kind::Global(name) if name == "module")
    }

    /// Assignments to a member of this name: the object, and the value.
    pub fn assigned(&self, name: &str) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        self.index.assignments.get(name).into_iter().flatten().filter_map(|id| {
            let Kind::Assign { target, value, .. } = self.kind(*id) else { return None };
            let Kind::Member { object, .. } = self.kind(*target) else { return None };
            Some((*object, *value))
        })
    }

    /// Where a node is written, with the brackets and casts around it.
    pub fn whole(&self, id: NodeId) -> Span {
        self.wrapped.get(&id).copied().unwrap_or(self.span(id))
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> &Kind {
        &self.node(id).kind
    }

    /// Where a node is written.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// A declared name.
    pub fn binding(&self, id: BindingId) -> &Binding {
        &self.bindings[id.index()]
    }

    /// The function of a node.
    pub fn function(&self, id: NodeId) -> Option<&Function> {
        match self.kind(id) {
            Kind::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The class of a node.
    pub fn class(&self, id: NodeId) -> Option<&Class> {
        match self.kind(id) {
            Kind::Class(class) => Some(class),
            _ => None,
        }
    }

    /// Every node.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// A node and all its descendants, in the order written.
    pub fn within(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..self.node(id).end.0).map(NodeId)
    }

    /// A node and its descendants, without those of functions inside it.
    pub fn own(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.node(id).end.0;
        let mut next = id.0;
        std::iter::from_fn(move || {
            let current = (next < end).then_some(NodeId(next))?;
            let is_function = current != id && matches!(self.kind(current), Kind::Function(_));
            next = if is_function { self.node(current).end.0 } else { next + 1 };
            Some(current)
        })
    }

    /// Whether a node is another one or a descendant of it.
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer.0 <= inner.0 && inner.0 < self.node(outer).end.0
    }

    /// The string of a literal, or of a template without values.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match self.kind(id) {
            Kind::Text(text) => Some(text),
            Kind::Template { texts, values } if values.is_empty() => texts.first().map(String::as_str),
            _ => None,
        }
    }
}
