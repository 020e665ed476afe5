//! firebase/php-jwt, lcobucci/jwt, and OpenSSL.

use crate::stacks::{
    code::{Code, NodeId},
    project::Project,
    values::At,
};

use super::{Algorithms, Proof, TokenCall, key_kind};

pub(super) fn token_call(project: &Project<'_>, at: At) -> Option<TokenCall> {
    let code = project.files.get(at.file)?;
    let span = code.span(at.node);
    match code.kind(at.node) {
        "scoped_call_expression" => {
            let scope = code.field(at.node, "scope").map_or("", |scope| code.last_name(scope));
            let name = code.field(at.node, "name").map_or("", |name| code.text(name));
            (name == "decode" && is_firebase(code, scope)).then(|| TokenCall::new(span, firebase(project, at)))
        }
        "function_call_expression" => {
            let name = code.field(at.node, "function").map_or("", |name| code.last_name(name));
            (name == "openssl_verify").then(|| TokenCall::new(span, Proof::Asymmetric))
        }
        "object_creation_expression" => signed_with(code, at.node).map(|proof| TokenCall::new(span, proof)),
        _ => None,
    }
}

/// Whether a name is firebase's class: its own, or the one that it is imported under.
fn is_firebase(code: &Code<'_>, scope: &str) -> bool {
    let mut clauses = code.ids().filter(|node| code.kind(*node) == "namespace_use_clause");
    scope == "JWT"
        || clauses.any(|clause| {
            let text = code.text(clause);
            text.contains("Firebase\\JWT\\JWT") && code.last_name(clause) == scope
        })
}

/// The arguments of a call.
fn arguments(code: &Code<'_>, call: NodeId) -> Vec<NodeId> {
    let Some(list) = code.field(call, "arguments").or_else(|| code.child(call, "arguments")) else { return Vec::new() };
    let arguments = code.children(list).filter(|argument| code.kind(*argument) == "argument");
    arguments.filter_map(|argument| code.children(argument).last()).collect()
}

/// `JWT::decode($token, new Key($key, 'RS256'))`, `JWT::decode($token, $key, ['RS256'])`.
fn firebase(project: &Project<'_>, at: At) -> Proof {
    let code = &project.files[at.file];
    let list = arguments(code, at.node);
    let Some(key) = list.get(1).map(|node| At { node: *node, ..at }) else { return Proof::Unknown };
    if let Some(node) = list.get(2).filter(|node| code.kind(**node) != "variable_name" || !is_headers(code, **node)) {
        return Algorithms::of(project, At { node: *node, ..at }).proof(code.span(*node));
    }
    let made =
        if code.kind(key.node) == "object_creation_expression" { Some(key) } else { project.values.of(code, key) };
    let made = made.filter(|made| created(&project.files[made.file], made.node) == "Key");
    if let Some(made) = made {
        let code = &project.files[made.file];
        let algorithm = arguments(code, made.node).get(1).copied();
        return algorithm
            .map_or(Proof::Unknown, |node| Algorithms::of(project, At { node, ..made }).proof(code.span(node)));
    }
    match key_kind(project, key) {
        Some(false) => Proof::Symmetric,
        _ => Proof::Unknown,
    }
}

/// Whether the third argument takes the headers out, as newer releases do.
fn is_headers(code: &Code<'_>, node: NodeId) -> bool {
    code.last_name(node).to_ascii_lowercase().contains("header")
}

/// The class that an expression creates.
fn created<'s>(code: &Code<'s>, node: NodeId) -> &'s str {
    let class = code.children(node).find(|child| matches!(code.kind(*child), "name" | "qualified_name"));
    class.map_or("", |class| code.last_name(class))
}

/// lcobucci's `new SignedWith(new Sha256(), $key)`, by the namespace that the signer is imported from.
fn signed_with(code: &Code<'_>, node: NodeId) -> Option<Proof> {
    if !matches!(created(code, node), "SignedWith" | "StrictValidAt" | "SignedWithOneInSet")
        || created(code, node) == "StrictValidAt"
    {
        return None;
    }
    let uses: Vec<_> = code.ids().filter(|node| code.kind(*node) == "namespace_use_clause").collect();
    let imports = |part: &str| uses.iter().any(|clause| code.text(*clause).contains(part));
    Some(match (imports("Signer\\Rsa"), imports("Signer\\Hmac")) {
        (true, false) => Proof::Asymmetric,
        (false, true) => Proof::Symmetric,
        _ => Proof::Unknown,
    })
}
