//! Routes of Java and Kotlin code: the paths it serves, and the methods that answer.

use crate::{
    facts::{Facts, Guard, GuardClass, Handler, Method, Reach, Route, route::route_path},
    jvm::{
        bodies, constants,
        ir::{Annotation, Class, Function, Unit, Value},
        project::Project,
    },
    source::{Label, Sources, Span, Spanned},
};

mod deployments;
mod functional;
mod jaxrs;
mod play;
mod servlets;
mod spring;
mod work;

pub(super) use deployments::Deployments;

pub use deployments::is_descriptor;
pub use play::is_table;

/// A path that is registered, and the method that answers.
struct Registration<'project> {
    method: Method,
    path: Spanned<String>,
    reach: Reach,
    /// What registers it: an annotation; the method itself where a table names it.
    span: Span,
    class: &'project Class,
    handler: &'project Function,
    trace: Vec<Label>,
}

/// Adds the routes that annotations, tables and deployment descriptors register.
pub fn read(project: &Project, sources: &Sources, facts: &mut Facts) {
    let deployments = Deployments::read(sources);
    let mut found = spring::read(project, facts);
    found.extend(functional::read(project, facts));
    found.extend(jaxrs::read(project, sources, &deployments, facts));
    found.extend(servlets::read(project, sources, &deployments, facts));
    found.extend(play::read(project, sources));
    for registration in found {
        let handler = registration.handler;
        let route = registration.route(project);
        facts.controller_work.extend(work::of(handler, &route));
        facts.routes.push(route);
    }
}

impl Registration<'_> {
    fn route(self, project: &Project) -> Route {
        let seen = bodies::follow(project, self.class, self.handler, &self.path.value);
        let span = self.handler.name.span;
        let annotations = self.class.annotations.iter().chain(&self.handler.annotations);
        Route {
            method: self.method,
            path: self.path,
            reach: self.reach,
            guards: annotations.filter(|annotation| is_guard(&annotation.name)).map(annotated).collect(),
            handler: Handler {
                span,
                class: seen.class(),
                acts: Some(seen.stores.unwrap_or(span)),
                stores: seen.stores_early.or(seen.stores.filter(|_| seen.class() == GuardClass::Unverified)),
                hands_on: false,
                evidence: seen.evidence(),
            },
            span: self.span,
            addon: None,
            body_parsed: true,
            deferred: false,
            mounted: true,
            trace: self.trace,
        }
    }
}

/// Whether an annotation's name says that it has to do with who may call.
fn is_guard(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    const WORDS: [&str; 7] = ["auth", "jwt", "secur", "verif", "rolesallowed", "signed", "protected"];
    // Play's `@With` names the action that runs before
    (name == "with" || WORDS.iter().any(|word| name.contains(word)))
        && !spring::EXEMPTIONS.iter().any(|own| own.eq_ignore_ascii_case(&name))
}

fn annotated(annotation: &Annotation) -> Guard {
    Guard::unknown(format!("@{}", annotation.name), annotation.span)
}

/// The texts of a path argument; what cannot be told becomes an opaque route.
fn texts(project: &Project, unit: &Unit, class: &Class, value: &Value, facts: &mut Facts) -> Vec<Spanned<String>> {
    let mut texts = Vec::new();
    for element in value.elements() {
        match constants::text(project, unit, class, element).filter(|text| !text.value.contains('$')) {
            Some(text) => texts.push(text),
            None => facts
                .opaque_routes
                .extend(element.span().map(|span| Label::new(span, "the path of this mapping is not known"))),
        }
    }
    texts
}

/// Every path in front with every path behind, as one path each; `site` is where none of them is written.
fn compose(prefixes: &[Spanned<String>], written: &[Spanned<String>], site: Span) -> Vec<Spanned<String>> {
    let none = || vec![Spanned { value: String::new(), span: site }];
    let prefixes = if prefixes.is_empty() { none() } else { prefixes.to_vec() };
    let written = if written.is_empty() { none() } else { written.to_vec() };
    let pairs = prefixes.iter().flat_map(|prefix| written.iter().map(move |path| (prefix, path)));
    let joined = pairs.map(|(prefix, path)| Spanned {
        value: route_path(&format!("{}/{}", prefix.value, path.value)),
        span: path.span,
    });
    joined.take(64).collect()
}

/// How many paths a registration serves that has `paths` of them.
fn reach(path: &str, paths: usize) -> Reach {
    if paths > 1 || path.contains(['*', '{', ':', '$']) { Reach::Many } else { Reach::One }
}
