//! What stands before controllers on their paths: filters, interceptors, aspects and Spring Security's chains.

use crate::{
    facts::{Facts, Guard, GuardClass},
    jvm::{bodies, ir::Class, is_part_of_app, project::Project, security::Security},
    source::Sources,
};

/// Puts the guards of the whole tree behind the annotations of each route.
pub fn add(project: &Project, sources: &Sources, facts: &mut Facts) {
    let (filters, security) = (filters(project), Security::read(project));
    let is_own = |route: &&mut crate::facts::Route| is_part_of_app(&sources.file(route.span.file).path);
    for route in facts.routes.iter_mut().filter(is_own) {
        route.guards.extend(filters.iter().cloned());
        route.guards.extend(security.guard(&route.path.value));
    }
    facts.permitted_paths.extend(security.permitted);
}

/// Filters, interceptors and aspects that verify something, on paths that are not followed.
fn filters(project: &Project) -> Vec<Guard> {
    const KINDS: [&str; 9] = [
        "OncePerRequestFilter",
        "GenericFilterBean",
        "Filter",
        "WebFilter",
        "HandlerInterceptor",
        "HandlerInterceptorAdapter",
        "AsyncHandlerInterceptor",
        "HandlerMethodArgumentResolver",
        "AbstractAuthenticationProcessingFilter",
    ];
    let is_filter = |class: &Class| {
        class.supertypes.iter().any(|name| KINDS.contains(&name.as_str()))
            || class.annotations.iter().any(|annotation| annotation.name == "Aspect")
    };
    let mut guards = Vec::new();
    for (_, class) in project.classes().filter(|(_, class)| is_filter(class)) {
        for function in &class.methods {
            let seen = bodies::follow(project, class, function);
            if seen.class() != GuardClass::Unverified {
                guards.push(Guard {
                    evidence: seen.evidence(),
                    ..Guard::unknown(class.name.clone(), function.name.span)
                });
                break;
            }
        }
    }
    guards
}
