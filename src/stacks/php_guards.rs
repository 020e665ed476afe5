//! What Laravel's middleware names stand for.

use crate::{
    source::Span,
    stacks::{
        code::{Code, NodeId},
        php::{arguments, class_name, name},
        project::Project,
        reading::Reading,
        route::Step,
        values::At,
    },
};

/// The step that a middleware's name or class adds; `None` where it is read and checks nothing.
pub(super) fn step(project: &Project<'_>, written: &str, span: Span) -> Option<Step> {
    let (base, parameter) = written.split_once(':').filter(|_| !written.contains("::")).unwrap_or((written, ""));
    if base == "auth" {
        return Some(authenticated(project, written, parameter, span));
    }
    let alias = alias(project, base);
    let class = alias.unwrap_or(class_name(base));
    let mut step = project.guard(class, written, span)?;
    if let Some(reading) = step.reading.as_mut().filter(|reading| asks_facade(project, reading)) {
        let mut drivers = drivers(project);
        if let Some((_, driver)) = drivers.next().filter(|_| drivers.next().is_none()) {
            reading.extend(&of_driver(project, driver));
        }
    }
    Some(step)
}

/// `auth:plugin`: the driver that the configuration gives the guard, if the tree defines it.
fn authenticated(project: &Project<'_>, written: &str, guard: &str, span: Span) -> Step {
    let driver = configured_driver(project, guard).unwrap_or(guard);
    let mut step = Step::unread(written, span);
    step.reading = drivers(project).find(|(name, _)| *name == driver).map(|(_, closure)| of_driver(project, closure));
    step
}

/// The class that a short name is registered for: `'jwt' => VerifyJwt::class`, `aliasMiddleware('jwt', VerifyJwt::class)`.
fn alias<'s>(project: &Project<'s>, short: &str) -> Option<&'s str> {
    project.files.iter().find_map(|code| {
        code.ids().find_map(|node| {
            let parts: Vec<NodeId> = match code.kind(node) {
                "array_element_initializer" => code.children(node).collect(),
                "member_call_expression" if name(code, node) == "aliasMiddleware" => arguments(code, node),
                _ => return None,
            };
            let [key, class] = parts.as_slice() else { return None };
            let is_it = code.string(*key) == Some(short) && code.kind(*class) == "class_constant_access_expression";
            is_it.then(|| class_name(code.text(*class)))
        })
    })
}

/// `'plugin' => ['driver' => 'jwt', …]` of the configuration.
fn configured_driver<'s>(project: &Project<'s>, guard: &str) -> Option<&'s str> {
    let element = |code: &Code<'s>, node: NodeId| {
        let parts: Vec<NodeId> = code.children(node).filter(|part| code.kind(*part) != "comment").collect();
        (code.kind(node) == "array_element_initializer" && parts.len() == 2).then(|| (parts[0], parts[1]))
    };
    project.files.iter().find_map(|code| {
        code.ids().find_map(|node| {
            let (_, list) = element(code, node).filter(|(key, _)| code.string(*key) == Some(guard))?;
            let mut members = code.children(list).filter_map(|child| element(code, child));
            members.find_map(|(key, value)| code.string(value).filter(|_| code.string(key) == Some("driver")))
        })
    })
}

/// The closures of `Auth::extend('name', …)` and `Auth::viaRequest('name', …)`.
fn drivers<'a, 's>(project: &'a Project<'s>) -> impl Iterator<Item = (&'s str, At)> + 'a {
    project.files.iter().enumerate().flat_map(|(file, code)| {
        let calls = code.ids().filter(move |node| code.kind(*node) == "scoped_call_expression");
        calls.filter_map(move |call| {
            let is_it = matches!(name(code, call), "extend" | "viaRequest");
            let list = arguments(code, call);
            let [driver, closure] = list.as_slice() else { return None };
            Some((code.string(*driver).filter(|_| is_it)?, At { file, node: *closure }))
        })
    })
}

/// What a driver does: its closure, and the guard's methods that Laravel calls.
fn of_driver(project: &Project<'_>, closure: At) -> Reading {
    const METHODS: [&str; 5] = ["user", "check", "authenticate", "attempt", "validate"];
    let code = &project.files[closure.file];
    let mut reading = project.reading(closure.file, closure.node);
    let names = code.below(closure.node).filter(|node| code.is_name(*node)).map(|node| code.text(node));
    let classes = names.filter(|name| project.definitions.classes(name).next().is_some());
    let methods =
        classes.flat_map(|class| METHODS.iter().filter_map(move |method| project.definitions.method(class, method)));
    methods.for_each(|method| reading.extend(&project.reading_of(method)));
    reading
}

/// Whether code asks the `Auth` facade who sent the request.
fn asks_facade(project: &Project<'_>, reading: &Reading) -> bool {
    const METHODS: [&str; 6] = ["attempt", "check", "user", "authenticate", "guard", "once"];
    reading.places.iter().any(|place| {
        let code = &project.files[place.file];
        let mut calls = code.below(place.node).filter(|node| code.kind(*node) == "scoped_call_expression");
        calls.any(|call| {
            let scope = code.field(call, "scope").map_or("", |scope| code.last_name(scope));
            scope == "Auth" && METHODS.contains(&name(code, call))
        })
    })
}
