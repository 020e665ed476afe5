use std::cmp::Reverse;

use crate::{
    app::{
        ACSB, App,
        launch::{Definition, Launch, Opening, Reach},
    },
    edit::{Applicability, Fix},
    facts::{
        SpringDocument,
        spring::{Group, Written, written},
    },
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
    let openings = app.openings(KEY, |decision| decision.is_none_or(|decision| decision.value == Some(true)));
    openings.iter().filter_map(|opening| finding(rule, app, opening)).collect()
}

fn finding(rule: &Rule, app: &App, opening: &Opening) -> Option<Finding> {
    let finding = match opening.decision.as_ref().map(|decision| &decision.definition) {
        None => absent(rule, app, opening)?,
        Some(Definition::Variable(variable)) => {
            rule.finding(app, variable.span, KEY, message(app, "is `true`", opening)).help("set it to `false`")
        }
        Some(Definition::Document(document, setting)) => {
            let finding = rule.finding(app, setting.0.key.span, KEY, message(app, "is `true`", opening));
            match setting.is_placeholder() {
                true => finding.help("let the placeholder's default be `false`"),
                false => with_fix(finding, app, document),
            }
        }
    };
    let known = if opening.decision.is_some() { Severity::Error } else { Severity::Warning };
    let is_minor = matches!(opening.reach, Reach::Unchosen | Reach::Development);
    let severity = if is_minor || !is_confirmed(app) { Severity::Note } else { known };
    Some(finding.severity(severity).labels(opening.closed.iter().cloned()))
}

fn absent(rule: &Rule, app: &App, opening: &Opening) -> Option<Finding> {
    let documents = || opening.launches.iter().flat_map(Launch::documents);
    let base = most_relevant(app, documents().filter(|document| document.is_base()));
    let other = || most_relevant(app, documents().filter(|document| relevance(app, document) > Relevance::None));
    let main = base.filter(|document| relevance(app, document) > Relevance::None).or_else(other).or(base);
    let place = |document: &SpringDocument| {
        document.block_span("atlassian.connect").unwrap_or_else(|| first_line(app, document))
    };
    let build = || app.dependency(ACSB).map(|acsb| acsb.requirement.as_ref().map_or(acsb.declared, |text| text.span));
    let anchor = main.map(place).or_else(build)?;
    let finding = rule.finding(app, anchor, KEY, message(app, "is not set", opening));
    Some(match base {
        Some(document) => with_fix(finding, app, document),
        None => finding.help(format!("set `{KEY}` to `false`")),
    })
}

/// How far a document is the one that configures the add-on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Relevance {
    /// It says nothing about it.
    None,
    /// It gives the descriptor's key or address.
    Descriptor,
    /// It has settings of ACSB.
    Block,
}

fn relevance(app: &App, document: &SpringDocument) -> Relevance {
    let values = || {
        ["key", "baseUrl"].iter().flat_map(|key| {
            app.affected_descriptors().filter_map(move |descriptor| descriptor.tree.at(&[key])?.as_str())
        })
    };
    let gives = |value: &str| match written(value) {
        Written::Placeholder(name, _) => document.find(name).is_some(),
        _ => false,
    };
    match document.block_span("atlassian.connect") {
        Some(_) => Relevance::Block,
        None if values().any(gives) => Relevance::Descriptor,
        None => Relevance::None,
    }
}

/// The first of the documents that say most about the add-on; `bootstrap` files come last.
fn most_relevant<'app>(
    app: &App,
    documents: impl Iterator<Item = &'app SpringDocument>,
) -> Option<&'app SpringDocument> {
    documents.min_by_key(|document| (Reverse(relevance(app, document)), document.location.group() == Group::Bootstrap))
}

fn message(app: &App, state: &str, opening: &Opening) -> String {
    let is_unset_everywhere = opening.decision.is_none() && opening.reach == Reach::Everywhere;
    let scope = if is_unset_everywhere { String::new() } else { opening.scope() };
    if is_confirmed(app) {
        return format!(
            "`fallback-install-hook-enabled` {state}{scope}: this ACSB falls back to unsigned installs, and a stranger can \
             register a tenant"
        );
    }
    format!(
        "`fallback-install-hook-enabled` {state}{scope}: ACSB 2.2 would fall back to unsigned installs; whether this release \
         still does could not be confirmed"
    )
}

/// Whether the fallback of this release, and its default, are known: those of 2.2 are.
fn is_confirmed(app: &App) -> bool {
    app.resolves_within(ACSB, "<2.3.0")
}

fn with_fix(finding: Finding, app: &App, document: &SpringDocument) -> Finding {
    let applicability = if is_confirmed(app) { super::closing::applicability(app) } else { Applicability::Unsafe };
    match document.set(&app.sources, KEY, "false") {
        Some(edit) => finding.fix(Fix::new(applicability, "set `fallback-install-hook-enabled` to `false`", [edit])),
        None => finding.help(format!("set `{KEY}` to `false`")),
    }
}

fn first_line(app: &App, document: &SpringDocument) -> Span {
    let text = &app.sources.file(document.tree.span.file).text;
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    Span { start: 0, end, ..document.tree.span }
}
