//! Handlers that do nothing but answer.

use std::collections::BTreeSet;

use crate::{
    source::Span,
    stacks::{
        code::{Code, NodeId},
        project::Project,
        values::At,
    },
};

/// Calls that only read the request, write a log or make an answer, in lower case.
const HARMLESS: [&str; 66] = [
    "abort",
    "body",
    "close",
    "content_type",
    "debug",
    "decode",
    "dumps",
    "encode",
    "error",
    "errorf",
    "exit",
    "format",
    "fprint",
    "fprintf",
    "fprintln",
    "get",
    "get_data",
    "get_json",
    "getcontent",
    "getlogger",
    "halt",
    "head",
    "header",
    "httpresponse",
    "infof",
    "info",
    "input",
    "json",
    "json_decode",
    "jsonify",
    "jsonresponse",
    "len",
    "loads",
    "logdebug",
    "loginformation",
    "make_response",
    "marshal",
    "newdecoder",
    "newencoder",
    "nocontent",
    "ok",
    "parse",
    "plaintextresponse",
    "post",
    "print",
    "printf",
    "println",
    "puts",
    "read",
    "readall",
    "render",
    "response",
    "rewind",
    "status",
    "statuscode",
    "str",
    "string",
    "toarray",
    "unmarshal",
    "warn",
    "warning",
    "withfields",
    "write",
    "writeheader",
    "writeline",
    "all",
];

/// Where a handler answers, if every call in it, and in the functions of the tree that it went through, is known to
/// store nothing and to hand nothing on.
pub(super) fn only_answers(project: &Project<'_>, handler: At, places: &[At]) -> Option<Span> {
    let read = places.iter().filter_map(|place| project.definitions.function_at(place.file, place.node)).collect();
    if !places.iter().all(|place| is_harmless(project, *place, &read)) {
        return None;
    }
    let code = project.files.get(handler.file)?;
    let returned = code.below(handler.node).find(|node| code.kind(*node) == "return_statement");
    let last = || code.below(handler.node).rfind(|node| called(code, *node).is_some());
    returned.or_else(last).map(|node| code.span(node))
}

/// Whether every call of a function is known, or of one of the functions of these names, which were gone through.
fn is_harmless(project: &Project<'_>, place: At, read: &BTreeSet<&str>) -> bool {
    let Some(code) = project.files.get(place.file) else { return false };
    let mut calls = code.below(place.node).filter_map(|node| Some((node, called(code, node)?)));
    calls.all(|(node, name)| is_harmless_name(name) || read.contains(name) || is_header(code, node))
}

/// Whether calls of a name only read the request, write a log or make an answer.
pub(super) fn is_harmless_name(name: &str) -> bool {
    HARMLESS.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a call is Go's `w.Header().Set(…)`.
fn is_header(code: &Code<'_>, call: NodeId) -> bool {
    let operand = code.field(call, "function").and_then(|selector| code.field(selector, "operand"));
    operand.is_some_and(|operand| code.text(operand).ends_with(".Header()"))
}

/// The name of what a node calls or creates.
fn called<'s>(code: &Code<'s>, node: NodeId) -> Option<&'s str> {
    const CALLS: [&str; 8] = [
        "call",
        "call_expression",
        "invocation_expression",
        "function_call_expression",
        "member_call_expression",
        "nullsafe_member_call_expression",
        "scoped_call_expression",
        "object_creation_expression",
    ];
    if !CALLS.contains(&code.kind(node)) {
        return None;
    }
    let callee = ["function", "method", "name", "type"].into_iter().find_map(|field| code.field(node, field));
    let callee =
        callee.or_else(|| code.children(node).find(|child| matches!(code.kind(*child), "name" | "qualified_name")));
    callee.map(|callee| code.last_name(callee))
}
