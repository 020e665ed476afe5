use crate::{
    app::{ACSB, App},
    edit::{Applicability, Fix},
    facts::{SpringDocument, spring::Setting},
    finding::Finding,
    rule::Rule,
    severity::Severity,
    source::Span,
};

const KEY: &str = "atlassian.connect.fallback-install-hook-enabled";

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    if !app.is_affected() || !app.resolves_within(ACSB, ">=2.2.0") {
        return Vec::new();
    }
    let settings = app.facts.spring.iter().filter_map(|document| Some((document, document.find(KEY)?)));
    let open = settings.clone().filter(|(_, found)| found.as_bool() == Some(true));
    let mut findings: Vec<_> = open.map(|(document, found)| enabled(rule, app, document, &found)).collect();
    let exported = app.facts.variables.iter().filter_map(|variable| Some((variable, variable.property(KEY)?)));
    let open = exported.clone().filter(|(_, value)| value.eq_ignore_ascii_case("true"));
    findings.extend(open.map(|(variable, _)| {
        let finding = rule.finding(app, variable.span, KEY, message(app, "is `true`"));
        finding.severity(severity(app, Severity::Error)).help("set it to `false`")
    }));
    if findings.is_empty() && settings.count() == 0 && exported.count() == 0 {
        findings.extend(absent(rule, app));
    }
    findings
}

fn enabled(rule: &Rule, app: &App, document: &SpringDocument, found: &Setting) -> Finding {
    let state = match &document.profile {
        Some(profile) => format!("is `true` in the profile `{}`", profile.value),
        None => "is `true`".to_owned(),
    };
    let finding = rule.finding(app, found.0.key.span, KEY, message(app, &state));
    let finding = finding.severity(severity(app, Severity::Error));
    if found.is_placeholder() {
        return finding.help("let the placeholder's default be `false`");
    }
    with_fix(finding, app, document)
}

fn absent(rule: &Rule, app: &App) -> Option<Finding> {
    let document = main_document(&app.facts.spring);
    let block = document.and_then(|document| document.block_span("atlassian.connect"));
    let first_line = || document.map(|document| first_line(app, document));
    let build = || app.dependency(ACSB).map(|acsb| acsb.requirement.as_ref().map_or(acsb.declared, |text| text.span));
    let anchor = block.or_else(first_line).or_else(build)?;
    let finding = rule.finding(app, anchor, KEY, message(app, "is not set"));
    let finding = finding.severity(severity(app, Severity::Warning));
    Some(match document {
        Some(document) => with_fix(finding, app, document),
        None => finding.help(format!("set `{KEY}` to `false`")),
    })
}

fn message(app: &App, state: &str) -> String {
    if is_confirmed(app) {
        return format!(
            "`fallback-install-hook-enabled` {state}: this ACSB falls back to unsigned installs, and a stranger can register a \
             tenant"
        );
    }
    format!(
        "`fallback-install-hook-enabled` {state}: ACSB 2.2 would fall back to unsigned installs; whether this release still \
         does could not be confirmed"
    )
}

/// Whether the fallback of this release, and its default, are known: those of 2.2 are.
fn is_confirmed(app: &App) -> bool {
    app.resolves_within(ACSB, "<2.3.0")
}

fn severity(app: &App, known: Severity) -> Severity {
    if is_confirmed(app) { known } else { Severity::Note }
}

fn with_fix(finding: Finding, app: &App, document: &SpringDocument) -> Finding {
    let applicability = if is_confirmed(app) { super::closing::applicability(app) } else { Applicability::Unsafe };
    match document.set(&app.sources, KEY, "false") {
        Some(edit) => finding.fix(Fix::new(applicability, "set `fallback-install-hook-enabled` to `false`", [edit])),
        None => finding.help(format!("set `{KEY}` to `false`")),
    }
}

/// The document that holds whatever the profile: the one with the app's Connect settings, else the first.
fn main_document(documents: &[SpringDocument]) -> Option<&SpringDocument> {
    let base = || documents.iter().filter(|document| document.profile.is_none());
    base().find(|document| document.block_span("atlassian.connect").is_some()).or_else(|| base().next())
}

fn first_line(app: &App, document: &SpringDocument) -> Span {
    let text = &app.sources.file(document.tree.span.file).text;
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    Span { start: 0, end, ..document.tree.span }
}
