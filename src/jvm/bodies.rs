//! What a method verifies, together with the tree's own methods that it calls.

use std::collections::BTreeSet;

use crate::{
    facts::GuardClass,
    jvm::{
        constants,
        flow::Kind,
        ir::{Branch, Call, Class, Function, Value},
        project::Project,
        reach::{Reach, Step, contains},
        verifiers::verifier,
        ways::{self, Verdict},
    },
    source::{Label, Span, Spanned},
};

/// How many decisions and calls of a method are looked at.
const LOOKED_AT: usize = 2_000;

/// What was seen on the way through a method.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Verification with a public key.
    pub asymmetric: Option<Span>,
    /// Verification with a shared secret.
    pub symmetric: Option<Span>,
    /// Whether the token's issuer is compared with the body's `clientKey`, or with something that may be it.
    pub binds: bool,
    /// Where it is decided by the token's algorithm, or its absence, that no public key is needed.
    pub falls_back: Option<Span>,
    /// Verification with a public key without which the same may be done.
    pub passed_by: Option<Span>,
    /// Where the request, its headers or its token go that could not be followed.
    pub handed_on: Option<Span>,
    /// Where something is stored.
    pub stores: Option<Span>,
    /// Where a tenant is stored before anything is verified.
    pub stores_early: Option<Span>,
}

impl Seen {
    /// The class of what was seen.
    pub fn class(&self) -> GuardClass {
        match (self.asymmetric, self.symmetric, self.handed_on) {
            (Some(_), _, _) if self.falls_back.is_some() => GuardClass::LegacyFallback,
            (Some(_), _, _) if self.passed_by.is_some() => GuardClass::Unknown,
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
            (self.passed_by, "verifies a signature, and the code may go on without it"),
            (self.asymmetric, "verifies a signature with a public key"),
            (self.symmetric, "verifies a signature with a shared secret"),
            (self.handed_on, "hands a part of the request to code that is not in the tree"),
        ];
        let found = named.into_iter().filter_map(|(span, message)| Some(Label::new(span?, message)));
        found.take(1).collect()
    }
}

/// Follows a method of a class that answers requests of a path.
pub fn follow(project: &Project, class: &Class, function: &Function, path: &str) -> Seen {
    let reach = Reach::of(project, class, function);
    judged(&reach, seen(&reach), path)
}

/// What was seen on the way, of which only that counts without which nothing is done.
pub fn judged(reach: &Reach<'_>, seen: Seen, path: &str) -> Seen {
    let Some(verified) = seen.asymmetric else { return seen };
    match ways::judge(reach, Some(path)) {
        Verdict::Holds => seen,
        Verdict::FallsBack(span) => Seen { falls_back: seen.falls_back.or(Some(span)), ..seen },
        Verdict::Doubtful => Seen { passed_by: Some(verified), ..seen },
        Verdict::Fails => Seen { asymmetric: None, stores_early: None, ..seen },
    }
}

/// What is seen on the way.
pub fn seen(reach: &Reach<'_>) -> Seen {
    let mut seen = Seen::default();
    let is_verifying = |step: &&Step<'_>| ways::verifies(reach, step);
    let verifying: Vec<_> = reach.steps.iter().filter(is_verifying).map(|step| step.call.span).collect();
    for step in &reach.steps {
        match step.proves {
            Some(true) => _ = seen.asymmetric.get_or_insert(step.call.span),
            Some(false) => _ = seen.symmetric.get_or_insert(step.call.span),
            None if step.is_followed => {}
            None if is_store(step.call) => {
                seen.stores.get_or_insert(step.call.span);
                if seen.asymmetric.is_none() && seen.symmetric.is_none() && is_tenant_store(reach, step) {
                    seen.stores_early.get_or_insert(step.call.span);
                }
            }
            None if verifying.iter().any(|span| contains(*span, step.call.span)) => {} // a part of the verification
            None if hands_on(reach, step) => _ = seen.handed_on.get_or_insert(step.call.span),
            None => {}
        }
    }
    seen.stores_early = seen.stores_early.filter(|_| seen.asymmetric.is_some());
    seen.binds = binds(reach);
    seen.falls_back = fallback(reach).map(|branch| branch.test);
    seen
}

/// Whether the token's issuer is compared with the body's `clientKey`, or given to something that may compare it.
fn binds(reach: &Reach<'_>) -> bool {
    reach.frames.iter().enumerate().any(|(index, frame)| {
        let names_both = |span: Span| {
            let words = reach.words(index, span);
            words.iter().any(|word| is_issuer(word)) && words.iter().any(|word| is_client_key(word))
        };
        let compared = frame.body.comparisons.iter().take(LOOKED_AT).any(|span| names_both(*span));
        let called = frame.body.calls.iter().take(LOOKED_AT).any(|call| match call.name.as_str() {
            "equals" | "contentEquals" | "isEqual" | "equalsIgnoreCase" | "compareTo" | "assertEquals" => {
                names_both(call.span)
            }
            "withIssuer" | "requireIssuer" | "setExpectedIssuer" => {
                call.given.first().is_some_and(|given| is_from_elsewhere(reach, index, *given))
            }
            "require" | "withClaim" => frame.body.texts_in(call.span).any(|text| text.value == "iss"),
            _ => false,
        });
        compared || called
    }) || reach.steps.iter().any(|step| asks_for_issuer(reach, step))
}

/// Whether a value may be what the body says: neither written in the code nor read from the token itself.
fn is_from_elsewhere(reach: &Reach<'_>, frame: usize, value: Span) -> bool {
    let own = &reach.frames[frame];
    let mut names = own.body.places_in(value).peekable();
    let is_constant = |name: &Spanned<String>| {
        constants::text(reach.project, own.unit, own.class, &Value::Name(name.clone())).is_some()
    };
    let is_written = names.peek().is_none() || names.all(is_constant);
    !is_written && own.flow.of_value(own.body, value) != Some(Kind::Claims)
}

/// Whether the issuer is given to something outside the tree, which may find by it the one record that is changed.
fn asks_for_issuer(reach: &Reach<'_>, step: &Step<'_>) -> bool {
    let body = reach.frames[step.frame].body;
    let names_it = |given: &Span| {
        let direct = body.names_in(*given).chain(body.texts_in(*given).map(|text| text.value.as_str()));
        let kept = body.names_in(*given).flat_map(|name| body.values_of(name)).flat_map(|known| {
            body.names_in(known.value).chain(body.texts_in(known.value).map(|text| text.value.as_str()))
        });
        direct.chain(kept).any(is_issuer)
    };
    let is_asked = !matches!(step.call.name.as_str(), "withIssuer" | "requireIssuer" | "setExpectedIssuer");
    is_asked
        && !step.is_followed
        && verifier(step.call).is_none()
        && !is_harmless(step.call)
        && step.call.given.iter().any(names_it)
}

fn is_issuer(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word == "iss" || (word.contains("issuer") && !word.contains(' ')) // a message of an error is no name
}

fn is_client_key(word: &str) -> bool {
    word.to_ascii_lowercase().contains("clientkey")
}

/// A decision by the token's algorithm after which a shared secret is enough.
pub fn fallback<'project>(reach: &Reach<'project>) -> Option<&'project Branch> {
    reach.frames.iter().enumerate().find_map(|(index, frame)| {
        frame.body.branches.iter().take(LOOKED_AT).find(|branch| {
            let old = match algorithm(reach, index, branch) {
                Some(true) => branch.no,
                Some(false) => Some(branch.yes),
                None => None,
            };
            old.is_some_and(|side| verifies_with_secret(reach, index, side))
        })
    })
}

/// Which algorithm holds if a branch's condition does: `true` for an asymmetric one.
fn algorithm(reach: &Reach<'_>, frame: usize, branch: &Branch) -> Option<bool> {
    let words = reach.words(frame, branch.test);
    let named = |family: &str| words.iter().any(|word| word.starts_with(family) && word.ends_with("256"));
    let asymmetric = match (named("RS"), named("HS")) {
        (true, false) => true,
        (false, true) => false,
        _ => return None,
    };
    let names_it = |span: Span| reach.words(frame, span).iter().any(|word| word.ends_with("256"));
    let mut negations = reach.frames[frame].body.negations.iter();
    let is_negated = negations.any(|span| contains(branch.test, *span) && names_it(*span));
    asks_algorithm(reach, frame, branch.test).then_some(asymmetric != is_negated)
}

/// Whether a condition asks for the token's algorithm.
pub(super) fn asks_algorithm(reach: &Reach<'_>, frame: usize, test: Span) -> bool {
    reach.words(frame, test).iter().any(|word| {
        let word = word.to_ascii_lowercase();
        word == "alg" || word.contains("algorithm")
    })
}

/// Whether a part of a method, or what it calls, verifies with a shared secret alone.
fn verifies_with_secret(reach: &Reach<'_>, frame: usize, side: Span) -> bool {
    let mut found = (false, false);
    for step in &reach.steps {
        let mut at = (step.frame, step.call);
        let is_within = loop {
            if at.0 == frame {
                break contains(side, at.1.span);
            }
            match reach.frames[at.0].caller {
                Some(caller) => at = caller,
                None => break false,
            }
        };
        match step.proves.filter(|_| is_within) {
            Some(true) => found.0 = true,
            Some(false) => found.1 = true,
            None => {}
        }
    }
    found == (false, true)
}

/// Whether a call gives the request or a token to something outside the tree that may verify it.
fn hands_on(reach: &Reach<'_>, step: &Step<'_>) -> bool {
    let frame = &reach.frames[step.frame];
    let is_given = |given: &Span| matches!(frame.flow.of_value(frame.body, *given), Some(Kind::Carrier | Kind::Token));
    let is_reading = verifier(step.call).is_some();
    !is_reading
        && !is_harmless(step.call)
        && reach.project.named(&step.call.name).next().is_none() // it carries the value on, and verifies nothing
        && step.call.given.iter().any(is_given)
}

/// Whether a call stores something.
pub fn is_store(call: &Call) -> bool {
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

/// Whether a call that stores does so where tenants are kept, as the names say, and what is stored names one.
pub(super) fn is_tenant_store(reach: &Reach<'_>, step: &Step<'_>) -> bool {
    const PLACES: [&str; 8] =
        ["repository", "hostrepo", "tenantrepo", "dao", "store", "entitymanager", "mongotemplate", "jdbctemplate"];
    const CONTENTS: [&str; 5] = ["tenant", "host", "install", "clientkey", "sharedsecret"];
    let says = |words: &BTreeSet<&str>, parts: &[&str]| {
        words.iter().any(|word| {
            let word = word.to_ascii_lowercase();
            parts.iter().any(|part| word.contains(part))
        })
    };
    let Some((on, given)) = step.call.on.zip(step.call.arguments) else { return false };
    says(&reach.words(step.frame, on), &PLACES) && says(&reach.words(step.frame, given), &CONTENTS)
}

/// Whether a call reads or writes a log, a text or a standard collection.
pub fn is_harmless(call: &Call) -> bool {
    const NAMES: [&str; 65] = [
        "getHeader",
        "getHeaders",
        "header",
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
        "equalsIgnoreCase",
        "startsWith",
        "substring",
        "substringAfter",
        "removePrefix",
        "replace",
        "replaceFirst",
        "replaceAll",
        "split",
        "trim",
        "strip",
        "length",
        "indexOf",
        "contains",
        "decode",
        "decodeBase64",
        "getBytes",
        "String",
        "toByteArray",
        "isEmpty",
        "isBlank",
        "isNullOrEmpty",
        "isNotBlank",
        "isNullOrBlank",
        "hasText",
        "hasLength",
        "toString",
        "requireNonNull",
        "nonNull",
        "isNull",
        "of",
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
        "readValue",
        "readTree",
        "asList",
    ];
    call.receiver.as_deref().is_some_and(is_log) || NAMES.contains(&call.name.as_str())
}

/// Whether a name is one that loggers and the standard output have.
pub fn is_log(receiver: &str) -> bool {
    const LOGS: [&str; 8] = ["log", "logger", "LOG", "LOGGER", "Logger", "out", "err", "console"];
    LOGS.contains(&receiver)
}
