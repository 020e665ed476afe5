//! Where verifying keys are fetched from.

use crate::{
    facts::KeySource,
    source::Span,
    stacks::{
        code::{Code, NodeId},
        evidence::words,
        project::Project,
        reading::Reading,
        values::At,
    },
};

/// Fetches of keys from hosts that the request names, or over plain `http`.
pub fn found(project: &Project<'_>, whole: &Reading) -> Vec<(KeySource, Span)> {
    if !whole.tokens.iter().any(|token| token.is_asymmetric()) {
        return Vec::new();
    }
    let below = |place: At| project.files[place.file].below(place.node).map(move |node| At { node, ..place });
    let mut found = Vec::new();
    for at in whole.places.iter().flat_map(|place| below(*place)) {
        let code = &project.files[at.file];
        let is_http = code.is_string(at.node) && code.text(at.node).contains("http://connect-install-keys.");
        if is_http {
            found.push((KeySource::Http, code.span(at.node)));
        }
        let Some(address) = fetched(code, at.node) else { continue };
        let value = project.values.of(code, At { node: address, ..at }).unwrap_or(At { node: address, ..at });
        if names_host(project, value) {
            found.push((KeySource::Request, code.span(at.node)));
        }
    }
    found
}

/// The address that a call fetches.
fn fetched(code: &Code<'_>, call: NodeId) -> Option<NodeId> {
    const NAMES: [&str; 10] = [
        "get",
        "Get",
        "urlopen",
        "file_get_contents",
        "curl_init",
        "open",
        "GetAsync",
        "GetStringAsync",
        "DownloadString",
        "PyJWKClient",
    ];
    const CALLS: [&str; 7] = [
        "call",
        "call_expression",
        "invocation_expression",
        "function_call_expression",
        "member_call_expression",
        "scoped_call_expression",
        "object_creation_expression",
    ];
    let callee = ["function", "method", "name"].into_iter().find_map(|field| code.field(call, field));
    let callee = callee.filter(|_| CALLS.contains(&code.kind(call)))?;
    let name = code.last_name(callee);
    let list = code.field(call, "arguments").filter(|_| NAMES.contains(&name))?;
    let first = code.children(list).find(|child| code.kind(*child) != "comment")?;
    Some(match code.kind(first) {
        "argument" => code.children(first).last().unwrap_or(first),
        _ => first,
    })
}

/// Whether an address starts with what the token or the body says.
fn names_host(project: &Project<'_>, at: At) -> bool {
    let code = &project.files[at.file];
    let text = code.text(at.node);
    let is_composed = text.contains("/") && !code.is_name(at.node);
    let first = code.below(at.node).find(|node| code.is_leaf(*node) && says_something(code, *node));
    let Some(first) = first.filter(|_| is_composed || is_key_address(text)) else { return false };
    if is_content(code, first) {
        return false; // a host that is written down
    }
    let mut leading = code.ancestors(first).take_while(|above| *above > at.node).collect::<Vec<_>>();
    leading.push(first);
    let largest =
        leading.iter().filter(|node| code.below(**node).len() <= 8).max_by_key(|node| code.below(**node).len());
    let names: Vec<_> =
        largest.map_or(Vec::new(), |largest| code.below(*largest).map(|node| code.text(node)).collect());
    names.iter().any(|name| is_of_request(name.trim_matches(['"', '\'', ':'])))
}

fn is_key_address(text: &str) -> bool {
    text.contains("jku") || text.contains("x5u")
}

fn is_of_request(name: &str) -> bool {
    let words = words(name);
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    name.len() < 40 && (has("iss") || has("issuer") || has("jku") || has("x5u") || words == ["base", "url"])
}

/// Whether a leaf is a part of the address, and not a quote or a scheme alone.
fn says_something(code: &Code<'_>, leaf: NodeId) -> bool {
    let text = code.text(leaf).trim_matches(['"', '\'', '`']);
    let is_mark = matches!(code.kind(leaf), "string_start" | "string_end" | "escape_sequence");
    !is_mark && !matches!(text, "" | "https://" | "http://" | "%s" | "https://%s" | "f" | "$")
}

fn is_content(code: &Code<'_>, leaf: NodeId) -> bool {
    code.text(leaf).contains("://") || code.kind(leaf).contains("content")
}
