//! From the parser's tree to ours.

use std::collections::BTreeMap;

use oxc_ast::ast::Program;
use oxc_semantic::{ReferenceId, Scoping, SymbolId};
use oxc_span::Span as OxcSpan;

use crate::{
    javascript::ir::{Binding, BindingId, Export, Index, Kind, Module, Node, NodeId, Origin, Request},
    source::{FileId, Span},
};

/// A file being lowered.
pub(super) struct Lowering<'s> {
    file: FileId,
    /// Length of a byte order mark that was cut off.
    mark: usize,
    scoping: &'s Scoping,
    pub(super) nodes: Vec<Node>,
    pub(super) bindings: Vec<Binding>,
    pub(super) exports: Vec<Export>,
    pub(super) requests: Vec<Request>,
    pub(super) wrapped: BTreeMap<NodeId, Span>,
}

/// Lowers a file.
pub(super) fn lower(file: FileId, mark: usize, program: &Program<'_>, scoping: &Scoping) -> Module {
    let mut lowering = Lowering {
        file,
        mark,
        scoping,
        nodes: Vec::new(),
        bindings: Vec::new(),
        exports: Vec::new(),
        requests: Vec::new(),
        wrapped: BTreeMap::new(),
    };
    lowering.bindings = scoping.symbol_ids().map(|symbol| lowering.undeclared(symbol)).collect();
    let body = program.body.iter().map(|statement| lowering.statement(statement)).collect();
    Module {
        file,
        nodes: lowering.nodes,
        body,
        bindings: lowering.bindings,
        exports: lowering.exports,
        requests: lowering.requests,
        wrapped: lowering.wrapped,
        index: Index::default(),
    }
    .indexed()
}

impl Lowering<'_> {
    fn undeclared(&self, symbol: SymbolId) -> Binding {
        Binding {
            name: self.scoping.symbol_name(symbol).to_owned(),
            span: self.span(self.scoping.symbol_span(symbol)),
            origin: Origin::Open,
            assigned: Vec::new(),
        }
    }

    /// A span of the parser's as one of ours.
    pub(super) fn span(&self, span: OxcSpan) -> Span {
        Span { file: self.file, start: span.start as usize + self.mark, end: span.end as usize + self.mark }
    }

    /// Adds a node whose children are added by `build`.
    pub(super) fn node(&mut self, span: OxcSpan, build: impl FnOnce(&mut Self, NodeId) -> Kind) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let span = self.span(span);
        self.nodes.push(Node { span, end: id, kind: Kind::Jump });
        let kind = build(self, id);
        let end = NodeId(self.nodes.len() as u32);
        self.nodes[id.index()] = Node { span, end, kind };
        id
    }

    /// Adds a node without children.
    pub(super) fn leaf(&mut self, span: OxcSpan, kind: Kind) -> NodeId {
        self.node(span, |_, _| kind)
    }

    /// The declared name that a reference means.
    pub(super) fn referent(&self, reference: Option<ReferenceId>) -> Option<BindingId> {
        let symbol = self.scoping.get_reference(reference?).symbol_id()?;
        Some(BindingId(symbol.index() as u32))
    }

    /// The declared name of a symbol.
    pub(super) fn declared(&self, symbol: Option<SymbolId>) -> Option<BindingId> {
        symbol.map(|symbol| BindingId(symbol.index() as u32))
    }

    /// Says what a declared name stands for; the first declaration holds.
    pub(super) fn declare(&mut self, symbol: Option<SymbolId>, origin: Origin) -> Option<BindingId> {
        let id = BindingId(symbol?.index() as u32);
        let binding = self.bindings.get_mut(id.index())?;
        match (&binding.origin, origin) {
            (Origin::Open, origin) => binding.origin = origin,
            (_, Origin::Value { value, path }) if path.is_empty() => binding.assigned.push(value),
            _ => {}
        }
        Some(id)
    }
}
