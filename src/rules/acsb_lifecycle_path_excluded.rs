use crate::{
    app::{ACSB, App, launch::launches},
    facts::{SpringDocument, spring::matches_path},
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
    let mut deciding: Vec<&SpringDocument> = launches(app).iter().filter_map(|launch| launch.document(KEY)).collect();
    deciding.sort_by_key(|document| document.tree.span);
    deciding.dedup_by_key(|document| document.tree.span);
    let mut findings = Vec::new();
    for document in deciding {
        for pattern in document.list(KEY) {
            let matched = declared.iter().find(|(_, path, _)| matches_path(&pattern.value, path) == Some(true));
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
