//! Lowering the bodies of methods: what they call, keep and decide.

use tree_sitter::Node;

use crate::{
    jvm::ir::{Assignment, Body, Branch, Call},
    source::{Span, Spanned},
};

use super::{Lower, preorder};

impl Lower<'_> {
    pub(super) fn body(&self, node: Node<'_>) -> Body {
        let mut body = Body { course: self.course(node), ..Body::default() };
        preorder(node, |node| {
            match node.kind() {
                "identifier" | "type_identifier" => body.names.push(self.spanned(node, self.text(node))),
                "string_literal" | "multiline_string_literal" => match self.literal(node) {
                    Some(text) => body.texts.push(text),
                    None => body.openings.extend(self.opening(node)),
                },
                "method_invocation" | "object_creation_expression" | "call_expression" => {
                    body.calls.extend(self.call(node));
                }
                "binary_expression" | "equality_expression" => {
                    let operator = node.child(1).map_or("", |operator| self.text(operator));
                    if matches!(operator, "==" | "!=") {
                        body.comparisons.push(self.span(node));
                        body.negations.extend((operator == "!=").then(|| self.span(node)));
                    }
                }
                "unary_expression" | "prefix_expression" if self.text(node).starts_with('!') => {
                    body.negations.push(self.span(node));
                }
                "local_variable_declaration" | "field_declaration" | "constant_declaration" => {
                    body.assignments.extend(self.declared(node));
                }
                "assignment_expression" | "assignment" | "property_declaration" => {
                    body.assignments.extend(self.assignment(node));
                }
                "if_statement" | "ternary_expression" | "if_expression" => body.branches.extend(self.branch(node)),
                _ => {}
            }
            true
        });
        body.assignments.sort_by(|one, other| one.name.cmp(&other.name)); // stable: those of one name stay in order
        body
    }

    /// The text that a literal with something put into it starts with.
    fn opening(&self, node: Node<'_>) -> Option<Spanned<String>> {
        let first = self.children(node).into_iter().next()?;
        let is_text = matches!(first.kind(), "string_fragment" | "string_content" | "multiline_string_fragment");
        Some(self.spanned(node, if is_text { self.text(first) } else { "" }))
    }

    /// The variables of a Java declaration that are given a value.
    fn declared(&self, node: Node<'_>) -> Vec<Assignment> {
        let words = node.child_by_field_name("type").map_or(Vec::new(), |kind| self.identifiers(kind));
        let declarators = self.children(node).into_iter().filter(|child| child.kind() == "variable_declarator");
        let assigned = declarators.filter_map(|declarator| {
            let (name, value) = (declarator.child_by_field_name("name")?, declarator.child_by_field_name("value")?);
            Some(Assignment { name: self.last_name(name)?, words: words.clone(), value: self.span(value) })
        });
        assigned.collect()
    }

    fn assignment(&self, node: Node<'_>) -> Option<Assignment> {
        let (name, words, value) = match node.kind() {
            "property_declaration" => {
                let children = self.children(node);
                let declared = children.iter().find(|child| child.kind() == "variable_declaration")?;
                let value = children.iter().find(|child| child.start_byte() >= declared.end_byte())?;
                (self.child(*declared, "identifier")?, self.identifiers(*declared), *value)
            }
            _ => (node.child_by_field_name("left")?, Vec::new(), node.child_by_field_name("right")?),
        };
        Some(Assignment { name: self.last_name(name)?, words, value: self.span(value) })
    }

    fn branch(&self, node: Node<'_>) -> Option<Branch> {
        let test = node.child_by_field_name("condition")?;
        let children = self.children(node).into_iter().filter(|child| !child.is_extra());
        let mut sides = children.filter(|child| child.start_byte() >= test.end_byte());
        let yes = self.span(sides.next()?);
        Some(Branch { test: self.span(test), yes, no: sides.next().map(|side| self.span(side)) })
    }

    fn call(&self, node: Node<'_>) -> Option<Call> {
        let span = self.span(node);
        if node.kind() == "call_expression" {
            let children = self.children(node);
            let callee = *children.first()?;
            let lists = children.get(1..)?;
            let given = lists.iter().flat_map(|list| match list.kind() {
                "value_arguments" => self.children(*list),
                "annotated_lambda" => vec![*list],
                _ => Vec::new(),
            });
            let given = given.map(|argument| self.span(argument)).collect();
            let arguments = lists.first().zip(lists.last());
            let arguments = arguments.map(|(first, last)| Span { end: last.end_byte(), ..self.span(*first) });
            let (name, receiver) = match callee.kind() {
                "navigation_expression" => {
                    let parts = self.children(callee);
                    (self.text(*parts.last()?), parts.first().copied())
                }
                "identifier" => (self.text(callee), None),
                _ => return None,
            };
            let on = receiver.map(|receiver| self.span(receiver));
            let receiver = receiver.and_then(|receiver| self.last_name(receiver));
            return Some(Call { name: name.to_owned(), receiver, on, span, arguments, given });
        }
        let name = node.child_by_field_name("name").or_else(|| node.child_by_field_name("type"))?;
        let name =
            if name.kind() == "identifier" { name } else { self.children(name).first().copied().unwrap_or(name) };
        let object = node.child_by_field_name("object");
        let list = node.child_by_field_name("arguments");
        let given = list.map_or(Vec::new(), |list| self.children(list));
        let given = given.into_iter().filter(|node| !node.is_extra()).map(|node| self.span(node)).collect();
        Some(Call {
            name: self.text(name).to_owned(),
            receiver: object.and_then(|object| self.last_name(object)),
            on: object.map(|object| self.span(object)),
            span,
            arguments: list.map(|list| self.span(list)),
            given,
        })
    }

    /// The last name of an expression: `c` of `a.b.c` and of `a.b.c(…)`.
    fn last_name(&self, node: Node<'_>) -> Option<String> {
        let name = match node.kind() {
            "identifier" => node,
            "field_access" => node.child_by_field_name("field")?,
            "method_invocation" => node.child_by_field_name("name")?,
            "object_creation_expression" => node.child_by_field_name("type")?,
            "navigation_expression" => *self.children(node).last()?,
            "call_expression" => {
                let callee = *self.children(node).first()?;
                if callee.kind() == "identifier" { callee } else { *self.children(callee).last()? }
            }
            _ => return None,
        };
        Some(self.text(name).to_owned())
    }
}
