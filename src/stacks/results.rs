//! What becomes of the value of a call.

use std::collections::BTreeSet;

use crate::stacks::{
    Language,
    code::{Code, NodeId},
    exits::{Exit, acts, alternatives, consequence, exit, hands_on, is_condition, is_list, rest},
    project::Project,
    values::At,
};

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Nothing depends on it.
    Dropped,
    /// The function returns it.
    Returned,
    /// Something depends on it, or may.
    Used,
}

/// What becomes of the value of a call in its function.
pub(super) fn result(project: &Project<'_>, site: At, function: NodeId) -> Outcome {
    const AROUND: [&str; 8] = [
        "parenthesized_expression",
        "await_expression",
        "await",
        "comparison_operator",
        "not_operator",
        "unary",
        "expression_list",
        "unary_op_expression",
    ];
    let code = &project.files[site.file];
    let mut from = site.node;
    for above in code.ancestors(site.node).take_while(|above| *above >= function) {
        match code.kind(above) {
            "expression_statement" => return Outcome::Dropped,
            "return_statement" | "return" => return Outcome::Returned,
            "short_var_declaration" | "assignment_statement" | "assignment" | "assignment_expression" => {
                return of_names(project, At { node: above, ..site }, function);
            }
            _ if is_list(code, above) => return of_statement(code, from, function),
            _ if is_condition(code, above) && code.field(above, "condition") == Some(from) => {
                return of_condition(project, At { node: above, ..site }, function);
            }
            kind if AROUND.contains(&kind) => from = above,
            "binary_expression" if code.language == Language::Go => from = above,
            _ => return Outcome::Used,
        }
    }
    Outcome::Used
}

/// The last statement of a Ruby method is what it returns.
fn of_statement(code: &Code<'_>, statement: NodeId, function: NodeId) -> Outcome {
    match code.language == Language::Ruby && rest(code, statement, function).is_empty() {
        true => Outcome::Returned,
        false => Outcome::Dropped,
    }
}

/// Whether it makes a difference that an `if` applies.
fn of_condition(project: &Project<'_>, at: At, function: NodeId) -> Outcome {
    let code = &project.files[at.file];
    let Some(branch) = consequence(code, at.node) else { return Outcome::Used };
    let does_something = || {
        let rest = rest(code, at.node, function);
        let goes_on = || rest.iter().any(|node| hands_on(code, *node) || acts(project, At { node: *node, ..at }));
        match exit(code, branch) {
            Exit::Open => acts(project, At { node: branch, ..at }) || assigns(code, branch),
            Exit::HandsOn => !goes_on(),
            Exit::Leaves | Exit::Returns | Exit::Unclear => true,
        }
    };
    if !alternatives(code, at.node).is_empty() || does_something() { Outcome::Used } else { Outcome::Dropped }
}

fn assigns(code: &Code<'_>, node: NodeId) -> bool {
    code.below(node).any(|node| code.kind(node).contains("assignment") || code.kind(node) == "short_var_declaration")
}

/// How many nodes after an assignment are looked at.
const MOST: usize = 10_000;

/// What depends on the names that a call's value is given.
fn of_names(project: &Project<'_>, assignment: At, function: NodeId) -> Outcome {
    let code = &project.files[assignment.file];
    let Some(left) = code.field(assignment.node, "left") else { return Outcome::Used };
    let targets: Vec<NodeId> =
        if code.kind(left).ends_with("list") { code.children(left).collect() } else { vec![left] };
    let mut names = BTreeSet::new();
    for target in targets {
        match (code.kind(target), code.text(target)) {
            (_, "_") => {}
            ("identifier" | "variable_name", name) => _ = names.insert(name.trim_start_matches('$')),
            _ => return Outcome::Used,
        }
    }
    let (mut best, after) = (Outcome::Dropped, code.below(assignment.node).end);
    for node in (after..code.below(function).end).take(MOST) {
        if !code.is_name(node) || !names.contains(code.text(node)) {
            continue;
        }
        if let Some(again) = assigned_again(code, node, function) {
            // what follows is another value's, once the right side has been evaluated
            if !code.field(again, "right").is_some_and(|right| code.below(right).contains(&node)) {
                names.remove(code.text(node));
                continue;
            }
        }
        best = best.max(of_use(project, At { node, ..assignment }, function));
    }
    best
}

fn assigned_again(code: &Code<'_>, node: NodeId, function: NodeId) -> Option<NodeId> {
    let mut above = code.ancestors(node).take_while(|above| *above > function).take(4);
    above.find(|above| {
        matches!(
            code.kind(*above),
            "short_var_declaration" | "assignment_statement" | "assignment" | "assignment_expression"
        ) && code.field(*above, "left").is_some_and(|left| code.below(left).contains(&node))
    })
}

/// What one use of a name is good for.
fn of_use(project: &Project<'_>, at: At, function: NodeId) -> Outcome {
    let code = &project.files[at.file];
    let mut from = at.node;
    let mut statement = None;
    for above in code.ancestors(at.node).take_while(|above| *above >= function) {
        match code.kind(above) {
            "return_statement" | "return" => return Outcome::Returned,
            _ if is_condition(code, above) && code.field(above, "condition") == Some(from) => {
                return of_condition(project, At { node: above, ..at }, function);
            }
            _ if is_list(code, above) => {
                statement = Some(from);
                break;
            }
            _ => from = above,
        }
    }
    match statement.map(|statement| exit(code, statement)) {
        Some(Exit::Open) if !assigns(code, statement.unwrap_or(at.node)) => Outcome::Dropped,
        _ => Outcome::Used,
    }
}
