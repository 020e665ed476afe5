//! Findings as SARIF's results.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    artifact, fingerprint,
    message::{escaped, link},
    model::{
        ArtifactChange, CodeFlow, Content, Fingerprints, Location, Message, Replacement, ResultMessage,
        ResultProperties, SarifFix, SarifResult, SarifSuppression, ThreadFlow, ThreadFlowLocation,
    },
    regions::{labelled, location, primary, region},
    rules::{MESSAGE, opaque},
};
use crate::{
    edit::{Applicability, Edit, Fix},
    finding::Finding,
    report::{
        Run,
        places::{Places, labels},
        text::{clean, sentence},
    },
    source::FileId,
    suppress::Suppression,
};

/// How many related places a message links to; the others are listed without a link.
const MOST_LINKS: usize = 10;

/// How many related places a result lists.
const MOST_RELATED: usize = 100;

/// A finding to report.
pub(super) struct Reported<'run> {
    pub(super) finding: &'run Finding,
    /// What makes it the same one in the next run.
    pub(super) key: String,
    /// What put it aside, if anything did.
    pub(super) by: Option<&'run Suppression>,
}

/// The results, in the order of the findings.
pub(super) fn results<'run>(run: &'run Run, places: &Places, findings: &[Reported<'run>]) -> Vec<SarifResult<'run>> {
    let hashes = line_hashes(places, findings.iter().map(|reported| reported.finding));
    let mut results = Vec::with_capacity(findings.len());
    for Reported { finding, key, by } in findings {
        let app = run.app_root(finding.app);
        let line = places.lines(finding.span.file).line_of(finding.span.start);
        let hash = hashes.get(&finding.span.file).and_then(|hashes| hashes.get(&line));
        results.push(SarifResult {
            rule_id: opaque(finding.rule),
            rule_index: None, // until the rules have their places
            level: finding.severity,
            message: message(finding, app),
            locations: [primary(places, finding.span)],
            related_locations: related(places, finding),
            code_flows: code_flow(places, finding).into_iter().collect(),
            partial_fingerprints: Fingerprints { own: key.clone(), line: hash.cloned() },
            fixes: finding.fix.iter().filter_map(|fix| applicable(places, fix)).collect(),
            suppressions: by.map(|by| suppression(places, by)).into_iter().collect(),
            properties: ResultProperties {
                rule: finding.rule.into(),
                app: app.into(),
                identity: (&*finding.identity).into(),
            },
        });
    }
    results
}

fn line_hashes<'run>(
    places: &Places,
    findings: impl Iterator<Item = &'run Finding>,
) -> BTreeMap<FileId, BTreeMap<usize, String>> {
    let mut wanted: BTreeMap<FileId, BTreeSet<usize>> = BTreeMap::new();
    for Finding { span, .. } in findings {
        wanted.entry(span.file).or_default().insert(places.lines(span.file).line_of(span.start));
    }
    wanted.into_iter().map(|(file, lines)| (file, fingerprint::line_hashes(places.file(file), &lines))).collect()
}

fn suppression(places: &Places, by: &Suppression) -> SarifSuppression {
    let location = match by {
        Suppression::Comment { span, .. } => Some(location(places, *span)),
        _ => None,
    };
    let kind = if location.is_some() { "inSource" } else { "external" };
    SarifSuppression { kind: kind.into(), justification: by.reason().map(clean), location }
}

/// The message, the advice, and a link to each related place.
fn message(finding: &Finding, app: &str) -> ResultMessage {
    let mut sentences = vec![escaped(&sentence(&finding.message))];
    sentences.extend(finding.help.as_deref().map(|help| escaped(&sentence(help))));
    let links: Vec<String> =
        labels(finding).take(MOST_LINKS).enumerate().map(|(index, label)| link(&label.message, index + 1)).collect();
    if !links.is_empty() {
        sentences.push(format!("See: {}.", links.join("; ")));
    }
    let arguments = [&finding.identity, app].map(|argument| escaped(&clean(argument)));
    ResultMessage { text: sentences.join(" "), id: MESSAGE.into(), arguments }
}

fn related(places: &Places, finding: &Finding) -> Vec<Location> {
    let numbered = |(index, label)| Location { id: Some(index + 1), ..labelled(places, label) };
    labels(finding).take(MOST_RELATED).enumerate().map(numbered).collect()
}

/// The evidence in order, ending at the finding itself.
fn code_flow(places: &Places, finding: &Finding) -> Option<CodeFlow> {
    let last = finding.trace.last()?;
    let mut locations: Vec<Location> =
        finding.trace.iter().take(MOST_RELATED).map(|label| labelled(places, label)).collect();
    if last.span != finding.span {
        let message = Some(Message::plain(escaped(&sentence(&finding.message))));
        locations.push(Location { message, ..location(places, finding.span) });
    }
    let locations = locations.into_iter().map(|location| ThreadFlowLocation { location }).collect();
    Some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
}

/// A fix that may be applied. Its edits stand in the order of the text.
fn applicable(places: &Places, fix: &Fix) -> Option<SarifFix> {
    let title = match fix.applicability {
        Applicability::Safe => fix.title.clone(),
        Applicability::Unsafe => format!("unsafe: {}", fix.title),
        Applicability::Shown => return None,
    };
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let changes: Vec<ArtifactChange> = by_file.into_iter().map(|(file, edits)| change(places, file, edits)).collect();
    let description = Message::plain(escaped(&sentence(&title)));
    (!changes.is_empty()).then_some(SarifFix { description, artifact_changes: changes })
}

fn change(places: &Places, file: FileId, mut edits: Vec<&Edit>) -> ArtifactChange {
    edits.sort();
    let replacement = |edit: &Edit| Replacement {
        deleted_region: region(places, edit.span),
        inserted_content: (!edit.text.is_empty()).then(|| Content { text: edit.text.clone() }),
    };
    ArtifactChange {
        artifact_location: artifact(&places.path(file)),
        replacements: edits.into_iter().map(replacement).collect(),
    }
}
