use crate::{
    app::{ACE, App},
    edit::{Applicability, Fix},
    finding::Finding,
    rule::Rule,
    severity::Severity,
    source::Spanned,
    syntax::json,
    tree::Node,
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    if app.dependency(ACE).is_none() {
        return Vec::new();
    }
    let strict = app.resolves_within(ACE, ">=7.1.4 <7.4.8");
    let mut findings = Vec::new();
    for base in app.opting_descriptors().filter_map(|descriptor| descriptor.base_url()).filter(is_literal) {
        for config in &app.facts.ace_configs {
            let Some(node) = config.tree.at(&["production", "localBaseUrl"]) else { continue };
            let Some(local) = node.as_text().filter(is_literal) else { continue };
            if same(&base.value, &local.value) || is_allowed(&config.tree, &base.value) {
                continue;
            }
            findings.push(finding(rule, app, &base, &local, node, strict));
        }
    }
    findings
}

fn finding(
    rule: &Rule,
    app: &App,
    base: &Spanned<String>,
    local: &Spanned<String>,
    node: &Node,
    strict: bool,
) -> Finding {
    let consequence = if strict {
        "this release of ACE takes it for the only audience, so it refuses every signed install with 401"
    } else {
        "releases of ACE from 7.1.4 to 7.4.7 would refuse every signed install"
    };
    let message = format!("`localBaseUrl` is not the descriptor's `baseUrl` `{}`: {consequence}", base.value);
    let edit = json::set_string(app.sources.file(local.span.file), node, &base.value);
    rule.finding(app, local.span, "/production/localBaseUrl", message)
        .severity(if strict { Severity::Error } else { Severity::Note })
        .label(base.span, "what Atlassian puts into the token's audience")
        .fix(Fix::new(Applicability::Unsafe, "set it to the descriptor's `baseUrl`", [edit]))
}

fn is_literal(url: &Spanned<String>) -> bool {
    url.value.starts_with("http") && !["{{", "${", "<", "$"].iter().any(|mark| url.value.contains(mark))
}

fn is_allowed(config: &Node, base: &str) -> bool {
    let lists = [config.at(&["allowedBaseUrls"]), config.at(&["production", "allowedBaseUrls"])];
    let urls = lists.into_iter().flatten().flat_map(Node::elements);
    urls.into_iter().any(|url| url.as_str().is_none_or(|url| same(url, base)))
}

/// Whether two URLs are one audience; ACE ignores a trailing slash.
fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/').eq_ignore_ascii_case(other.trim_end_matches('/'))
}
