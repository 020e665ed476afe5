//! `connect-lint check`: report what is wrong.

use std::io::Write;

use clap::Args;

use crate::{
    baseline::Comparison,
    cli::{FINDINGS, UNANALYSED, compare::Compare, global::Global, reports::Reports, tree::Paths},
    error::Error,
    report::text::count,
};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    paths: Paths,
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
        let (tree, comparison) = match self.compare.read(&self.paths, global) {
            Ok(read) => read,
            Err(error) => {
                self.reports.write_failure(&error, global, out)?;
                return Err(error);
            }
        };
        self.reports.write(&tree, global, out)?;
        if self.reports.is_for_people() && !global.quiet {
            out_of_date(&comparison, out)?;
        }
        if self.require_app && tree.scan.apps.is_empty() {
            return Ok(UNANALYSED);
        }
        Ok(match tree.exit_code(global) {
            FINDINGS if self.exit_zero => 0,
            code => code,
        })
    }
}

/// Says which entries of the baseline are out of date.
fn out_of_date(comparison: &Comparison, out: &mut dyn Write) -> std::io::Result<()> {
    let (stale, expired) = (comparison.stale.len(), comparison.expired.len());
    if stale > 0 {
        let entries = if stale == 1 { "1 entry".to_owned() } else { format!("{stale} entries") };
        writeln!(out, "{entries} of the baseline no longer found: `connect-lint baseline prune` removes what is gone")?;
    }
    if expired > 0 {
        writeln!(out, "{} known by the baseline until a day that is past", count(expired, "finding"))?;
    }
    Ok(())
}
