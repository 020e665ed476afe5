//! Descriptors that a program builds: object literals with `lifecycle` and what else makes a descriptor.

use crate::{
    facts::{Descriptor, Event, Origin},
    javascript::{
        ir::{Kind, NodeId, Property},
        project::ModuleId,
        values::{At, Value, Values},
    },
    source::{Span, Spanned},
    tree::{Member, Node, Value as Content},
};

/// How deep the members of a descriptor are read.
const DEEPEST: usize = 12;

/// How many nodes a descriptor may have.
const MOST_NODES: usize = 20_000;

/// The descriptors of every file.
pub fn descriptors(values: &Values<'_, '_>) -> Vec<Descriptor> {
    let mut found = Vec::new();
    for (id, module) in values.project.modules() {
        values.refuel();
        for node in module.ids() {
            let Kind::Object(properties) = module.kind(node) else { continue };
            if !is_descriptor(values, id, properties) {
                continue;
            }
            let mut reader = Reader { values, nodes: 0 };
            let Some(tree) = reader.object(&values.at_top(id, node), 0) else { continue };
            let declares = |event: Event| tree.at(&["lifecycle", event.key()]).is_some();
            if Event::ALL.into_iter().any(declares) {
                found.push(Descriptor { file: module.file, tree, origin: Origin::Code, not_strict: None });
            }
        }
    }
    found
}

/// Whether an object literal has what only a descriptor has.
fn is_descriptor(values: &Values<'_, '_>, id: ModuleId, properties: &[Property]) -> bool {
    let module = values.project.module(id);
    let keys: Vec<&str> = properties
        .iter()
        .filter_map(|property| match property {
            Property::Named { key, .. } => Some(key.as_str()),
            _ => None,
        })
        .collect();
    let is_type = |property: &Property| match property {
        Property::Named { key, value, .. } => key == "lifecycle" && matches!(module.kind(*value), Kind::Function(_)),
        _ => false,
    };
    keys.contains(&"lifecycle")
        && keys.iter().any(|key| matches!(*key, "baseUrl" | "modules"))
        && !properties.iter().any(is_type)
}

/// Reads literals as data.
struct Reader<'v, 'p, 's> {
    values: &'v Values<'p, 's>,
    nodes: usize,
}

impl Reader<'_, '_, '_> {
    /// An object literal, what its spreads stand for put in their places.
    fn object(&mut self, at: &At, depth: usize) -> Option<Node> {
        let module = self.values.project.module(at.module);
        let Kind::Object(properties) = module.kind(at.node) else { return None };
        let span = module.span(at.node);
        let mut members: Vec<Member> = Vec::new();
        for property in properties {
            match property {
                Property::Named { key, span, value } => {
                    members.push(self.member(key.clone(), *span, &at.with(*value), depth));
                }
                Property::Computed { key, value } => {
                    if let Value::Text(key, span) = self.values.of(&at.with(*key)) {
                        members.push(self.member(key, span, &at.with(*value), depth));
                    }
                }
                Property::Getter { key, span, .. } => {
                    let value = Node { span: *span, value: Content::Unknown };
                    members.push(Member { key: Spanned { value: key.clone(), span: *span }, value });
                }
                Property::Spread(value) => {
                    let spread = self.value(&self.values.of(&at.with(*value)), module.span(*value), depth);
                    if let Content::Object(more) = spread.value {
                        members.extend(more);
                    }
                }
            }
        }
        Some(Node { span, value: Content::Object(members) })
    }

    fn member(&mut self, key: String, span: Span, value: &At, depth: usize) -> Member {
        Member { key: Spanned { value: key, span }, value: self.node(value, depth) }
    }

    fn node(&mut self, at: &At, depth: usize) -> Node {
        let span = self.values.project.node(at.module, at.node).span;
        self.value(&self.values.of(at), span, depth)
    }

    /// A value that stands at `span`.
    fn value(&mut self, value: &Value, span: Span, depth: usize) -> Node {
        self.nodes += 1;
        let unknown = Node { span, value: Content::Unknown };
        if depth > DEEPEST || self.nodes > MOST_NODES {
            return unknown;
        }
        let content = match value {
            Value::Text(text, _) => Content::String(text.clone()),
            Value::Partial(parts, _) => partial(parts),
            Value::Number(number) => Content::Number(number.to_string()),
            Value::Bool(bool) => Content::Bool(*bool),
            Value::Null => Content::Null,
            Value::Literal(at) => match self.values.project.module(at.module).kind(at.node) {
                Kind::Object(_) => match self.object(at, depth + 1) {
                    Some(object) if inside(span, object.span) => return object,
                    Some(object) => object.value,
                    None => Content::Unknown,
                },
                Kind::Array(elements) => {
                    let elements: Vec<NodeId> = elements.clone();
                    let all = elements.iter().map(|element| self.node(&at.with(*element), depth + 1));
                    Content::Array(all.collect())
                }
                _ => Content::Unknown,
            },
            _ => Content::Unknown,
        };
        Node { value: content, ..unknown }
    }
}

/// A string of which something is not known: a template's way to write it, if what is known ends it.
fn partial(parts: &[Option<String>]) -> Content {
    match parts {
        [None, Some(end)] if end.starts_with('/') => Content::String(format!("{{{{unknown}}}}{end}")),
        _ => Content::Unknown,
    }
}

fn inside(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}
