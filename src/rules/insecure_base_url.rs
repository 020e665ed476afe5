use crate::{app::App, finding::Finding, rule::Rule};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings = Vec::new();
    for url in app.affected_descriptors().filter_map(|descriptor| descriptor.base_url()) {
        let lower = url.value.to_ascii_lowercase();
        let Some(rest) = lower.strip_prefix("http://") else { continue };
        let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
        if rest.contains("{{") || rest.contains("${") || is_local(rest, host) || !host.contains('.') {
            continue;
        }
        let message = "`baseUrl` is plain `http`: secrets and tokens of every tenant travel unencrypted, and whoever reads an \
                       install callback can act as the tenant";
        findings.push(rule.finding(app, url.span, "/baseUrl", message));
    }
    findings
}

fn is_local(rest: &str, host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || rest.starts_with("[::1]")
}
