//! The paths a command is given, as a scanned tree.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;

use crate::{
    cli::{FINDINGS, UNANALYSED, global::Global},
    discover::{Scope, discover, tracked},
    error::Error,
    git::Repository,
    problem::Problem,
    proof,
    report::{Checkout, CodeScanning, Format, Run, Style},
    rules::RULES,
    run::{self, Checks, Scan},
    severity::Severity,
};

/// The paths a command is given.
#[derive(Debug, Args)]
pub(super) struct Paths {
    /// Folders of apps, or of repositories with apps in them
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
}

impl Paths {
    /// The folder that the report's paths are relative to.
    pub(super) fn root(&self) -> Result<PathBuf, Error> {
        run::root(&self.paths)
    }

    /// What to look at.
    pub(super) fn scope(&self, root: &Path, global: &Global, checks: &Checks) -> Scope {
        Scope {
            root: root.to_owned(),
            paths: self.paths.clone(),
            honour_ignore_files: !global.no_ignore,
            tracked: Vec::new(),
            excluded: checks.configuration().excluded.clone(),
        }
    }
}

/// What is below the paths, read and checked.
pub(super) struct Tree {
    /// What tells it from others of the same run: the root, as the user named it, or its place among several.
    pub(super) name: String,
    /// The folder that the report's paths are relative to.
    pub(super) root: PathBuf,
    /// What it was checked with.
    pub(super) checks: Checks,
    /// What was read and found.
    pub(super) scan: Scan,
}

impl Tree {
    /// Reads and checks what is below the paths, under the configuration that is found there.
    pub(super) fn read(paths: &Paths, global: &Global) -> Result<Tree, Error> {
        let root = paths.root()?;
        let checks = global.checks(&root)?;
        let mut scope = paths.scope(&root, global, &checks);
        scope.tracked = committed(&scope).unwrap_or_default();
        Ok(Tree::checked(&scope, checks))
    }

    /// Reads what is in scope, and checks it as told.
    pub(super) fn checked(scope: &Scope, checks: Checks) -> Tree {
        let scan = Scan::new(discover(scope), &checks);
        Tree { name: name(&scope.root), root: scope.root.clone(), checks, scan }
    }

    /// A tree that could not be read at all, as far as it can be reported.
    pub(super) fn failed(error: &Error) -> Tree {
        Tree::unread(match error {
            Error::Path { path, reason } => Problem::new(path.as_str(), reason.as_str()),
            other => Problem::new("", other.to_string()),
        })
    }

    /// A tree of which no file was read.
    pub(super) fn unread(problem: Problem) -> Tree {
        let scan = Scan { problems: vec![problem], ..Scan::default() };
        Tree { name: ".".to_owned(), root: PathBuf::from("."), checks: Checks::all(), scan }
    }

    /// Reports it in a format, with the exit code that a check of it ends with.
    pub(super) fn report(
        &self,
        format: Format,
        style: Style,
        code_scanning: &CodeScanning,
        exit_code: u8,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let scan = &self.scan;
        let proven: Vec<_> = scan.apps.iter().map(proof::proven).collect();
        let run = Run {
            rules: &RULES,
            sources: &scan.sources,
            apps: &scan.apps,
            findings: &scan.findings,
            suppressed: &scan.suppressed,
            problems: &scan.problems,
            proven: &proven,
            root: &self.root.to_string_lossy(),
            repository: &self.name,
            exit_code,
            checkout: &Checkout::around(&self.root),
            code_scanning,
            style,
        };
        (format.reporter())(&run, out)
    }

    /// The exit code that its findings and problems ask for.
    pub(super) fn exit_code(&self, global: &Global) -> u8 {
        if !self.scan.problems.is_empty() {
            return UNANALYSED;
        }
        let gate = global.fail_on.or(self.checks.configuration().fail_on).unwrap_or(Severity::Warning);
        let failed = self.scan.findings.iter().any(|finding| finding.severity >= gate);
        if failed { FINDINGS } else { 0 }
    }
}

/// A folder as its user names it, with `/` between the parts.
fn name(root: &Path) -> String {
    let parts: Vec<_> = root.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/").replacen("//", "/", 1)
}

/// The files that HEAD has: git does not ignore what it tracks. Without a repository that can be read, ignore files alone
/// decide.
fn committed(scope: &Scope) -> Result<Vec<String>, String> {
    let repository = Repository::around(&scope.root)?;
    tracked(scope, &repository, &repository.revision("HEAD")?)
}
