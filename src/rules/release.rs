//! What the rules about framework releases share: the gravest row of the framework table that holds for a dependency.

use std::collections::BTreeSet;

use crate::{
    app::{ACE, Admitted, App},
    edit::{Applicability, Edit, Fix},
    facts::Dependency,
    finding::Finding,
    frameworks::{Affected, Condition, Framework, framework},
    rule::Rule,
    source::Span,
    version::{Scheme, Version, VersionRange},
};

/// The findings of one of the framework rules: at most one a dependency, for its gravest reason.
pub(super) fn findings(rule: &Rule, app: &App) -> Vec<Finding> {
    let reasons = dependencies(app).filter_map(|dependency| Some((dependency, reason(app, dependency)?)));
    reasons
        .filter(|(_, (_, affected))| affected.rule == rule.id)
        .map(|(dependency, (framework, affected))| finding(rule, app, dependency, framework, affected))
        .collect()
}

/// The dependencies worth judging, one for every place where a version is defined.
pub(super) fn dependencies(app: &App) -> impl Iterator<Item = &Dependency> {
    let mut places = BTreeSet::new();
    app.facts.dependencies.iter().filter(move |dependency| {
        let tests_only = dependency.development && Scheme::of(&dependency.package) != Scheme::Npm;
        let place = dependency.requirement.as_ref().map_or(dependency.declared, |text| text.span);
        places.insert((dependency.package.as_str(), place)) && !tests_only
    })
}

/// The gravest row that holds for every release the dependency may resolve to.
pub(super) fn reason(app: &App, dependency: &Dependency) -> Option<(&'static Framework, &'static Affected)> {
    gravest(app, framework(&dependency.package)?, |releases| dependency.compare(releases) == Admitted::All)
}

/// The gravest row of a framework that holds for an app and for releases of which `held` says so.
pub(super) fn gravest(
    app: &App,
    framework: &'static Framework,
    held: impl Fn(&VersionRange) -> bool,
) -> Option<(&'static Framework, &'static Affected)> {
    let holds = |affected: &&Affected| held(&affected.releases(framework.scheme())) && applies(app, affected.when);
    framework.affected.iter().find(holds).map(|affected| (framework, affected))
}

/// Whether the condition of a row holds for the app.
pub(super) fn applies(app: &App, condition: Condition) -> bool {
    match condition {
        Condition::Bitbucket => app.is_bitbucket(),
        _ if !app.is_affected() => false,
        Condition::Always => true,
        Condition::OwnHooks => app.dependency(ACE).is_none() && app.hooks.iter().any(|hook| hook.is_signed()),
        Condition::ErrorHandling => app.ace_settings("expressErrorHandling").any(|node| node.as_bool() == Some(true)),
        Condition::NotForced => app.ace_signed_install() != Some("force"),
    }
}

fn finding(rule: &Rule, app: &App, dependency: &Dependency, framework: &Framework, affected: &Affected) -> Finding {
    let mut finding = about(rule, app, dependency, framework, &affected.reason);
    if let Some(severity) = affected.severity {
        finding = finding.severity(severity);
    }
    match affected.target(framework.scheme()) {
        Some(target) => with_upgrade(finding, app, dependency, target),
        None => finding.help(affected.advice()),
    }
}

/// A finding at the version of a dependency: its name, its release and a reason, with the places that say the release.
pub(super) fn about(rule: &Rule, app: &App, dependency: &Dependency, framework: &Framework, reason: &str) -> Finding {
    let span = dependency.requirement.as_ref().map_or(dependency.declared, |text| text.span);
    let release = match (dependency.installed(), &dependency.requirement) {
        (Some(locked), _) => locked.value.to_string(),
        (None, Some(requirement)) => requirement.value.trim_start_matches('=').trim_start().to_owned(),
        (None, None) => String::new(),
    };
    let alternatives = || app.facts.alternatives.iter().filter(|told| told.definition == span);
    let profile = alternatives().find_map(|told| told.profile.as_ref());
    let profile = profile.map_or(String::new(), |profile| format!(" (in the profile `{profile}`)"));
    let message = format!("{} {release}{profile} {reason}", framework.name);
    let mut finding = rule.finding(app, span, dependency.package.clone(), message);
    if let Some(locked) = dependency.installed() {
        finding = finding.label(locked.span, format!("the lockfile holds {}", locked.value));
    }
    let told: BTreeSet<_> = alternatives().flat_map(|told| &told.labels).cloned().collect();
    finding = finding.labels(told);
    for declared in uses(app, dependency, span) {
        finding = finding.label(declared, "used here");
    }
    if let Some(other) = dependency.shared_with {
        finding = finding.label(other, "takes its version from the same place");
    }
    finding
}

/// The places in other files that use the version defined at `span`, in order.
fn uses(app: &App, dependency: &Dependency, span: Span) -> BTreeSet<Span> {
    let same = |other: &&Dependency| {
        other.package == dependency.package && other.requirement.as_ref().is_some_and(|text| text.span == span)
    };
    let declared = app.facts.dependencies.iter().filter(same).map(|other| other.declared);
    declared.filter(|declared| declared.file != span.file).collect()
}

/// Attaches the upgrade, or says what to do where the text cannot be edited.
pub(super) fn with_upgrade(finding: Finding, app: &App, dependency: &Dependency, target: Version) -> Finding {
    let update = dependency.update.as_ref().map_or(String::new(), |command| format!(", then run `{command}`"));
    if dependency.range.as_ref().is_some_and(|range| range.admits(&target)) && dependency.installed().is_some() {
        let command = dependency.update.as_deref().unwrap_or("update the lockfile");
        return finding.help(format!("the requirement admits {target}: run `{command}`"));
    }
    let Some(fix) = upgrade(app, dependency, &target) else {
        return finding.help(format!("ask for {target}{update}"));
    };
    let next = if update.is_empty() { "then install and deploy it".to_owned() } else { update[2..].to_owned() };
    finding.fix(fix).help(next)
}

/// The fix that asks for `target`: safe inside a major version from 1 on, unsafe across.
pub(super) fn upgrade(app: &App, dependency: &Dependency, target: &Version) -> Option<Fix> {
    let version = dependency.version.as_ref()?;
    // below 1.0.0 any release may break
    let same_major = version.value.major() == target.major() && target.major() > 0;
    let applicability = if same_major { Applicability::Safe } else { Applicability::Unsafe };
    let edit = Edit { span: version.span, text: target.to_string() };
    let fix = Fix::new(applicability, format!("ask for {target}"), [edit]);
    let fix = if dependency.shared_with.is_some() { fix.at_most(Applicability::Shown) } else { fix };
    let fix = if closes_fallback(dependency, target) { fix.at_most(super::closing::applicability(app)) } else { fix };
    Some(if opts_in_by_itself(dependency) { with_flags(fix, app) } else { fix })
}

/// Whether going to `target` ends a release's acceptance of unsigned or HS256 installs.
fn closes_fallback(dependency: &Dependency, target: &Version) -> bool {
    dependency.package == ACE && VersionRange::parse(Scheme::Npm, ">=7.5.0").is_some_and(|closed| closed.admits(target))
}

/// ACE 7.0 to 7.3 add the flag to the descriptor they serve; a later release does not.
fn opts_in_by_itself(dependency: &Dependency) -> bool {
    let releases = VersionRange::parse(Scheme::Npm, ">=7.0.0 <7.4.0");
    dependency.package == ACE && releases.is_some_and(|releases| dependency.compare(&releases) == Admitted::All)
}

/// The same fix with the flag in every descriptor that lacks it, shown only where one cannot be edited.
fn with_flags(mut fix: Fix, app: &App) -> Fix {
    for descriptor in app.opting_descriptors().filter(|descriptor| !descriptor.has_migrated("signed-install")) {
        match descriptor.migrate(&app.sources, "signed-install") {
            Some(edit) => fix.edits.push(edit),
            None => fix = fix.at_most(Applicability::Shown),
        }
    }
    let flagged = fix.edits.len() > 1;
    let fix = if flagged { fix.at_most(super::opt_in::applicability(app)) } else { fix };
    let title = if flagged { format!("{} and set the flag it added by itself", fix.title) } else { fix.title };
    Fix { title, ..fix }
}
