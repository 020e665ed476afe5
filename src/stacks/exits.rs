//! How a piece of code ends: it leaves, it hands on, or it goes on with what stands behind it.

use crate::stacks::{
    Language,
    answers::is_harmless_name,
    code::{Code, NodeId},
    evidence::{Strength, is_log, name_strength, words},
    project::Project,
    stores::is_store,
    values::At,
};

/// How a piece of code ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// It raises, or answers in a way that ends the request.
    Leaves,
    /// It returns from its function.
    Returns,
    /// It hands on to what it stands before.
    HandsOn,
    /// It goes on, having done nothing but write a log or an answer.
    Open,
    /// It goes on, unless something that it calls leaves.
    Unclear,
}

impl Exit {
    /// Whether what stands behind is not come to.
    pub(super) fn is_left(self) -> bool {
        matches!(self, Exit::Leaves | Exit::Returns)
    }
}

/// Nodes whose children run one after another.
const LISTS: [&str; 11] = [
    "block",
    "body_statement",
    "then",
    "block_body",
    "program",
    "module",
    "statement_list",
    "compound_statement",
    "begin",
    "else",
    "else_clause",
];

/// Parts of a `try` or an `if`, which do not run after what they stand behind.
const CLAUSES: [&str; 9] = [
    "rescue",
    "ensure",
    "else",
    "elsif",
    "except_clause",
    "else_clause",
    "finally_clause",
    "catch_clause",
    "elif_clause",
];

const FUNCTIONS: [&str; 12] = [
    "function_definition",
    "method",
    "singleton_method",
    "method_declaration",
    "function_declaration",
    "func_literal",
    "lambda_expression",
    "lambda",
    "anonymous_function",
    "arrow_function",
    "local_function_statement",
    "constructor_declaration",
];

/// The function around a node, no further out than a root.
pub(super) fn function_around(code: &Code<'_>, node: NodeId, root: NodeId) -> NodeId {
    let mut around = code.ancestors(node).take_while(|above| *above >= root);
    around.find(|above| FUNCTIONS.contains(&code.kind(*above))).unwrap_or(root)
}

/// Whether the children of a node run one after another.
pub(super) fn is_list(code: &Code<'_>, node: NodeId) -> bool {
    LISTS.contains(&code.kind(node))
}

/// Whether a node is an `if`, of any form.
pub(super) fn is_condition(code: &Code<'_>, node: NodeId) -> bool {
    const KINDS: [&str; 7] = ["if_statement", "if", "unless", "elsif", "elif_clause", "if_modifier", "unless_modifier"];
    KINDS.contains(&code.kind(node))
}

/// What runs where an `if` applies.
pub(super) fn consequence(code: &Code<'_>, condition: NodeId) -> Option<NodeId> {
    code.field(condition, "consequence").or_else(|| code.field(condition, "body"))
}

/// What runs where an `if` does not apply.
pub(super) fn alternatives(code: &Code<'_>, condition: NodeId) -> Vec<NodeId> {
    let named = code.field(condition, "alternative");
    let is_one = |child: &NodeId| {
        matches!(code.kind(*child), "elif_clause" | "else_clause" | "else_if_clause" | "else" | "elsif")
            || Some(*child) == named
    };
    code.children(condition).filter(is_one).collect()
}

/// What runs after a node, up to the end of a function.
pub(super) fn rest(code: &Code<'_>, node: NodeId, function: NodeId) -> Vec<NodeId> {
    let mut rest = Vec::new();
    let mut from = node;
    for above in code.ancestors(node).take_while(|above| *above >= function) {
        if is_list(code, above) {
            let behind = code.children(above).filter(|child| *child > from);
            rest.extend(behind.filter(|child| code.kind(*child) != "comment" && !CLAUSES.contains(&code.kind(*child))));
        }
        if above == function {
            break;
        }
        from = above;
    }
    rest
}

/// How a statement, or some of them, end.
pub(super) fn exit(code: &Code<'_>, node: NodeId) -> Exit {
    exit_within(code, node, 0)
}

fn exit_within(code: &Code<'_>, node: NodeId, depth: usize) -> Exit {
    const CLAUSE_KINDS: [&str; 5] = ["except_clause", "catch_clause", "rescue", "elif_clause", "else_if_clause"];
    if depth > 12 {
        return Exit::Unclear;
    }
    let kind = code.kind(node);
    if is_list(code, node) || matches!(kind, "with_statement") {
        let statements = code.children(node).filter(|child| !matches!(code.kind(*child), "comment" | "with_clause"));
        return in_turn(statements.map(|child| exit_within(code, child, depth + 1)));
    }
    if CLAUSE_KINDS.contains(&kind) {
        let body = code.field(node, "body").or_else(|| code.field(node, "consequence"));
        return body
            .or_else(|| code.child(node, "block"))
            .map_or(Exit::Open, |body| exit_within(code, body, depth + 1));
    }
    match kind {
        "return_statement" | "return" if hands_on(code, node) => Exit::HandsOn,
        "return_statement" | "return" => Exit::Returns,
        "raise_statement" | "throw_statement" | "throw_expression" | "exit_statement" => Exit::Leaves,
        _ if is_condition(code, node) => of_condition(code, node, depth),
        _ => of_expression(code, node),
    }
}

/// The first exit that is taken.
fn in_turn(exits: impl Iterator<Item = Exit>) -> Exit {
    let mut last = Exit::Open;
    for exit in exits {
        match exit {
            Exit::Open => {}
            Exit::Unclear => last = Exit::Unclear,
            _ => return exit,
        }
    }
    last
}

fn of_condition(code: &Code<'_>, node: NodeId, depth: usize) -> Exit {
    let others = alternatives(code, node);
    let exits: Vec<Exit> = consequence(code, node)
        .into_iter()
        .chain(others.iter().copied())
        .map(|branch| exit_within(code, branch, depth + 1))
        .collect();
    match (others.is_empty(), exits.iter().all(|exit| exit.is_left())) {
        (false, true) => Exit::Returns,
        _ if exits.contains(&Exit::HandsOn) => Exit::HandsOn,
        _ if exits.iter().all(|exit| *exit == Exit::Open) => Exit::Open,
        _ => Exit::Unclear,
    }
}

/// How many nodes of a statement are looked at.
const LARGEST: usize = 4_000;

fn of_expression(code: &Code<'_>, node: NodeId) -> Exit {
    let sets_result = |node: NodeId| {
        code.kind(node) == "assignment_expression"
            && code.field(node, "left").is_some_and(|left| code.last_name(left) == "Result")
    };
    const LOOKS: [&str; 8] =
        ["logger", "message", "getmessage", "full_message", "to_s", "inspect", "backtrace", "tostring"];
    let is_look = |name: &str| LOOKS.contains(&name.to_ascii_lowercase().as_str());
    let mut exit = Exit::Open;
    if code.below(node).len() > LARGEST {
        return Exit::Unclear;
    }
    if hands_on(code, node) {
        return Exit::HandsOn;
    }
    for below in code.below(node) {
        if is_leaving(code, below) || sets_result(below) {
            return Exit::Leaves;
        }
        let is_known =
            called(code, below).is_none_or(|name| is_harmless_name(name) || is_look(name) || is_log(code, below));
        exit = if is_known { exit } else { Exit::Unclear };
    }
    exit
}

/// The name of what a call calls.
fn called<'s>(code: &Code<'s>, node: NodeId) -> Option<&'s str> {
    let is_call = code.kind(node).contains("call") || code.kind(node).contains("invocation");
    let callee = ["function", "method", "name"].into_iter().find_map(|field| code.field(node, field));
    callee.filter(|_| is_call).map(|callee| code.last_name(callee))
}

/// Whether a node calls what raises or ends a request.
fn is_leaving(code: &Code<'_>, node: NodeId) -> bool {
    const NAMES: [&str; 16] = [
        "abort",
        "halt",
        "exit",
        "die",
        "panic",
        "fatal",
        "fatalf",
        "fatalln",
        "raise",
        "throw",
        "head",
        "render",
        "redirect_to",
        "send_error",
        "fail",
        "goexit",
    ];
    const WORDS: [&str; 9] =
        ["abort", "unauthorized", "unauthenticated", "forbidden", "reject", "deny", "denied", "halt", "fail"];
    let is_word = code.language == Language::Ruby && code.kind(node) == "identifier";
    let Some(name) = called(code, node).or_else(|| Some(code.text(node)).filter(|_| is_word)) else { return false };
    let lower = name.to_ascii_lowercase();
    let is_bare = code.field(node, "receiver").is_none();
    match code.language {
        Language::Go => {
            matches!(lower.as_str(), "panic" | "fatal" | "fatalf" | "fatalln" | "exit" | "goexit")
                || lower.starts_with("abort")
        }
        Language::Ruby if matches!(lower.as_str(), "error" | "not_found") => is_bare && !is_word,
        _ => NAMES.contains(&lower.as_str()) || words(name).iter().any(|word| WORDS.contains(&word.as_str())),
    }
}

/// Whether something hands the request on: it calls a parameter of a function around, or what frameworks call the next.
pub(super) fn hands_on(code: &Code<'_>, node: NodeId) -> bool {
    const NEXT: [&str; 6] = ["ServeHTTP", "Next", "next", "_next", "get_response", "call_next"];
    code.below(node).take(LARGEST).any(|below| {
        if code.kind(below) == "yield" {
            return true;
        }
        let Some(name) = called(code, below) else { return false };
        let callee = code.field(below, "function");
        let object = ["object", "receiver"].into_iter().find_map(|field| code.field(below, field));
        let of = object.or_else(|| callee.and_then(|callee| code.field(callee, "object")));
        let of = of.map_or("", |of| code.text(of));
        let is_plain = callee.is_some_and(|callee| matches!(code.kind(callee), "identifier" | "variable_name"));
        NEXT.contains(&name)
            || is_plain && is_parameter(code, below, name)
            || name == "dispatch" && of == "super()"
            || name == "handle" && of == "$handler"
            || name == "call" && of == "@app"
    })
}

/// Whether a name is a parameter of a function around a node.
fn is_parameter(code: &Code<'_>, node: NodeId, name: &str) -> bool {
    let mut functions = code.ancestors(node).filter(|above| FUNCTIONS.contains(&code.kind(*above)));
    functions.any(|function| {
        let list = code.field(function, "parameters");
        list.is_some_and(|list| code.below(list).any(|node| code.is_name(node) && code.text(node) == name))
    })
}

/// How many names in a piece of code are followed to what may store.
const MOST_NAMES: usize = 400;

/// Whether a piece of code stores, by itself or in a function that it calls.
pub(super) fn acts(project: &Project<'_>, at: At) -> bool {
    let stores = |at: At| {
        let code = &project.files[at.file];
        code.below(at.node).take(LARGEST).any(|node| is_store(code, node) || is_acting_call(code, node))
    };
    let code = &project.files[at.file];
    let calls = code.below(at.node).filter(|node| code.is_name(*node)).take(MOST_NAMES);
    stores(at) || calls.flat_map(|node| project.targets(At { node, ..at })).any(stores)
}

fn is_acting_call(code: &Code<'_>, node: NodeId) -> bool {
    called(code, node).is_some_and(|name| name_strength(name) == Strength::Acts) && !is_header(code, node)
}

/// Whether a call is Go's `w.Header().Set(…)`.
fn is_header(code: &Code<'_>, call: NodeId) -> bool {
    code.text(call).contains("Header()")
}
