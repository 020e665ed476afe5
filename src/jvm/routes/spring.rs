//! Spring's annotated controllers, of MVC and WebFlux alike.

use crate::{
    facts::{
        Facts, Method,
        spring_code::{JwtExemption, SpringClass},
    },
    jvm::{
        ir::{Annotation, Class, Function, Unit, Value},
        project::Project,
    },
    source::{Span, Spanned},
};

use super::{Registration, compose, reach, texts};

/// The annotations by which ACSB lets requests pass.
pub(super) const EXEMPTIONS: [&str; 2] = ["IgnoreJwt", "ContextJwt"];

/// The registrations of every controller; adds what else its annotations say.
pub(super) fn read<'project>(project: &'project Project, facts: &mut Facts) -> Vec<Registration<'project>> {
    let mut found = Vec::new();
    for (unit, class) in project.classes() {
        let annotations = project.expand(&class.annotations);
        let is = |name: &str| annotations.iter().any(|annotation| annotation.name == name);
        let is_controller = is("RestController") || is("Controller");
        if let Some(first) = class.annotations.first().filter(|_| is_controller || is("SpringBootApplication")) {
            facts.spring_classes.push(SpringClass { span: first.span });
        }
        if is_controller {
            found.extend(controller(project, unit, class, facts));
        }
    }
    found
}

/// A mapping of a method, and the annotation at the method that brings it.
struct Mapping<'project> {
    method: Method,
    site: &'project Annotation,
    paths: Option<&'project Value>,
}

fn controller<'project>(
    project: &'project Project,
    unit: &'project Unit,
    class: &'project Class,
    facts: &mut Facts,
) -> Vec<Registration<'project>> {
    let lineage = project.lineage(unit, class);
    let prefix = lineage.iter().find_map(|(unit, class)| {
        let annotations = project.expand(&class.annotations);
        let mapping = annotations.into_iter().find(|annotation| annotation.name == "RequestMapping")?;
        Some((*unit, *class, mapping))
    });
    let of_class = prefix.map_or(Some(Method::Any), |(_, _, mapping)| method(mapping));
    let prefixes = match prefix.map(|(unit, class, mapping)| (unit, class, paths(mapping))) {
        Some((unit, class, Some(value))) => texts(project, unit, class, value, facts),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for (depth, (owner_unit, owner)) in lineage.iter().enumerate() {
        for function in &owner.methods {
            let own = class.methods.iter().find(|own| own.name.value == function.name.value);
            if depth > 0 && own.is_some_and(|own| mapping(project, own).is_some()) {
                continue;
            }
            let Some(mut mapping) = mapping(project, function) else { continue };
            if mapping.method == Method::Any {
                let Some(inherited) = of_class else { continue };
                mapping.method = inherited;
            }
            let handler = own.filter(|own| depth > 0 && own.body.is_some()).unwrap_or(function);
            let written = mapping.paths.map_or(Vec::new(), |value| texts(project, owner_unit, owner, value, facts));
            if mapping.paths.is_some_and(|value| !value.elements().is_empty()) && written.is_empty() {
                continue;
            }
            let span = mapping.site.span;
            let paths = compose(&prefixes, &written, span);
            let many = paths.len();
            found.extend(paths.into_iter().map(|path| Registration {
                method: mapping.method,
                reach: reach(&path.value, many),
                path,
                span,
                class,
                handler,
                trace: Vec::new(),
            }));
            exemption(project, class, function, span, facts);
        }
    }
    found
}

fn mapping<'a>(project: &'a Project, function: &'a Function) -> Option<Mapping<'a>> {
    function.annotations.iter().find_map(|site| {
        let all = project.expand(std::slice::from_ref(site));
        let mapping =
            all.into_iter().find(|annotation| matches!(annotation.name.as_str(), "PostMapping" | "RequestMapping"))?;
        let method = if mapping.name == "PostMapping" { Method::Post } else { method(mapping)? };
        Some(Mapping { method, site, paths: paths(site).or_else(|| paths(mapping)) })
    })
}

fn exemption(project: &Project, class: &Class, function: &Function, route: Span, facts: &mut Facts) {
    let annotations = function.annotations.iter().chain(&class.annotations);
    let mut exempting = annotations.filter_map(|site| {
        let all = project.expand(std::slice::from_ref(site));
        let found = all.into_iter().find(|annotation| EXEMPTIONS.contains(&annotation.name.as_str()))?;
        Some(Spanned { value: found.name.clone(), span: site.span })
    });
    facts.jwt_exemptions.extend(exempting.next().map(|annotation| JwtExemption { route, annotation }));
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
