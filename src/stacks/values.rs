//! What names stand for: the expressions that are assigned to them.

use std::collections::BTreeMap;

use crate::stacks::code::{Code, NodeId};

/// How many assignments of one name are looked at.
const MOST: usize = 200;

/// A node of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// The file's number.
    pub file: usize,
    /// The node.
    pub node: NodeId,
}

/// Every assignment of a project, by the last part of the name on its left.
#[derive(Debug, Default)]
pub struct Values<'s> {
    by_name: BTreeMap<&'s str, Vec<Assigned>>,
}

/// An assignment.
#[derive(Clone, Copy, Debug)]
struct Assigned {
    value: At,
    end: usize,
}

impl<'s> Values<'s> {
    /// Adds those of a file.
    pub fn add(&mut self, file: usize, code: &Code<'s>) {
        for node in code.ids() {
            for (left, right) in pairs(code, node) {
                let list = self.by_name.entry(name(code, left)).or_default();
                if list.len() < MOST {
                    list.push(Assigned { value: At { file, node: right }, end: code.span(node).end });
                }
            }
        }
    }

    /// The value a name has at a place: what was assigned last above it in its file, else anywhere in its file, else the
    /// only one in the project.
    pub fn of(&self, code: &Code<'_>, at: At) -> Option<At> {
        let assigned = self.by_name.get(name(code, at.node)).filter(|_| is_reference(code, at.node))?;
        let start = code.span(at.node).start;
        let own = || assigned.iter().filter(|found| found.value.file == at.file);
        let above = own().rfind(|found| found.end <= start);
        let elsewhere = own().find(|found| !code.below(found.value.node).contains(&at.node));
        let only = assigned.first().filter(|_| assigned.len() == 1);
        above.or(elsewhere).or(only.filter(|found| found.value != at)).map(|found| found.value)
    }
}

/// The name that an expression ends in, without sigils.
fn name<'s>(code: &Code<'s>, node: NodeId) -> &'s str {
    match code.last_name(node) {
        "" => code.text(node).trim_start_matches(['@', '$']),
        name => name,
    }
}

/// Whether an expression is a name, or a member of one.
fn is_reference(code: &Code<'_>, node: NodeId) -> bool {
    const KINDS: [&str; 13] = [
        "identifier",
        "attribute",
        "constant",
        "scope_resolution",
        "instance_variable",
        "variable_name",
        "member_access_expression",
        "class_constant_access_expression",
        "scoped_property_access_expression",
        "name",
        "selector_expression",
        "global_variable",
        "class_variable",
    ];
    KINDS.contains(&code.kind(node))
}

/// The names that a node assigns to, and their values.
fn pairs(code: &Code<'_>, node: NodeId) -> Vec<(NodeId, NodeId)> {
    match code.kind(node) {
        "assignment"
        | "assignment_expression"
        | "short_var_declaration"
        | "assignment_statement"
        | "operator_assignment" => match code.field(node, "left").zip(code.field(node, "right")) {
            Some((left, right)) => spread(code, left, right),
            None => Vec::new(),
        },
        "const_spec" | "var_spec" => match code.field(node, "name").zip(code.field(node, "value")) {
            Some((name, value)) => spread(code, name, value),
            None => Vec::new(),
        },
        "variable_declarator" | "const_element" | "property_element" => {
            let parts: Vec<_> = code.children(node).collect();
            match parts.as_slice() {
                [name, .., value] => vec![(*name, *value)],
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// `a, b = x, y` one by one; `a, err = call()` gives all of them the call.
fn spread(code: &Code<'_>, left: NodeId, right: NodeId) -> Vec<(NodeId, NodeId)> {
    const LISTS: [&str; 4] = ["expression_list", "pattern_list", "left_assignment_list", "tuple_pattern"];
    let parts = |node: NodeId| match LISTS.contains(&code.kind(node)) {
        true => code.children(node).collect(),
        false => vec![node],
    };
    let (names, values): (Vec<_>, Vec<_>) = (parts(left), parts(right));
    let value = |index: usize| if names.len() == values.len() { values[index] } else { values[0] };
    match values.is_empty() {
        true => Vec::new(),
        false => names.iter().enumerate().map(|(index, name)| (*name, value(index))).collect(),
    }
}
