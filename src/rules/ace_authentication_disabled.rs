use crate::{
    app::{ACE, App},
    finding::Finding,
    rule::Rule,
    severity::Severity,
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    if app.dependency(ACE).is_none() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for variable in app.facts.variables.iter().filter(|variable| variable.name == "AC_OPTS") {
        if variable.is_for_tests() {
            continue;
        }
        if !variable.value.value.split([',', ' ']).any(|option| option.trim() == "no-auth") {
            continue;
        }
        let message = "`AC_OPTS=no-auth` switches ACE's verification off: whoever reaches the app acts as any tenant";
        let severity = if variable.is_for_development() { Severity::Warning } else { Severity::Error };
        findings
            .push(rule.finding(app, variable.span, "AC_OPTS", message).severity(severity).help("leave `no-auth` out"));
    }
    findings
}
