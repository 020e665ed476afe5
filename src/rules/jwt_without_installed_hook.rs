use crate::{
    app::{self, App},
    facts::{Authentication, Event},
    finding::Finding,
    rule::Rule,
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    if !app.facts.forge_lifecycles.is_empty() {
        return Vec::new(); // the Forge manifest declares the events
    }
    let mut findings = Vec::new();
    for descriptor in app.affected_descriptors().filter(|descriptor| app::is_complete(descriptor)) {
        let installed = descriptor.lifecycle().any(|(event, _)| event == Event::Installed);
        let Some(authentication) = descriptor.tree.member("authentication") else { continue };
        if installed || descriptor.authentication() != Authentication::Jwt {
            continue;
        }
        let message = "the app uses `jwt` but declares no `lifecycle.installed`: it never receives the secret its tokens are \
                       signed with";
        findings.push(rule.finding(app, authentication.key.span, "/lifecycle/installed", message));
    }
    findings
}
