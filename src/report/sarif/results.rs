//! Findings as SARIF's results.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    artifact, fingerprint,
    message::{escaped, link, sentence},
    model::{
        ArtifactChange, CodeFlow, Content, Location, Message, PhysicalLocation, Region, Replacement, ResultProperties,
        SarifFix, SarifResult, ThreadFlow, ThreadFlowLocation,
    },
    rules::level,
};
use crate::{
    edit::{Applicability, Edit, Fix},
    finding::Finding,
    report::{
        Run,
        places::{Places, labels},
    },
    source::{FileId, Label, Span},
};

/// How many related places a message links to; the others are listed without a link.
const MOST_LINKS: usize = 10;

/// How many related places a result lists.
const MOST_RELATED: usize = 100;

/// How many bytes of source a location quotes; longer ones are left to the file.
const LONGEST_SNIPPET: usize = 1_000;

/// The results, in the order of the findings.
pub(super) fn results<'run>(
    run: &'run Run,
    places: &Places,
    indices: &BTreeMap<&str, usize>,
    findings: &[&'run Finding],
) -> Vec<SarifResult<'run>> {
    let hashes = line_hashes(places, findings);
    let mut occurrences: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let mut results = Vec::with_capacity(findings.len());
    for finding in findings {
        let app = run.app_root(finding.app);
        let occurrence = occurrences.entry((finding.rule, app, &finding.identity)).or_default();
        *occurrence += 1;
        let key = fingerprint::key(finding.rule, app, &finding.identity, *occurrence);
        let mut fingerprints = BTreeMap::from([("connectLint/v1", key)]);
        let line = places.lines(finding.span.file).line_of(finding.span.start);
        if let Some(hash) = hashes.get(&finding.span.file).and_then(|hashes| hashes.get(&line)) {
            fingerprints.insert("primaryLocationLineHash", hash.clone());
        }
        results.push(SarifResult {
            rule_id: finding.rule,
            rule_index: indices.get(finding.rule).copied(),
            level: level(finding.severity),
            message: message(finding),
            locations: [location(places, finding.span)],
            related_locations: related(places, finding),
            code_flows: code_flow(places, finding).into_iter().collect(),
            partial_fingerprints: fingerprints,
            fixes: finding.fix.iter().filter_map(|fix| applicable(places, fix)).collect(),
            properties: ResultProperties { app, identity: &finding.identity },
        });
    }
    results
}

fn line_hashes(places: &Places, findings: &[&Finding]) -> BTreeMap<FileId, BTreeMap<usize, String>> {
    let mut wanted: BTreeMap<FileId, BTreeSet<usize>> = BTreeMap::new();
    for Finding { span, .. } in findings {
        wanted.entry(span.file).or_default().insert(places.lines(span.file).line_of(span.start));
    }
    wanted.into_iter().map(|(file, lines)| (file, fingerprint::line_hashes(places.file(file), &lines))).collect()
}

/// The message, the advice, and a link to each related place.
fn message(finding: &Finding) -> Message {
    let mut sentences = vec![escaped(&sentence(&finding.message))];
    sentences.extend(finding.help.as_deref().map(|help| escaped(&sentence(help))));
    let links: Vec<String> =
        labels(finding).take(MOST_LINKS).enumerate().map(|(index, label)| link(&label.message, index + 1)).collect();
    if !links.is_empty() {
        sentences.push(format!("See: {}.", links.join("; ")));
    }
    Message::plain(sentences.join(" "))
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
        artifact_location: artifact(&places.file(file).path),
        replacements: edits.into_iter().map(replacement).collect(),
    }
}

fn labelled(places: &Places, label: &Label) -> Location {
    let message = Some(Message::plain(escaped(&sentence(&label.message))));
    Location { message, ..location(places, label.span) }
}

fn location(places: &Places, span: Span) -> Location {
    let artifact_location = artifact(&places.file(span.file).path);
    let text = &places.file(span.file).text[span.range()];
    let snippet = (1..=LONGEST_SNIPPET).contains(&text.len()).then(|| Content { text: text.to_owned() });
    let region = Some(Region { snippet, ..region(places, span) });
    Location { id: None, physical_location: PhysicalLocation { artifact_location, region }, message: None }
}

fn region(places: &Places, span: Span) -> Region {
    let (start, end) = places.utf16_positions(span);
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        snippet: None,
    }
}
