//! Options that every command takes.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use crate::{
    app::Phase,
    config::{self, Configuration},
    error::Error,
    report::Style,
    run::Checks,
    severity::Severity,
};

/// Options that every command takes.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
    /// Print findings alone, without summary and advice on what is left to do
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// Read files that the tree's own ignore files name, too
    #[arg(long, global = true)]
    pub(super) no_ignore: bool,
    /// Run these rules alone
    #[arg(long, global = true, value_delimiter = ',', value_name = "RULE")]
    select: Vec<String>,
    /// Do not run these rules
    #[arg(long, global = true, value_delimiter = ',', value_name = "RULE")]
    ignore: Vec<String>,
    /// The least severity that makes the exit code 1; `warning`, unless the configuration says otherwise
    #[arg(long, global = true, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<Severity>,
    /// Read the configuration from this file, instead of the nearest `connect-lint.toml` above the paths
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, global = true)]
    pub(super) no_config: bool,
    /// What hosts may still send, which decides what a fix may close
    #[arg(long, global = true, value_enum, default_value_t = Phase::Enforced)]
    phase: Phase,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl Global {
    /// Which rules run on a tree, and under which configuration.
    pub(super) fn checks(&self, root: &Path) -> Result<Checks, Error> {
        Ok(self.rules()?.configured(self.configuration(root)?))
    }

    /// Which rules run, without a configuration.
    pub(super) fn rules(&self) -> Result<Checks, Error> {
        Checks::new(&self.select, &self.ignore, self.phase)
    }

    /// The configuration of a tree.
    fn configuration(&self, root: &Path) -> Result<Configuration, Error> {
        let found = || config::find(root).filter(|_| !self.no_config);
        let Some(file) = self.config.clone().or_else(found) else { return Ok(Configuration::default()) };
        Ok(config::read(&file, root)?)
    }

    /// How to write for the person at the terminal.
    pub(super) fn style(&self) -> Style {
        let terminal = io::stdout().is_terminal();
        let shown = terminal || log_shows_colors();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let color = match self.color {
            Color::Auto => shown && !plain,
            Color::Always => true,
            Color::Never => false,
        };
        Style { color, links: color && terminal, summary: !self.quiet, ..Style::default() }
    }
}

/// Whether standard output is the log of a CI system that shows colours: a pipe there, and no file.
fn log_shows_colors() -> bool {
    let runs_this = |name| std::env::var_os(name).is_some_and(|value| value == "true");
    ["GITHUB_ACTIONS", "GITLAB_CI"].into_iter().any(runs_this) && !is_file()
}

/// Whether standard output goes into a file.
#[cfg(unix)]
fn is_file() -> bool {
    use std::os::fd::AsFd;
    let own = io::stdout().as_fd().try_clone_to_owned();
    own.and_then(|own| std::fs::File::from(own).metadata()).is_ok_and(|metadata| metadata.is_file())
}

/// Nothing tells here; a file without colours is better than a log with them.
#[cfg(not(unix))]
fn is_file() -> bool {
    true
}
