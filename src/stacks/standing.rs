//! Whether a failing call ends the way: no handler goes on, no condition passes it by, its result is looked at.

use std::collections::BTreeSet;

use crate::{
    facts::Event,
    stacks::{
        Language,
        code::{Code, NodeId},
        evidence::{Strength, name_strength, words},
        exits::{Exit, acts, alternatives, consequence, exit, function_around, hands_on, is_condition, is_list, rest},
        project::Project,
        results::{Outcome, result},
        values::At,
    },
};

/// What it counts for that a call verifies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing: where it fails, what comes after happens all the same.
    Nothing,
    /// It may be passed by.
    Doubted,
    /// Where it fails, the way ends.
    #[default]
    Full,
}

/// How a call stands in its function.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// What it counts for.
    pub weight: Weight,
    /// The paths and events of requests for which it is called; empty for all.
    pub only: BTreeSet<String>,
    /// Whether a failure becomes what the function returns.
    is_soft: bool,
    /// The call.
    site: NodeId,
}

/// Whether code goes on to act after a failure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Passes {
    No,
    Perhaps,
    Yes,
}

impl Standing {
    fn lower(&mut self, weight: Weight) {
        self.weight = self.weight.min(weight);
    }
}

/// How a call stands in the function around it, in code that starts at a root. `is_dropped` tells that nobody looks at
/// what the function returns.
pub(super) fn standing(project: &Project<'_>, site: At, root: NodeId, is_dropped: bool) -> Standing {
    let code = &project.files[site.file];
    let function = function_around(code, site.node, root);
    let mut standing = Standing { site: site.node, ..Standing::default() };
    let mut from = site.node;
    for above in code.ancestors(site.node).take_while(|above| *above >= root) {
        if code.kind(above) == "go_statement" {
            standing.lower(Weight::Nothing);
        }
        if above >= function {
            around(project, At { node: above, ..site }, from, function, &mut standing);
        }
        from = above;
    }
    if is_dropped && (standing.is_soft || code.language == Language::Go) {
        standing.lower(Weight::Nothing);
    }
    standing
}

/// What one node around a call does to it.
fn around(project: &Project<'_>, at: At, from: NodeId, function: NodeId, standing: &mut Standing) {
    let code = &project.files[at.file];
    match code.kind(at.node) {
        "try_statement" if code.field(at.node, "body") == Some(from) => {
            let handlers = code.children(at.node);
            let handlers = handlers.filter(|child| matches!(code.kind(*child), "except_clause" | "catch_clause"));
            caught(project, at, from, &handlers.collect::<Vec<_>>(), function, standing);
        }
        "begin" | "body_statement" if is_expression(code, at.node, function) => {
            standing.is_soft |= result(project, at, function) == Outcome::Returned;
        }
        "begin" | "body_statement" => {
            let handlers: Vec<_> = code.children(at.node).filter(|child| code.kind(*child) == "rescue").collect();
            if handlers.first().is_some_and(|first| from < *first) {
                caught(project, at, from, &handlers, function, standing);
            }
        }
        "rescue_modifier" if code.field(at.node, "body") == Some(from) => match result(project, at, function) {
            Outcome::Dropped => standing.lower(Weight::Nothing),
            Outcome::Returned => standing.is_soft = true,
            Outcome::Used => {}
        },
        "with_statement" if suppresses(code, at.node) => match passes(project, at, from, function, standing.site) {
            Passes::Yes => standing.lower(Weight::Nothing),
            Passes::Perhaps => standing.lower(Weight::Doubted),
            Passes::No => standing.is_soft = true,
        },
        _ if is_condition(code, at.node)
            && ["condition", "initializer"].iter().all(|part| code.field(at.node, part) != Some(from)) =>
        {
            passed_by(project, at, from, function, standing);
        }
        _ => {}
    }
}

/// Whether a Ruby `begin` or the body of a block is there for its value.
fn is_expression(code: &Code<'_>, node: NodeId, function: NodeId) -> bool {
    let above = code.parent(node).unwrap_or(node);
    match code.kind(node) {
        "begin" => !is_list(code, above),
        _ => matches!(code.kind(above), "do_block" | "block") && above != function,
    }
}

/// Python's `with contextlib.suppress(…)`.
fn suppresses(code: &Code<'_>, with: NodeId) -> bool {
    let clause = code.child(with, "with_clause");
    clause.is_some_and(|clause| {
        code.below(clause).any(|node| {
            code.kind(node) == "call"
                && code.field(node, "function").is_some_and(|name| code.last_name(name) == "suppress")
        })
    })
}

/// What the handlers around a call do if it fails.
fn caught(project: &Project<'_>, at: At, body: NodeId, handlers: &[NodeId], function: NodeId, standing: &mut Standing) {
    let code = &project.files[at.file];
    for handler in handlers.iter().filter(|handler| may_catch(code, **handler)) {
        let exit = exit(code, *handler);
        match exit {
            Exit::Leaves => {}
            Exit::Returns => standing.is_soft = true,
            Exit::HandsOn => standing.lower(Weight::Nothing),
            Exit::Open | Exit::Unclear if is_value(code, *handler) && rest(code, at.node, function).is_empty() => {
                standing.is_soft = true;
            }
            Exit::Open | Exit::Unclear => match (passes(project, at, body, function, standing.site), exit) {
                (Passes::No, _) => standing.is_soft = true,
                (Passes::Yes, Exit::Open) => standing.lower(Weight::Nothing),
                _ => standing.lower(Weight::Doubted),
            },
        }
    }
}

/// Whether a handler may get what a failing verification raises.
fn may_catch(code: &Code<'_>, handler: NodeId) -> bool {
    const ANY: [&str; 9] = [
        "Exception",
        "BaseException",
        "StandardError",
        "Throwable",
        "Error",
        "KeyError",
        "TypeError",
        "ValueError",
        "AttributeError",
    ];
    const PARTS: [&str; 12] = [
        "jwt",
        "token",
        "signature",
        "decode",
        "expired",
        "auth",
        "verif",
        "security",
        "claim",
        "invalid",
        "http",
        "forbidden",
    ];
    let head = code.children(handler).filter(|child| {
        !is_list(code, *child) && !matches!(code.kind(*child), "variable_name" | "exception_variable" | "comment")
    });
    let names: Vec<&str> = head
        .flat_map(|child| code.below(child))
        .filter(|node| code.is_name(*node))
        .map(|node| code.text(node))
        .collect();
    names.is_empty()
        || names.iter().any(|name| {
            let lower = name.to_ascii_lowercase();
            ANY.contains(name) || PARTS.iter().any(|part| lower.contains(part))
        })
}

/// Whether the last thing of a Ruby handler is a value, which its method returns.
fn is_value(code: &Code<'_>, handler: NodeId) -> bool {
    const VALUES: [&str; 10] = [
        "nil",
        "false",
        "true",
        "hash",
        "array",
        "string",
        "identifier",
        "instance_variable",
        "integer",
        "simple_symbol",
    ];
    let last = code.field(handler, "body").and_then(|body| code.children(body).last());
    code.language == Language::Ruby && last.is_some_and(|last| VALUES.contains(&code.kind(last)))
}

/// Whether what comes after a construct acts, whatever became of the branch in it that holds the call.
fn passes(project: &Project<'_>, at: At, branch: NodeId, function: NodeId, site: NodeId) -> Passes {
    let code = &project.files[at.file];
    let rest = rest(code, at.node, function);
    let goes_on = rest.iter().any(|node| hands_on(code, *node) || acts(project, At { node: *node, ..at }));
    if !goes_on && first_exit(code, &rest) == Exit::Leaves {
        return Passes::No;
    }
    let (names, escapes) = assigned(code, at.node);
    let is_used = |node: NodeId| code.is_name(node) && names.contains(code.text(node));
    if rest.iter().any(|statement| code.below(*statement).any(is_used)) {
        return Passes::No;
    }
    let ends = success(code, at.node, site);
    if ends.is_left() || ends == Exit::HandsOn {
        return if goes_on { Passes::Yes } else { Passes::No };
    }
    if !goes_on && acts(project, At { node: branch, ..at }) {
        return Passes::No;
    }
    if escapes { Passes::Perhaps } else { Passes::Yes }
}

/// How some statements end: the first way out.
fn first_exit(code: &Code<'_>, statements: &[NodeId]) -> Exit {
    let mut exits = statements.iter().map(|statement| exit(code, *statement));
    exits.find(|exit| exit.is_left() || *exit == Exit::HandsOn).unwrap_or(Exit::Open)
}

/// How a construct ends if the call in it does not fail.
fn success(code: &Code<'_>, construct: NodeId, site: NodeId) -> Exit {
    let is_return = |node: NodeId| matches!(code.kind(node), "return_statement" | "return");
    if code.ancestors(site).take_while(|above| *above > construct).any(is_return) {
        return Exit::Returns;
    }
    let after = rest(code, site, construct);
    if after.iter().flat_map(|statement| code.below(*statement)).any(is_return) {
        return Exit::Returns;
    }
    first_exit(code, &after)
}

/// The names that are assigned to below a node, and whether anything else is: a member, a variable of an object. What
/// is left right after that does not count.
fn assigned<'s>(code: &Code<'s>, node: NodeId) -> (BTreeSet<&'s str>, bool) {
    let (mut names, mut escapes) = (BTreeSet::new(), false);
    let is_left = |target: NodeId| {
        let mut lists = code.ancestors(target).take_while(|above| *above > node).filter(|above| is_list(code, *above));
        lists.next().is_some_and(|list| exit(code, list).is_left())
    };
    let targets = code.below(node).filter_map(|node| assignment_target(code, node));
    for left in targets.filter(|target| !is_left(*target)) {
        let members = ["attribute", "subscript", "instance_variable", "element_reference", "selector_expression"];
        let more = ["member_access_expression", "element_access_expression", "global_variable", "index_expression"];
        let is_member = |node: NodeId| members.contains(&code.kind(node)) || more.contains(&code.kind(node));
        escapes |= code.below(left).any(is_member) || code.kind(left) == "call";
        names.extend(code.below(left).filter(|node| code.is_name(*node)).map(|node| code.text(node)));
    }
    names.remove("_");
    (names, escapes)
}

/// What an assignment assigns to.
fn assignment_target(code: &Code<'_>, node: NodeId) -> Option<NodeId> {
    match code.kind(node) {
        "assignment"
        | "assignment_expression"
        | "assignment_statement"
        | "short_var_declaration"
        | "operator_assignment"
        | "augmented_assignment" => code.field(node, "left"),
        "variable_declarator" | "named_expression" => code.children(node).next(),
        _ => None,
    }
}

/// What a condition around a call does to it: nothing, if the other branches end the way or verify, too.
fn passed_by(project: &Project<'_>, at: At, branch: NodeId, function: NodeId, standing: &mut Standing) {
    let code = &project.files[at.file];
    let others: Vec<NodeId> = consequence(code, at.node).into_iter().chain(alternatives(code, at.node)).collect();
    let is_last = branch == *others.last().unwrap_or(&branch) && others.len() > 1;
    let verifies = |node: NodeId| {
        code.is_name(node)
            && matches!(
                name_strength(code.text(node)),
                Strength::Verifying | Strength::Asymmetric | Strength::Symmetric | Strength::Hmac
            )
    };
    let others: Vec<NodeId> = others.into_iter().filter(|other| *other != branch).collect();
    let has_empty = others.is_empty() && !is_last;
    let open = others.iter().filter(|other| {
        !exit(code, **other).is_left() && !code.below(**other).any(verifies) && exit(code, **other) != Exit::Leaves
    });
    if open.count() == 0 && !has_empty {
        return;
    }
    let passes = passes(project, at, branch, function, standing.site);
    if passes == Passes::No {
        return;
    }
    match code.field(at.node, "condition").map(|condition| asked(code, at.node, condition)) {
        Some(Asked::Nothing) => {}
        Some(Asked::Requests(only)) => standing.only.extend(only),
        Some(Asked::Token) if passes == Passes::Yes => standing.lower(Weight::Nothing),
        _ => standing.lower(Weight::Doubted),
    }
}

/// What a condition asks.
enum Asked {
    /// What holds for every callback of a deployed app.
    Nothing,
    /// Which request it is, by these paths or events.
    Requests(BTreeSet<String>),
    /// Whether there is a token.
    Token,
    Other,
}

fn asked(code: &Code<'_>, construct: NodeId, condition: NodeId) -> Asked {
    const OF_TOKENS: [&str; 30] = [
        "request",
        "req",
        "headers",
        "header",
        "get",
        "meta",
        "env",
        "environ",
        "http",
        "authorization",
        "token",
        "jwt",
        "auth",
        "bearer",
        "starts",
        "startswith",
        "with",
        "present",
        "has",
        "isset",
        "empty",
        "server",
        "nil",
        "null",
        "none",
        "len",
        "params",
        "query",
        "args",
        "bearer token",
    ];
    let text = code.text(condition);
    let is_leaf = |node: &NodeId| code.is_name(*node) || code.is_string(*node);
    let leaves: Vec<&str> = code
        .below(condition)
        .filter(is_leaf)
        .map(|node| code.text(node).trim_matches(['"', '\'', '`', ':']))
        .filter(|leaf| !leaf.is_empty())
        .collect();
    let named: Vec<String> = leaves.iter().flat_map(|leaf| words(leaf)).collect();
    let has = |wanted: &[&str]| named.iter().any(|word| wanted.contains(&word.as_str()));
    let is_request = |leaf: &&&str| leaf.starts_with('/') && leaf.len() > 1 || is_event(leaf);
    let requests: BTreeSet<String> = leaves.iter().filter(is_request).map(|leaf| leaf.to_lowercase()).collect();
    let is_negated = text.contains('!') || text.contains("not ") || code.kind(construct).starts_with("unless");
    if has(&["post", "test", "testing"]) || !requests.is_empty() && is_negated {
        return Asked::Nothing;
    }
    if !requests.is_empty() {
        return Asked::Requests(requests);
    }
    let is_of_token = has(&["authorization", "token", "jwt", "auth"]);
    match is_of_token && named.iter().all(|word| OF_TOKENS.contains(&word.as_str())) {
        true => Asked::Token,
        false => Asked::Other,
    }
}

fn is_event(text: &str) -> bool {
    Event::ALL.iter().any(|event| event.key() == text)
}
