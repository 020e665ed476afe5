//! What Laravel's middleware names stand for.

use std::collections::BTreeMap;

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

/// What short names stand for in a project.
#[derive(Debug, Default)]
pub(super) struct Names<'s> {
    /// Classes of middlewares: `'jwt' => VerifyJwt::class`, `aliasMiddleware('jwt', VerifyJwt::class)`.
    aliases: BTreeMap<&'s str, &'s str>,
    /// Drivers of the guards: `'plugin' => ['driver' => 'jwt', …]` of the configuration.
    configured: BTreeMap<&'s str, &'s str>,
    /// The closures of `Auth::extend('name', …)` and `Auth::viaRequest('name', …)`.
    drivers: Vec<(&'s str, At)>,
}

impl<'s> Names<'s> {
    /// Those of every file; where one has several meanings, the first counts.
    pub(super) fn of(project: &Project<'s>) -> Names<'s> {
        let mut names = Names::default();
        for (file, code) in project.files.iter().enumerate() {
            for node in code.ids() {
                match code.kind(node) {
                    "array_element_initializer" => {
                        names.alias(code, &code.children(node).collect::<Vec<_>>());
                        if let Some((guard, driver)) = configured(code, node) {
                            names.configured.entry(guard).or_insert(driver);
                        }
                    }
                    "member_call_expression" if name(code, node) == "aliasMiddleware" => {
                        names.alias(code, &arguments(code, node));
                    }
                    "scoped_call_expression" if matches!(name(code, node), "extend" | "viaRequest") => {
                        let [driver, closure] = arguments(code, node)[..] else { continue };
                        names.drivers.extend(code.string(driver).map(|driver| (driver, At { file, node: closure })));
                    }
                    _ => {}
                }
            }
        }
        names
    }

    fn alias(&mut self, code: &Code<'s>, parts: &[NodeId]) {
        let [key, class] = parts else { return };
        let class = Some(*class).filter(|class| code.kind(*class) == "class_constant_access_expression");
        if let Some((key, class)) = code.string(*key).zip(class) {
            self.aliases.entry(key).or_insert(class_name(code.text(class)));
        }
    }

    /// The class that a middleware's name stands for.
    pub(super) fn class<'w>(&'w self, written: &'w str) -> &'w str {
        let base = written.split_once(':').filter(|_| !written.contains("::")).map_or(written, |(base, _)| base);
        self.aliases.get(base).copied().unwrap_or(class_name(base))
    }

    /// The step that a middleware's name or class adds; `None` where it is read and checks nothing.
    pub(super) fn step(&self, project: &Project<'_>, written: &str, span: Span) -> Option<Step> {
        let (base, parameter) = written.split_once(':').filter(|_| !written.contains("::")).unwrap_or((written, ""));
        if base == "auth" {
            return Some(self.authenticated(project, written, parameter, span));
        }
        let mut step = project.guard(self.class(written), written, span)?;
        if let Some(reading) = step.reading.as_mut().filter(|reading| asks_facade(project, reading))
            && let [(_, driver)] = self.drivers[..]
        {
            reading.extend(&of_driver(project, driver));
        }
        Some(step)
    }

    /// `auth:plugin`: the driver that the configuration gives the guard, if the tree defines it.
    fn authenticated(&self, project: &Project<'_>, written: &str, guard: &str, span: Span) -> Step {
        let driver = self.configured.get(guard).copied().unwrap_or(guard);
        let closure = self.drivers.iter().find(|(name, _)| *name == driver);
        let reading = closure.map(|(_, closure)| of_driver(project, *closure));
        Step { reading, ..Step::unread(written, span) }
    }
}

/// A guard of the configuration, and its driver.
fn configured<'s>(code: &Code<'s>, node: NodeId) -> Option<(&'s str, &'s str)> {
    let element = |node: NodeId| {
        let parts: Vec<NodeId> = code.children(node).filter(|part| code.kind(*part) != "comment").collect();
        (code.kind(node) == "array_element_initializer" && parts.len() == 2).then(|| (parts[0], parts[1]))
    };
    let (key, list) = element(node)?;
    let guard = code.string(key)?;
    let mut members = code.children(list).filter_map(element);
    let driver = members.find_map(|(key, value)| code.string(value).filter(|_| code.string(key) == Some("driver")))?;
    Some((guard, driver))
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
