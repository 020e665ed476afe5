//! PyJWT, python-jose, and `atlassian_jwt`.

use crate::stacks::{
    code::{Code, NodeId},
    evidence::is_client_key,
    project::Project,
    values::At,
};

use super::{Algorithms, Proof, Stated, TokenCall, is_false, key_kind, resolved};

pub(super) fn token_call(project: &Project<'_>, at: At) -> Option<TokenCall> {
    let code = project.files.get(at.file)?;
    let function = code.field(at.node, "function").filter(|_| code.kind(at.node) == "call")?;
    let span = code.span(at.node);
    match code.last_name(function) {
        "get_unverified_claims" | "peek_claims" => Some(TokenCall::new(span, Proof::Nothing)),
        "authenticate" | "claims" | "decode_token" if is_atlassian(project, code, function) => {
            Some(TokenCall::new(span, Proof::Symmetric))
        }
        "decode" | "decode_complete" | "jwt_decode" if is_library(code, function) => Some(decode(project, at)),
        _ => None,
    }
}

/// Whether `decode` is that of a token library: of a module that is named so, or imported from one.
fn is_library(code: &Code<'_>, function: NodeId) -> bool {
    if let Some(object) = code.field(function, "object") {
        return code.last_name(object).to_ascii_lowercase().contains("jwt");
    }
    let imports = code.ids().filter(|node| code.kind(*node) == "import_from_statement");
    let from_library = |import: &NodeId| {
        let module = code.field(*import, "module_name").map_or("", |module| code.text(module));
        matches!(module, "jwt" | "jose.jwt" | "jwt.api_jwt")
    };
    let is_named = |import: NodeId| code.below(import).any(|node| code.text(node) == code.text(function));
    imports.into_iter().filter(from_library).any(is_named)
}

/// Whether a method is that of `atlassian_jwt`, which checks HS256: nothing of the name is in the tree, and the file
/// or the class that it is called on names the library.
fn is_atlassian(project: &Project<'_>, code: &Code<'_>, function: NodeId) -> bool {
    let name = code.last_name(function);
    let names_library =
        |code: &Code<'_>| code.ids().any(|node| code.kind(node) == "dotted_name" && code.text(node) == "atlassian_jwt");
    let inherits = project.definitions.all().any(|definition| {
        let code = &project.files[definition.file];
        let bases = code.field(definition.node, "superclasses").filter(|_| definition.is_class);
        bases.is_some_and(|bases| code.children(bases).any(|base| code.last_name(base) == "Authenticator"))
    });
    let is_called_on = code.field(function, "object").is_some();
    project.definitions.functions(name).next().is_none()
        && is_called_on
        && (names_library(code) || inherits && project.files.iter().any(names_library))
}

fn arguments(code: &Code<'_>, call: NodeId) -> (Vec<NodeId>, Vec<(NodeId, NodeId)>) {
    let Some(list) = code.field(call, "arguments") else { return (Vec::new(), Vec::new()) };
    let (named, plain): (Vec<_>, Vec<_>) = code
        .children(list)
        .filter(|child| code.kind(*child) != "comment")
        .partition(|child| code.kind(*child) == "keyword_argument");
    let named = named.into_iter().filter_map(|node| Some((code.field(node, "name")?, code.field(node, "value")?)));
    (plain, named.collect())
}

fn decode(project: &Project<'_>, at: At) -> TokenCall {
    let code = &project.files[at.file];
    let (plain, named) = arguments(code, at.node);
    let keyword = |name: &str| named.iter().find(|(key, _)| code.text(*key) == name).map(|(_, value)| *value);
    let options = keyword("options").map(|node| resolved(project, At { node, ..at }));
    let is_off =
        |option: &str| options.is_some_and(|options| switches_off(&project.files[options.file], options.node, option));
    let verify = keyword("verify").or_else(|| plain.get(2).copied().filter(|node| is_false(code, *node)));
    let span = code.span(at.node);
    if verify.is_some_and(|verify| is_false(code, verify)) || is_off("verify_signature") {
        return TokenCall::new(span, Proof::Nothing);
    }
    let algorithms = keyword("algorithms").or_else(|| keyword("algorithm")).or_else(|| plain.get(2).copied());
    let key = plain.get(1).copied().or_else(|| keyword("key"));
    let proof = match algorithms {
        Some(node) => Algorithms::of(project, At { node, ..at }).proof(code.span(node)),
        None => match key.and_then(|node| key_kind(project, At { node, ..at })) {
            Some(false) => Proof::Symmetric,
            _ => Proof::Unknown,
        },
    };
    let refuses = keyword("audience").is_some_and(|audience| matches!(code.text(audience), "False" | "None"));
    let is_skipped = is_off("verify_aud") || refuses && keyword("options").is_none();
    TokenCall {
        audience: if is_skipped { Stated::Skipped } else { Stated::Compared }, // a token with `aud` is refused otherwise
        binds: keyword("issuer").is_some_and(|issuer| code.below(issuer).any(|node| is_client_key(code, node))),
        ..TokenCall::new(span, proof)
    }
}

/// Whether a dictionary has a key with the value `False`.
fn switches_off(code: &Code<'_>, options: NodeId, option: &str) -> bool {
    let mut pairs = code.below(options).filter(|node| code.kind(*node) == "pair");
    pairs.any(|pair| {
        let key = code.field(pair, "key").and_then(|key| code.string(key));
        key == Some(option) && code.field(pair, "value").is_some_and(|value| is_false(code, value))
    })
}
