use globset::GlobBuilder;

use crate::{
    app::{ACSB, App},
    finding::Finding,
    rule::Rule,
};

const KEY: &str = "atlassian.connect.require-auth-exclude-paths";

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    if !app.is_affected() || app.dependency(ACSB).is_none() {
        return Vec::new();
    }
    let declared: Vec<_> = app
        .affected_descriptors()
        .flat_map(|descriptor| descriptor.lifecycle().collect::<Vec<_>>())
        .filter_map(|(event, member)| Some((event, member.value.as_str()?, member.value.span)))
        .collect();
    let mut findings = Vec::new();
    for document in &app.facts.spring {
        for pattern in document.list(KEY) {
            let matched = declared.iter().find(|(_, path, _)| matches(&pattern.value, path));
            let Some((event, path, span)) = matched else { continue };
            let message = format!(
                "`{}` takes `{path}` out of ACSB's verification: a stranger can post the `{}` callback",
                pattern.value,
                event.key()
            );
            let finding = rule.finding(app, pattern.span, pattern.value.clone(), message);
            findings.push(finding.label(*span, "declared here").help("leave lifecycle paths out of the pattern"));
        }
    }
    findings
}

/// Whether an Ant pattern matches a path: `?` a character, `*` within a segment, `**` any number of segments.
fn matches(pattern: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or(path).trim_matches('/');
    let pattern = pattern.trim().trim_start_matches('/');
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ant_patterns_match_as_spring_does() {
        assert!(matches("/**", "/installed"));
        assert!(matches("/api/*/installed", "/api/v1/installed"));
        assert!(matches("/inst*", "installed?version=1"));
        assert!(matches("/**/installed", "/installed"));
        assert!(!matches("/issues/**", "/linter/installed"));
        assert!(!matches("/*", "/api/installed"));
        assert!(!matches("/install", "/installed"));
    }
}
