use crate::{app::App, facts::GuardClass, finding::Finding, rule::Rule};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for hook in app.signed_hooks().filter(|hook| hook.route.decisive() == GuardClass::Unknown) {
        let guard = hook.route.guard();
        let (span, name) = guard.map_or((hook.route.handler.span, "the handler"), |guard| (guard.span, &guard.name));
        if findings.iter().any(|known| known.span == span) {
            continue;
        }
        let message = format!(
            "what `{name}` verifies could not be told, so it is not known whether the `{}` callback can be forged",
            hook.event_names()
        );
        let finding = rule.finding(app, span, hook.route.path.value.clone(), message).trace(hook.trace());
        let evidence = guard.map_or(&hook.route.handler.evidence, |guard| &guard.evidence);
        let finding = finding.labels(evidence.iter().filter(|label| label.span != span).cloned());
        findings.push(finding.help(
            "read it, and declare it in `connect-lint.toml` at the root: `[authenticators]`, its name = \"asymmetric\", \
             \"symmetric\", \"none\" or \"pass-through\"",
        ));
    }
    findings
}
