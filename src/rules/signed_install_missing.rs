use crate::{
    app::App,
    facts::{Authentication, Descriptor, Origin},
    finding::Finding,
    rule::Rule,
    severity::Severity,
};

use super::signed_install_misplaced::misplaced;

const MIGRATION: &str = "signed-install";

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    if app.resolves_within(crate::app::ACE, ">=7.4.0 <7.5.0")
        && app.ace_signed_install().is_some_and(|value| ["enable", "force"].contains(&value))
    {
        return Vec::new(); // ACE adds the flag to the descriptor it serves
    }
    let descriptors = app.opting_descriptors().filter(|descriptor| lacks_flag(descriptor));
    descriptors.map(|descriptor| finding(rule, app, descriptor)).collect()
}

fn lacks_flag(descriptor: &Descriptor) -> bool {
    descriptor.has_signed_event() && descriptor.migration(MIGRATION).is_none() && misplaced(descriptor).is_empty()
}

fn finding(rule: &Rule, app: &App, descriptor: &Descriptor) -> Finding {
    let message = match descriptor.authentication() {
        Authentication::Absent => {
            "`apiMigrations.signed-install` is missing: if the app uses `jwt`, which this descriptor does not say, its \
             install callbacks may come with a secret a stranger can choose"
        }
        Authentication::Unknown => {
            "`apiMigrations.signed-install` is missing; whether the app uses `jwt` is not known, for `authentication.type` \
             is no literal"
        }
        _ => {
            "`apiMigrations.signed-install` is missing: Atlassian may sign install and uninstall callbacks with the secret \
             they carry, which a stranger can choose"
        }
    };
    let finding = rule.finding(app, descriptor.migration_anchor(), "/apiMigrations/signed-install", message);
    if let Some(transformer) = app.facts.transformers.first() {
        let finding =
            finding.label(*transformer, "this code changes the descriptor before it is served, and may add it");
        return finding.severity(Severity::Note);
    }
    let finding = match descriptor.authentication() {
        Authentication::Unknown => finding.severity(Severity::Note),
        _ => finding,
    };
    match descriptor.origin {
        Origin::File => super::opt_in::with_fix(finding, app, descriptor),
        _ => finding.help("add `\"apiMigrations\": { \"signed-install\": true }` to the descriptor"),
    }
}
