use crate::{
    app::{ACE, ACSB, App},
    finding::Finding,
    rule::Rule,
};

use super::verifier;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let has_framework = [ACE, ACSB].iter().any(|package| app.dependency(package).is_some());
    if !app.is_affected() || has_framework || app.signed_hooks().next().is_some() {
        return Vec::new(); // the framework, or the rules about hooks, say more
    }
    let message = "the secret of an install callback is read here, and nothing in the project names RS256 or Atlassian's keys: \
                   a stranger who posts a callback may be taken for Atlassian";
    let first = app.facts.secret_reads.first();
    let finding = first.map(|span| rule.finding(app, *span, "no-asymmetric-verification", message));
    finding.map(|finding| finding.help(verifier::advice(app))).into_iter().collect()
}
