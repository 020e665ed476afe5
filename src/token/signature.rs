//! Who signed a token.

use crate::{
    jwt::Token,
    token::{Check, Key, Kind, Material, Subject, checks::is_part_of_an_address, kind::text},
};

/// Where the key of a signed callback is: this, and the key id.
const KEY_HOST: &str = "https://connect-install-keys.atlassian.com/";

/// Where the keys of Forge are. Source: atlassian-connect-express 11.5.3.
const FORGE_KEYS: &str = "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json";

/// The sizes of a signature in bytes: of HS256, and of RS256 with keys of 2048 to 8192 bits.
const HMAC_SIZE: usize = 32;
const RSA_SIZES: std::ops::RangeInclusive<usize> = 256..=1024;

/// What is known of the signature.
pub(super) fn check(material: Material, kind: Kind, token: &Token, text: &str) -> Check {
    let error = |fact: String| Check::error(Subject::Signature, fact);
    let size = size(text);
    match token.algorithm() {
        _ if !token.is_signed() => error("there is none".to_owned()),
        Some("RS256") if !RSA_SIZES.contains(&size) => {
            error(format!("{size} bytes: RS256 has 256 or more, it may be cut off"))
        }
        Some("HS256") if size != HMAC_SIZE => error(format!("{size} bytes: HS256 has {HMAC_SIZE}, it may be cut off")),
        Some("RS256") => by_key(kind, token, material.known.key.as_ref()),
        Some("HS256") => by_secret(material, kind, token),
        _ => Check::unknown(Subject::Signature, "not verified: RS256 and HS256 are, and no other"),
    }
}

/// How many bytes the last part stands for.
fn size(text: &str) -> usize {
    let signature = text.trim_end().rsplit('.').next().unwrap_or_default();
    signature.chars().filter(|c| *c != '=' && !c.is_whitespace()).count() * 3 / 4
}

fn by_key(kind: Kind, token: &Token, key: Option<&Key>) -> Check {
    let subject = Subject::Signature;
    match key {
        Some(key) if token.is_by_key(&key.public) => Check::holds(subject, "by the given key"),
        Some(_) => Check::error(subject, "not by the given key"),
        None if kind == Kind::Forge => Check::unknown(subject, format!("not verified: the key is in {FORGE_KEYS}")),
        None => match text(&token.header, "kid").filter(|id| is_part_of_an_address(id)) {
            Some(id) if kind == Kind::SignedCallback => {
                Check::unknown(subject, format!("not verified: the key is at {KEY_HOST}{id}"))
                    .with_help("save it, and give it with `--key FILE`")
            }
            _ => Check::unknown(subject, "not verified: whose key it is cannot be told"),
        },
    }
}

fn by_secret(material: Material, kind: Kind, token: &Token) -> Check {
    let subject = Subject::Signature;
    let pem = material.known.key.as_ref().map(|key| key.pem.as_str());
    let spellings =
        pem.into_iter().flat_map(|pem| [pem.to_owned(), pem.trim().to_owned(), format!("{}\n", pem.trim())]);
    if spellings.into_iter().any(|pem| token.is_by_secret(pem.as_bytes())) {
        let fact = "by the text of the public key, which everybody has: a verifier that takes any algorithm lets it in";
        return Check::error(subject, fact);
    }
    let sent = material.payload.shared_secret.as_deref().is_some_and(|secret| token.is_by_secret(secret.as_bytes()));
    match &material.known.secret {
        Some(secret) if token.is_by_secret(secret) => Check::holds(subject, "by the given secret"),
        _ if sent && kind == Kind::OldCallback => {
            Check::error(subject, "by the secret that came in the same request: it proves nothing")
        }
        Some(_) => Check::error(subject, "not by the given secret"),
        None if sent => {
            Check::unknown(subject, "by the secret in the body; whether the app stored it before cannot be told")
        }
        None => Check::unknown(subject, "not verified: by the `sharedSecret` that the app stored for the tenant")
            .with_help("`--secret @FILE` verifies it"),
    }
}
