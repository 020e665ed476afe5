//! `connect-lint baseline`: put the findings of today aside, so that only new ones count.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};

use crate::{
    baseline::{self, Baseline as Entries},
    cli::{
        compare::today,
        global::Global,
        reports::replace,
        tree::{Paths, Tree},
    },
    error::Error,
    gate::{Known, Place},
    report::text::{clean, count},
};

/// The arguments of `baseline`.
#[derive(Debug, Args)]
pub(super) struct Baseline {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write a file with every finding of today
    Create(Files),
    /// Add new findings to it, and remove those that are gone; what people wrote into it stays
    Update(Files),
    /// Remove the findings that are gone, and add none
    Prune(Files),
}

#[derive(Debug, Args)]
struct Files {
    #[command(flatten)]
    paths: Paths,
    /// The file [default: the nearest `connect-lint-baseline.jsonl`, else one in the scanned root]
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

impl Baseline {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        match &self.action {
            Action::Create(files) => files.create(global, out),
            Action::Update(files) => files.change(global, true, out),
            Action::Prune(files) => files.change(global, false, out),
        }
    }
}

impl Files {
    fn create(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        let tree = Tree::read(&self.paths, global)?;
        let place = self.place(&tree.root)?;
        let shown = place.file.to_string_lossy().into_owned();
        if place.file.exists() {
            let reason = "it is there already; `connect-lint baseline update` brings it up to date".to_owned();
            return Err(Error::Baseline { path: shown, reason });
        }
        let entries = Entries::of(place.identities(&tree.scan));
        write(&place.file, &entries)?;
        writeln!(out, "{} put aside in {}", count(entries.len(), "finding"), clean(&shown))?;
        Ok(0)
    }

    fn change(&self, global: &Global, adds: bool, out: &mut dyn Write) -> Result<u8, Error> {
        let tree = Tree::read(&self.paths, global)?;
        let known = Known::read(self.place(&tree.root)?)?;
        let comparison = known.compare(&tree.scan, &tree.checks, &self.paths.paths, &tree.root, &today());
        let mut entries = known.baseline.without(&comparison.stale);
        let removed = known.baseline.len() - entries.len();
        if adds {
            entries = entries.following(&comparison.moved).with(known.place.identities(&tree.scan));
        }
        let added = entries.len() + removed - known.baseline.len();
        if entries != known.baseline {
            write(&known.place.file, &entries)?;
        }
        let shown = clean(&known.place.file.to_string_lossy());
        writeln!(out, "{} in {shown}: {added} added, {removed} removed", count(entries.len(), "finding"))?;
        Ok(0)
    }

    fn place(&self, root: &Path) -> Result<Place, Error> {
        match &self.baseline {
            Some(file) => Place::new(file.clone(), root),
            None => match Place::find(root)? {
                Some(place) => Ok(place),
                None => Place::new(root.join(baseline::FILE), root),
            },
        }
    }
}

fn write(file: &Path, entries: &Entries) -> Result<(), Error> {
    let unwritten =
        |error: io::Error| Error::Baseline { path: file.to_string_lossy().into_owned(), reason: error.to_string() };
    replace(file, entries.write().as_bytes()).map_err(unwritten)
}
