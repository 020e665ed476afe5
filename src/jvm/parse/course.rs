//! Lowering the course of a body.

use tree_sitter::Node;

use crate::jvm::course::{Act, Called, Catch};

use super::Lower;

/// How deep statements and expressions are followed into each other.
const DEPTH: usize = 120;

impl Lower<'_> {
    /// The course of a method's body; of Kotlin's, which may be one expression, too.
    pub(super) fn course(&self, body: Node<'_>) -> Act {
        match self.children(body)[..] {
            [value] if body.kind() == "function_body" && value.kind() != "block" => {
                Act::Return(Box::new(self.act(value, DEPTH)), self.span(value))
            }
            _ => self.act(body, DEPTH),
        }
    }

    fn act(&self, node: Node<'_>, depth: usize) -> Act {
        let Some(depth) = depth.checked_sub(1) else { return Act::Beyond };
        let inner = |node: Node<'_>| Box::new(self.act(node, depth));
        let field = |name: &str| node.child_by_field_name(name).map_or_else(Box::default, inner);
        match node.kind() {
            "true" | "false" => Act::Truth(node.kind() == "true"),
            "null_literal" | "null" => Act::Null,
            "identifier" => match self.text(node) {
                word @ ("true" | "false") => Act::Truth(word == "true"),
                "null" => Act::Null,
                name => Act::Name(name.to_owned()),
            },
            "block"
            | "function_body"
            | "parenthesized_expression"
            | "expression_statement"
            | "labeled_expression"
            | "labeled_statement"
            | "annotated_lambda"
            | "finally_clause"
            | "finally_block"
            | "switch_rule"
            | "switch_block_statement_group"
            | "condition"
            | "value_argument" => self.all(node, depth),
            "lambda_expression" => Act::Later(field("body"), false),
            "lambda_literal" => Act::Later(Box::new(self.all(node, depth)), true),
            "method_invocation" | "object_creation_expression" | "call_expression" => self.called(node, depth),
            "navigation_expression" | "field_access" => {
                let children = self.children(node);
                match (children.first(), children.last()) {
                    (Some(on), Some(name)) => {
                        let member = |on: Act| Act::Member(self.text(*name).to_owned(), Box::new(on));
                        self.behind_negation(*on, depth, member)
                    }
                    _ => Act::default(),
                }
            }
            "local_variable_declaration" | "resource_specification" => Act::Parts(
                self.children(node)
                    .into_iter()
                    .map(|child| self.act(child, depth))
                    .filter(|act| !act.is_nothing())
                    .collect(),
            ),
            "variable_declarator" | "resource" => {
                match (node.child_by_field_name("name"), node.child_by_field_name("value")) {
                    (Some(name), Some(value)) => Act::Assign(self.text(name).to_owned(), inner(value)),
                    _ => Act::default(),
                }
            }
            "property_declaration" => {
                let children = self.children(node);
                let declared = children.iter().find(|child| child.kind() == "variable_declaration");
                let name = declared.and_then(|declared| self.child(*declared, "identifier"));
                let value =
                    children.iter().rfind(|child| declared.is_some_and(|own| child.start_byte() >= own.end_byte()));
                match (name, value) {
                    (Some(name), Some(value)) => Act::Assign(self.text(name).to_owned(), inner(*value)),
                    _ => self.parts(node, depth),
                }
            }
            "assignment_expression" | "assignment" => {
                let name = node.child_by_field_name("left").and_then(|left| self.identifiers(left).pop());
                Act::Assign(name.unwrap_or_default(), field("right"))
            }
            "unary_expression" if self.text(node).starts_with('!') => match self.children(node)[..] {
                [value] => Act::Not(inner(value)),
                _ => self.parts(node, depth),
            },
            "binary_expression" => {
                let operator = node.child(1).map_or("", |operator| self.text(operator));
                let sides = || Box::new([*field("left"), *field("right")]);
                match operator {
                    "&&" => Act::Both(sides()),
                    "||" => Act::Either(sides()),
                    "?:" => Act::OrElse(sides()),
                    "==" | "===" => Act::Same(sides()),
                    "!=" | "!==" => Act::Not(Box::new(Act::Same(sides()))),
                    _ => self.parts(node, depth),
                }
            }
            "if_statement" | "ternary_expression" | "if_expression" => {
                let Some(test) = node.child_by_field_name("condition") else { return self.parts(node, depth) };
                let children = self.children(node).into_iter().filter(|child| !child.is_extra());
                let mut sides = children.filter(|child| child.start_byte() >= test.end_byte());
                let mut side = || sides.next().map_or_else(Act::default, |side| self.act(side, depth));
                let (yes, no) = (side(), side());
                Act::Choose(Box::new([self.act(test, depth), yes, no]), self.span(test))
            }
            "switch_expression" => self.switch(node, depth),
            "when_expression" => self.when(node, depth),
            "for_statement" | "enhanced_for_statement" | "while_statement" => {
                Act::Maybe(Box::new(self.parts(node, depth)))
            }
            // only looked at where the machine is told to
            "assert_statement" => {
                let test =
                    self.children(node).into_iter().next().map_or_else(Act::default, |test| self.act(test, depth));
                let sides = [test, Act::default(), Act::Throw(None, Box::default())];
                Act::Maybe(Box::new(Act::Choose(Box::new(sides), self.span(node))))
            }
            "try_statement" | "try_with_resources_statement" | "try_expression" => self.attempt(node, depth),
            "return_statement" => Act::Return(Box::new(self.all(node, depth)), self.span(node)),
            "return_expression" if node.child_by_field_name("label").is_some() => {
                let value = self.children(node).into_iter().next_back().filter(|value| value.kind() != "identifier");
                Act::Break(value.map_or_else(Box::default, inner))
            }
            "return_expression" => Act::Return(Box::new(self.all(node, depth)), self.span(node)),
            "throw_statement" | "throw_expression" => {
                let value = self.children(node).into_iter().next_back();
                let constructed = value.filter(|value| value.kind() != "identifier");
                let kind = constructed.and_then(|value| self.identifiers(value).into_iter().next());
                Act::Throw(kind, value.map_or_else(Box::default, inner))
            }
            "break_statement" | "continue_statement" => Act::Break(Box::default()),
            "yield_statement" => Act::Break(Box::new(self.all(node, depth))),
            // what they do is done when somebody calls their methods
            "class_body"
            | "class_declaration"
            | "function_declaration"
            | "anonymous_function"
            | "object_literal"
            | "string_literal"
            | "multiline_string_literal"
            | "lambda_parameters" => Act::default(),
            "cast_expression" => *field("value"),
            "as_expression" => *field("left"),
            _ => self.parts(node, depth),
        }
    }

    fn acts(&self, node: Node<'_>, depth: usize) -> Vec<Act> {
        let acts =
            self.children(node).into_iter().filter(|child| !child.is_extra()).map(|child| self.act(child, depth));
        acts.collect()
    }

    fn all(&self, node: Node<'_>, depth: usize) -> Act {
        let mut acts = self.acts(node, depth);
        if acts.len() == 1 { acts.pop().unwrap_or_default() } else { Act::All(acts) }
    }

    fn parts(&self, node: Node<'_>, depth: usize) -> Act {
        Act::Parts(self.acts(node, depth).into_iter().filter(|act| !act.is_nothing()).collect())
    }

    fn called(&self, node: Node<'_>, depth: usize) -> Act {
        let inner = |node: Node<'_>| self.act(node, depth);
        let span = self.span(node);
        if node.kind() != "call_expression" {
            let on = node.child_by_field_name("object").map(|on| Box::new(inner(on)));
            let given = node.child_by_field_name("arguments").map_or(Vec::new(), |list| self.acts(list, depth));
            return Act::Call(Called { span, on, given, is_safe: false });
        }
        let children = self.children(node);
        let Some((callee, lists)) = children.split_first() else { return Act::default() };
        if callee.kind() == "call_expression" {
            let mut called = inner(*callee);
            if let Act::Call(called) = &mut called {
                called.given.extend(lists.iter().map(|list| inner(*list))); // a function behind the brackets
            }
            return called;
        }
        let is_member = callee.kind() == "navigation_expression";
        let on = if is_member { self.children(*callee).into_iter().next() } else { None };
        let is_safe = is_member && {
            let mut cursor = callee.walk();
            callee.children(&mut cursor).any(|child| child.kind() == "?.")
        };
        let mut given = Vec::new();
        for list in lists {
            match list.kind() {
                "value_arguments" => given.extend(self.acts(*list, depth)),
                "annotated_lambda" => given.push(inner(*list)),
                _ => {}
            }
        }
        let call = |on: Option<Act>| Act::Call(Called { span, on: on.map(Box::new), given, is_safe });
        match on {
            Some(on) => self.behind_negation(on, depth, |on| call(Some(on))),
            None => call(None),
        }
    }

    /// What is made of a receiver. The Kotlin grammar takes the `!` of `!a.b()` for a part of the receiver.
    fn behind_negation(&self, on: Node<'_>, depth: usize, make: impl FnOnce(Act) -> Act) -> Act {
        match self.act(on, depth) {
            Act::Not(receiver) if self.text(on).starts_with('!') => Act::Not(Box::new(make(*receiver))),
            receiver => make(receiver),
        }
    }

    fn switch(&self, node: Node<'_>, depth: usize) -> Act {
        let (on, body) = (node.child_by_field_name("condition"), node.child_by_field_name("body"));
        let (Some(on), Some(body)) = (on, body) else { return self.parts(node, depth) };
        let children = self.children(body);
        let label = |arm: &Node<'_>| self.child(*arm, "switch_label").map_or("", |label| self.text(label));
        Act::Switch {
            on: Box::new(self.act(on, depth)),
            span: self.span(on),
            falls_through: children.iter().any(|arm| arm.kind() == "switch_block_statement_group"),
            is_whole: children.iter().any(|arm| label(arm).starts_with("default")),
            arms: children.into_iter().map(|arm| self.act(arm, depth)).collect(),
        }
    }

    /// Kotlin's `when`: one of several sides where it has a subject, else one condition after the other.
    fn when(&self, node: Node<'_>, depth: usize) -> Act {
        let children = self.children(node);
        let subject = children.iter().find(|child| child.kind() == "when_subject");
        let entries: Vec<_> = children.iter().copied().filter(|child| child.kind() == "when_entry").collect();
        let body = |entry: Node<'_>| self.children(entry).pop().map_or_else(Act::default, |body| self.act(body, depth));
        let is_else = |entry: Node<'_>| entry.child_by_field_name("condition").is_none();
        if let Some(subject) = subject {
            return Act::Switch {
                on: Box::new(self.parts(*subject, depth)),
                span: self.span(*subject),
                is_whole: entries.iter().any(|entry| is_else(*entry)),
                arms: entries.into_iter().map(body).collect(),
                falls_through: false,
            };
        }
        if entries.len() > DEPTH / 2 {
            return Act::Beyond;
        }
        entries.into_iter().rev().fold(Act::default(), |rest, entry| match entry.child_by_field_name("condition") {
            Some(test) => Act::Choose(Box::new([self.act(test, depth), body(entry), rest]), self.span(test)),
            None => body(entry),
        })
    }

    fn attempt(&self, node: Node<'_>, depth: usize) -> Act {
        let (mut body, mut catches, mut finally) = (Vec::new(), Vec::new(), Act::default());
        for child in self.children(node) {
            match child.kind() {
                "block" | "resource_specification" => body.push(self.act(child, depth)),
                "catch_clause" | "catch_block" => catches.push(self.catch(child, depth)),
                "finally_clause" | "finally_block" => finally = self.all(child, depth),
                _ => {}
            }
        }
        Act::Try(Box::new(Act::All(body)), catches, Box::new(finally))
    }

    fn catch(&self, node: Node<'_>, depth: usize) -> Catch {
        let children = self.children(node);
        let body = children.iter().find(|child| child.kind() == "block");
        let parameter = children.iter().find(|child| child.kind() == "catch_formal_parameter").copied();
        let parameter = parameter.unwrap_or(node);
        let types = children.iter().filter(|child| child.kind() == "user_type").copied();
        let types = types.chain(self.child(parameter, "catch_type").into_iter().flat_map(|types| self.children(types)));
        let name = parameter.child_by_field_name("name").or_else(|| self.child(node, "identifier"));
        Catch {
            types: types.filter_map(|kind| self.identifiers(kind).pop()).collect(),
            name: name.map_or("", |name| self.text(name)).to_owned(),
            body: body.map_or_else(Act::default, |body| self.act(*body, depth)),
            span: self.span(node),
        }
    }
}
