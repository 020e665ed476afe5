//! The paths a command is given, as a scanned tree.

use std::{io::Write, path::PathBuf};

use clap::Args;

use crate::{
    cli::{FINDINGS, UNANALYSED, global::Global},
    discover::{Scope, discover},
    error::Error,
    proof,
    report::{Format, Run},
    rules::RULES,
    run::{self, Scan},
};

/// The paths a command is given.
#[derive(Debug, Args)]
pub(super) struct Paths {
    /// Folders of apps, or of repositories with apps in them
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
}

/// What is below the paths, read and checked.
pub(super) struct Tree {
    /// The folder that the report's paths are relative to.
    pub(super) root: PathBuf,
    /// What was read and found.
    pub(super) scan: Scan,
}

impl Tree {
    /// Reads and checks what is below the paths.
    pub(super) fn read(paths: &Paths, global: &Global) -> Result<Tree, Error> {
        let root = run::root(&paths.paths)?;
        let scope = Scope { root: root.clone(), paths: paths.paths.clone(), honour_ignore_files: !global.no_ignore };
        Ok(Tree { root, scan: Scan::new(discover(&scope), &global.checks()?)? })
    }

    /// Reports it.
    pub(super) fn report(&self, global: &Global, format: Format, out: &mut dyn Write) -> Result<(), Error> {
        let scan = &self.scan;
        let proven: Vec<_> = scan.apps.iter().map(proof::proven).collect();
        let run = Run {
            rules: &RULES,
            sources: &scan.sources,
            apps: &scan.apps,
            findings: &scan.findings,
            problems: &scan.problems,
            proven: &proven,
            root: &self.root.to_string_lossy(),
            style: global.style(),
        };
        Ok((format.reporter())(&run, out)?)
    }

    /// The exit code that its findings and problems ask for.
    pub(super) fn exit_code(&self, global: &Global) -> u8 {
        if !self.scan.problems.is_empty() {
            return UNANALYSED;
        }
        let failed = self.scan.findings.iter().any(|finding| finding.severity >= global.fail_on);
        if failed { FINDINGS } else { 0 }
    }
}
