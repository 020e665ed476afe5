//! Handlers that do nothing but answer.

use crate::{
    source::Span,
    stacks::code::{Code, NodeId},
};

/// Calls that only read the request, write a log or make an answer, in lower case.
const HARMLESS: [&str; 62] = [
    "abort",
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

/// Where a handler answers, if every call in it is known to store nothing and to hand nothing on.
pub(super) fn only_answers(code: &Code<'_>, handler: NodeId) -> Option<Span> {
    let mut last = None;
    for node in code.below(handler) {
        let Some(name) = called(code, node) else { continue };
        if !HARMLESS.contains(&name.to_ascii_lowercase().as_str()) {
            return None;
        }
        last = Some(code.span(node));
    }
    let returned = code.below(handler).find(|node| code.kind(*node) == "return_statement");
    returned.map(|node| code.span(node)).or(last)
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
