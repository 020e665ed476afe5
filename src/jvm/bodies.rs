//! What a method verifies, together with the tree's own methods that it calls.

use std::collections::BTreeSet;

use crate::{
    facts::GuardClass,
    jvm::{
        ir::{Body, Call, Class, Function, Parameter, Unit},
        project::Project,
    },
    source::{Label, Span},
};

/// How far calls are followed.
const DEPTH: usize = 6;

/// How many methods one handler's calls are followed into.
const METHODS: usize = 200;

/// What was seen on the way through a method.
#[derive(Debug, Default)]
pub struct Seen {
    /// Verification with a public key.
    pub asymmetric: Option<Span>,
    /// Verification with a shared secret.
    pub symmetric: Option<Span>,
    /// Whether something is compared with the body's `clientKey`, or an issuer is asked for.
    pub binds: bool,
    /// Where the request, its headers or its token go that could not be followed.
    pub handed_on: Option<Span>,
    /// Where something is stored.
    pub stores: Option<Span>,
}

impl Seen {
    /// The class of what was seen.
    pub fn class(&self) -> GuardClass {
        match (self.asymmetric, self.symmetric, self.handed_on) {
            (Some(_), _, _) if self.binds => GuardClass::Asymmetric,
            (Some(_), _, _) => GuardClass::Unbound,
            (None, Some(_), _) => GuardClass::Symmetric,
            (None, None, Some(_)) => GuardClass::Unknown,
            (None, None, None) => GuardClass::Unverified,
        }
    }

    /// What the class rests on.
    pub fn evidence(&self) -> Vec<Label> {
        let named = [
            (self.asymmetric, "verifies a signature with a public key"),
            (self.symmetric, "verifies a signature with a shared secret"),
            (self.handed_on, "hands a part of the request to code that is not in the tree"),
        ];
        let found = named.into_iter().filter_map(|(span, message)| Some(Label::new(span?, message)));
        found.take(1).collect()
    }
}

/// Follows a method of a class.
pub fn follow(project: &Project, class: &Class, function: &Function) -> Seen {
    let mut walk = Walk { project, seen: Seen::default(), visited: BTreeSet::new() };
    walk.function(class, function, DEPTH);
    walk.seen
}

/// Whether a parameter or field carries what a token can be read from.
pub fn carries_token(parameter: &Parameter) -> bool {
    const WORDS: [&str; 17] = [
        "HttpServletRequest",
        "ServletRequest",
        "ServerHttpRequest",
        "ServerWebExchange",
        "ServerRequest",
        "WebRequest",
        "NativeWebRequest",
        "HttpHeaders",
        "HttpEntity",
        "RequestEntity",
        "RequestHeader",
        "RequestParam",
        "CookieValue",
        "Principal",
        "Authentication",
        "AuthenticationPrincipal",
        "AtlassianHostUser",
    ];
    parameter.words.iter().any(|word| WORDS.contains(&word.as_str()))
}

struct Walk<'project> {
    project: &'project Project,
    seen: Seen,
    visited: BTreeSet<Span>,
}

impl Walk<'_> {
    fn function(&mut self, class: &Class, function: &Function, depth: usize) {
        let Some(body) = &function.body else { return };
        if depth == 0 || self.visited.len() >= METHODS || !self.visited.insert(function.name.span) {
            return;
        }
        self.binding(body);
        let mut tokens: BTreeSet<&str> =
            function.parameters.iter().filter(|own| carries_token(own)).map(|own| own.name.as_str()).collect();
        tokens.extend(class.fields.iter().filter(|own| carries_token(own)).map(|own| own.name.as_str()));
        const READ: [&str; 6] = ["token", "jwt", "jwtToken", "authorization", "authHeader", "authorizationHeader"];
        let has_tokens = !tokens.is_empty();
        tokens.extend(READ.iter().filter(|_| has_tokens));
        for call in &body.calls {
            self.call(class, body, call, &tokens, depth);
        }
    }

    fn binding(&mut self, body: &Body) {
        let names_key = |name: &str| matches!(name, "clientKey" | "getClientKey");
        let compared = body.comparisons.iter().any(|span| body.names_in(*span).any(names_key));
        let asked = body.calls.iter().any(|call| {
            let names = |span| body.names_in(span).any(names_key);
            match call.name.as_str() {
                "equals" | "contentEquals" | "isEqual" | "assertEquals" => names(call.span),
                "withIssuer" | "requireIssuer" | "require" => true,
                _ => false,
            }
        });
        self.seen.binds |= compared || asked;
    }

    fn call(&mut self, class: &Class, body: &Body, call: &Call, tokens: &BTreeSet<&str>, depth: usize) {
        if let Some(asymmetric) = verification(body, call) {
            let place = if asymmetric { &mut self.seen.asymmetric } else { &mut self.seen.symmetric };
            place.get_or_insert(call.span);
            return;
        }
        if is_store(call) {
            self.seen.stores.get_or_insert(call.span);
        }
        let targets: Vec<_> =
            self.project.functions(&call.name).filter(|found| is_target(class, call, found)).take(8).collect();
        for (_, target_class, function) in &targets {
            self.function(target_class, function, depth - 1);
        }
        let takes_token = call.arguments.is_some_and(|span| body.names_in(span).any(|name| tokens.contains(name)));
        if targets.is_empty() && takes_token && !is_harmless(call) && !self.constructs_own(call) {
            self.seen.handed_on.get_or_insert(call.span);
        }
    }

    /// Whether a call constructs a class of the tree: it carries the value on, and verifies nothing.
    fn constructs_own(&self, call: &Call) -> bool {
        self.project.named(&call.name).next().is_some()
    }
}

/// Whether a method can be the one called: of the class itself without a receiver; else of a class whose name is a
/// type that the receiver was declared with, or of any class if that is not known.
fn is_target(class: &Class, call: &Call, (_, found, _): &(&Unit, &Class, &Function)) -> bool {
    let Some(receiver) = call.receiver.as_deref().filter(|receiver| !matches!(*receiver, "this" | "super")) else {
        return true;
    };
    let Some(field) = class.fields.iter().find(|field| field.name == receiver) else { return true };
    let declared = |name: &String| field.words.contains(name);
    declared(&found.name) || found.supertypes.iter().any(declared)
}

/// Whether a call verifies a signature: `true` with a public key, `false` with a secret.
fn verification(body: &Body, call: &Call) -> Option<bool> {
    let mentions = |names: &[&str]| names.iter().any(|name| body.mentions(name));
    let public = || {
        mentions(&[
            "RSASSAVerifier",
            "RSA256",
            "RSAPublicKey",
            "PublicKey",
            "RS256",
            "X509EncodedKeySpec",
            "AsymmetricJwtReader",
        ])
    };
    let secret = || {
        mentions(&[
            "MACVerifier",
            "HMAC256",
            "hmacShaKeyFor",
            "SecretKeySpec",
            "HS256",
            "sharedSecret",
            "getSharedSecret",
        ])
    };
    match call.name.as_str() {
        "RSASSAVerifier" | "RSA256" => Some(true),
        "MACVerifier" | "HMAC256" => Some(false),
        "parseClaimsJws" | "parseSignedClaims" if public() => Some(true),
        "parseClaimsJws" | "parseSignedClaims" if secret() => Some(false),
        "setSigningKeyResolver" | "keyLocator" => Some(true),
        "readAndVerify" => {
            Some(mentions(&["AsymmetricJwtReader", "AsymmetricJwtReaderFactory", "asymmetricJwtReaderFactory"]))
        }
        _ => None,
    }
}

fn is_store(call: &Call) -> bool {
    const NAMES: [&str; 15] = [
        "save",
        "saveAndFlush",
        "saveAll",
        "persist",
        "merge",
        "insert",
        "insertOne",
        "store",
        "put",
        "putItem",
        "upsert",
        "replaceOne",
        "delete",
        "deleteById",
        "remove",
    ];
    const PLAIN: [&str; 5] = ["model", "headers", "params", "attributes", "response"];
    NAMES.contains(&call.name.as_str()) && !call.receiver.as_deref().is_some_and(|receiver| PLAIN.contains(&receiver))
}

/// Whether a call reads or writes a log, a text or a standard collection.
fn is_harmless(call: &Call) -> bool {
    const NAMES: [&str; 36] = [
        "getHeader",
        "getParameter",
        "getFirst",
        "get",
        "getOrDefault",
        "containsKey",
        "getInputStream",
        "getReader",
        "getRequestURI",
        "getRequestURL",
        "getQueryString",
        "getRemoteAddr",
        "println",
        "print",
        "printf",
        "format",
        "equals",
        "startsWith",
        "substring",
        "isEmpty",
        "isBlank",
        "isNullOrEmpty",
        "toString",
        "requireNonNull",
        "ofNullable",
        "valueOf",
        "put",
        "add",
        "append",
        "info",
        "debug",
        "setAttribute",
        "addAttribute",
        "doFilter",
        "filter",
        "getRequest",
    ];
    const LOGS: [&str; 5] = ["log", "logger", "LOG", "LOGGER", "out"];
    NAMES.contains(&call.name.as_str()) || call.receiver.as_deref().is_some_and(|receiver| LOGS.contains(&receiver))
}
