//! `connect-lint check`: report what is wrong.

use std::{io::Write, path::PathBuf};

use clap::{Args, ValueEnum};

use crate::{
    baseline::Comparison,
    cli::{
        FINDINGS, UNANALYSED,
        compare::Compare,
        global::Global,
        reports::Reports,
        repositories::{Each, Repositories},
        tree::{Paths, Tree},
    },
    error::Error,
    report::text::count,
};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    paths: Paths,
    #[command(flatten)]
    repositories: Repositories,
    #[command(flatten)]
    compare: Compare,
    #[command(flatten)]
    reports: Reports,
    /// Exit with 3 when no Connect app is found
    #[arg(long)]
    require_app: bool,
    /// Exit with 0 even with findings; what could not be analysed is still 3
    #[arg(long)]
    exit_zero: bool,
}

impl Check {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        if self.repositories.wanted {
            return self.run_each(global, out);
        }
        let (tree, comparison) = match self.compare.read(&self.paths, global) {
            Ok(read) => read,
            Err(error) => {
                self.reports.write_failure(&error, global, out)?;
                return Err(error);
            }
        };
        let code = self.with_apps(tree.scan.apps.len(), self.exit_code(&tree, global));
        self.reports.write(&tree, code, global, out)?;
        self.out_of_date(&comparison, global, out)?;
        Ok(code)
    }

    /// Each repository by itself.
    fn run_each(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        if let Some(format) = self.reports.not_streamed().and_then(|format| format.to_possible_value()) {
            return Err(Error::Together { format: format.get_name().to_owned() });
        }
        global.rules()?; // what is wrong of all of them is said once
        let check = |path: PathBuf| {
            let (tree, _) = self.compare.read(&Paths { paths: vec![path] }, global)?;
            let code = self.exit_code(&tree, global);
            Ok((tree, code))
        };
        let write = |tree: &Tree, code, bytes: &mut Vec<u8>| self.reports.write_one(tree, code, global, bytes);
        let total = self.repositories.check(&self.paths.paths, &Each { check, write }, out)?;
        if self.reports.is_for_people() && !global.quiet {
            writeln!(out, "{}", total.summary())?;
        }
        Ok(self.with_apps(total.apps, total.code))
    }

    fn exit_code(&self, tree: &Tree, global: &Global) -> u8 {
        match tree.exit_code(global) {
            FINDINGS if self.exit_zero => 0,
            code => code,
        }
    }

    /// The exit code where some number of apps was found.
    fn with_apps(&self, apps: usize, code: u8) -> u8 {
        if self.require_app && apps == 0 { UNANALYSED } else { code }
    }

    /// Says which entries of the baseline are out of date, where people read it.
    fn out_of_date(&self, comparison: &Comparison, global: &Global, out: &mut dyn Write) -> std::io::Result<()> {
        if !self.reports.is_for_people() || global.quiet {
            return Ok(());
        }
        let (stale, expired) = (comparison.stale.len(), comparison.expired.len());
        if stale > 0 {
            let entries = if stale == 1 { "1 entry".to_owned() } else { format!("{stale} entries") };
            writeln!(
                out,
                "{entries} of the baseline no longer found: `connect-lint baseline prune` removes what is gone"
            )?;
        }
        if expired > 0 {
            writeln!(out, "{} known by the baseline until a day that is past", count(expired, "finding"))?;
        }
        Ok(())
    }
}
