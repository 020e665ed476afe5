use std::collections::BTreeSet;

use crate::{
    app::{ACSB, App, launch::launches},
    facts::spring::matches_path,
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
    let patterns: BTreeSet<_> =
        launches(app).iter().flat_map(|launch| launch.list(KEY)).map(|text| (text.span, text.value)).collect();
    let mut findings = Vec::new();
    for (place, pattern) in patterns {
        let matched = declared.iter().find(|(_, path, _)| matches_path(&pattern, path) == Some(true));
        let Some((event, path, span)) = matched else { continue };
        let message = format!(
            "`{pattern}` takes `{path}` out of ACSB's verification: a stranger can post the `{}` callback",
            event.key()
        );
        let finding = rule.finding(app, place, pattern.clone(), message);
        findings.push(finding.label(*span, "declared here").help("leave lifecycle paths out of the pattern"));
    }
    findings
}
