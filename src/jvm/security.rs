//! Spring Security: which chain decides on a path, and whether it lets anyone pass.

use crate::{
    facts::{
        Guard,
        spring::{any_matches, names_development},
        spring_code::PermittedPath,
    },
    jvm::{
        constants,
        ir::{Annotation, Body, Call, Class, Unit, Value},
        project::Project,
    },
    source::{Span, Spanned},
};

/// The calls that say which paths the next one is about.
const MATCHERS: [&str; 6] =
    ["requestMatchers", "antMatchers", "mvcMatchers", "pathMatchers", "anyRequest", "anyExchange"];

/// The calls that say which paths a whole chain is about.
const CHAIN_MATCHERS: [&str; 4] = ["securityMatcher", "securityMatchers", "antMatcher", "requestMatcher"];

/// What the security configuration of a tree says.
#[derive(Debug, Default)]
pub struct Security {
    /// In the order in which they are asked.
    chains: Vec<Chain>,
}

/// A filter chain: what a method configures.
#[derive(Debug)]
struct Chain {
    /// The place that `@Order` gives it; the last one without.
    order: i64,
    /// The paths that it is about; empty for every path.
    paths: Vec<String>,
    /// What it decides, in order.
    rules: Vec<Rule>,
    /// Whether it is part of the configuration for development or tests alone.
    is_for_development: bool,
}

/// What a chain decides on some paths.
#[derive(Debug)]
struct Rule {
    /// The Ant patterns; none where the code does not say them.
    patterns: Vec<Spanned<String>>,
    decision: Decision,
    /// The call.
    span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    /// Anyone may pass.
    Permit,
    /// The same: the chain is not asked at all.
    Ignore,
    /// Nobody passes without being known, or nobody at all.
    Demand,
}

impl Security {
    /// Reads every configuration class.
    pub fn read(project: &Project) -> Security {
        let mut chains = Vec::new();
        for (unit, class) in project.classes() {
            for function in &class.methods {
                let Some(body) = &function.body else { continue };
                let configures = |word: &str| {
                    matches!(word, "HttpSecurity" | "ServerHttpSecurity" | "WebSecurity" | "WebSecurityCustomizer")
                };
                let given =
                    function.parameters.iter().flat_map(|parameter| &parameter.words).any(|word| configures(word));
                if given || body.names.iter().any(|name| configures(&name.value) || name.value == "ignoring") {
                    let order = order(&function.annotations).or_else(|| order(&class.annotations));
                    chains.push(Chain {
                        order: order.unwrap_or(i64::MAX),
                        paths: chain_paths(project, unit, class, body),
                        rules: rules(project, unit, class, body),
                        is_for_development: is_for_development(class),
                    });
                }
            }
        }
        chains.sort_by_key(|chain| chain.order); // stable: chains without an order stay as they are written
        Security { chains }
    }

    /// The guard that a demand for authentication is on a path; none where anyone may pass.
    pub fn guard(&self, path: &str) -> Option<Guard> {
        let ours = || self.chains.iter().filter(|chain| !chain.is_for_development);
        let ignored = |rule: &Rule| rule.decision == Decision::Ignore && rule.matches(path) == Some(true);
        if ours().flat_map(|chain| &chain.rules).any(ignored) {
            return None;
        }
        let mut asked = ours().filter(|chain| chain.is_about(path) != Some(false)).filter(|chain| chain.decides());
        let chain = asked.next()?;
        let rule = chain.rules.iter().find(|rule| rule.matches(path) != Some(false))?;
        let is_sure = chain.is_about(path).and(rule.matches(path)).is_some();
        let name = "Spring Security's filter chain".to_owned();
        (rule.decision == Decision::Demand || !is_sure).then(|| Guard::unknown(name, rule.span))
    }

    /// The patterns that anyone may reach.
    pub fn permitted(&self) -> Vec<PermittedPath> {
        let mut permitted = Vec::new();
        for chain in &self.chains {
            for rule in chain.rules.iter().filter(|rule| rule.decision != Decision::Demand) {
                let by = if rule.decision == Decision::Ignore { "ignoring" } else { "permitAll" };
                permitted.extend(rule.patterns.iter().map(|pattern| PermittedPath {
                    pattern: pattern.clone(),
                    by: by.to_owned(),
                    is_for_development: chain.is_for_development,
                }));
            }
        }
        permitted
    }
}

impl Chain {
    /// Whether it is about a path, as far as its patterns tell.
    fn is_about(&self, path: &str) -> Option<bool> {
        if self.paths.is_empty() { Some(true) } else { any_matches(self.paths.iter().map(String::as_str), path) }
    }

    /// Whether it decides anything but that others are not asked.
    fn decides(&self) -> bool {
        !self.rules.iter().all(|rule| rule.decision == Decision::Ignore)
    }
}

impl Rule {
    /// Whether it is about a path, as far as its patterns tell.
    fn matches(&self, path: &str) -> Option<bool> {
        any_matches(self.patterns.iter().map(|pattern| pattern.value.as_str()), path)
    }
}

/// What the calls of a method decide, in the order in which they are made.
fn rules(project: &Project, unit: &Unit, class: &Class, body: &Body) -> Vec<Rule> {
    let mut calls: Vec<&Call> = body.calls.iter().collect();
    calls.sort_by_key(|call| call.span.end);
    let rule = |call: &Call| {
        let (matcher, decision) = decision(body, call)?;
        Some(Rule { patterns: patterns(project, unit, class, body, matcher), decision, span: call.span })
    };
    calls.into_iter().filter_map(rule).collect()
}

/// The matcher that a call decides on, and what it decides.
fn decision<'body>(body: &'body Body, call: &'body Call) -> Option<(&'body Call, Decision)> {
    match (call.name.as_str(), call.receiver.as_deref()) {
        (name, Some("ignoring")) if MATCHERS.contains(&name) => Some((call, Decision::Ignore)),
        ("authorize", _) => {
            let last = body.names_in(*call.given.last()?).collect::<Vec<_>>();
            let decision = if last.contains(&"permitAll") { Decision::Permit } else { Decision::Demand };
            Some((call, decision))
        }
        ("permitAll" | "anonymous", _) => Some((matcher(body, call)?, Decision::Permit)),
        (
            "authenticated" | "fullyAuthenticated" | "denyAll" | "hasRole" | "hasAnyRole" | "hasAuthority"
            | "hasAnyAuthority" | "hasIpAddress" | "access",
            _,
        ) => Some((matcher(body, call)?, Decision::Demand)),
        _ => None,
    }
}

/// The call that another one is called on: `requestMatchers(…)` of `requestMatchers(…).permitAll()`.
fn matcher<'body>(body: &'body Body, call: &Call) -> Option<&'body Call> {
    let on = call.on?;
    body.calls_in(on).find(|inner| inner.span == on && MATCHERS.contains(&inner.name.as_str()))
}

/// The paths that a whole chain is about.
fn chain_paths(project: &Project, unit: &Unit, class: &Class, body: &Body) -> Vec<String> {
    let matchers = body.calls.iter().filter(|call| CHAIN_MATCHERS.contains(&call.name.as_str()));
    let patterns = matchers.flat_map(|call| texts(project, unit, class, body, call));
    patterns.map(|pattern| pattern.value).collect()
}

fn patterns(project: &Project, unit: &Unit, class: &Class, body: &Body, matcher: &Call) -> Vec<Spanned<String>> {
    let everything = || vec![Spanned { value: "/**".to_owned(), span: matcher.span }];
    if matches!(matcher.name.as_str(), "anyRequest" | "anyExchange") {
        return everything();
    }
    let Some(arguments) = matcher.arguments else { return Vec::new() };
    let said = || body.names_in(arguments);
    let methods = said().filter(|name| METHODS.contains(name)).collect::<Vec<_>>();
    if !methods.is_empty() && !methods.contains(&"POST") {
        return Vec::new();
    }
    let texts = texts(project, unit, class, body, matcher);
    let is_bare = texts.is_empty() && (methods.contains(&"POST") || said().any(|name| name == "anyRequest"));
    if is_bare { everything() } else { texts }
}

const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "POST"];

/// The texts that a call is given: literals, constants, and constants that are lists.
fn texts(project: &Project, unit: &Unit, class: &Class, body: &Body, call: &Call) -> Vec<Spanned<String>> {
    let Some(arguments) = call.arguments else { return Vec::new() };
    let literals = body.texts_in(arguments).cloned();
    let named = body.places_in(arguments).filter(|name| !METHODS.contains(&name.value.as_str()));
    let constants = named.flat_map(|name| {
        let list = class.constants.iter().find(|(own, value)| *own == name.value && matches!(value, Value::List(_)));
        match list {
            Some((_, list)) => {
                list.elements().iter().filter_map(|value| constants::text(project, unit, class, value)).collect()
            }
            None => Vec::from_iter(constants::text(project, unit, class, &Value::Name(name.clone()))),
        }
    });
    literals.chain(constants).collect()
}

/// The number of `@Order`.
fn order(annotations: &[Annotation]) -> Option<i64> {
    let annotation = annotations.iter().find(|annotation| annotation.name == "Order")?;
    match annotation.argument("value") {
        Some(Value::Number(number)) => Some(number.value),
        Some(Value::Name(name)) if name.value.ends_with("HIGHEST_PRECEDENCE") => Some(i64::MIN),
        _ => None,
    }
}

/// Whether a class is part of the app in development or tests alone, as its profiles say.
pub fn is_for_development(class: &Class) -> bool {
    let profiles = class.annotations.iter().filter(|annotation| annotation.name == "Profile");
    let values = profiles.filter_map(|annotation| annotation.argument("value")).flat_map(|value| value.elements());
    let mut values = values.peekable();
    let is_development = |value: &Value| match value {
        Value::Text(text) => !text.value.starts_with('!') && names_development(&text.value),
        _ => false,
    };
    values.peek().is_some() && values.all(is_development)
}
