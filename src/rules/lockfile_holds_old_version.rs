use crate::{
    app::{Admitted, App},
    facts::Dependency,
    finding::Finding,
    frameworks::{Framework, framework},
    rule::Rule,
};

use super::release;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    release::dependencies(app).filter_map(|dependency| finding(rule, app, dependency)).collect()
}

fn finding(rule: &Rule, app: &App, dependency: &Dependency) -> Option<Finding> {
    let framework = framework(&dependency.package)?;
    match &dependency.locked {
        Some(locked) => {
            let (_, affected) = release::gravest(app, framework, |releases| releases.admits(&locked.value))?;
            let target = affected.target(framework.scheme())?;
            dependency.range.as_ref().filter(|range| range.admits(&target))?;
            let message = format!(
                "the lockfile holds {} {}, though the manifest admits {target}: what is installed {}",
                framework.name, locked.value, affected.reason
            );
            let finding = rule.finding(app, locked.span, dependency.package.clone(), message);
            let finding = finding.label(dependency.declared, "asked for here");
            Some(match &dependency.update {
                Some(command) => finding.help(format!("run `{command}`")),
                None => finding.help("update the lockfile"),
            })
        }
        None => unlocked(rule, app, dependency, framework),
    }
}

/// A requirement without a lockfile that leaves open whether the installed release is a good one.
fn unlocked(rule: &Rule, app: &App, dependency: &Dependency, framework: &Framework) -> Option<Finding> {
    let scheme = framework.scheme();
    let open = |admitted| matches!(admitted, Admitted::Some | Admitted::Unknown);
    let affected = framework.affected.iter().find(|affected| {
        open(dependency.compare(&affected.releases(scheme))) && release::applies(app, affected.when)
    })?;
    if release::reason(app, dependency).is_some() {
        return None;
    }
    let (span, asked) = match &dependency.requirement {
        Some(requirement) => (requirement.span, format!("`{}`", requirement.value)),
        None => (dependency.declared, "a requirement without a version".to_owned()),
    };
    let message = format!(
        "{asked} does not say which {} is installed, and no lockfile does: {} {}",
        framework.name, affected.range, affected.reason
    );
    let finding = rule.finding(app, span, dependency.package.clone(), message);
    Some(finding.help(match affected.upgrade {
        Some(_) => format!("commit a lockfile, or {}", affected.advice()),
        None => affected.advice(),
    }))
}
