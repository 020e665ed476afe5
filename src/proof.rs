//! What a check has shown of an app, in a line, so that silence is no guess.

use crate::{
    app::{ACE, ACSB, App},
    facts::{Authentication, Dependency},
    frameworks::framework,
};

/// What is known of an app: ``ACE 11.5.3 locked; `signed-install` true; 2 of 2 hooks asymmetric``.
pub fn proven(app: &App) -> String {
    if let Some(why) = unconcerned(app) {
        return format!("signed installs do not concern it: {why}");
    }
    let parts: Vec<_> = [frameworks(app), flag(app), hooks(app)].into_iter().flatten().collect();
    if parts.is_empty() { "nothing of it could be judged".to_owned() } else { parts.join("; ") }
}

/// Why signed installs do not concern an app, if they do not.
pub fn unconcerned(app: &App) -> Option<&'static str> {
    if app.is_affected() {
        return None;
    }
    let none = app.facts.descriptors.iter().any(|descriptor| descriptor.authentication() == Authentication::None);
    Some(if none { "`authentication.type` is `none`" } else { "it is not for Jira or Confluence Cloud" })
}

fn frameworks(app: &App) -> Option<String> {
    let release = |package: &str| app.dependency(package).map(|dependency| release(package, dependency));
    release(ACE).or_else(|| release(ACSB))
}

fn release(package: &str, dependency: &Dependency) -> String {
    let name = framework(package).map_or(package, |framework| &framework.name);
    match (dependency.installed(), &dependency.requirement) {
        (Some(locked), _) => format!("{name} {} locked", locked.value),
        (None, Some(requirement)) => format!("{name} `{}`", requirement.value),
        (None, None) => format!("{name} of an unknown version"),
    }
}

fn flag(app: &App) -> Option<String> {
    let mut descriptors = app.opting_descriptors().peekable();
    descriptors.peek()?;
    let all = descriptors.all(|descriptor| descriptor.has_migrated("signed-install"));
    Some(if all { "`signed-install` true" } else { "`signed-install` not true" }.to_owned())
}

fn hooks(app: &App) -> Option<String> {
    let signed: Vec<_> = app.signed_hooks().collect();
    let asymmetric = signed.iter().filter(|hook| hook.route.decisive().is_asymmetric()).count();
    (!signed.is_empty()).then(|| format!("{asymmetric} of {} own install hooks verify RS256", signed.len()))
}
