//! Whether the query hash is that of the request, and of what else it is the hash.

use crate::{
    jwt::{Members, Token},
    query_hash,
    token::{
        Check, Kind, Material, Subject,
        checks::audience,
        request::split,
        variants::{self, Variant},
    },
};

/// A request as a verifier hashes it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Hashed {
    /// The method.
    pub method: String,
    /// Whether the text said so; otherwise it follows from the body.
    pub method_is_known: bool,
    /// The path below the app's base URL, as far as that is known.
    pub path: String,
    /// What is hashed.
    pub canonical: String,
    /// The hash, in lower-case hex.
    pub hash: String,
}

/// The request of the text, if it names one.
pub(super) fn hashed(material: Material, kind: Kind, claims: &Members) -> Option<Hashed> {
    let (path, query) = material.request.path_and_query()?;
    let base = base_path(material, kind, claims);
    let path = below(path, base.as_deref().unwrap_or_default()).unwrap_or(path);
    let method_is_known = material.request.method.is_some();
    let usual = if kind.is_callback() || !material.request.body.is_empty() { "POST" } else { "GET" };
    let method = material.request.method.clone().unwrap_or_else(|| usual.to_owned());
    let canonical = query_hash::canonical(&method, path, query);
    let hash = query_hash::digest(&canonical);
    Some(Hashed { method, method_is_known, path: path.to_owned(), canonical, hash })
}

/// The path of the app's base URL: the caller's, or that of the address that a callback is meant for.
fn base_path(material: Material, kind: Kind, claims: &Members) -> Option<String> {
    let meant_for = || audience(claims).first().map(|url| (*url).to_owned()).filter(|_| kind == Kind::SignedCallback);
    let base = material.known.base_url.clone().or_else(meant_for)?;
    Some(split(&base).0.trim_end_matches('/').to_owned())
}

/// A path below a base path.
pub(super) fn below<'p>(path: &'p str, base: &str) -> Option<&'p str> {
    path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What is to say about the query hash.
pub(super) fn check(material: Material, kind: Kind, token: &Token, request: Option<&Hashed>) -> Option<Check> {
    let subject = Subject::QueryHash;
    let error = |fact: &str| Some(Check::error(subject, fact));
    let Some(claimed) = token.claims.get("qsh") else { return missing(kind) };
    match (claimed.as_str(), request) {
        (None, _) => error("`qsh` is no string"),
        (Some(query_hash::CONTEXT), _) if kind.is_callback() || material.payload.is_lifecycle() => {
            error("`context-qsh` fits any request: a page's token would do for a lifecycle callback")
        }
        (Some(query_hash::CONTEXT), _) => {
            Some(Check::holds(subject, "`context-qsh` fits any request: only for routes that pages call"))
        }
        (Some(hash), _) if !is_hash(hash) => error("`qsh` is no SHA-256 in lower-case hex, 64 digits"),
        (Some(_), None) => Some(
            Check::unknown(subject, "has to be the hash of method, path and query")
                .with_help("paste the whole request, and it is compared"),
        ),
        (Some(hash), Some(request)) => Some(compared(material, kind, &token.claims, hash, request)),
    }
}

fn missing(kind: Kind) -> Option<Check> {
    let check = Check::error(Subject::QueryHash, "`qsh` is missing: the token fits any request");
    match kind {
        Kind::Request => {
            Some(check.with_help("a context token looks so where the descriptor does not opt in to `context-qsh`"))
        }
        _ => kind.is_callback().then_some(check),
    }
}

fn is_hash(hash: &str) -> bool {
    hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn compared(material: Material, kind: Kind, claims: &Members, hash: &str, request: &Hashed) -> Check {
    let subject = Subject::QueryHash;
    let assumed = if request.method_is_known { "" } else { "; the method is not given" };
    if hash == request.hash {
        return Check::holds(subject, format!("of `{}`{assumed}", request.canonical));
    }
    let base = base_path(material, kind, claims);
    let wrong = format!("not of `{}`{assumed}", request.canonical);
    let variants = variants::variants(material.request, request, base.as_deref().unwrap_or_default());
    match variants.into_iter().find(|variant| query_hash::digest(&variant.canonical) == hash) {
        Some(Variant { canonical, context: Some(context), changes, .. }) if changes.len() == 1 && base.is_none() => {
            let fact =
                format!("of `{canonical}`, below `{context}`: that has to be the path of the receiver's base URL");
            Check::note(subject, fact).with_help("`--base-url URL` compares it")
        }
        Some(Variant { canonical, changes, .. }) => {
            let help = format!("it is that of `{canonical}`: {}", changes.join(", and "));
            Check::error(subject, wrong).with_help(help)
        }
        None => {
            Check::error(subject, wrong).with_help("nor of any usual misreading of it: it was made for another request")
        }
    }
}
