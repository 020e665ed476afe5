//! Source code as a tree of named nodes, in whichever language. The only module that knows the parser.

use std::num::NonZeroU16;

use tree_sitter::Tree;

use crate::{
    source::{FileId, SourceFile, Span},
    stacks::Language,
    syntax::grammar,
};

/// How many nodes a file may have; more is generated.
const MOST_NODES: usize = 400_000;

/// A node's number in its file; a parent's is below those of its children.
pub type NodeId = usize;

/// A file's code.
#[derive(Debug)]
pub struct Code<'s> {
    /// The file.
    pub file: FileId,
    /// Its language.
    pub language: Language,
    /// Its path.
    pub path: &'s str,
    text: &'s str,
    grammar: tree_sitter::Language,
    nodes: Vec<Syntax>,
    /// Children under fields, by the node above and the field, in order.
    fields: Vec<(NodeId, NonZeroU16, NodeId)>,
}

/// A named node.
#[derive(Debug)]
struct Syntax {
    kind: u16,
    field: Option<NonZeroU16>,
    start: usize,
    end: usize,
    parent: NodeId,
    /// The number after the last node below this one.
    after: NodeId,
}

impl<'s> Code<'s> {
    /// Parses a file; `None` where it is too large, nests too deep or takes too long.
    pub fn parse(language: Language, file: FileId, source: &'s SourceFile) -> Option<Code<'s>> {
        let tree = grammar::parse(&language.grammar(), &source.text)?;
        let nodes = lower(&tree)?;
        let numbered = nodes.iter().enumerate();
        let mut fields: Vec<_> = numbered.filter_map(|(id, node)| Some((node.parent, node.field?, id))).collect();
        fields.sort_unstable();
        Some(Code {
            file,
            language,
            path: &source.path,
            text: &source.text,
            grammar: language.grammar(),
            nodes,
            fields,
        })
    }

    /// Every node, parents first.
    pub fn ids(&self) -> std::ops::Range<NodeId> {
        0..self.nodes.len()
    }

    /// The grammar's name of a node.
    pub fn kind(&self, id: NodeId) -> &str {
        self.grammar.node_kind_for_id(self.nodes[id].kind).unwrap_or_default()
    }

    /// A node and everything below it.
    pub fn below(&self, id: NodeId) -> std::ops::Range<NodeId> {
        id..self.nodes[id].after
    }

    /// Whether nothing is below a node.
    pub fn is_leaf(&self, id: NodeId) -> bool {
        self.nodes[id].after == id + 1
    }

    /// The nodes directly below.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.nodes[id].after;
        let mut next = id + 1;
        std::iter::from_fn(move || {
            let current = next;
            (current < end).then(|| {
                next = self.nodes[current].after;
                current
            })
        })
    }

    /// The child under a field's name.
    pub fn field(&self, id: NodeId, name: &str) -> Option<NodeId> {
        let field = self.grammar.field_id_for_name(name)?;
        let first = self.fields.partition_point(|(above, of, _)| (*above, *of) < (id, field));
        self.fields.get(first).filter(|(above, of, _)| (*above, *of) == (id, field)).map(|(.., child)| *child)
    }

    /// The first child of a kind.
    pub fn child(&self, id: NodeId, kind: &str) -> Option<NodeId> {
        self.children(id).find(|child| self.kind(*child) == kind)
    }

    /// The node above.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id > 0).then(|| self.nodes[id].parent)
    }

    /// The nodes above, the nearest first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |above| self.parent(*above))
    }

    /// Where a node stands.
    pub fn span(&self, id: NodeId) -> Span {
        Span { file: self.file, start: self.nodes[id].start, end: self.nodes[id].end }
    }

    /// A node's text.
    pub fn text(&self, id: NodeId) -> &'s str {
        self.text.get(self.nodes[id].start..self.nodes[id].end).unwrap_or_default()
    }

    /// The text between two offsets.
    pub fn between(&self, range: std::ops::Range<usize>) -> &'s str {
        self.text.get(range).unwrap_or_default()
    }

    /// Whether a node is a string, of any form.
    pub fn is_string(&self, id: NodeId) -> bool {
        const KINDS: [&str; 7] = [
            "string",
            "encapsed_string",
            "interpreted_string_literal",
            "raw_string_literal",
            "string_literal",
            "verbatim_string_literal",
            "heredoc",
        ];
        KINDS.contains(&self.kind(id))
    }

    /// The content of a string literal that is wholly known.
    pub fn string(&self, id: NodeId) -> Option<&'s str> {
        if !self.is_string(id) {
            return None;
        }
        const PARTS: [&str; 6] = [
            "string_start",
            "string_content",
            "string_end",
            "string_literal_content",
            "interpreted_string_literal_content",
            "raw_string_literal_content",
        ];
        if self.children(id).any(|part| !PARTS.contains(&self.kind(part))) {
            return None;
        }
        let text = self.text(id);
        let quoted = &text[text.find(['"', '\'', '`'])?..];
        let quote = quoted.chars().next()?;
        let content = quoted.trim_start_matches(quote);
        Some(content.trim_end_matches(quote))
    }

    /// The last name of a reference: `c` of `a.b.c`, `$a->c`, `A::c`.
    pub fn last_name(&self, id: NodeId) -> &'s str {
        let mut names = self.below(id).filter(|below| self.is_name(*below));
        names.next_back().map_or("", |name| self.text(name))
    }

    /// Whether a node is a name.
    pub fn is_name(&self, id: NodeId) -> bool {
        const KINDS: [&str; 9] = [
            "identifier",
            "field_identifier",
            "type_identifier",
            "package_identifier",
            "property_identifier",
            "constant",
            "name",
            "simple_symbol",
            "hash_key_symbol",
        ];
        KINDS.contains(&self.kind(id)) && self.is_leaf(id)
    }
}

/// The named nodes in order, without recursion.
fn lower(tree: &Tree) -> Option<Vec<Syntax>> {
    let mut cursor = tree.walk();
    let mut nodes: Vec<Syntax> = Vec::new();
    let mut open: Vec<Option<NodeId>> = Vec::new();
    loop {
        let node = cursor.node();
        let parent = open.iter().rev().find_map(|above| *above).unwrap_or(0);
        let id = node.is_named().then(|| {
            nodes.push(Syntax {
                kind: node.kind_id(),
                field: cursor.field_id(),
                start: node.start_byte(),
                end: node.end_byte(),
                parent,
                after: 0,
            });
            nodes.len() - 1
        });
        if nodes.len() > MOST_NODES {
            return None;
        }
        open.push(id);
        if cursor.goto_first_child() {
            continue;
        }
        loop {
            if let Some(closed) = open.pop().flatten() {
                nodes[closed].after = nodes.len();
            }
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return Some(nodes);
            }
        }
    }
}
