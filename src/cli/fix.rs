//! `connect-lint fix`: mend what can be mended, report what remains.

use std::io::{self, IsTerminal, Write};

use clap::Args;

use crate::{
    cli::{
        global::Global,
        tree::{Paths, Tree},
    },
    edit::Applicability,
    error::Error,
    plan,
    report::{Format, text::clean},
};

/// The arguments of `fix`.
#[derive(Debug, Args)]
pub(super) struct Fix {
    #[command(flatten)]
    paths: Paths,
    /// Print a unified diff and write nothing
    #[arg(long)]
    diff: bool,
    /// Apply fixes, too, that may turn away a callback that was accepted before
    #[arg(long)]
    unsafe_fixes: bool,
}

impl Fix {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        let before = Tree::read(&self.paths, global)?;
        let trust = if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        let (mended, applied) = before.scan.mend(&global.checks()?, trust)?;
        let after = Tree { root: before.root.clone(), scan: mended };
        if self.diff {
            show(&plan::diff(&before.scan.sources, &after.scan.sources), out)?;
            return Ok(after.exit_code(global));
        }
        let mut written = 0;
        for (old, new) in plan::changes(&before.scan.sources, &after.scan.sources) {
            plan::write(&before.root, old, new)
                .map_err(|error| Error::Write { path: old.path.to_string(), reason: error.to_string() })?;
            written += 1;
        }
        after.report(global, Format::Human, out)?;
        if !global.quiet {
            writeln!(out, "applied {} in {}", counted(applied, "fix", "fixes"), counted(written, "file", "files"))?;
        }
        Ok(after.exit_code(global))
    }
}

/// Prints a diff: clean for a terminal, as it is for a program that applies it.
fn show(diff: &str, out: &mut dyn Write) -> io::Result<()> {
    if !io::stdout().is_terminal() {
        return write!(out, "{diff}");
    }
    diff.lines().try_for_each(|line| writeln!(out, "{}", clean(line)))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
