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
    for variable in app.facts.variables.iter().filter(|variable| variable.name == "CONNECT_KEYS_CDN_URL") {
        let url = variable.value.value.as_str();
        if variable.is_for_tests() || url.is_empty() || url.contains('$') || is_atlassian(url) {
            continue;
        }
        let (severity, message) = if url.starts_with("http://") {
            (
                Severity::Error,
                "install callbacks are verified with keys fetched over plain `http`: whoever is on the way can sign for \
                 any tenant",
            )
        } else {
            (
                Severity::Warning,
                "install callbacks are verified with keys of another host than Atlassian's: whoever runs it can sign for \
                 any tenant",
            )
        };
        findings.push(
            rule.finding(app, variable.span, "CONNECT_KEYS_CDN_URL", message)
                .severity(severity)
                .help("leave the variable to tests"),
        );
    }
    findings
}

fn is_atlassian(url: &str) -> bool {
    let host = url.strip_prefix("https://").map(|rest| rest.split(['/', ':', '?']).next().unwrap_or_default());
    host.is_some_and(|host| host.ends_with(".atlassian.com") || host.ends_with(".atl-asap.net"))
}
