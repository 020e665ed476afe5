//! The command line: arguments in, output and an exit code out. One file a command.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{CommandFactory, Parser, Subcommand};
use miette::{Diagnostic, MietteDiagnostic};

use crate::{error::Error, report::text::clean};

mod baseline;
mod check;
mod compare;
mod explain;
mod fix;
mod global;
mod init;
mod interactive;
mod merge;
mod plan;
mod probe;
mod reports;
mod repositories;
mod rules;
mod token;
mod tree;

use global::Global;

/// Finds and mends install and uninstall callbacks of Atlassian Connect apps that can be forged.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

const EXIT_CODES: &str = "Exit codes:
  0  clean, or only findings below `--fail-on`
  1  findings at or above `--fail-on`; for `fix`, findings that remain
  2  wrong usage or configuration
  3  something could not be analysed; the report says what";

#[derive(Debug, Subcommand)]
enum Command {
    /// Report the gaps of every app below the paths
    Check(check::Check),
    /// Put the findings of today aside, so that only new ones count
    Baseline(baseline::Baseline),
    /// Mend what can be mended safely, and report what remains
    Fix(fix::Fix),
    /// Show what is done and what is to do, in the order that is safe
    Plan(plan::Plan),
    /// Write a configuration with comments, and what a CI system needs
    Init(init::Init),
    /// Make one SARIF file of several, for code scanning
    Merge(merge::Merge),
    /// Send a running app every callback that it has to tell apart, and say what its answers mean
    Probe(probe::Probe),
    /// List the rules
    Rules(rules::Rules),
    /// Show a rule's page
    Explain(explain::Explain),
    /// Say what a token or a pasted request is, and what is wrong with it
    Token(token::Token),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// The code for findings that fail the gate.
const FINDINGS: u8 = 1;

/// The code for what could not be analysed.
const UNANALYSED: u8 = 3;

/// Runs the command of this process's arguments. A crash is an exit code like any other: nothing was analysed.
pub fn main() -> ExitCode {
    std::panic::catch_unwind(run_arguments).unwrap_or(ExitCode::from(UNANALYSED))
}

fn run_arguments() -> ExitCode {
    let cli = Cli::parse();
    let mut out = io::stdout().lock();
    match cli.run(&mut out).and_then(|code| out.flush().map(|()| code).map_err(Error::Output)) {
        Ok(code) => ExitCode::from(code),
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let code = error.exit_code();
            let _ = writeln!(io::stderr(), "{:?}", shown(&error));
            ExitCode::from(code)
        }
    }
}

/// An error as a terminal may show it: what it quotes of the scanned tree acts on nothing.
fn shown(error: &Error) -> miette::Report {
    let shown = MietteDiagnostic::new(clean(&error.to_string()));
    miette::Report::new(match error.help() {
        Some(help) => shown.with_help(clean(&help.to_string())),
        None => shown,
    })
}

impl Cli {
    fn run(&self, out: &mut dyn Write) -> Result<u8, Error> {
        match &self.command {
            Command::Check(check) => check.run(&self.global, out),
            Command::Baseline(baseline) => baseline.run(&self.global, out),
            Command::Fix(fix) => fix.run(&self.global, out),
            Command::Plan(plan) => plan.run(&self.global, out),
            Command::Probe(probe) => probe.run(&self.global, out),
            Command::Init(init) => init.run(out),
            Command::Merge(merge) => merge.run(out),
            Command::Rules(rules) => rules.run(out),
            Command::Explain(explain) => explain.run(&self.global, out),
            Command::Token(token) => token.run(&self.global, out),
            Command::Completions { shell } => {
                clap_complete::generate(*shell, &mut Cli::command(), "connect-lint", out);
                Ok(0)
            }
        }
    }
}
