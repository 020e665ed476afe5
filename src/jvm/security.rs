//! Spring Security: the paths that anyone may reach.

use crate::{
    facts::{
        Guard,
        spring::{matches_path, names_development},
        spring_code::PermittedPath,
    },
    jvm::{
        constants,
        ir::{Body, Call, Class, Unit, Value},
        project::Project,
    },
    source::{Span, Spanned},
};

/// The calls that say which paths the next one is about.
const MATCHERS: [&str; 6] =
    ["requestMatchers", "antMatchers", "mvcMatchers", "pathMatchers", "securityMatcher", "antMatcher"];

/// What the security configuration of a tree says.
#[derive(Debug, Default)]
pub struct Security {
    /// The paths that anyone may reach.
    pub permitted: Vec<PermittedPath>,
    /// Where requests are asked to be authenticated.
    demands: Option<Span>,
}

impl Security {
    /// Reads every configuration class.
    pub fn read(project: &Project) -> Security {
        let mut security = Security::default();
        for (unit, class) in project.classes() {
            for function in &class.methods {
                let Some(body) = &function.body else { continue };
                let configures = |word: &str| {
                    matches!(word, "HttpSecurity" | "ServerHttpSecurity" | "WebSecurity" | "WebSecurityCustomizer")
                };
                let given =
                    function.parameters.iter().flat_map(|parameter| &parameter.words).any(|word| configures(word));
                if given || body.names.iter().any(|name| configures(&name.value) || name.value == "ignoring") {
                    security.body(project, unit, class, body);
                }
            }
        }
        security
    }

    /// The guard that a demand for authentication is on a path; none where the path is permitted.
    pub fn guard(&self, path: &str) -> Option<Guard> {
        let span = self.demands?;
        let permitted = self
            .permitted
            .iter()
            .any(|permitted| !permitted.is_for_development && matches_path(&permitted.pattern.value, path));
        let name = "Spring Security's filter chain".to_owned();
        (!permitted).then(|| Guard::unknown(name, span))
    }

    fn body(&mut self, project: &Project, unit: &Unit, class: &Class, body: &Body) {
        let is_for_development = is_for_development(class);
        for call in &body.calls {
            let (matcher, by) = match (call.name.as_str(), call.receiver.as_deref()) {
                ("permitAll", Some(_)) => (inner(body, call), "permitAll"),
                (name, Some("ignoring")) if MATCHERS.contains(&name) => (Some(call), "ignoring"),
                ("anyRequest", Some("ignoring")) => (Some(call), "ignoring"),
                ("authorize", _)
                    if call.arguments.is_some_and(|span| body.names_in(span).any(|name| name == "permitAll")) =>
                {
                    (Some(call), "permitAll")
                }
                (
                    "authenticated" | "hasRole" | "hasAuthority" | "denyAll" | "oauth2ResourceServer" | "httpBasic",
                    _,
                ) => {
                    self.demands = self.demands.or(Some(call.span).filter(|_| !is_for_development));
                    continue;
                }
                _ => continue,
            };
            for pattern in matcher.map_or(Vec::new(), |matcher| patterns(project, unit, class, body, matcher)) {
                self.permitted.push(PermittedPath { pattern, by: by.to_owned(), is_for_development });
            }
        }
    }
}

/// The call that another one is called on: `requestMatchers(…)` of `requestMatchers(…).permitAll()`.
fn inner<'body>(body: &'body Body, call: &Call) -> Option<&'body Call> {
    let name = call.receiver.as_deref()?;
    let first = body.calls.partition_point(|own| own.span.start < call.span.start);
    let chain = body.calls[first..].iter().take_while(|own| own.span.start == call.span.start);
    let within = chain.filter(|own| own.name == name && own.span.end < call.span.end);
    within.max_by_key(|own| own.span.end)
}

fn patterns(project: &Project, unit: &Unit, class: &Class, body: &Body, matcher: &Call) -> Vec<Spanned<String>> {
    if matcher.name == "anyRequest" {
        return vec![Spanned { value: "/**".to_owned(), span: matcher.span }];
    }
    let Some(arguments) = matcher.arguments else { return Vec::new() };
    let methods: Vec<&str> = body
        .names_in(arguments)
        .filter(|name| matches!(*name, "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE" | "PATCH" | "POST"))
        .collect();
    if !methods.is_empty() && !methods.contains(&"POST") {
        return Vec::new();
    }
    if methods.contains(&"POST") && body.texts_in(arguments).next().is_none() {
        return vec![Spanned { value: "/**".to_owned(), span: matcher.span }];
    }
    let literals: Vec<_> = body.texts_in(arguments).cloned().collect();
    let named =
        body.names.iter().filter(|name| arguments.start <= name.span.start && name.span.end <= arguments.end).take(64);
    let constant = |name: &Spanned<String>| constants::text(project, unit, class, &Value::Name(name.clone()));
    let constants = named.filter(|name| !methods.contains(&name.value.as_str())).filter_map(constant);
    literals.into_iter().chain(constants).collect()
}

fn is_for_development(class: &Class) -> bool {
    let profiles = class.annotations.iter().filter(|annotation| annotation.name == "Profile");
    let values = profiles.filter_map(|annotation| annotation.argument("value")).flat_map(|value| value.elements());
    let mut values = values.peekable();
    let is_development = |value: &Value| match value {
        Value::Text(text) => !text.value.starts_with('!') && names_development(&text.value),
        _ => false,
    };
    values.peek().is_some() && values.all(is_development)
}
