//! Fixes, applied in memory until none is left, and proven before anything is written.
//!
//! A run of fixes stands only if, once it has come to rest, every finding that was fixed is gone, no warning or error is
//! there that the tree lacked before, and every edited file parses as well as it did. What does not hold is blamed on the
//! fixes that touched it; they are refused, and the run is made anew without them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    app::AppId,
    discover::Tree,
    edit::{Applicability, Fix},
    finding::Finding,
    plan::plan,
    run::{Checks, Scan},
    severity::Severity,
    source::{FileId, Sources},
    suppress::UNUSED,
};

/// How often fixes are applied and the tree read again before they are taken not to settle.
const ROUNDS: usize = 10;

/// What makes a fix the same in another state of the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FixKey {
    /// The rule it satisfies.
    pub rule: &'static str,
    /// The folder of its app.
    pub app: String,
    /// What its finding is about.
    pub identity: String,
    /// The file its finding stands in.
    pub path: String,
}

/// A tree with its fixes applied.
#[derive(Debug)]
pub struct Mended {
    /// The state reached.
    pub scan: Scan,
    /// The fixes that led there.
    pub applied: BTreeMap<FixKey, Applied>,
    /// The fixes that were held back, and why.
    pub refused: BTreeMap<FixKey, String>,
}

/// A fix that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The files it edited.
    pub files: BTreeSet<FileId>,
    /// How often it was applied.
    pub times: usize,
    /// How many findings there were of its key.
    findings: usize,
}

impl Mended {
    /// The files that are to be written together or not at all: those of each app, and of all apps that share one.
    pub fn together(&self) -> Vec<BTreeSet<FileId>> {
        let mut by_app: BTreeMap<&str, BTreeSet<FileId>> = BTreeMap::new();
        for (key, applied) in &self.applied {
            by_app.entry(&key.app).or_default().extend(&applied.files);
        }
        by_app.into_values().fold(Vec::new(), |groups, files| {
            let (apart, sharing): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| files.is_disjoint(group));
            let whole = sharing.into_iter().flatten().chain(files).collect();
            apart.into_iter().chain([whole]).collect()
        })
    }
}

/// Which fixes to apply: those trusted at least as far as `trust` that `choose` takes. It is asked once for each.
pub struct Choice<'choice> {
    /// The least applicability.
    pub trust: Applicability,
    /// Whether to apply a fix of a finding in a state of the tree.
    pub choose: &'choice mut dyn FnMut(&Scan, &Finding, &Fix) -> bool,
}

/// Applies the chosen fixes of `before` in memory, and proves the outcome.
pub fn mend<'run>(before: &Scan, checks: &'run Checks, choice: Choice<'run>) -> Mended {
    let widened = checks.widened();
    let before = before.again(before.sources.clone(), &widened);
    let mut run = Mending { checks, widened, choice, decisions: BTreeMap::new(), refused: BTreeMap::new() };
    loop {
        let outcome = run.settle(&before);
        let blamed = outcome.faults(&before);
        let known = run.refused.len();
        run.refused.extend(blamed);
        if run.refused.len() > known {
            continue;
        }
        let mut refused = run.refused;
        refused.extend(outcome.held);
        let mut scan = outcome.scan;
        scan.findings.retain(|finding| checks.include(finding.rule));
        return Mended { scan, applied: outcome.applied, refused };
    }
}

struct Mending<'run> {
    /// The rules whose fixes are wanted.
    checks: &'run Checks,
    /// Every rule: what a fix must not break.
    widened: Checks,
    choice: Choice<'run>,
    decisions: BTreeMap<FixKey, bool>,
    refused: BTreeMap<FixKey, String>,
}

/// Where a run came to rest.
struct Outcome {
    scan: Scan,
    applied: BTreeMap<FixKey, Applied>,
    /// Fixes that would have hosts sign what something refuses.
    held: BTreeMap<FixKey, String>,
    /// Fixes that still apply after the last round.
    restless: Vec<FixKey>,
}

impl Mending<'_> {
    fn settle(&mut self, before: &Scan) -> Outcome {
        let (scan, applied, held) = (before.clone(), BTreeMap::new(), BTreeMap::new());
        let mut outcome = Outcome { scan, applied, held, restless: Vec::new() };
        for round in 0..=ROUNDS {
            let wanted = self.wanted(&mut outcome);
            let plan = plan(wanted.iter().map(|(_, finding)| finding), self.choice.trust);
            if plan.applied == 0 {
                break;
            }
            if round == ROUNDS {
                outcome.restless = wanted.into_iter().map(|(key, _)| key).collect();
                break;
            }
            let counts = outcome.scan.counts();
            for (key, finding) in wanted.iter().filter(|(_, finding)| plan.includes(finding)) {
                let findings = counts.get(key).copied().unwrap_or_default();
                let files = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span.file);
                let applied = outcome.applied.entry(key.clone());
                let applied = applied.or_insert(Applied { files: BTreeSet::new(), times: 0, findings });
                applied.files.extend(files);
                applied.times += 1;
            }
            let sources = plan.apply(&outcome.scan.sources);
            outcome.scan = outcome.scan.again(sources, &self.widened);
        }
        outcome
    }

    /// The findings whose fixes are to be applied to a state.
    fn wanted(&mut self, outcome: &mut Outcome) -> Vec<(FixKey, Finding)> {
        let mut wanted = Vec::new();
        outcome.held.clear();
        for finding in &outcome.scan.findings {
            let Some(fix) = finding.fix.as_ref().filter(|fix| !fix.edits.is_empty()) else { continue };
            let key = outcome.scan.key(finding);
            let excluded = !self.checks.include(finding.rule) || self.refused.contains_key(&key);
            if excluded || fix.applicability < self.choice.trust {
                continue;
            }
            if let Some(reason) = outcome.scan.holds_back(finding.app, fix) {
                outcome.held.insert(key, reason);
                continue;
            }
            let choose = &mut self.choice.choose;
            let chosen = *self.decisions.entry(key.clone()).or_insert_with(|| choose(&outcome.scan, finding, fix));
            if chosen {
                wanted.push((key, finding.clone()));
            }
        }
        wanted
    }
}

impl Outcome {
    /// What does not hold, blamed on fixes.
    fn faults(&self, before: &Scan) -> BTreeMap<FixKey, String> {
        let mut blamed: BTreeMap<FixKey, String> = BTreeMap::new();
        let mut blame = |keys: Vec<&FixKey>, reason: String| {
            for key in keys {
                blamed.entry(key.clone()).or_insert_with(|| reason.clone());
            }
        };
        blame(self.restless.iter().collect(), "it does not come to rest".to_owned());
        let (counts, counts_before) = (self.scan.counts(), before.counts());
        for (key, applied) in &self.applied {
            if counts.get(key).copied().unwrap_or_default() >= applied.findings {
                blame(vec![key], "its finding would still be there".to_owned());
            }
        }
        let broken = |scan: &Scan| -> BTreeSet<FileId> {
            let errors = scan.apps.iter().flat_map(|app| &app.facts.syntax_errors).map(|error| error.span.file);
            let code = scan.apps.iter().flat_map(|app| &app.facts.unread_code).map(|span| span.file);
            errors.chain(code).collect()
        };
        for file in broken(&self.scan).difference(&broken(before)) {
            let path = &self.scan.sources.file(*file).path;
            blame(self.touching(&BTreeSet::from([*file]), None), format!("`{path}` would no longer parse"));
        }
        // a comment about a gap that is closed has done its work
        let may_come = |finding: &&Finding| finding.severity == Severity::Note || finding.rule == UNUSED;
        for finding in self.scan.findings.iter().filter(|finding| !may_come(finding)) {
            let key = self.scan.key(finding);
            if counts.get(&key) > counts_before.get(&key) {
                let places = finding.labels.iter().chain(&finding.trace).map(|label| label.span.file);
                let files = places.chain([finding.span.file]).collect();
                blame(
                    self.touching(&files, Some(&key.app)),
                    format!("`{}` would then be found in `{}`", key.rule, key.path),
                );
            }
        }
        blamed
    }

    /// The fixes that edited one of the files; failing that those of the app, and failing that all.
    fn touching(&self, files: &BTreeSet<FileId>, app: Option<&str>) -> Vec<&FixKey> {
        let edited = self.applied.iter().filter(|(_, applied)| !applied.files.is_disjoint(files)).map(|(key, _)| key);
        let own = self.applied.keys().filter(|key| app.is_some_and(|app| key.app == app));
        let narrowing: [Vec<_>; 3] = [edited.collect(), own.collect(), self.applied.keys().collect()];
        narrowing.into_iter().find(|keys| !keys.is_empty()).unwrap_or_default()
    }
}

impl Scan {
    /// The same tree with other text, checked.
    pub fn again(&self, sources: Sources, checks: &Checks) -> Scan {
        Scan::new(Tree { sources, problems: self.problems.clone(), excluded: self.excluded }, checks)
    }

    fn key(&self, finding: &Finding) -> FixKey {
        FixKey {
            rule: finding.rule,
            app: self.app_root(finding.app).to_owned(),
            identity: finding.identity.clone(),
            path: self.sources.file(finding.span.file).path.to_string(),
        }
    }

    /// How many findings there are of each key.
    fn counts(&self) -> BTreeMap<FixKey, usize> {
        let mut counts = BTreeMap::new();
        for finding in &self.findings {
            *counts.entry(self.key(finding)).or_default() += 1;
        }
        counts
    }

    fn app_root(&self, id: AppId) -> &str {
        self.apps.iter().find(|app| app.id == id).map_or("", |app| &app.root)
    }

    /// Why a fix has to wait: it would have hosts sign callbacks in a way that the app is known to refuse.
    fn holds_back(&self, app: AppId, fix: &Fix) -> Option<String> {
        let app = self.apps.iter().find(|own| own.id == app).filter(|_| fix.opts_in)?;
        app.refuses_signed_installs()
    }
}
