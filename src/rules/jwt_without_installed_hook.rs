use crate::{
    app::{self, App},
    facts::{Authentication, Descriptor, Event, Origin},
    finding::Finding,
    rule::Rule,
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let declares = |descriptor: &Descriptor| descriptor.lifecycle().any(|(event, _)| event == Event::Installed);
    let in_manifest = |descriptor: &&Descriptor| descriptor.origin == Origin::Manifest && declares(descriptor);
    if app.affected_descriptors().any(|descriptor| in_manifest(&descriptor)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for descriptor in app.affected_descriptors().filter(|descriptor| app::is_complete(descriptor)) {
        let Some(authentication) = descriptor.tree.member("authentication") else { continue };
        if declares(descriptor) || descriptor.authentication() != Authentication::Jwt {
            continue;
        }
        let message = "the app uses `jwt` but declares no `lifecycle.installed`: it never receives the secret its tokens are \
                       signed with";
        findings.push(rule.finding(app, authentication.key.span, "/lifecycle/installed", message));
    }
    findings
}
