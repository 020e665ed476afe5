//! Whether a call verifies a signature, and with what kind of key.

use std::collections::BTreeSet;

use crate::jvm::{
    ir::Call,
    reach::{Frame, Reach},
    verifiers::{Proves, verifier},
};

/// Whether a call in a frame verifies a signature: `true` with a public key, `false` with a secret.
pub fn of_call(reach: &Reach<'_>, frame: usize, call: &Call) -> Option<bool> {
    match verifier(call)?.proves {
        Proves::Asymmetric => Some(true),
        Proves::Symmetric => Some(false),
        Proves::Nothing => None,
        Proves::ByKey => Some(is_public_key(reach, frame, call)),
    }
}

/// Whether the key that a verifying call is given is a public one: what the call says of it, else its method, else
/// everything that leads there. A secret where nothing says so.
fn is_public_key(reach: &Reach<'_>, frame: usize, call: &Call) -> bool {
    const PUBLIC: [&str; 14] = [
        "RSAPublicKey",
        "PublicKey",
        "RSA256",
        "RS256",
        "X509EncodedKeySpec",
        "RSAKey",
        "SHA256withRSA",
        "AsymmetricJwtReader",
        "AsymmetricJwtReaderFactory",
        "asymmetricJwtReaderFactory",
        "NimbusRsJwtReader",
        "publicKey",
        "setSigningKeyResolver",
        "keyLocator",
    ];
    const SECRET: [&str; 10] = [
        "HMAC256",
        "HS256",
        "hmacShaKeyFor",
        "SecretKeySpec",
        "SecretKey",
        "sharedSecret",
        "getSharedSecret",
        "NimbusMacJwtReader",
        "SymmetricJwtReader",
        "JwtIssuerSharedSecretService",
    ];
    let says = |words: &BTreeSet<&str>| {
        let has = |names: &[&str]| names.iter().any(|name| words.contains(name));
        match (has(&PUBLIC), has(&SECRET)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    };
    let whole = |frames: &[Frame<'_>]| {
        let mut words = BTreeSet::new();
        for body in frames.iter().map(|frame| frame.body) {
            words.extend(body.names.iter().chain(&body.texts).map(|word| word.value.as_str()));
        }
        says(&words)
    };
    let said = says(&reach.words(frame, call.span));
    let said = said.or_else(|| whole(std::slice::from_ref(&reach.frames[frame])));
    said.or_else(|| whole(&reach.frames)).unwrap_or(false)
}
