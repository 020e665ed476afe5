//! Descriptors that Java and Kotlin build: JSON in a string, maps, Jackson's nodes; and Connect's key hosts in strings.

use std::{collections::BTreeMap, ops::Range};

use tree_sitter::{Node as Syntax, Tree};

use crate::{
    facts::{Descriptor, Event, Facts, Origin},
    jvm::is_part_of_app,
    source::{FileId, SourceFile, Sources, Span, Spanned},
    syntax::{grammar, json},
    tree::{Member, Node, Value},
};

/// Hosts that only code for signed installs has a reason to name.
const KEY_HOSTS: [&str; 2] = ["connect-install-keys.atlassian.com", "asap-distribution"];

/// How deep the members of a descriptor are read.
const DEEPEST: usize = 12;

/// Adds what every file says.
pub fn add(sources: &Sources, facts: &mut Facts) {
    for (id, file) in sources.iter().filter(|(_, file)| is_part_of_app(&file.path)) {
        let names = |words: &[&str]| words.iter().any(|word| file.text.contains(word));
        let (names_host, describes) = (names(&KEY_HOSTS), names(&["lifecycle"]) && names(&["baseUrl", "modules"]));
        let Some(tree) = (names_host || describes).then(|| parse(file)).flatten() else { continue };
        let reader = Reader { file: id, text: &file.text, is_kotlin: file.path.ends_with(".kt") };
        let nodes = preorder(&tree);
        let texts = nodes.iter().filter(|node| is_string(**node)).map(|node| reader.span(*node));
        let text = |span: &Span| file.text.get(span.start..span.end).unwrap_or_default();
        let hosts = texts.filter(|span| KEY_HOSTS.iter().any(|host| text(span).contains(host)));
        facts.mentions.extend(hosts);
        facts.descriptors.extend(reader.descriptors(&nodes));
    }
}

fn parse(file: &SourceFile) -> Option<Tree> {
    let language = match file.path.ends_with(".kt") {
        true => tree_sitter_kotlin_ng::LANGUAGE.into(),
        false => tree_sitter_java::LANGUAGE.into(),
    };
    grammar::parse(&language, &file.text)
}

/// Every named node, in the order written.
fn preorder(tree: &Tree) -> Vec<Syntax<'_>> {
    let (mut cursor, mut nodes) = (tree.walk(), Vec::new());
    loop {
        nodes.extend(Some(cursor.node()).filter(Syntax::is_named));
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return nodes;
            }
        }
    }
}

fn is_string(node: Syntax<'_>) -> bool {
    matches!(node.kind(), "string_literal" | "multiline_string_literal")
}

fn is_sum(node: Syntax<'_>) -> bool {
    matches!(node.kind(), "binary_expression" | "additive_expression")
        && node.child(1).is_some_and(|op| op.kind() == "+")
}

fn children(node: Syntax<'_>) -> Vec<Syntax<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.kind().ends_with("comment")).collect()
}

/// A text that code makes, and where each of its bytes is written.
#[derive(Default)]
struct Text {
    value: String,
    places: Vec<Range<usize>>,
}

impl Text {
    fn push(&mut self, text: &str, place: Range<usize>) {
        let is_verbatim = text.len() == place.len();
        self.places.extend((0..text.len()).map(|at| match is_verbatim {
            true => place.start + at..place.start + at + 1,
            false => place.clone(),
        }));
        self.value.push_str(text);
    }

    /// Where a part of the text is written.
    fn place(&self, span: Span) -> Span {
        let start = self.places.get(span.start).map_or(0, |place| place.start);
        let end = span.end.checked_sub(1).and_then(|last| self.places.get(last)).map_or(start, |place| place.end);
        Span { start, end: end.max(start), ..span }
    }
}

/// What stands for an expression inside of a text, as in templates of descriptors.
const PLACEHOLDER: &str = "{{value}}";

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    is_kotlin: bool,
}

/// The members that are put into a variable.
type Puts<'t> = BTreeMap<&'t str, Vec<Member>>;

impl<'t> Reader<'t> {
    fn span(&self, node: Syntax<'_>) -> Span {
        Span { file: self.file, start: node.start_byte(), end: node.end_byte() }
    }

    fn source(&self, node: Syntax<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn descriptors(&self, nodes: &[Syntax<'_>]) -> Vec<Descriptor> {
        let (mut found, mut puts) = (Vec::new(), Puts::new());
        let mut read = 0;
        for node in nodes {
            if matches!(node.kind(), "method_declaration" | "function_declaration") {
                found.extend(std::mem::take(&mut puts).into_values().filter_map(|members| self.built(members)));
            }
            self.note_put(*node, &mut puts);
            if node.start_byte() < read {
                continue;
            }
            let is_whole = || node.parent().is_none_or(|above| !is_sum(above));
            let tree = match is_string(*node) || is_sum(*node) {
                true => is_whole().then(|| self.json(*node)).flatten(),
                false => self.call(*node).and_then(|_| self.value(*node, &puts, 0)),
            };
            if let Some(tree) = tree.filter(is_descriptor) {
                read = node.end_byte();
                found.push(tree);
            }
        }
        found.extend(puts.into_values().filter_map(|members| self.built(members)));
        let descriptor = |tree: Node| Descriptor { file: self.file, tree, origin: Origin::Code, not_strict: None };
        found.into_iter().map(descriptor).collect()
    }

    /// The descriptor that a variable was filled with.
    fn built(&self, members: Vec<Member>) -> Option<Node> {
        let (first, last) = (members.first()?.key.span, members.last()?.value.span);
        let span = Span { file: self.file, start: first.start, end: last.end.max(first.end) };
        Some(Node { span, value: Value::Object(members) }).filter(is_descriptor)
    }

    /// JSON in a string, or in strings that are added.
    fn json(&self, node: Syntax<'_>) -> Option<Node> {
        let mut text = Text::default();
        self.collect(node, &mut text, 0);
        if !text.value.trim_start().starts_with('{') || !text.value.contains("lifecycle") {
            return None;
        }
        let mut tree = json::parse(self.file, &text.value).ok()?;
        let mut open = vec![&mut tree];
        while let Some(node) = open.pop() {
            node.span = text.place(node.span);
            match &mut node.value {
                Value::Object(members) => {
                    for member in members {
                        member.key.span = text.place(member.key.span);
                        open.push(&mut member.value);
                    }
                }
                Value::Array(elements) => open.extend(elements),
                _ => {}
            }
        }
        Some(tree)
    }

    /// Adds the text that an expression has; a placeholder for what is not known.
    fn collect(&self, node: Syntax<'_>, text: &mut Text, depth: usize) {
        match children(node)[..] {
            [left, right] if is_sum(node) && depth < 400 => {
                self.collect(left, text, depth + 1);
                self.collect(right, text, depth + 1);
            }
            ref parts if is_string(node) => parts.iter().for_each(|part| self.piece(*part, text)),
            _ => text.push(PLACEHOLDER, node.byte_range()),
        }
    }

    /// A part of a string literal.
    fn piece(&self, part: Syntax<'_>, text: &mut Text) {
        let (source, place) = (self.source(part), part.byte_range());
        match part.kind() {
            "interpolation" => text.push(PLACEHOLDER, place),
            "escape_sequence" => text.push(unescaped(source), place),
            _ if self.is_kotlin && source.contains('$') => {
                for (index, piece) in source.split('$').enumerate() {
                    let end = piece.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(piece.len());
                    let is_name = index > 0 && end > 0;
                    text.push(if is_name { PLACEHOLDER } else { "" }, place.clone());
                    text.push(if is_name { &piece[end..] } else { piece }, place.clone());
                }
            }
            _ => text.push(source, place),
        }
    }

    /// A string literal that is wholly known.
    fn string(&self, node: Syntax<'_>) -> Option<String> {
        let mut text = Text::default();
        if !is_string(node) && !is_sum(node) {
            return None;
        }
        self.collect(node, &mut text, 0);
        (!text.value.contains(PLACEHOLDER)).then_some(text.value)
    }

    /// An expression as data; `None` for what no descriptor is made of.
    fn value(&self, node: Syntax<'_>, puts: &Puts<'_>, depth: usize) -> Option<Node> {
        let span = self.span(node);
        let made = |value: Value| Some(Node { span, value });
        if depth > DEEPEST {
            return None;
        }
        if let Some(text) = self.string(node) {
            return made(Value::String(text));
        }
        match node.kind() {
            "true" | "false" => return made(Value::Bool(node.kind() == "true")),
            "identifier" => return made(Value::Object(puts.get(self.source(node))?.clone())),
            _ => {}
        }
        let (name, arguments) = self.call(node)?;
        let known = |node: Syntax<'_>| {
            self.value(node, puts, depth + 1).unwrap_or(Node { span: self.span(node), value: Value::Unknown })
        };
        let member = |key: Syntax<'_>, value: Syntax<'_>| {
            let key = Spanned { value: self.string(key)?, span: self.span(key) };
            Some(Member { key, value: known(value) })
        };
        let pair = |node: Syntax<'_>| match (node.kind(), &children(node)[..]) {
            ("infix_expression", [key, to, value]) if self.source(*to) == "to" => member(*key, *value),
            _ => match self.call(node)? {
                ("entry" | "Pair", parts) => member(*parts.first()?, *parts.get(1)?),
                _ => None,
            },
        };
        let is_map = self.source(node).split('(').next().is_some_and(|head| head.contains("Map"));
        match name {
            "of" | "singletonMap" if is_map => {
                made(Value::Object(arguments.chunks(2).filter_map(|pair| member(pair[0], *pair.get(1)?)).collect()))
            }
            "ofEntries" | "mapOf" | "mutableMapOf" | "linkedMapOf" | "hashMapOf" | "sortedMapOf" => {
                made(Value::Object(arguments.into_iter().filter_map(pair).collect()))
            }
            "of" | "asList" | "listOf" | "singletonList" => {
                made(Value::Array(arguments.into_iter().map(known).collect()))
            }
            "emptyMap" => made(Value::Object(Vec::new())),
            _ => None,
        }
    }

    /// The name and the arguments of a call.
    fn call<'n>(&self, node: Syntax<'n>) -> Option<(&'t str, Vec<Syntax<'n>>)> {
        match node.kind() {
            "method_invocation" => {
                let list = node.child_by_field_name("arguments").map_or(Vec::new(), children);
                Some((self.source(node.child_by_field_name("name")?), list))
            }
            "call_expression" => {
                let parts = children(node);
                let list = parts.iter().find(|part| part.kind() == "value_arguments")?;
                let callee = *parts.first()?;
                let name = if callee.kind() == "navigation_expression" { *children(callee).last()? } else { callee };
                let arguments = children(*list).into_iter().filter_map(|argument| children(argument).pop());
                Some((self.source(name), arguments.collect()))
            }
            _ => None,
        }
    }

    /// What a call is called on.
    fn receiver<'n>(&self, node: Syntax<'n>) -> Option<Syntax<'n>> {
        match node.kind() {
            "method_invocation" => node.child_by_field_name("object"),
            "call_expression" => children(node)
                .first()
                .filter(|callee| callee.kind() == "navigation_expression")
                .and_then(|callee| children(*callee).first().copied()),
            _ => None,
        }
    }

    /// Notes `object.put("key", value)`, and chains of such calls, at the last call of the chain.
    fn note_put(&self, node: Syntax<'_>, puts: &mut Puts<'t>) {
        let is_inner = node
            .parent()
            .is_some_and(|above| self.receiver(above) == Some(node) || above.kind() == "navigation_expression");
        if is_inner || self.call(node).is_none() {
            return;
        }
        let (mut chain, mut on) = (Vec::new(), node);
        while let Some((call, receiver)) = self.call(on).zip(self.receiver(on)).filter(|_| chain.len() < 400) {
            chain.push((call, self.span(on)));
            on = receiver;
        }
        if on.kind() != "identifier" || chain.is_empty() {
            return;
        }
        let mut path: Vec<String> = Vec::new();
        for ((name, arguments), span) in chain.into_iter().rev() {
            let Some(key) =
                arguments.first().and_then(|key| Some(Spanned { value: self.string(*key)?, span: self.span(*key) }))
            else {
                return;
            };
            let value = match (name, arguments.get(1)) {
                ("put" | "set" | "addProperty" | "add", Some(value)) => {
                    let known = self.value(*value, puts, 0);
                    known.unwrap_or(Node { span: self.span(*value), value: Value::Unknown })
                }
                ("putObject", None) => Node { span, value: Value::Object(Vec::new()) },
                _ => return,
            };
            let members = puts.entry(self.source(on)).or_default();
            let Some(members) = within(members, &path) else { return };
            let opened = (name == "putObject").then(|| key.value.clone());
            members.push(Member { key, value });
            path.extend(opened);
        }
    }
}

/// The members of the object at a path.
fn within<'m>(members: &'m mut Vec<Member>, path: &[String]) -> Option<&'m mut Vec<Member>> {
    let mut at = members;
    for key in path {
        let member = at.iter_mut().rfind(|member| member.key.value == *key)?;
        let Value::Object(inner) = &mut member.value.value else { return None };
        at = inner;
    }
    Some(at)
}

/// What an escape sequence stands for, as far as JSON in a string needs it.
fn unescaped(escape: &str) -> &str {
    match escape {
        "\\\"" => "\"",
        "\\'" => "'",
        "\\\\" => "\\",
        "\\n" => "\n",
        "\\t" => "\t",
        "\\r" => "\r",
        "\\$" => "$",
        _ => "",
    }
}

/// Whether data is what a descriptor has to be.
fn is_descriptor(tree: &Node) -> bool {
    let declares = Event::ALL.into_iter().any(|event| tree.at(&["lifecycle", event.key()]).is_some());
    declares && (tree.at(&["baseUrl"]).is_some() || tree.at(&["modules"]).is_some())
}
