//! One run: a tree is read and checked.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    app::{App, AppId, Phase},
    config::Configuration,
    discover::Tree,
    error::Error,
    finding::Finding,
    problem::Problem,
    rules::{self, RULES},
    source::Sources,
    spelling::nearest,
    suppress::{Outcome, Suppressed, suppress},
};

/// Which rules run, what hosts may send, and what the user configured.
#[derive(Clone, Debug)]
pub struct Checks {
    rules: BTreeSet<&'static str>,
    phase: Phase,
    configuration: Configuration,
}

/// A tree, read and checked.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// Its text.
    pub sources: Sources,
    /// Its apps.
    pub apps: Vec<App>,
    /// What the rules found, in order of path and offset.
    pub findings: Vec<Finding>,
    /// What they found and somebody put aside, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// How many files nobody looked at, because the configuration excludes them.
    pub excluded: usize,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Checks {
    /// The rules of `select`, or all of them, without those of `ignore`.
    ///
    /// # Errors
    /// When an id is no rule's.
    pub fn new(select: &[String], ignore: &[String], phase: Phase) -> Result<Checks, Error> {
        let known =
            |id: &String| rules::all().map(|rule| rule.id).find(|known| known == id).ok_or_else(|| unknown_rule(id));
        let selected: BTreeSet<_> = select.iter().map(known).collect::<Result<_, _>>()?;
        let ignored: BTreeSet<_> = ignore.iter().map(known).collect::<Result<_, _>>()?;
        let all = rules::all().map(|rule| rule.id);
        let rules = all.filter(|id| (select.is_empty() || selected.contains(id)) && !ignored.contains(id));
        Ok(Checks { rules: rules.collect(), phase, configuration: Configuration::default() })
    }

    /// Every rule, for hosts that enforce signed installs.
    pub fn all() -> Checks {
        let rules = rules::all().map(|rule| rule.id).collect();
        Checks { rules, phase: Phase::Enforced, configuration: Configuration::default() }
    }

    /// The same rules under a configuration.
    pub fn configured(self, configuration: Configuration) -> Checks {
        Checks { configuration, ..self }
    }

    /// What the user configured.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// The same with every rule.
    pub fn widened(&self) -> Checks {
        Checks { rules: Checks::all().rules, ..self.clone() }
    }

    /// Whether a rule runs.
    pub fn include(&self, rule: &str) -> bool {
        self.rules.contains(rule)
    }
}

/// The error for an id that is no rule's, with the nearest one.
pub fn unknown_rule(id: &str) -> Error {
    let near = nearest(id, rules::all().map(|rule| rule.id));
    let help = near.map_or("`connect-lint rules` lists them".to_owned(), |known| format!("did you mean `{known}`?"));
    Error::UnknownRule { id: id.to_owned(), help }
}

impl Scan {
    /// Reads the apps of a tree and checks them.
    pub fn new(tree: Tree, checks: &Checks) -> Scan {
        let configuration = &checks.configuration;
        let (apps, aside) = App::read(tree.sources.clone(), checks.phase, &configuration.declared);
        let problems: BTreeSet<_> = tree.problems.into_iter().chain(aside).collect();
        let chosen = RULES.iter().filter(|rule| checks.rules.contains(rule.id));
        let mut findings: Vec<_> = chosen.flat_map(|rule| apps.iter().flat_map(|app| rule.check(app))).collect();
        findings.sort_by(|a, b| (a.span, a.rule, &a.identity, a.app).cmp(&(b.span, b.rule, &b.identity, b.app)));
        findings.dedup_by(is_told);
        let Outcome { findings, suppressed } = suppress(findings, &apps, &tree.sources, configuration, &checks.rules);
        Scan {
            sources: tree.sources,
            apps,
            findings,
            suppressed,
            excluded: tree.excluded,
            problems: problems.into_iter().collect(),
        }
    }

    /// The findings of an app, those that were put aside among them.
    pub fn all_findings(&self, app: AppId) -> Vec<&Finding> {
        let suppressed = self.suppressed.iter().map(|suppressed| &suppressed.finding);
        self.findings.iter().chain(suppressed).filter(|finding| finding.app == app).collect()
    }
}

/// Whether a finding says of another app what an earlier one says of the same place, as of a version that two modules
/// share. What it adds is moved to the earlier one.
fn is_told(again: &mut Finding, first: &mut Finding) -> bool {
    let place = |finding: &Finding| (finding.span, finding.rule, finding.identity.clone(), finding.message.clone());
    if again.app == first.app || place(again) != place(first) {
        return false;
    }
    let new: Vec<_> = again.labels.drain(..).filter(|label| !first.labels.contains(label)).collect();
    first.labels.extend(new);
    true
}

/// The folder that the paths of a report are relative to: the one path given, or what several have in common.
///
/// # Errors
/// When a path is not there.
pub fn root(paths: &[PathBuf]) -> Result<PathBuf, Error> {
    let unreadable = |path: &Path, error: std::io::Error| Error::Path {
        path: path.to_string_lossy().into_owned(),
        reason: error.to_string(),
    };
    for path in paths {
        let metadata = path.metadata().map_err(|error| unreadable(path, error))?;
        if metadata.is_dir() {
            path.read_dir().map_err(|error| unreadable(path, error))?;
        }
    }
    if let [only] = paths {
        let folder = if only.is_dir() { Some(only.as_path()) } else { only.parent() };
        return Ok(folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned());
    }
    let mut common: Option<PathBuf> = None;
    for path in paths {
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
        common = Some(match common {
            None => folder.to_owned(),
            Some(common) => {
                common.components().zip(folder.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
            }
        });
    }
    Ok(common.filter(|common| !common.as_os_str().is_empty()).unwrap_or(PathBuf::from(".")))
}
