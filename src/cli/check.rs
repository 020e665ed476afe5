//! `connect-lint check`: report what is wrong.

use std::io::Write;

use clap::Args;

use crate::{
    cli::{
        FINDINGS, UNANALYSED,
        global::Global,
        reports::Reports,
        tree::{Paths, Tree},
    },
    error::Error,
};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    paths: Paths,
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
        let tree = match Tree::read(&self.paths, global) {
            Ok(tree) => tree,
            Err(error) => {
                self.reports.write_failure(&error, global, out)?;
                return Err(error);
            }
        };
        self.reports.write(&tree, global, out)?;
        if self.require_app && tree.scan.apps.is_empty() {
            return Ok(UNANALYSED);
        }
        Ok(match tree.exit_code(global) {
            FINDINGS if self.exit_zero => 0,
            code => code,
        })
    }
}
