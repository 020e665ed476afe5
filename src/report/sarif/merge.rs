//! Several documents of ours as one: those of the parts of a repository, or of several repositories.
//!
//! Code scanning takes one run of a tool and a category a file, so there is one run, with each rule once. Documents of one
//! repository keep their paths. Of several, each path starts with the name of its repository, and
//! `versionControlProvenance` says which folder is which.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use serde::Deserialize;

use super::{
    MOST_RESULTS, NO_ORIGIN, SOURCE_ROOT_IS, Whole, category, document, is_capped,
    message::{escaped, percent_encoded},
    model::{
        ArtifactLocation, AutomationDetails, BaseId, BaseReference, Invocation, Location, Message, Notification,
        SarifResult, VersionControlDetails,
    },
};
use crate::{
    report::{key, text},
    rule::Rule,
};

/// What people read of the base of all addresses where there are several repositories.
const FOLDER_IS: &str = "A folder with one folder for each repository.";

/// Documents on their way to be one.
#[derive(Default)]
pub struct Merge {
    /// The category of all of them.
    category: Option<String>,
    /// The repositories, by their names.
    repositories: BTreeMap<String, String>,
    /// What tells results apart.
    seen: BTreeSet<(String, String, String)>,
    /// Results with the names of their repositories.
    results: Vec<(String, SarifResult<'static>)>,
    notifications: Vec<(String, Notification)>,
    left_out: usize,
    failed: bool,
}

/// As much of a document as tells whose it is.
#[derive(Deserialize)]
struct Head {
    runs: Vec<HeadOfRun>,
}

#[derive(Deserialize)]
struct HeadOfRun {
    tool: ToolName,
}

#[derive(Deserialize)]
struct ToolName {
    driver: DriverName,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DriverName {
    name: String,
    semantic_version: Option<String>,
}

/// A document of ours, but for the rules.
#[derive(Deserialize)]
struct Part {
    runs: [PartOfRun; 1],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PartOfRun {
    automation_details: AutomationDetails,
    invocations: [Invocation; 1],
    version_control_provenance: Vec<VersionControlDetails<'static>>,
    results: Vec<SarifResult<'static>>,
}

impl Merge {
    /// Adds a document. Its name stands for its repository where that has no web address.
    ///
    /// # Errors
    /// When it is none that this release writes, or one of several repositories, or has another category than the others:
    /// what is the matter, in lower case.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        is_ours(bytes)?;
        let part: Part = serde_json::from_slice(bytes).map_err(|error| format!("it has another shape: {error}"))?;
        let [run] = part.runs;
        let Ok([place]) = <[_; 1]>::try_from(run.version_control_provenance) else {
            return Err("it is merged already; merge the files that it was made of".to_owned());
        };
        let [invocation] = run.invocations;
        let category = &*self.category.get_or_insert_with(|| run.automation_details.id.clone());
        if *category != run.automation_details.id {
            let (one, other) = (category.trim_end_matches('/'), run.automation_details.id.trim_end_matches('/'));
            return Err(format!(
                "its category is `{other}`, that of the others is `{one}`: code scanning keeps them apart"
            ));
        }
        let repository = match &*place.repository_uri {
            NO_ORIGIN => name.to_owned(),
            address => address.split_once("://").map_or(address, |(_, rest)| rest).to_owned(),
        };
        self.failed |= !invocation.execution_successful;
        self.notifications.extend(invocation.notifications.into_iter().map(|told| (repository.clone(), told)));
        for result in run.results {
            let address = &result.locations[0].physical_location.artifact_location.uri;
            let key = (repository.clone(), address.clone(), result.partial_fingerprints.own.clone());
            if self.seen.insert(key) {
                self.results.push((repository.clone(), result));
            }
        }
        self.repositories.insert(repository, place.repository_uri.into_owned());
        if self.results.len() > 2 * MOST_RESULTS {
            self.keep_most_severe();
        }
        Ok(())
    }

    fn keep_most_severe(&mut self) {
        if self.results.len() > MOST_RESULTS {
            self.results.sort_by_key(|(_, result)| (!result.suppressions.is_empty(), Reverse(result.level)));
            self.left_out += self.results.len() - MOST_RESULTS;
            self.results.truncate(MOST_RESULTS);
        }
    }

    /// Writes the one document.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(mut self, rules: &[Rule], out: &mut dyn Write) -> io::Result<()> {
        self.keep_most_severe();
        let are_several = self.repositories.len() > 1;
        let mut results = Vec::with_capacity(self.results.len());
        for (repository, mut result) in self.results {
            if are_several {
                result.move_into(&repository);
            }
            results.push(result);
        }
        let mut notifications = Vec::with_capacity(self.notifications.len());
        for (repository, mut told) in self.notifications {
            if are_several {
                told.move_into(&repository);
            }
            notifications.push(told);
        }
        notifications.extend(is_capped(self.left_out));
        let provenance = |(name, address): (String, String)| VersionControlDetails {
            repository_uri: address.into(),
            mapped_to: BaseReference {
                uri: are_several.then(|| format!("{}/", percent_encoded(&name))),
                uri_base_id: BaseId::SourceRoot,
            },
        };
        let whole = Whole {
            category: self.category.unwrap_or_else(|| category(crate::report::CATEGORY)),
            source_root: if are_several { FOLDER_IS } else { SOURCE_ROOT_IS },
            repositories: self.repositories.into_iter().map(provenance).collect(),
            invocation: Invocation { execution_successful: !self.failed, notifications },
            results,
        };
        text::write_json(&document(rules, whole), out)
    }
}

/// Whether this release wrote a document.
fn is_ours(bytes: &[u8]) -> Result<(), String> {
    let head: Head = serde_json::from_slice(bytes).map_err(|error| format!("it is no SARIF: {error}"))?;
    let [HeadOfRun { tool: ToolName { driver } }] = &head.runs[..] else {
        return Err(format!("it has {} runs, not one", head.runs.len()));
    };
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    if driver.name != name {
        return Err(format!("`{}` wrote it: code scanning takes the files of each tool by themselves", driver.name));
    }
    match &driver.semantic_version {
        Some(other) if other != version => Err(format!("release {other} wrote it, and this is {version}")),
        _ => Ok(()),
    }
}

impl SarifResult<'_> {
    /// Puts everything it speaks of into the folder of a repository. Its line keeps its hash, which says nothing of where
    /// the line is.
    fn move_into(&mut self, repository: &str) {
        let app = match &*self.properties.app {
            "." => repository.to_owned(),
            app => format!("{repository}/{app}"),
        };
        self.message.arguments[1] = escaped(&text::clean(&app));
        self.properties.app = app.into();
        let own = &mut self.partial_fingerprints.own;
        let (hash, occurrence) = own.split_once(':').unwrap_or((own, "1"));
        *own = format!("{:016x}:{occurrence}", key::hash(&[repository, hash]));
        let flows = self.code_flows.iter_mut().flat_map(|flow| &mut flow.thread_flows);
        let flows = flows.flat_map(|flow| &mut flow.locations).map(|place| &mut place.location);
        let suppressions = self.suppressions.iter_mut().flat_map(|suppression| &mut suppression.location);
        let locations = self.locations.iter_mut().chain(&mut self.related_locations).chain(flows).chain(suppressions);
        let changes = self.fixes.iter_mut().flat_map(|fix| &mut fix.artifact_changes);
        let changes = changes.map(|change| &mut change.artifact_location);
        locations.map(address).chain(changes).for_each(|address| address.move_into(repository));
    }
}

impl Notification {
    /// Puts what it speaks of into the folder of a repository; one without a place names the repository.
    fn move_into(&mut self, repository: &str) {
        if self.locations.is_empty() {
            self.message = Message::plain(format!("{}: {}", escaped(&text::clean(repository)), self.message.text));
        }
        self.locations.iter_mut().map(address).for_each(|address| address.move_into(repository));
    }
}

impl ArtifactLocation {
    fn move_into(&mut self, repository: &str) {
        self.uri = format!("{}/{}", percent_encoded(repository), self.uri);
    }
}

fn address(location: &mut Location) -> &mut ArtifactLocation {
    &mut location.physical_location.artifact_location
}
