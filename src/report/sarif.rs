//! SARIF 2.1.0, for code scanning.
//!
//! Made for GitHub and GitLab: every rule each time, at a stable index; tight regions in UTF-16 code units; relative
//! addresses; fingerprints that agree with GitHub's uploader, and one of our own that survives moved lines. It holds
//! no time and no absolute path, so that the same tree gives the same bytes.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    io::{self, Write},
};

use crate::{
    report::{
        Run,
        entries::{problem_message, problem_path},
        key,
        places::Places,
        text,
    },
    rule::Rule,
    severity::Severity,
};

pub mod fingerprint;
pub mod merge;
mod message;
mod model;
mod regions;
mod results;
mod rules;

use model::{
    ArtifactLocation, AutomationDetails, BaseId, BaseIds, BaseReference, Document, Driver, Invocation, Location,
    Message, Notification, PhysicalLocation, SarifResult, SarifRun, SourceRoot, Tool, VersionControlDetails,
};
use results::Reported;
pub use rules::opaque;

/// The final address of the schema.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What people read of it.
const SOURCE_ROOT_IS: &str = "The top of the repository, or the scanned root where there is none.";

/// What stands for the address of a repository that names none: one has to be there.
const NO_ORIGIN: &str = "data:,unknown";

/// How many results GitHub keeps is 5,000; it chooses which, unless there are fewer.
pub const MOST_RESULTS: usize = 4_999;

/// Writes the document.
pub fn sarif(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(run);
    let (findings, left_out) = capped(run);
    let document = document(
        run.rules,
        Whole {
            category: category(&run.code_scanning.category),
            source_root: SOURCE_ROOT_IS,
            repositories: vec![VersionControlDetails {
                repository_uri: run.checkout.origin.as_deref().unwrap_or(NO_ORIGIN).into(),
                mapped_to: BaseReference { uri: None, uri_base_id: BaseId::SourceRoot },
            }],
            invocation: invocation(run, left_out),
            results: results::results(run, &places, &findings),
        },
    );
    text::write_json(&document, out)
}

/// What a document says beside its rules.
struct Whole<'run> {
    /// As SARIF has it, with `/` at its end.
    category: String,
    /// What people read of the base of all addresses.
    source_root: &'static str,
    repositories: Vec<VersionControlDetails<'run>>,
    invocation: Invocation,
    results: Vec<SarifResult<'run>>,
}

/// The document, with each rule once and each result with the place of its rule.
fn document<'run>(rules: &'run [Rule], whole: Whole<'run>) -> Document<'run> {
    let rules = sorted(rules);
    let indices: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(index, rule)| (rule.id, index)).collect();
    let mut results = whole.results;
    for result in &mut results {
        result.rule_index = indices.get(&*result.properties.rule).copied();
    }
    Document {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [SarifRun {
            tool: Tool { driver: driver(&rules) },
            automation_details: AutomationDetails { id: whole.category },
            invocations: [whole.invocation],
            original_uri_base_ids: BaseIds {
                source_root: SourceRoot { description: Message::plain(whole.source_root.to_owned()) },
            },
            version_control_provenance: whole.repositories,
            column_kind: "utf16CodeUnits",
            results,
        }],
    }
}

/// A category as SARIF has it.
fn category(name: &str) -> String {
    format!("{}/", text::clean(name).trim_end_matches('/'))
}

fn sorted(rules: &[Rule]) -> Vec<&Rule> {
    let mut rules: Vec<&Rule> = rules.iter().collect();
    rules.sort_by_key(|rule| rule.id);
    rules
}

fn driver<'run>(rules: &[&'run Rule]) -> Driver<'run> {
    Driver {
        name: env!("CARGO_PKG_NAME"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: super::HOME_PAGE,
        rules: rules.iter().map(|rule| rules::descriptor(rule)).collect(),
    }
}

/// The findings to report: all, or the most severe, and how many are left out.
fn capped<'run>(run: &Run<'run>) -> (Vec<Reported<'run>>, usize) {
    let keys = key::keys(run);
    let open = run.findings.iter().zip(keys.findings).map(|(finding, key)| Reported { finding, key, by: None });
    let put_aside = run.suppressed.iter().zip(keys.suppressed).filter(|_| run.code_scanning.lists_suppressed);
    let put_aside =
        put_aside.map(|(suppressed, key)| Reported { finding: &suppressed.finding, key, by: Some(&suppressed.by) });
    let mut kept: Vec<Reported> = open.chain(put_aside).collect();
    let all = kept.len();
    if all > MOST_RESULTS {
        kept.sort_by_key(|reported| (reported.by.is_some(), Reverse(reported.finding.severity)));
        kept.truncate(MOST_RESULTS);
    }
    let left_out = all - kept.len();
    (kept, left_out)
}

fn invocation(run: &Run, left_out: usize) -> Invocation {
    let mut notifications: Vec<Notification> = run
        .problems
        .iter()
        .map(|problem| Notification {
            level: Severity::Error,
            message: Message::plain(problem_message(problem)),
            locations: problem_path(run, problem).map(|path| whole_file(&path)).into_iter().collect(),
        })
        .collect();
    notifications.extend(is_capped(left_out));
    if !run.suppressed.is_empty() {
        let reason = format!("{} suppressed", text::count(run.suppressed.len(), "finding"));
        notifications.push(Notification {
            level: Severity::Note,
            message: Message::plain(text::sentence(&reason)),
            locations: Vec::new(),
        });
    }
    let analysed_nothing = run.apps.is_empty() && !run.problems.is_empty();
    Invocation { execution_successful: !analysed_nothing, notifications }
}

/// What is said where results are left out.
fn is_capped(left_out: usize) -> Option<Notification> {
    let reason = format!("left out {left_out} less severe results, to stay below the limit of code scanning");
    let message = Message::plain(text::sentence(&reason));
    (left_out > 0).then_some(Notification { level: Severity::Warning, message, locations: Vec::new() })
}

fn whole_file(path: &str) -> Location {
    Location {
        id: None,
        physical_location: PhysicalLocation { artifact_location: artifact(path), region: None, context_region: None },
        message: None,
    }
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation { uri: message::percent_encoded(path), uri_base_id: BaseId::SourceRoot }
}
