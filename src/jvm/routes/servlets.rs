//! Servlets, mapped by `@WebServlet` or by a deployment descriptor.

use crate::{
    facts::{Facts, Method},
    jvm::{
        ir::{Class, Function, Unit},
        project::Project,
    },
    source::{Label, Sources, Spanned},
};

use super::{Deployments, Registration, compose, reach, texts};

/// The registrations of every servlet that answers a POST.
pub(super) fn read<'project>(
    project: &'project Project,
    sources: &Sources,
    deployments: &Deployments,
    facts: &mut Facts,
) -> Vec<Registration<'project>> {
    let mut found = Vec::new();
    for (unit, class) in project.classes() {
        let lineage = project.lineage(unit, class);
        if !lineage.iter().any(|(_, class)| class.supertypes.iter().any(|name| name == "HttpServlet")) {
            continue;
        }
        let Some((method, handler)) = handler(&lineage) else { continue };
        found.extend(annotated(project, unit, class, method, handler, facts));
        for mapping in deployments.of(unit, class, &sources.file(unit.file).path) {
            let pattern = &mapping.pattern;
            let path = Spanned { value: pattern.value.clone(), span: handler.name.span };
            let label = Label::new(pattern.span, format!("its servlet is mapped to `{}` here", pattern.value));
            found.extend(compose(&[], &[path], handler.name.span).into_iter().map(|path| Registration {
                method,
                reach: reach(&path.value, 1),
                path,
                span: handler.name.span,
                class,
                handler,
                trace: vec![label.clone()],
            }));
        }
    }
    found
}

/// The method of a servlet that answers a POST.
fn handler<'project>(lineage: &[(&Unit, &'project Class)]) -> Option<(Method, &'project Function)> {
    let named = |name: &str| {
        let mut methods = lineage.iter().flat_map(|(_, class)| &class.methods);
        methods.find(|own| own.name.value == name && own.body.is_some())
    };
    named("doPost").map(|own| (Method::Post, own)).or_else(|| Some((Method::Any, named("service")?)))
}

fn annotated<'project>(
    project: &Project,
    unit: &Unit,
    class: &'project Class,
    method: Method,
    handler: &'project Function,
    facts: &mut Facts,
) -> Vec<Registration<'project>> {
    let Some(annotation) = class.annotations.iter().find(|annotation| annotation.name == "WebServlet") else {
        return Vec::new();
    };
    let patterns = annotation.argument("value").or_else(|| annotation.argument("urlPatterns"));
    let patterns = patterns.map_or(Vec::new(), |value| texts(project, unit, class, value, facts));
    if patterns.is_empty() {
        return Vec::new();
    }
    let paths = compose(&[], &patterns, annotation.span);
    let many = paths.len();
    let registration = |path: Spanned<String>| Registration {
        method,
        reach: reach(&path.value, many),
        path,
        span: annotation.span,
        class,
        handler,
        trace: Vec::new(),
    };
    paths.into_iter().map(registration).collect()
}
