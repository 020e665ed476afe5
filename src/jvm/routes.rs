//! Controllers: the paths they serve, and what verifies a request before they act.

use crate::{
    facts::{
        Facts, Guard, GuardClass, Handler, Method, Reach, Route,
        spring_code::{JwtExemption, SpringClass},
    },
    jvm::{
        bodies, constants,
        ir::{Annotation, Class, Function, Unit, Value},
        project::Project,
    },
    source::{Label, Span, Spanned},
};

/// The annotations by which ACSB lets requests pass.
const EXEMPTIONS: [&str; 2] = ["IgnoreJwt", "ContextJwt"];

/// Adds the routes of every controller.
pub fn read(project: &Project, facts: &mut Facts) {
    let reader = Reader { project };
    for (unit, class) in project.classes() {
        let annotations = project.expand(&class.annotations);
        let is = |name: &str| annotations.iter().any(|annotation| annotation.name == name);
        let is_controller = is("RestController") || is("Controller");
        if let Some(first) = class.annotations.first().filter(|_| is_controller || is("SpringBootApplication")) {
            facts.spring_classes.push(SpringClass { span: first.span });
        }
        if is_controller {
            reader.controller(unit, class, facts);
        }
    }
}

struct Reader<'project> {
    project: &'project Project,
}

/// A mapping of a method, and the annotation at the method that brings it.
struct Mapping<'project> {
    method: Method,
    site: &'project Annotation,
    paths: Option<&'project Value>,
}

impl Reader<'_> {
    fn controller(&self, unit: &Unit, class: &Class, facts: &mut Facts) {
        let lineage = self.project.lineage(unit, class);
        let prefix = lineage.iter().find_map(|(unit, class)| {
            let annotations = self.project.expand(&class.annotations);
            let mapping = annotations.into_iter().find(|annotation| annotation.name == "RequestMapping")?;
            Some((*unit, *class, mapping))
        });
        let of_class = prefix.map_or(Some(Method::Any), |(_, _, mapping)| method(mapping));
        let prefixes = match prefix.map(|(unit, class, mapping)| (unit, class, paths(mapping))) {
            Some((unit, class, Some(value))) => self.texts(unit, class, value, facts),
            _ => Vec::new(),
        };
        for (depth, (owner_unit, owner)) in lineage.iter().enumerate() {
            for method in &owner.methods {
                let own = class.methods.iter().find(|own| own.name.value == method.name.value);
                if depth > 0 && own.is_some_and(|own| self.mapping(own).is_some()) {
                    continue;
                }
                let Some(mut mapping) = self.mapping(method) else { continue };
                if mapping.method == Method::Any {
                    let Some(inherited) = of_class else { continue };
                    mapping.method = inherited;
                }
                let acting = own.filter(|own| depth > 0 && own.body.is_some()).unwrap_or(method);
                let written = mapping.paths.map_or(Vec::new(), |value| self.texts(owner_unit, owner, value, facts));
                if mapping.paths.is_some_and(|value| !value.elements().is_empty()) && written.is_empty() {
                    continue;
                }
                for path in compose(&prefixes, &written, mapping.site.span) {
                    let many = prefixes.len() > 1 || written.len() > 1 || path.value.contains(['*', '{']);
                    let reach = if many { Reach::Many } else { Reach::One };
                    facts.routes.push(self.route(class, acting, &mapping, path, reach));
                }
                self.exemptions(class, method, mapping.site.span, facts);
            }
        }
    }

    fn texts(&self, unit: &Unit, class: &Class, value: &Value, facts: &mut Facts) -> Vec<Spanned<String>> {
        let mut texts = Vec::new();
        for element in value.elements() {
            match constants::text(self.project, unit, class, element).filter(|text| !text.value.contains('$')) {
                Some(text) => texts.push(text),
                None => facts
                    .opaque_routes
                    .extend(element.span().map(|span| Label::new(span, "the path of this mapping is not known"))),
            }
        }
        texts
    }

    fn mapping<'a>(&'a self, function: &'a Function) -> Option<Mapping<'a>> {
        function.annotations.iter().find_map(|site| {
            let all = self.project.expand(std::slice::from_ref(site));
            let mapping = all
                .into_iter()
                .find(|annotation| matches!(annotation.name.as_str(), "PostMapping" | "RequestMapping"))?;
            let method = if mapping.name == "PostMapping" { Method::Post } else { method(mapping)? };
            Some(Mapping { method, site, paths: paths(site).or_else(|| paths(mapping)) })
        })
    }

    fn route(
        &self,
        class: &Class,
        function: &Function,
        mapping: &Mapping<'_>,
        path: Spanned<String>,
        reach: Reach,
    ) -> Route {
        let seen = bodies::follow(self.project, class, function);
        let span = function.name.span;
        let annotations = class.annotations.iter().chain(&function.annotations);
        let guards = annotations.filter(|annotation| is_guard(&annotation.name)).map(annotated).collect();
        Route {
            method: mapping.method,
            path,
            reach,
            guards,
            handler: Handler {
                span,
                class: seen.class(),
                acts: Some(seen.stores.unwrap_or(span)),
                stores: seen.stores.filter(|_| seen.class() == GuardClass::Unverified),
                hands_on: false,
                evidence: seen.evidence(),
            },
            span: mapping.site.span,
            addon: None,
            body_parsed: true,
            deferred: false,
            mounted: true,
            trace: Vec::new(),
        }
    }

    fn exemptions(&self, class: &Class, function: &Function, route: Span, facts: &mut Facts) {
        let annotations = function.annotations.iter().chain(&class.annotations);
        let found = annotations.filter(|annotation| EXEMPTIONS.contains(&annotation.name.as_str())).take(1);
        facts.jwt_exemptions.extend(found.map(|annotation| JwtExemption {
            route,
            annotation: Spanned { value: annotation.name.clone(), span: annotation.span },
        }));
    }
}

/// Which requests a `@RequestMapping` takes; `None` if no POST is among them.
fn method(mapping: &Annotation) -> Option<Method> {
    let Some(methods) = mapping.argument("method") else { return Some(Method::Any) };
    let is_post = |value: &Value| match value {
        Value::Name(name) => name.value.rsplit('.').next() == Some("POST"),
        _ => false,
    };
    match methods.elements() {
        [] => Some(Method::Any),
        elements => elements.iter().any(is_post).then_some(Method::Post),
    }
}

fn paths(mapping: &Annotation) -> Option<&Value> {
    mapping.argument("value").or_else(|| mapping.argument("path"))
}

/// Every path of a class with every path of a method, as one path each.
fn compose(prefixes: &[Spanned<String>], written: &[Spanned<String>], site: Span) -> Vec<Spanned<String>> {
    let none = || vec![Spanned { value: String::new(), span: site }];
    let prefixes = if prefixes.is_empty() { none() } else { prefixes.to_vec() };
    let written = if written.is_empty() { none() } else { written.to_vec() };
    let pairs = prefixes.iter().flat_map(|prefix| written.iter().map(move |path| (prefix, path)));
    let joined = pairs.map(|(prefix, path)| Spanned {
        value: crate::facts::route::route_path(&format!("{}/{}", prefix.value, path.value)),
        span: path.span,
    });
    joined.take(64).collect()
}

/// Whether an annotation's name says that it has to do with who may call.
fn is_guard(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    const WORDS: [&str; 7] = ["auth", "jwt", "secur", "verif", "rolesallowed", "signed", "protected"];
    WORDS.iter().any(|word| name.contains(word)) && !EXEMPTIONS.iter().any(|own| own.eq_ignore_ascii_case(&name))
}

fn annotated(annotation: &Annotation) -> Guard {
    Guard::unknown(format!("@{}", annotation.name), annotation.span)
}
