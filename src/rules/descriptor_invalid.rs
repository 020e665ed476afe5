use crate::{
    app::App,
    facts::{Origin, descriptor::Product},
    finding::Finding,
    rule::Rule,
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings = Vec::new();
    let files = app.facts.descriptors.iter().filter(|descriptor| descriptor.origin == Origin::File);
    for descriptor in files.filter(|descriptor| descriptor.product() == Product::Affected) {
        for violation in crate::schema::violations(descriptor) {
            findings.push(rule.finding(app, violation.span, violation.pointer, violation.message));
        }
        let Some(error) =
            descriptor.not_strict.as_ref().filter(|_| is_served_as_written(app, app.path(descriptor.tree.span)))
        else {
            continue;
        };
        let message = format!("Atlassian reads the file as it stands, and it is not JSON: {}", error.message);
        findings.push(rule.finding(app, error.span, "", message));
    }
    findings
}

/// Whether the file itself goes to Atlassian: no framework reads it first, or it lies where a web server looks.
fn is_served_as_written(app: &App, path: &str) -> bool {
    const SERVED: [&str; 5] = ["public", "static", "www", "wwwroot", "htdocs"];
    let by_server = path.split('/').rev().skip(1).any(|folder| SERVED.contains(&folder));
    by_server || app.facts.dependencies.is_empty()
}
