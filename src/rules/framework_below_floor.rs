use super::release;
use crate::{
    app::{Admitted, App},
    facts::Dependency,
    finding::Finding,
    frameworks::framework,
    rule::Rule,
    version::{Scheme, Version, VersionRange},
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let below = |dependency| {
        let (floor, framework) = (floor(app, dependency)?, framework(&dependency.package)?);
        let reason = format!("is older than {floor}, the oldest release that `connect-lint.toml` accepts");
        let finding = release::about(rule, app, dependency, framework, &reason);
        Some(release::with_upgrade(finding, app, dependency, floor.clone()))
    };
    release::dependencies(app).filter_map(below).collect()
}

/// The floor that every release is below which the dependency may resolve to.
fn floor<'a>(app: &'a App, dependency: &Dependency) -> Option<&'a Version> {
    let floor = app.floors.get(app.path(dependency.declared), &dependency.package)?;
    let older = VersionRange::parse(Scheme::of(&dependency.package), &format!("<{floor}"))?;
    (dependency.compare(&older) == Admitted::All).then_some(floor)
}
