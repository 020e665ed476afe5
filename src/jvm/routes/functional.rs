//! Spring's functional routers: `route().POST(…)` in Java, `router { POST(…) }` in Kotlin, at any depth of nests.

use crate::{
    facts::{Facts, Method},
    jvm::{
        constants,
        ir::{Body, Call, Class, Function, Unit, Value},
        project::Project,
    },
    source::{Label, Span, Spanned},
};

use super::{Registration, compose, reach};

/// The packages of the routers, of MVC and of WebFlux.
const PACKAGES: [&str; 2] =
    ["org.springframework.web.servlet.function", "org.springframework.web.reactive.function.server"];

/// The registrations of every router.
pub(super) fn read<'project>(project: &'project Project, facts: &mut Facts) -> Vec<Registration<'project>> {
    let mut found = Vec::new();
    for (unit, class) in project.classes().filter(|(unit, _)| builds_routers(unit)) {
        for (function, body) in class.methods.iter().filter_map(|function| Some((function, function.body.as_ref()?))) {
            let router = Router { project, unit, class, function, body };
            for call in body.calls.iter().filter(|call| call.name == "POST") {
                match router.registration(call) {
                    Some(registration) => found.push(registration),
                    None => facts.opaque_routes.push(Label::new(call.span, "this route could not be read")),
                }
            }
        }
    }
    found
}

fn builds_routers(unit: &Unit) -> bool {
    let is_router = |import: &String| PACKAGES.iter().any(|package| import.starts_with(package));
    unit.imports.iter().any(is_router) || unit.types.iter().any(|name| name.starts_with("RouterFunction"))
}

/// A method that builds a router.
struct Router<'project> {
    project: &'project Project,
    unit: &'project Unit,
    class: &'project Class,
    function: &'project Function,
    body: &'project Body,
}

impl<'project> Router<'project> {
    fn registration(&self, call: &Call) -> Option<Registration<'project>> {
        let first = *call.given.first()?;
        let written = self.text(first)?;
        let span = Span { end: call.span.end, ..first };
        let mut prefixes = Vec::new();
        for outer in self.body.calls.iter().filter(|outer| is_nest(outer, first)) {
            let prefix = outer.given.first().copied().filter(|given| !holds(*given, first)).or(outer.on)?;
            let text = self.body.texts_in(prefix).next().cloned();
            prefixes.push((outer.given.last()?.start, text.or_else(|| self.text(prefix))?));
        }
        prefixes.sort_by_key(|(inside, _)| *inside);
        let prefix: String = prefixes.into_iter().map(|(_, prefix)| format!("{}/", prefix.value)).collect();
        let path = compose(&[Spanned { value: prefix, span: first }], &[written], span).pop()?;
        let (class, handler) = self.handler(call);
        Some(Registration {
            method: Method::Post,
            reach: reach(&path.value, 1),
            path,
            span,
            class,
            handler,
            trace: Vec::new(),
        })
    }

    /// The text of an argument: a literal or a constant.
    fn text(&self, span: Span) -> Option<Spanned<String>> {
        if let Some(text) = self.body.texts_in(span).find(|text| text.span == span) {
            return Some(text.clone());
        }
        if self.body.calls.iter().any(|call| holds(span, call.span)) {
            return None;
        }
        let name = self.body.names_in(span).collect::<Vec<_>>().join(".");
        constants::text(self.project, self.unit, self.class, &Value::Name(Spanned { value: name, span }))
    }

    /// The method that a route refers to, `handler::installed`; the router's own, where it answers in place.
    fn handler(&self, call: &Call) -> (&'project Class, &'project Function) {
        let predicated = self.body.calls.iter().find(|outer| outer.given.first() == Some(&call.span));
        let given = call.given.get(1..).filter(|rest| !rest.is_empty()).or_else(|| predicated?.given.get(1..));
        let last = given.and_then(<[Span]>::last);
        let names = last.map_or(Vec::new(), |span| self.body.names_in(*span).collect());
        let found = match names[..] {
            [method] => self.method(method, |class| class.name == self.class.name),
            [owner, method] => {
                let declared = self.class.fields.iter().chain(&self.function.parameters);
                let types = declared.filter(|declared| declared.name == owner).flat_map(|declared| &declared.words);
                let types: Vec<&String> = types.collect();
                let is_type = |name: &String| types.contains(&name);
                self.method(method, |class| {
                    class.name == owner || is_type(&class.name) || class.supertypes.iter().any(is_type)
                })
            }
            _ => None,
        };
        found.unwrap_or((self.class, self.function))
    }

    fn method(&self, name: &str, is_owner: impl Fn(&Class) -> bool) -> Option<(&'project Class, &'project Function)> {
        let mut all = self.project.functions(name).filter(|(_, class, _)| is_owner(class));
        all.next().map(|(_, class, function)| (class, function))
    }
}

/// Whether a call puts a prefix in front of a route inside it: `nest(path("/a"), …)`, `path("/a", …)`, `"/a".nest { … }`.
fn is_nest(outer: &Call, route: Span) -> bool {
    matches!(outer.name.as_str(), "nest" | "path") && outer.given.iter().any(|given| holds(*given, route))
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
