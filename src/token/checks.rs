//! What a verifier has to check of the header and of the issuer.
//!
//! Sources: the pseudo-code of Atlassian that <https://gitlab.com/gitlab-org/gitlab/-/merge_requests/71080> quotes, and
//! `verify-installation.js` of atlassian-connect-express 11.5.3. Key ids are opaque and may hold a slash:
//! <https://gitlab.com/gitlab-org/gitlab/-/merge_requests/173110>.

use serde_json::Value;

use crate::{
    jwt::{Members, Token},
    token::{Check, Kind, Payload, Subject, kind::text},
};

/// The strings of `aud`, which is a list or one string.
pub(super) fn audience(claims: &Members) -> Vec<&str> {
    match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn algorithm(kind: Kind, token: &Token, payload: &Payload) -> Check {
    let error = |fact: String| Check::error(Subject::Algorithm, fact);
    match (kind, token.algorithm()) {
        (_, None) => error("the header names none".to_owned()),
        (Kind::Unsigned, Some(none)) => {
            error(format!("`{none}`: a verifier that lets the token choose checks nothing"))
        }
        (Kind::OldCallback, Some(algorithm)) => {
            error(format!("`{algorithm}`, but hosts sign `installed` and `uninstalled` RS256"))
                .with_help("before signed installs the secret arrived in the very request, so anybody could sign")
        }
        (Kind::SignedCallback, Some(algorithm)) if payload.later_event().is_some() => {
            let event = payload.later_event().unwrap_or_default();
            error(format!("`{algorithm}`, but hosts sign `{event}` HS256, with the secret of the tenant"))
        }
        (Kind::SignedCallback | Kind::Forge | Kind::Other, Some("RS256")) | (_, Some("HS256")) => {
            let algorithm = token.algorithm().unwrap_or_default();
            Check::holds(
                Subject::Algorithm,
                format!("`{algorithm}`; a verifier demands it and does not take it from the token"),
            )
        }
        (_, Some(other)) => error(format!("`{other}`: Connect has RS256 and HS256 alone")),
    }
}

pub(super) fn key_id(kind: Kind, token: &Token) -> Option<Check> {
    let subject = Subject::KeyId;
    let by_key = matches!(kind, Kind::SignedCallback | Kind::Forge);
    match (token.header.get("kid"), by_key) {
        (None, true) => Some(Check::error(subject, "`kid` is missing: no verifier can tell which key to fetch")),
        (None, false) => None,
        (Some(Value::String(id)), true) => Some(named(id)),
        (Some(_), true) => Some(Check::error(subject, "`kid` is no string")),
        (Some(_), false) if !kind.is_connect() => None,
        (Some(_), false) => Some(Check::warning(
            subject,
            "`kid` in a token that no key signs: hosts send none, a forger hopes for a verifier that mixes both up",
        )),
    }
}

fn named(id: &str) -> Check {
    if is_part_of_an_address(id) {
        let fact = if id.contains('/') {
            "opaque, and with a slash: matched against no pattern, and escaped in the key's address"
        } else {
            "opaque: matched against no pattern"
        };
        return Check::holds(Subject::KeyId, fact);
    }
    let fact = "`kid` leads elsewhere when it is put into the key's address: a verifier refuses it, or escapes it";
    Check::error(Subject::KeyId, fact)
}

/// Whether a key id stays what it is in the address of a key.
pub(super) fn is_part_of_an_address(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
    !id.is_empty()
        && id.split('/').all(|part| !part.is_empty() && part != "." && part != ".." && part.chars().all(is_plain))
}

pub(super) fn issuer(kind: Kind, token: &Token, payload: &Payload) -> Option<Check> {
    let subject = Subject::Issuer;
    let Some(issuer) = text(&token.claims, "iss") else {
        let missing = "`iss` is missing or no string: no verifier can tell whose token it is";
        return kind.is_connect().then(|| Check::error(subject, missing));
    };
    let check = match (kind, &payload.client_key) {
        (Kind::Forge, _) => Check::holds(subject, "Forge"),
        (Kind::Unsigned | Kind::Other | Kind::Unreadable, _) => return None,
        (_, Some(key)) if key == issuer => Check::holds(subject, "the `clientKey` of the body"),
        (Kind::Request | Kind::Session, _) if payload.app_key.as_deref() == Some(issuer) => {
            Check::holds(subject, "the app itself")
        }
        (_, Some(key)) => {
            let fact = format!(
                "not the `clientKey` of the body, `{key}`: a token of one site would replace what is stored of another"
            );
            Check::error(subject, fact)
        }
        (Kind::SignedCallback | Kind::OldCallback, None) => {
            Check::unknown(subject, "has to be the `clientKey` of the body, which the signature does not cover")
        }
        (Kind::Session, None) => Check::unknown(subject, "has to be the key of the app"),
        (Kind::Request, None) => Check::unknown(
            subject,
            "has to be the client key of a stored tenant; the app's key, if the app asks the host",
        ),
        (Kind::Context, None) => Check::unknown(subject, "has to be the client key of a stored tenant"),
    };
    Some(check)
}
