use crate::{
    app::{App, Hook},
    facts::JwtExemption,
    finding::Finding,
    rule::Rule,
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for hook in app.hooks.iter().filter(|hook| app.is_shadowed(hook)) {
        let Some(exemption) = exemption(app, hook) else { continue };
        let annotation = &exemption.annotation;
        if findings.iter().any(|known| known.span == annotation.span) {
            continue;
        }
        let path = &hook.route.path.value;
        let message = format!(
            "`@{}` takes a controller on the lifecycle path `{path}` out of ACSB's verification: only ACSB's own mapping, \
             which is ahead of it, keeps a forged `{}` callback out",
            annotation.value,
            hook.event_names()
        );
        let finding = rule.finding(app, annotation.span, path.clone(), message).trace(hook.trace());
        let finding = finding.label(hook.route.anchor(), "the controller's mapping");
        findings.push(finding.help(super::acsb_shadowed_lifecycle_controller::ADVICE));
    }
    findings
}

/// The annotation that takes a hook's route out of the verification.
pub(super) fn exemption<'app>(app: &'app App, hook: &Hook) -> Option<&'app JwtExemption> {
    app.facts.jwt_exemptions.iter().find(|exemption| exemption.route == hook.route.span)
}
