//! What a check compares the tree with, so that what is known already does not fail the gate.

use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::Args;

use crate::{
    baseline::Comparison,
    cli::{
        global::Global,
        tree::{Paths, Tree},
    },
    config,
    discover::{Scope, discover_at, tracked},
    error::Error,
    gate::{Known, Place},
    git::{Repository, Revision},
    run::Scan,
    suppress::Suppression,
};

/// What the tree is compared with.
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Findings in this file are known, and do not count [default: the nearest `connect-lint-baseline.jsonl`]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["no_baseline", "new_since"])]
    baseline: Option<PathBuf>,
    /// Count what a baseline knows, too
    #[arg(long)]
    no_baseline: bool,
    /// Count only findings in files that changed since HEAD left this commit
    #[arg(long, value_name = "REF")]
    changed_since: Option<String>,
    /// Count only findings that were not there when HEAD left this commit, under its configuration and its baseline
    #[arg(long, value_name = "REF", conflicts_with_all = ["changed_since", "config"])]
    new_since: Option<String>,
}

/// A commit to compare with.
struct Then {
    reference: String,
    repository: Repository,
    revision: Revision,
}

impl Compare {
    /// Reads and checks a tree, and puts aside what does not count. Says which entries of a baseline are out of date.
    pub(super) fn read(&self, paths: &Paths, global: &Global) -> Result<(Tree, Comparison), Error> {
        match &self.new_since {
            Some(reference) => self.with_new(paths, global, reference),
            None => self.with_known(paths, global),
        }
    }

    fn with_known(&self, paths: &Paths, global: &Global) -> Result<(Tree, Comparison), Error> {
        let mut tree = Tree::read(paths, global)?;
        let place = match &self.baseline {
            Some(file) => Some(Place::new(file.clone(), &tree.root)?),
            None if self.no_baseline => None,
            None => Place::find(&tree.root)?,
        };
        let comparison = known(&mut tree, paths, place.map(Known::read).transpose()?);
        if let Some(reference) = &self.changed_since {
            let then = Then::at(reference, &tree.root)?;
            let kept = tree.scan.keep_changed(&tree.root, &then.repository, &then.revision);
            kept.map_err(|reason| then.unreadable(reason))?;
        }
        Ok((tree, comparison))
    }

    fn with_new(&self, paths: &Paths, global: &Global, reference: &str) -> Result<(Tree, Comparison), Error> {
        let root = paths.root()?;
        let then = Then::at(reference, &root)?;
        let below = then.repository.below(&root).map_err(|reason| then.unreadable(reason))?;
        let configuration = match global.no_config {
            true => config::Configuration::default(),
            false => config::read_at(&then.revision, &below).map_err(|wrong| then.names(wrong))?,
        };
        let checks = global.rules()?.configured(configuration);
        let baseline = match self.no_baseline {
            true => None,
            false => Known::read_at(&then.repository, &then.revision, &below).map_err(|error| then.named(error))?,
        };
        let mut scope = paths.scope(&root, global, &checks);
        scope.tracked = then.tracked_now(&scope).map_err(|reason| then.unreadable(reason))?;
        let old = discover_at(&scope, &then.repository, &then.revision).map_err(|reason| then.unreadable(reason))?;
        let old = Scan::new(old, &checks);
        let mut tree = Tree::checked(&scope, checks);
        let comparison = known(&mut tree, paths, baseline);
        tree.scan.keep_new(&old);
        Ok((tree, comparison))
    }
}

/// Puts aside what a baseline knows.
fn known(tree: &mut Tree, paths: &Paths, baseline: Option<Known>) -> Comparison {
    let Some(known) = baseline else { return Comparison::default() };
    let comparison = known.compare(&tree.scan, &tree.checks, &paths.paths, &tree.root, &today());
    tree.scan.put_aside(&comparison.known, &Suppression::Baseline);
    comparison
}

/// The day, as entries of a baseline have it: that of `SOURCE_DATE_EPOCH` where it is set, so that a run can be repeated.
pub(super) fn today() -> String {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed());
    let moment = jiff::Timestamp::from_second(given.unwrap_or_else(now)).unwrap_or_default();
    moment.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

impl Then {
    /// The commit at which HEAD left another.
    fn at(reference: &str, root: &std::path::Path) -> Result<Then, Error> {
        let wrong = |reason| Error::Revision { reference: reference.to_owned(), reason };
        let repository = Repository::around(root).map_err(wrong)?;
        let revision = repository.fork_point(reference).map_err(wrong)?;
        Ok(Then { reference: reference.to_owned(), repository, revision })
    }

    /// The files that HEAD has: no ignore file of a change hides what the change itself adds.
    fn tracked_now(&self, scope: &Scope) -> Result<Vec<String>, String> {
        match self.repository.revision("HEAD") {
            Ok(head) => tracked(scope, &self.repository, &head),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// What is wrong with its configuration, with the file as git names it: it is not the one on disk.
    fn names(&self, wrong: config::Wrong) -> config::Wrong {
        config::Wrong { path: format!("{}:{}", self.reference, wrong.path), ..wrong }
    }

    /// The same of its baseline.
    fn named(&self, error: Error) -> Error {
        match error {
            Error::Baseline { path, reason } => Error::Baseline { path: format!("{}:{path}", self.reference), reason },
            other => other,
        }
    }

    fn unreadable(&self, reason: String) -> Error {
        Error::Revision { reference: self.reference.clone(), reason }
    }
}
