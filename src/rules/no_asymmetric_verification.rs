use crate::{app::App, facts::Event, finding::Finding, frameworks::framework, rule::Rule, source::Label};

use super::verifier;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut used = app.facts.dependencies.iter().filter(|dependency| !dependency.development);
    let has_framework = used.any(|dependency| framework(&dependency.package).is_some_and(|library| library.evidence));
    if !app.is_affected() || has_framework || app.signed_hooks().next().is_some() {
        return Vec::new(); // the framework, or the rules about hooks, say more
    }
    let message = "the secret of an install callback is read here, and nothing in the project names RS256 or Atlassian's keys: \
                   a stranger who posts a callback may be taken for Atlassian";
    let first = app.facts.secret_reads.first();
    let finding = first.map(|span| rule.finding(app, *span, "no-asymmetric-verification", message));
    let finding = finding
        .map(|finding| declarations(app).fold(finding, |finding, label| finding.label(label.span, label.message)));
    finding.map(|finding| finding.help(verifier::advice(app))).into_iter().collect()
}

/// Where descriptors declare the callback.
fn declarations(app: &App) -> impl Iterator<Item = Label> {
    let declared = app.affected_descriptors().flat_map(|descriptor| descriptor.lifecycle());
    let installed = declared.filter(|(event, _)| *event == Event::Installed);
    installed.map(|(_, member)| Label::new(member.value.span, "the descriptor declares the callback"))
}
