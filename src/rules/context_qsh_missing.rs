use crate::{
    app::{self, App},
    edit::{Applicability, Fix},
    facts::Authentication,
    finding::Finding,
    rule::Rule,
    tree::Value,
};

const MIGRATION: &str = "context-qsh";

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings = Vec::new();
    for descriptor in app.affected_descriptors().filter(|descriptor| app::is_complete(descriptor)) {
        let unknown = descriptor.migration(MIGRATION).is_some_and(|flag| flag.value.value == Value::Unknown);
        if descriptor.has_migrated(MIGRATION) || unknown || descriptor.authentication() != Authentication::Jwt {
            continue;
        }
        let message = "`apiMigrations.context-qsh` is not `true`: context tokens carry no query string hash that tells them \
                       from those of a request";
        let finding = rule.finding(app, descriptor.migration_anchor(), "/apiMigrations/context-qsh", message);
        let edit = descriptor.migrate(&app.sources, MIGRATION);
        let fix = edit.map(|edit| Fix::new(Applicability::Unsafe, "set `apiMigrations.context-qsh` to `true`", [edit]));
        findings.push(finding.fix(fix));
    }
    findings
}
