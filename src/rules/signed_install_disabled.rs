use crate::{app::App, finding::Finding, rule::Rule, tree::Value};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings = Vec::new();
    for descriptor in app.affected_descriptors() {
        let Some(flag) = descriptor.migration("signed-install") else { continue };
        if matches!(flag.value.value, Value::Bool(true) | Value::Unknown) {
            continue;
        }
        let written = app.sources.text(flag.value.span);
        let message = format!(
            "`signed-install` is `{written}`, not `true`: Atlassian may sign install and uninstall callbacks with the \
             secret they carry, which a stranger can choose"
        );
        let finding = rule.finding(app, flag.value.span, "/apiMigrations/signed-install", message);
        findings.push(super::opt_in::with_fix(finding, app, descriptor));
    }
    findings
}
