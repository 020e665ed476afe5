//! Words in code that tell whether, and how, it verifies a request.

use crate::{
    facts::GuardClass,
    source::Span,
    stacks::code::{Code, NodeId},
};

/// What a word tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Nothing.
    None,
    /// A part of the request is stored, or handed to what stores it.
    Acts,
    /// It may have to do with verification.
    Suspicious,
    /// HS256.
    Symmetric,
    /// RS256, or Atlassian's key host.
    Asymmetric,
}

/// What a piece of code shows, and where it first does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence {
    /// RS256.
    pub asymmetric: Option<Span>,
    /// HS256.
    pub symmetric: Option<Span>,
    /// A word of verification.
    pub suspicious: Option<Span>,
    /// What stores.
    pub acts: Option<Span>,
}

impl Evidence {
    /// Adds what one word tells.
    pub fn note(&mut self, strength: Strength, span: Span) {
        let place = match strength {
            Strength::None => return,
            Strength::Acts => &mut self.acts,
            Strength::Suspicious => &mut self.suspicious,
            Strength::Symmetric => &mut self.symmetric,
            Strength::Asymmetric => &mut self.asymmetric,
        };
        place.get_or_insert(span);
    }

    /// The class, if it is taken for a verification.
    pub fn class(&self) -> GuardClass {
        match self {
            Evidence { asymmetric: Some(_), .. } => GuardClass::Asymmetric,
            Evidence { symmetric: Some(_), .. } => GuardClass::Symmetric,
            Evidence { suspicious: Some(_), .. } => GuardClass::Unknown,
            _ => GuardClass::Unverified,
        }
    }

    /// Where the class was seen.
    pub fn place(&self) -> Option<Span> {
        self.asymmetric.or(self.symmetric).or(self.suspicious)
    }
}

/// What a node tells: names and strings alone do, comments do not.
pub fn word_strength(code: &Code<'_>, node: NodeId) -> Strength {
    if code.is_string(node) {
        return text_strength(code.text(node));
    }
    if !code.is_name(node) || logs_in(code, node) {
        return Strength::None;
    }
    match name_strength(code.text(node)) {
        Strength::Acts if answers(code, node) => Strength::None,
        strength => strength,
    }
}

/// Whether a name is the `Set` of Go's `w.Header().Set(…)`, which stores nothing.
fn answers(code: &Code<'_>, node: NodeId) -> bool {
    let selector = code.parent(node).and_then(|selector| code.field(selector, "operand"));
    selector.is_some_and(|operand| code.text(operand).ends_with("Header()"))
}

/// Whether a name is the `Auth` of `Auth::setUser(…)`, which makes someone the user and checks nothing.
fn logs_in(code: &Code<'_>, node: NodeId) -> bool {
    let call = code.parent(node).filter(|above| code.kind(*above) == "scoped_call_expression");
    let called = call.and_then(|call| code.field(call, "name")).map_or("", |name| code.text(name));
    code.text(node) == "Auth" && matches!(called, "setUser" | "login" | "loginUsingId")
}

/// What a string tells.
fn text_strength(text: &str) -> Strength {
    let lower = text.to_ascii_lowercase();
    if lower.contains("connect-install-keys") || lower.contains("rs256") || lower.contains("asap-distribution") {
        return Strength::Asymmetric;
    }
    match lower.trim_matches(['"', '\'', '`']) {
        "hs256" => Strength::Symmetric,
        "authorization" | "http_authorization" | "jwt" => Strength::Suspicious,
        _ => Strength::None,
    }
}

/// What a name tells.
pub fn name_strength(name: &str) -> Strength {
    const VERIFYING: [&str; 20] = [
        "jwt",
        "verify",
        "verified",
        "verifier",
        "verifies",
        "verification",
        "auth",
        "authenticate",
        "authenticated",
        "authentication",
        "authenticator",
        "authorize",
        "authorized",
        "unauthorized",
        "authorization",
        "token",
        "signature",
        "hmac",
        "qsh",
        "validate",
    ];
    const STORING: [&str; 25] = [
        "save",
        "create",
        "update",
        "insert",
        "upsert",
        "delete",
        "remove",
        "store",
        "put",
        "add",
        "persist",
        "deactivate",
        "exec",
        "execute",
        "destroy",
        "set",
        "event",
        "dispatch",
        "emit",
        "publish",
        "perform",
        "install",
        "uninstall",
        "setdefault",
        "merge",
    ];
    const INNOCENT: [&str; 6] =
        ["CancellationToken", "validate", "csrf_token", "HasValidationErrors", "ValidateAntiForgeryToken", "event"];
    let lower = name.to_ascii_lowercase();
    if lower.contains("rs256")
        || lower.contains("asymmetric")
        || lower.contains("signedinstall")
        || lower.contains("signed_install")
    {
        return Strength::Asymmetric;
    }
    if lower.contains("hs256") || lower.contains("hmacsha256") || lower == "symmetricsecuritykey" {
        return Strength::Symmetric;
    }
    if INNOCENT.contains(&name) {
        return if name == "event" { Strength::Acts } else { Strength::None };
    }
    let words = words(name);
    if words.iter().any(|word| VERIFYING.contains(&word.as_str())) {
        return Strength::Suspicious;
    }
    if words.first().is_some_and(|word| STORING.contains(&word.as_str())) { Strength::Acts } else { Strength::None }
}

/// The words of a name, in lower case: `get`, `shared`, `secret` of `getSharedSecret`.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            was_lower = false;
            words.push(String::new());
            continue;
        }
        if words.is_empty() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_word() {
        assert_eq!(words("getSharedSecret"), ["get", "shared", "secret"]);
        assert_eq!(words("client_key"), ["client", "key"]);
        assert_eq!(name_strength("verify_jwt"), Strength::Suspicious);
        assert_eq!(name_strength("author"), Strength::None);
        assert_eq!(name_strength("SigningMethodRS256"), Strength::Asymmetric);
    }
}
