//! Words in code that tell whether, and how, it verifies a request.

use crate::{
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
    /// It may have to do with tokens.
    Suspicious,
    /// It speaks of verifying them.
    Verifying,
    /// A keyed hash.
    Hmac,
    /// A comparison that takes as long whatever it is given.
    Compares,
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
    /// A word of tokens or their verification.
    pub suspicious: Option<Span>,
    /// A word of verification.
    pub verifying: Option<Span>,
    /// What stores.
    pub acts: Option<Span>,
    /// A keyed hash.
    pub hmac: Option<Span>,
    /// A comparison that takes as long whatever it is given.
    pub compared: Option<Span>,
}

impl Evidence {
    /// Adds what one word tells.
    pub fn note(&mut self, strength: Strength, span: Span) {
        let place = match strength {
            Strength::None => return,
            Strength::Acts => &mut self.acts,
            Strength::Suspicious => &mut self.suspicious,
            Strength::Verifying => {
                self.suspicious.get_or_insert(span);
                &mut self.verifying
            }
            Strength::Hmac => {
                self.suspicious.get_or_insert(span);
                self.verifying.get_or_insert(span);
                &mut self.hmac
            }
            Strength::Compares => &mut self.compared,
            Strength::Symmetric => &mut self.symmetric,
            Strength::Asymmetric => &mut self.asymmetric,
        };
        place.get_or_insert(span);
    }

    /// Adds what another piece of code shows.
    pub fn extend(&mut self, other: &Evidence) {
        self.asymmetric = self.asymmetric.or(other.asymmetric);
        self.symmetric = self.symmetric.or(other.symmetric);
        self.suspicious = self.suspicious.or(other.suspicious);
        self.verifying = self.verifying.or(other.verifying);
        self.acts = self.acts.or(other.acts);
        self.hmac = self.hmac.or(other.hmac);
        self.compared = self.compared.or(other.compared);
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
    let is_type = code.parent(node).is_some_and(|above| code.kind(above) == "qualified_type");
    if !code.is_name(node) || is_type || logs_in(code, node) {
        return Strength::None;
    }
    match name_strength(code.text(node)) {
        Strength::Acts if answers(code, node) => Strength::None,
        Strength::Suspicious if !may_look_at_token(code, node) => Strength::None,
        Strength::Verifying if is_setting(code, node) => Strength::None,
        strength => strength,
    }
}

/// Whether a name that speaks of tokens may be that of code which looks at one: something called or handed over, or
/// the token itself; not a model or a variable of a record.
fn may_look_at_token(code: &Code<'_>, node: NodeId) -> bool {
    let name = code.text(node).trim_start_matches(':');
    let is_token = matches!(name.to_ascii_lowercase().as_str(), "jwt" | "authorization");
    let is_only = words(name).iter().all(|word| TOKENS.contains(&word.as_str()));
    let is_called = code.parent(node).is_some_and(|above| {
        let callee =
            ["function", "method", "name", "field", "attribute"].into_iter().find_map(|field| code.field(above, field));
        let is_member = matches!(code.kind(above), "attribute" | "selector_expression" | "member_access_expression");
        let call = if is_member { code.parent(above) } else { Some(above) };
        let calls = call.is_some_and(|call| code.kind(call).contains("call") || code.kind(call).contains("invocation"));
        let is_assigned = code.parent(above).is_some_and(|parent| code.field(parent, "left") == Some(above));
        callee == Some(node) && calls && !is_assigned
            || code.kind(above) == "decorator"
            || is_only && matches!(code.kind(above), "argument_list" | "argument")
    });
    is_token || is_called
}

/// Whether a name is that of a member in an object initialiser, `new Parameters { ValidateLifetime = true }`.
fn is_setting(code: &Code<'_>, node: NodeId) -> bool {
    let assignment = code.parent(node).filter(|above| code.field(*above, "left") == Some(node));
    let holder = assignment.and_then(|assignment| code.parent(assignment));
    holder.is_some_and(|holder| code.kind(holder) == "initializer_expression")
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

/// Words of tokens, which say nothing of how they are verified.
const TOKENS: [&str; 6] = ["jwt", "auth", "authorization", "unauthorized", "token", "qsh"];

/// What a name tells.
pub fn name_strength(name: &str) -> Strength {
    const VERIFYING: [&str; 13] = [
        "verify",
        "verified",
        "verifier",
        "verifies",
        "verification",
        "authenticate",
        "authenticated",
        "authentication",
        "authenticator",
        "authorize",
        "authorized",
        "signature",
        "validate",
    ];
    const HASHING: [&str; 3] = ["hmac", "hmacsha256", "hash_hmac"];
    const COMPARING: [&str; 7] = [
        "compare_digest",
        "hash_equals",
        "secure_compare",
        "fixed_length_secure_compare",
        "ConstantTimeCompare",
        "FixedTimeEquals",
        "SequenceEqual",
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
    const INNOCENT: [&str; 8] = [
        "CancellationToken",
        "validate",
        "csrf_token",
        "HasValidationErrors",
        "ValidateAntiForgeryToken",
        "event",
        "delete_prefix",
        "delete_suffix",
    ];
    let lower = name.to_ascii_lowercase();
    if lower.contains("rs256")
        || lower.contains("asymmetric")
        || lower.contains("signedinstall")
        || lower.contains("signed_install")
    {
        return Strength::Asymmetric;
    }
    if HASHING.contains(&lower.as_str()) {
        return Strength::Hmac;
    }
    if COMPARING.contains(&name) {
        return Strength::Compares;
    }
    if lower.contains("hs256") || lower == "symmetricsecuritykey" {
        return Strength::Symmetric;
    }
    if INNOCENT.contains(&name) {
        return if name == "event" { Strength::Acts } else { Strength::None };
    }
    let words = words(name);
    if words.iter().any(|word| VERIFYING.contains(&word.as_str())) {
        return Strength::Verifying;
    }
    if words.iter().any(|word| TOKENS.contains(&word.as_str())) {
        return Strength::Suspicious;
    }
    if words.first().is_some_and(|word| STORING.contains(&word.as_str())) { Strength::Acts } else { Strength::None }
}

/// Whether a node names the body's `clientKey`.
pub fn is_client_key(code: &Code<'_>, node: NodeId) -> bool {
    if !code.is_name(node) && !code.is_string(node) {
        return false;
    }
    let name = code.text(node).trim_matches(['"', '\'', '`', ':', '@', '$']);
    name.len() < 40 && name.to_ascii_lowercase().replace('_', "").contains("clientkey")
}

/// Whether a node names the token's `iss`.
pub fn is_issuer(code: &Code<'_>, node: NodeId) -> bool {
    if !code.is_name(node) && !code.is_string(node) {
        return false;
    }
    let name = code.text(node).trim_matches(['"', '\'', '`', ':', '@', '$']);
    name.len() < 40 && words(name).iter().any(|word| matches!(word.as_str(), "iss" | "issuer"))
}

/// Whether a node is a call that writes to a log.
pub fn is_log(code: &Code<'_>, node: NodeId) -> bool {
    const NAMES: [&str; 14] = [
        "log",
        "info",
        "debug",
        "warn",
        "warning",
        "error",
        "print",
        "println",
        "printf",
        "puts",
        "errorf",
        "infof",
        "loginformation",
        "exception",
    ];
    let callee = ["function", "method", "name"].into_iter().find_map(|field| code.field(node, field));
    let name = callee.map_or("", |callee| code.last_name(callee));
    code.kind(node).contains("call") | code.kind(node).contains("invocation")
        && NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a node names the body's `sharedSecret`.
pub fn is_shared_secret(code: &Code<'_>, node: NodeId) -> bool {
    let is_word = code.is_name(node) || code.is_string(node) || code.kind(node).ends_with("content");
    let name = code.text(node);
    is_word && name.len() < 40 && name.to_ascii_lowercase().replace('_', "").contains("sharedsecret")
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
        assert_eq!(name_strength("verify_jwt"), Strength::Verifying);
        assert_eq!(name_strength("jwt_token"), Strength::Suspicious);
        assert_eq!(name_strength("author"), Strength::None);
        assert_eq!(name_strength("SigningMethodRS256"), Strength::Asymmetric);
    }
}
