//! Whether code of a language without a grammar reads an install callback, and whether anything knows its signature.

use crate::{
    facts::Facts,
    source::{FileId, SourceFile, Sources, Span},
    syntax::words::{Kind, Lexis, Token, scan},
};

/// Adds where code reads the secret of a callback, if a descriptor declares one and the whole tree knows no RS256.
///
/// What is looked for to be silent counts wherever it stands, in a comment, in a file of another language.
pub(super) fn read(sources: &Sources, owns: impl Fn(&str) -> bool, lexis: Lexis, facts: &mut Facts) {
    if !facts.descriptors.iter().any(|descriptor| descriptor.is_affected() && descriptor.has_signed_event()) {
        return;
    }
    let own = sources.iter().filter(|(_, file)| owns(&file.path));
    let reads: Vec<_> = own.filter_map(|(id, file)| secret(id, file, &scan(&file.text, lexis))).collect();
    if !reads.is_empty() && !sources.iter().any(|(_, file)| knows_signature(&file.text)) {
        facts.secret_reads.extend(reads);
    }
}

/// Where a file names the secret of a callback, beside the tenant's key and one more member of the callback.
fn secret(id: FileId, file: &SourceFile, tokens: &[Token]) -> Option<Span> {
    let named = |names: &[&str]| {
        let mut words = tokens.iter().filter(|token| !matches!(token.kind, Kind::Mark(_)));
        words.find(|token| names.contains(&plain(&file.text[token.range.clone()]).as_str()))
    };
    let is_bitbucket = named(&["baseapiurl", "principal"]).is_some();
    let is_callback = named(&["clientkey"]).is_some() && named(&["baseurl", "producttype", "publickey"]).is_some();
    let secret = named(&["sharedsecret"]).filter(|_| is_callback && !is_bitbucket)?;
    Some(Span { file: id, start: secret.range.start, end: secret.range.end })
}

/// A name without its namespace, case and hyphens: `sharedsecret` of `:host/shared-secret`.
pub(super) fn plain(name: &str) -> String {
    let own = name.rsplit(['/', ':', '.']).next().unwrap_or(name);
    own.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a text names RS256, Atlassian's key hosts, or what verifies with a public key.
fn knows_signature(text: &str) -> bool {
    const SIGNS: [&str; 8] = [
        "rs256",
        "connect-install-keys",
        "asap-distribution",
        "asymmetric",
        "rsassa",
        "rsapublickey",
        "x509encodedkeyspec",
        "jwk",
    ];
    let text = text.to_ascii_lowercase();
    SIGNS.iter().any(|sign| text.contains(sign))
}
