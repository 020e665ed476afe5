//! Parsing Java and Kotlin, and lowering the tree. No type of the parser leaves this module.
//!
//! Trees of hostile text are as deep as the text is long: they are walked with a cursor, never by recursion.

use std::{collections::BTreeSet, ops::Range};

use tree_sitter::{Node, Tree};

use crate::{
    jvm::ir::{Annotation, Class, Function, Parameter, Unit, Value},
    source::{FileId, Span, Spanned},
    syntax::grammar,
};

mod body;
mod course;

/// How deep expressions of annotations and constants are followed.
const DEPTH: usize = 24;

/// Reads a file; a broken one if it is neither Java nor Kotlin, nests without end, or takes the parser beyond
/// reason.
pub fn parse(file: FileId, path: &str, text: &str) -> Unit {
    let mut unit = Unit {
        file,
        package: String::new(),
        imports: Vec::new(),
        classes: vec![Class::default()],
        types: Vec::new(),
        broken: true,
        is_unread: true,
    };
    let Some(tree) = tree(path, text) else { return unit };
    unit.is_unread = false;
    let root = tree.root_node();
    let lower = Lower { file, text };
    unit.broken = root.has_error();
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut types = BTreeSet::new();
    preorder(root, |node| {
        while open.last().is_some_and(|(_, end)| *end <= node.start_byte()) {
            open.pop();
        }
        let class = open.last().map_or(0, |(class, _)| *class);
        match node.kind() {
            // how the Kotlin grammar misreads some annotated classes
            "annotated_expression" => unit.broken = true,
            "package_declaration" | "package_header" => unit.package = lower.dotted(node),
            "import_declaration" | "import" => unit.imports.push(lower.dotted(node)),
            "class_declaration"
            | "interface_declaration"
            | "record_declaration"
            | "enum_declaration"
            | "annotation_type_declaration"
            | "object_declaration" => {
                open.push((unit.classes.len(), node.end_byte()));
                unit.classes.push(lower.class(node));
            }
            "method_declaration" | "function_declaration" => {
                let function = lower.function(node);
                let used = function.body.iter().flat_map(|body| &body.names).map(|name| &name.value);
                types.extend(used.filter(|name| is_type(name)).cloned());
                unit.classes[class].methods.push(function);
            }
            "field_declaration" | "property_declaration" | "constant_declaration" | "class_parameter" => {
                lower.field(node, &mut unit.classes[class]);
                types.extend(lower.identifiers(node).into_iter().filter(|name| is_type(name)));
                return false;
            }
            "constructor_declaration" | "secondary_constructor" | "block" | "lambda_expression" | "lambda_literal" => {
                return false;
            }
            "identifier" | "type_identifier" if is_type(lower.text(node)) => {
                types.insert(lower.text(node).to_owned());
            }
            _ => {}
        }
        !matches!(node.kind(), "method_declaration" | "function_declaration" | "import" | "import_declaration")
    });
    unit.types = types.into_iter().collect();
    unit
}

/// Where the comments of a file are, in order; none where it takes the parser beyond reason.
pub fn comments(path: &str, text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let Some(tree) = tree(path, text) else { return found };
    preorder(tree.root_node(), |node| {
        let is_comment = node.kind().ends_with("comment");
        found.extend(is_comment.then(|| node.byte_range()));
        !is_comment
    });
    found
}

/// Whether a name is one that types have.
pub fn is_type(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// The tree of a file; `None` if it is neither Java nor Kotlin, nests without end, or takes the parser beyond reason.
fn tree(path: &str, text: &str) -> Option<Tree> {
    let language = match path.rsplit_once('.')?.1 {
        "java" => tree_sitter_java::LANGUAGE.into(),
        "kt" => tree_sitter_kotlin_ng::LANGUAGE.into(),
        _ => return None,
    };
    grammar::parse(&language, text)
}

/// The parts of a text in which `$name` stands for a constant.
fn named_parts(text: &str, span: Span) -> Vec<Value> {
    let mut pieces = text.split('$');
    let literal = |text: &str| Value::Text(Spanned { value: text.to_owned(), span });
    let mut parts: Vec<Value> = pieces.next().map(literal).into_iter().collect();
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        parts.push(match name {
            "" => Value::Text(Spanned { value: "$".to_owned(), span }),
            name => Value::Name(Spanned { value: name.to_owned(), span }),
        });
        parts.push(literal(rest));
    }
    parts
}

/// Whether a part of a string is text as it stands.
fn is_plain(part: &Node<'_>) -> bool {
    matches!(part.kind(), "string_fragment" | "string_content" | "multiline_string_fragment")
}

/// Visits a node and what is below it in the order written; `visit` says whether to go below.
fn preorder<'tree>(root: Node<'tree>, mut visit: impl FnMut(Node<'tree>) -> bool) {
    let mut cursor = root.walk();
    loop {
        if visit(cursor.node()) && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// A file that is lowered.
struct Lower<'text> {
    file: FileId,
    text: &'text str,
}

impl<'text> Lower<'text> {
    fn span(&self, node: Node<'_>) -> Span {
        Span { file: self.file, start: node.start_byte(), end: node.end_byte() }
    }

    fn text(&self, node: Node<'_>) -> &'text str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn spanned(&self, node: Node<'_>, value: impl Into<String>) -> Spanned<String> {
        Spanned { value: value.into(), span: self.span(node) }
    }

    fn children<'tree>(&self, node: Node<'tree>) -> Vec<Node<'tree>> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).collect()
    }

    fn child<'tree>(&self, node: Node<'tree>, kind: &str) -> Option<Node<'tree>> {
        self.children(node).into_iter().find(|child| child.kind() == kind)
    }

    /// Identifiers below a node, in the order written.
    fn identifiers(&self, node: Node<'_>) -> Vec<String> {
        let mut found = Vec::new();
        preorder(node, |node| {
            if matches!(node.kind(), "identifier" | "type_identifier") {
                found.push(self.text(node).to_owned());
            }
            true
        });
        found
    }

    fn dotted(&self, node: Node<'_>) -> String {
        let mut name = self.identifiers(node).join(".");
        if self.text(node).trim_end_matches([';', ' ']).ends_with('*') {
            name.push_str(".*");
        }
        name
    }

    fn class(&self, node: Node<'_>) -> Class {
        let name = node.child_by_field_name("name").map_or("", |name| self.text(name)).to_owned();
        let mut class = Class { name, annotations: self.annotations(node), ..Class::default() };
        const HEADS: [&str; 4] = ["superclass", "super_interfaces", "extends_interfaces", "delegation_specifiers"];
        for head in self.children(node).into_iter().filter(|child| HEADS.contains(&child.kind())) {
            class.supertypes.extend(self.identifiers(head));
        }
        class
    }

    fn annotations(&self, node: Node<'_>) -> Vec<Annotation> {
        let Some(modifiers) = self.child(node, "modifiers") else { return Vec::new() };
        self.children(modifiers).into_iter().filter_map(|node| self.annotation(node)).collect()
    }

    fn annotation(&self, node: Node<'_>) -> Option<Annotation> {
        if !matches!(node.kind(), "annotation" | "marker_annotation") {
            return None;
        }
        let invoked = self.child(node, "constructor_invocation").unwrap_or(node);
        let children = self.children(invoked);
        const LISTS: [&str; 2] = ["annotation_argument_list", "value_arguments"];
        let list = children.iter().find(|child| LISTS.contains(&child.kind()));
        let head = children.iter().find(|child| !LISTS.contains(&child.kind()) && child.kind() != "use_site_target")?;
        let name = self.identifiers(*head).pop()?;
        let arguments = list.map_or(Vec::new(), |list| self.arguments(*list, DEPTH));
        Some(Annotation { name, span: self.span(node), arguments })
    }

    fn arguments(&self, list: Node<'_>, depth: usize) -> Vec<(String, Value)> {
        let mut arguments: Vec<(String, Value)> = Vec::new();
        for node in self.children(list) {
            let (name, value) = match node.kind() {
                "element_value_pair" => {
                    let key = node.child_by_field_name("key").map_or("", |key| self.text(key));
                    (key, node.child_by_field_name("value"))
                }
                "value_argument" => match self.children(node)[..] {
                    [name, value] if name.kind() == "identifier" => (self.text(name), Some(value)),
                    ref children => ("value", children.last().copied()),
                },
                "line_comment" | "block_comment" => continue,
                _ => ("value", Some(node)),
            };
            let Some(value) = value else { continue };
            let value = self.value(value, depth);
            // Kotlin's `value` takes any number of arguments
            match arguments.iter_mut().find(|(own, _)| own == name) {
                Some((_, first)) => {
                    let mut all = match std::mem::replace(first, Value::List(Vec::new())) {
                        Value::List(all) => all,
                        one => vec![one],
                    };
                    all.extend_from_slice(value.elements());
                    *first = Value::List(all);
                }
                None => arguments.push((name.to_owned(), value)),
            }
        }
        arguments
    }

    fn value(&self, node: Node<'_>, depth: usize) -> Value {
        let Some(depth) = depth.checked_sub(1) else { return Value::Unknown(self.span(node)) };
        match node.kind() {
            "string_literal" | "multiline_string_literal" => match self.literal(node) {
                Some(text) => Value::Text(text),
                None => self.template(node, depth),
            },
            "identifier" => Value::Name(self.spanned(node, self.text(node))),
            "decimal_integer_literal" | "number_literal" => match self.text(node).parse() {
                Ok(value) => Value::Number(Spanned { value, span: self.span(node) }),
                Err(_) => Value::Unknown(self.span(node)),
            },
            "field_access" | "scoped_identifier" | "navigation_expression" | "qualified_identifier" => {
                Value::Name(self.spanned(node, self.identifiers(node).join(".")))
            }
            "parenthesized_expression" | "spread_expression" => match self.children(node)[..] {
                [inner] => self.value(inner, depth),
                _ => Value::Unknown(self.span(node)),
            },
            "element_value_array_initializer" | "array_initializer" | "collection_literal" => {
                Value::List(self.children(node).into_iter().map(|node| self.value(node, depth)).collect())
            }
            "call_expression" => {
                let children = self.children(node);
                let is_array = children.first().is_some_and(|callee| self.text(*callee) == "arrayOf");
                match children.get(1).filter(|list| is_array && list.kind() == "value_arguments") {
                    Some(list) => {
                        let values = self.arguments(*list, depth).into_iter();
                        Value::List(values.flat_map(|(_, value)| value.elements().to_vec()).collect())
                    }
                    None => Value::Unknown(self.span(node)),
                }
            }
            "binary_expression" | "additive_expression" => {
                let operator = node.child(1).map(|operator| self.text(operator));
                match (operator, &self.children(node)[..]) {
                    (Some("+"), [left, right]) => {
                        let parts = vec![self.value(*left, depth), self.value(*right, depth)];
                        Value::Concatenation(parts, self.span(node))
                    }
                    _ => Value::Unknown(self.span(node)),
                }
            }
            _ => Value::Unknown(self.span(node)),
        }
    }

    /// A string without its quotes; `None` if something is put into it or escaped.
    fn literal(&self, node: Node<'_>) -> Option<Spanned<String>> {
        let children = self.children(node);
        if !children.iter().all(is_plain) {
            return None;
        }
        let text: String = children.iter().map(|child| self.text(*child)).collect();
        let is_kotlin = children.iter().any(|child| child.kind() == "string_content");
        (!is_kotlin || !text.contains('$')).then(|| self.spanned(node, text))
    }

    /// A Kotlin string with expressions in it. The grammar takes `$name` for text.
    fn template(&self, node: Node<'_>, depth: usize) -> Value {
        let mut parts = Vec::new();
        let mut text = String::new();
        for child in self.children(node) {
            match (child.kind(), &self.children(child)[..]) {
                _ if is_plain(&child) => text.push_str(self.text(child)),
                ("interpolation", [inner]) => {
                    parts.extend(named_parts(&std::mem::take(&mut text), self.span(node)));
                    parts.push(self.value(*inner, depth));
                }
                _ => return Value::Unknown(self.span(node)),
            }
        }
        parts.extend(named_parts(&text, self.span(node)));
        Value::Concatenation(parts, self.span(node))
    }

    fn field(&self, node: Node<'_>, class: &mut Class) {
        let words = || self.identifiers(node);
        match node.kind() {
            "class_parameter" => {
                let name = self.child(node, "identifier").map(|name| self.text(name).to_owned());
                class.fields.extend(name.map(|name| Parameter::new(name, words())));
            }
            "property_declaration" => {
                let children = self.children(node);
                let Some(declared) = children.iter().find(|child| child.kind() == "variable_declaration") else {
                    return;
                };
                let Some(name) = self.child(*declared, "identifier").map(|name| self.text(name).to_owned()) else {
                    return;
                };
                class.fields.push(Parameter::new(name.clone(), self.identifiers(*declared)));
                let value = children.iter().find(|child| child.start_byte() >= declared.end_byte());
                class.constants.extend(value.map(|value| (name, self.value(*value, DEPTH))));
            }
            _ => {
                let declared = [self.child(node, "modifiers"), node.child_by_field_name("type")];
                let kind: Vec<_> = declared.into_iter().flatten().flat_map(|part| self.identifiers(part)).collect();
                for declarator in self.children(node).into_iter().filter(|child| child.kind() == "variable_declarator")
                {
                    let Some(name) = declarator.child_by_field_name("name") else { continue };
                    let name = self.text(name).to_owned();
                    class.fields.push(Parameter::new(name.clone(), kind.clone()));
                    let value = declarator.child_by_field_name("value");
                    class.constants.extend(value.map(|value| (name, self.value(value, DEPTH))));
                }
            }
        }
    }

    fn function(&self, node: Node<'_>) -> Function {
        let name = node.child_by_field_name("name").unwrap_or(node);
        let list = node.child_by_field_name("parameters").or_else(|| self.child(node, "function_value_parameters"));
        let body = node.child_by_field_name("body").or_else(|| self.child(node, "function_body"));
        Function {
            name: self.spanned(name, self.text(name)),
            annotations: self.annotations(node),
            parameters: list.map_or(Vec::new(), |list| self.parameters(list)),
            body: body.map(|body| self.body(body)),
        }
    }

    fn parameters(&self, list: Node<'_>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        let mut annotations = Vec::new();
        for node in self.children(list) {
            let mut words = self.identifiers(node);
            if node.kind() == "parameter_modifiers" {
                annotations = words; // Kotlin writes them before the parameter they belong to
                continue;
            }
            let name = node.child_by_field_name("name").or_else(|| self.child(node, "identifier"));
            let Some(name) = name.map(|name| self.text(name).to_owned()) else { continue };
            words.append(&mut annotations);
            words.retain(|word| *word != name);
            parameters.push(Parameter::new(name, words));
        }
        parameters
    }
}
