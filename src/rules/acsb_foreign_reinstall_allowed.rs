use crate::{
    app::{ACSB, App},
    edit::{Applicability, Fix},
    finding::Finding,
    rule::Rule,
};

const KEY: &str = "atlassian.connect.allow-reinstall-missing-host";

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    if !app.is_affected() || app.dependency(ACSB).is_none() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for document in app.facts.spring.iter().filter(|document| !document.is_for_development()) {
        let Some(found) = document.find(KEY).filter(|found| found.as_bool() == Some(true)) else { continue };
        let message = "`allow-reinstall-missing-host` is `true`: an install signed by a host the app does not know is accepted, \
                       so a stranger can take a tenant's place";
        let fix = document.set(&app.sources, KEY, "false");
        let fix = fix.map(|edit| Fix::new(Applicability::Unsafe, "set it to `false`", [edit]));
        findings.push(
            rule.finding(app, found.0.value.span, KEY, message).help("keep it for development profiles").fix(fix),
        );
    }
    findings
}
