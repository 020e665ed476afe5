//! `connect-lint check`: report what is wrong.

use std::io::Write;

use clap::Args;

use crate::{
    cli::{
        UNANALYSED,
        global::Global,
        tree::{Paths, Tree},
    },
    error::Error,
    report::Format,
};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    paths: Paths,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Exit with 3 when no Connect app is found
    #[arg(long)]
    require_app: bool,
}

impl Check {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        let tree = Tree::read(&self.paths, global)?;
        tree.report(global, self.format, out)?;
        let missing = self.require_app && tree.scan.apps.is_empty();
        Ok(if missing { UNANALYSED } else { tree.exit_code(global) })
    }
}
