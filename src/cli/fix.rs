//! `connect-lint fix`: mend what can be mended, report what remains.

use std::{
    collections::BTreeSet,
    fs,
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
    git::{self, Repository},
    mend::{Choice, Mended, mend},
    patch::patch,
    report::{
        CodeScanning, Format,
        text::{clean, clean_source},
    },
    run::{self, Scan},
    source::{FileId, SourceFile},
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
        // what is asked must not stand in the patch
        let mended =
            if self.diff { self.mend(&before, global, &mut io::stderr()) } else { self.mend(&before, global, out) };
        let of = |scan: Scan| Tree {
            name: before.name.clone(),
            root: before.root.clone(),
            checks: before.checks.clone(),
            scan,
        };
        if self.diff || self.patch.is_some() {
            let patch = patch(&before.scan.sources, &mended.scan.sources);
            match &self.patch {
                Some(path) => replace(path, &patch).map_err(|error| unwritable(&path.to_string_lossy(), &error))?,
                None => show(&patch, out)?,
            }
            return Ok(of(mended.scan).exit_code(global));
        }
        let mut written = self.write(&before, &mended);
        if written.files == 0 && !written.errors.is_empty() {
            return Err(written.errors.swap_remove(0));
        }
        let Written { files, left, errors } = written;
        let applied = mended.applied.values().filter(|applied| applied.files.is_disjoint(&left));
        let applied: usize = applied.map(|applied| applied.times).sum();
        let after = of(if left.is_empty() { mended.scan } else { reverted(&mended.scan, &before, &left) });
        after.report(Format::Human, global.style(), &CodeScanning::default(), after.exit_code(global), out)?;
        for (key, reason) in &mended.refused {
            writeln!(out, "{}: the fix of `{}` was held back: {}", clean(&key.path), key.rule, clean(reason))?;
        }
        for error in &errors {
            writeln!(out, "{}", clean(&error.to_string()))?;
        }
        if !global.quiet {
            writeln!(out, "applied {} in {}", counted(applied, "fix", "fixes"), counted(files, "file", "files"))?;
        }
        let code = after.exit_code(global);
        Ok(errors.iter().map(Error::exit_code).fold(code, u8::max))
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

    /// Writes what changed, each app whole or not at all.
    fn write(&self, before: &Tree, mended: &Mended) -> Written {
        let mut written = Written { files: 0, left: BTreeSet::new(), errors: Vec::new() };
        for group in mended.together() {
            let file = |id: &FileId| (before.scan.sources.file(*id), mended.scan.sources.file(*id));
            let changed: Vec<_> = group.iter().map(file).filter(|(old, new)| old.text != new.text).collect();
            match self.write_app(&before.root, &changed) {
                Ok(()) => written.files += changed.len(),
                Err(error) => {
                    written.left.extend(group);
                    written.errors.push(error);
                }
            }
        }
        written
    }

    fn write_app(&self, root: &Path, changed: &[(&SourceFile, &SourceFile)]) -> Result<(), Error> {
        let dirty = |(old, _): &(&SourceFile, &SourceFile)| Some((old.path.to_string(), uncommitted(root, old)?));
        if let Some((path, reason)) = changed.iter().find_map(dirty).filter(|_| !self.allow_dirty) {
            return Err(Error::Uncommitted { path, reason });
        }
        write::write(root, changed).map_err(|error| Error::Write { path: error.path, reason: error.reason })
    }
}

/// What came of the writing.
struct Written {
    /// How many files are new.
    files: usize,
    /// The files of apps that could not be written; they are as they were.
    left: BTreeSet<FileId>,
    /// Why, for each of those apps.
    errors: Vec<Error>,
}

/// The state that was reached, but for some files that are as they were.
fn reverted(scan: &Scan, before: &Tree, left: &BTreeSet<FileId>) -> Scan {
    let mut sources = scan.sources.clone();
    for id in left {
        sources.replace(*id, before.scan.sources.file(*id).text.to_string());
    }
    scan.again(sources, &before.checks)
}

/// Why a file's text could not be had again: it is in a repository, and not as its last commit has it.
fn uncommitted(root: &Path, file: &SourceFile) -> Option<String> {
    let path = root.join(&*file.path);
    let real = fs::canonicalize(&path).ok()?; // what is not there cannot be written either
    let folder = real.parent()?;
    git::top(folder)?;
    let repository = match Repository::around(folder) {
        Ok(repository) => repository,
        Err(reason) => return Some(format!("the repository it is in cannot be read: {reason}")),
    };
    let Ok(head) = repository.revision("HEAD") else {
        return Some("no commit is there, or none can be read".to_owned());
    };
    match repository.differs(&head, &path, &file.encode()) {
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
