//! `connect-lint plan`: what is done, what is to do, and in which order.

use std::io::Write;

use clap::Args;

use crate::{
    cli::{
        FINDINGS, UNANALYSED,
        global::Global,
        tree::{Paths, Tree},
    },
    error::Error,
    readiness::readiness,
    report::readiness::{PlanFormat, write},
};

/// The arguments of `plan`.
#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    paths: Paths,
    /// How to write it
    #[arg(long, value_enum, default_value_t = PlanFormat::Human)]
    format: PlanFormat,
}

impl Plan {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        let root = self.paths.root()?;
        // a rule that is left out would otherwise be taken for one that found nothing
        let checks = global.checks(&root)?.widened();
        let tree = Tree::checked(&self.paths.scope(&root, global, &checks), checks);
        let named = tree.root.to_string_lossy();
        let apps = tree.scan.apps.iter().map(|app| readiness(app, &tree.scan.all_findings(app.id), &named));
        let apps: Vec<_> = apps.collect();
        write(&apps, &tree.scan.sources, self.format, global.style(), out)?;
        let ready = apps.iter().all(|app| app.is_ready());
        Ok(if !tree.scan.problems.is_empty() {
            UNANALYSED
        } else if ready {
            0
        } else {
            FINDINGS
        })
    }
}
