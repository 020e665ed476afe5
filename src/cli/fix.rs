//! `connect-lint fix`: mend what can be mended, report what remains.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use clap::Args;

use crate::{
    cli::{
        global::Global,
        interactive::Interactive,
        reports::replace,
        tree::{Paths, Tree},
    },
    edit::{self, Applicability},
    error::Error,
    finding::Finding,
    git::Repository,
    mend::{Choice, Mended, mend},
    patch::patch,
    plan::changes,
    report::{
        CodeScanning, Format,
        text::{clean, clean_source},
    },
    run::{self, Scan},
    source::SourceFile,
    write,
};

/// The arguments of `fix`.
#[derive(Debug, Args)]
pub(super) struct Fix {
    #[command(flatten)]
    paths: Paths,
    /// Print a patch, which `git apply` takes, and write nothing
    #[arg(long)]
    diff: bool,
    /// Write the patch to a file, and nothing else
    #[arg(long, value_name = "FILE", conflicts_with = "diff")]
    patch: Option<PathBuf>,
    /// Apply fixes, too, that may turn away a callback that was accepted before
    #[arg(long)]
    unsafe_fixes: bool,
    /// Apply the fixes of these rules alone; all rules are still checked
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    only: Vec<String>,
    /// Ask before each fix
    #[arg(long)]
    interactive: bool,
    /// Edit files, too, that have changes which are not committed
    #[arg(long)]
    allow_dirty: bool,
}

impl Fix {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        let unknown = self.only.iter().find(|id| crate::rules::find(id).is_none());
        if let Some(id) = unknown {
            return Err(run::unknown_rule(id));
        }
        let before = Tree::read(&self.paths, global)?;
        let mended = self.mend(&before, global, out);
        let (applied, refused) = (mended.applied.values().sum(), mended.refused);
        let after = Tree { root: before.root.clone(), checks: before.checks.clone(), scan: mended.scan };
        if self.diff || self.patch.is_some() {
            let patch = patch(&before.scan.sources, &after.scan.sources);
            match &self.patch {
                Some(path) => replace(path, &patch).map_err(|error| unwritable(&path.to_string_lossy(), &error))?,
                None => show(&patch, out)?,
            }
            return Ok(after.exit_code(global));
        }
        let written = self.write(&before, &after)?;
        after.report(Format::Human, global.style(), &CodeScanning::default(), out)?;
        for (key, reason) in &refused {
            writeln!(out, "{}: the fix of `{}` was held back: {}", clean(&key.path), key.rule, clean(reason))?;
        }
        if !global.quiet {
            writeln!(out, "applied {} in {}", counted(applied, "fix", "fixes"), counted(written, "file", "files"))?;
        }
        Ok(after.exit_code(global))
    }

    fn mend(&self, before: &Tree, global: &Global, out: &mut dyn Write) -> Mended {
        let trust = if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        let wanted = |finding: &Finding| self.only.is_empty() || self.only.iter().any(|id| id == finding.rule);
        let mut interactive = Interactive::new(global.style());
        let mut choose = |scan: &Scan, finding: &Finding, fix: &edit::Fix| {
            wanted(finding) && (!self.interactive || interactive.ask(scan, finding, fix, out))
        };
        mend(&before.scan, &before.checks, Choice { trust, choose: &mut choose })
    }

    /// Writes what changed, each app whole or not at all; returns how many files.
    fn write(&self, before: &Tree, after: &Tree) -> Result<usize, Error> {
        let changed: Vec<_> = changes(&before.scan.sources, &after.scan.sources).collect();
        if !self.allow_dirty {
            let dirty = changed.iter().find_map(|(old, _)| uncommitted(&before.root, old).map(|reason| (old, reason)));
            if let Some((old, reason)) = dirty {
                return Err(Error::Uncommitted { path: old.path.to_string(), reason });
            }
        }
        let mut by_app: BTreeMap<&str, Vec<(&SourceFile, &SourceFile)>> = BTreeMap::new();
        for pair in &changed {
            by_app.entry(after.scan.home(&pair.1.path)).or_default().push(*pair);
        }
        for files in by_app.values() {
            write::write(&before.root, files)
                .map_err(|error| Error::Write { path: error.path, reason: error.reason })?;
        }
        Ok(changed.len())
    }
}

/// Why a file's text could not be had again: it is in a repository, and not as its last commit has it.
fn uncommitted(root: &Path, file: &SourceFile) -> Option<String> {
    let repository = Repository::around(root).ok()?;
    let Ok(head) = repository.revision("HEAD") else { return Some("nothing is committed yet".to_owned()) };
    match repository.differs(&head, &root.join(&*file.path), &file.encode()) {
        Ok(false) => None,
        Ok(true) => Some("it has changes that are not committed".to_owned()),
        Err(reason) => Some(format!("its committed text cannot be read: {reason}")),
    }
}

fn unwritable(path: &str, error: &io::Error) -> Error {
    Error::Write { path: path.to_owned(), reason: error.to_string() }
}

/// Prints a patch: clean for a terminal, as it is for a program that applies it.
fn show(patch: &[u8], out: &mut dyn Write) -> io::Result<()> {
    if !io::stdout().is_terminal() {
        return out.write_all(patch);
    }
    String::from_utf8_lossy(patch).lines().try_for_each(|line| writeln!(out, "{}", clean_source(line)))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
