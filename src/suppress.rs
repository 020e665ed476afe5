//! Findings that somebody put aside: by a comment beside them, or in the configuration. They are counted in every
//! report, and whatever puts nothing aside is a finding itself.

use std::collections::BTreeSet;

use crate::{
    app::App,
    config::{Configuration, FILE, Level},
    finding::Finding,
    rules,
    source::{FileId, Sources, Span},
};

mod directive;

use directive::{Directive, Mistake};

/// The rule of comments and entries that put nothing aside.
pub const UNUSED: &str = "unused-suppression";

/// A finding that does not count.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// What put it aside.
    pub by: Suppression,
}

/// What puts a finding aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suppression {
    /// A comment in the source, with its reason.
    Comment {
        /// The comment, from its first word.
        span: Span,
        /// Why.
        reason: String,
    },
    /// An entry of `ignore` in the configuration, with its reason.
    Entry {
        /// Why.
        reason: String,
    },
    /// The configuration switches the rule off.
    SwitchedOff,
    /// The baseline has it.
    Baseline,
    /// The file it stands in is as it was at the commit compared with.
    Unchanged,
    /// The commit compared with has it, too.
    Old,
}

impl Suppression {
    /// What it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Suppression::Comment { .. } => "comment",
            Suppression::Entry { .. } => "configuration",
            Suppression::SwitchedOff => "switched-off",
            Suppression::Baseline => "baseline",
            Suppression::Unchanged => "unchanged",
            Suppression::Old => "old",
        }
    }

    /// Why somebody put the finding aside, where they had to say.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Suppression::Comment { reason, .. } | Suppression::Entry { reason } => Some(reason),
            _ => None,
        }
    }
}

/// The findings, parted.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Those that count, in order, with the severities of the configuration.
    pub findings: Vec<Finding>,
    /// Those that do not, in the same order.
    pub suppressed: Vec<Suppressed>,
}

/// Parts the findings of a tree. `ran` are the rules that ran: nothing is said about the others.
pub fn suppress(
    findings: Vec<Finding>,
    apps: &[App],
    sources: &Sources,
    configuration: &Configuration,
    ran: &BTreeSet<&'static str>,
) -> Outcome {
    let (mut directives, mistakes) = directive::all(sources);
    let mut parting = Parting { sources, configuration, entries: BTreeSet::new(), outcome: Outcome::default() };
    for finding in findings {
        let by = directives.get_mut(&finding.span.file).and_then(|directives| comment(directives, &finding));
        parting.part(finding, by);
    }
    if ran.contains(UNUSED) {
        let judge = Judge { apps, sources, ran };
        let unused = directives.values().flatten().flat_map(|directive| judge.unused(directive));
        let wrong = mistakes.iter().filter_map(|mistake| judge.mistake(mistake));
        let entries = judge.entries(configuration, &parting.entries);
        for finding in unused.chain(wrong).chain(entries).collect::<Vec<_>>() {
            parting.part(finding, None);
        }
    }
    let order = |finding: &Finding| (finding.span, finding.rule, finding.identity.clone());
    let mut outcome = parting.outcome;
    outcome.findings.sort_by_key(order);
    outcome.suppressed.sort_by_key(|suppressed| order(&suppressed.finding));
    outcome
}

/// The comment of its file that puts a finding aside, which then counts as used.
fn comment(directives: &mut [Directive], finding: &Finding) -> Option<Suppression> {
    let reaching =
        |directive: &&mut Directive| directive.reaches(finding.span) && directive.rules.contains_key(finding.rule);
    let directive = directives.iter_mut().find(reaching)?;
    directive.rules.insert(finding.rule, true);
    Some(Suppression::Comment { span: directive.span, reason: directive.reason.clone() })
}

struct Parting<'run> {
    sources: &'run Sources,
    configuration: &'run Configuration,
    /// The places of the entries of `ignore` that put something aside.
    entries: BTreeSet<usize>,
    outcome: Outcome,
}

impl Parting<'_> {
    fn part(&mut self, mut finding: Finding, comment: Option<Suppression>) {
        let path = &self.sources.file(finding.span.file).path;
        let level = self.configuration.levels.get(path, finding.rule).copied().unwrap_or(Level::On);
        let by = comment.or_else(|| self.entry(&finding)).or((level == Level::Off).then_some(Suppression::SwitchedOff));
        if let Some(by) = by {
            self.outcome.suppressed.push(Suppressed { finding, by });
            return;
        }
        if let Level::As(severity) = level {
            finding.severity = severity;
        }
        self.outcome.findings.push(finding);
    }

    fn entry(&mut self, finding: &Finding) -> Option<Suppression> {
        let path = &self.sources.file(finding.span.file).path;
        let mut entries = self.configuration.ignored.iter().enumerate();
        let (at, entry) = entries.find(|(_, entry)| entry.admits(finding, path))?;
        self.entries.insert(at);
        Some(Suppression::Entry { reason: entry.reason.clone() })
    }
}

/// Finds what puts nothing aside.
struct Judge<'run> {
    apps: &'run [App],
    sources: &'run Sources,
    ran: &'run BTreeSet<&'static str>,
}

impl Judge<'_> {
    fn unused(&self, directive: &Directive) -> Vec<Finding> {
        let unused = directive.rules.iter().filter(|(rule, used)| !**used && self.ran.contains(**rule));
        let finding = |(rule, _): (&&'static str, &bool)| {
            let message = format!("nothing here breaks `{rule}`: the comment suppresses nothing");
            let help = format!("remove `{rule}` from the comment, or the comment");
            Some(self.finding(directive.span, rule, message)?.help(help))
        };
        unused.filter_map(finding).collect()
    }

    fn mistake(&self, mistake: &Mistake) -> Option<Finding> {
        let message = format!("the comment {}: it suppresses nothing", mistake.message);
        Some(self.finding(mistake.span, &mistake.message, message)?.help(mistake.help.clone()))
    }

    /// The entries of `ignore` without a finding; told only where the file of the configuration is part of the tree, for
    /// else it may speak about what was not read.
    fn entries(&self, configuration: &Configuration, used: &BTreeSet<usize>) -> Vec<Finding> {
        let file = self.sources.find(FILE).filter(|file| self.sources.file(*file).text == configuration.text);
        let Some(file) = file.filter(|_| configuration.below.is_empty()) else { return Vec::new() };
        let entries = configuration.ignored.iter().enumerate();
        let unused = entries.filter(|(at, entry)| !used.contains(at) && self.ran.contains(entry.rule));
        let finding = |(_, entry): (usize, &crate::config::Ignored)| {
            let message = format!("nothing there breaks `{}`: the entry suppresses nothing", entry.rule);
            let span = Span { file, start: entry.range.start, end: entry.range.end };
            Some(self.finding(span, entry.rule, message)?.help("remove the entry"))
        };
        unused.filter_map(finding).collect()
    }

    /// A finding in the app that the file belongs to; none in a file that belongs to no app.
    fn finding(&self, span: Span, identity: &str, message: String) -> Option<Finding> {
        let app = self.app(span.file)?;
        Some(rules::find(UNUSED)?.finding(app, span, identity, message))
    }

    fn app(&self, file: FileId) -> Option<&App> {
        let path = &self.sources.file(file).path;
        let holds =
            |app: &&App| app.root.is_empty() || path.strip_prefix(&app.root).is_some_and(|rest| rest.starts_with('/'));
        let nearest = self.apps.iter().filter(holds).max_by_key(|app| app.root.len());
        nearest.or_else(|| self.apps.first().filter(|_| **path == *FILE))
    }
}
