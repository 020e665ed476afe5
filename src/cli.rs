//! The command line: arguments in, output and an exit code out.

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::{
    app::Phase,
    discover::{Scope, discover},
    edit::Applicability,
    error::Error,
    page, plan, proof,
    report::{Format, Run, Style, text::clean},
    rules::{self, RULES},
    run::{self, Checks, Scan},
    severity::Severity,
};

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
  2  wrong usage
  3  something could not be analysed; the report says what";

#[derive(Debug, Args)]
struct Global {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    /// Print findings alone, without summary and advice on what is left to do
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Read files that the tree's own ignore files name, too
    #[arg(long, global = true)]
    no_ignore: bool,
    /// Run these rules alone
    #[arg(long, global = true, value_delimiter = ',', value_name = "RULE")]
    select: Vec<String>,
    /// Do not run these rules
    #[arg(long, global = true, value_delimiter = ',', value_name = "RULE")]
    ignore: Vec<String>,
    /// The least severity that makes the exit code 1
    #[arg(long, global = true, value_enum, default_value_t = Severity::Warning, value_name = "SEVERITY")]
    fail_on: Severity,
    /// What hosts may still send, which decides what a fix may close
    #[arg(long, global = true, value_enum, default_value_t = Phase::Enforced)]
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report the gaps of every app below the paths
    Check {
        #[command(flatten)]
        paths: Paths,
        /// How to report
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
        /// Exit with 3 when no Connect app is found
        #[arg(long)]
        require_app: bool,
    },
    /// Mend what can be mended safely, and report what remains
    Fix {
        #[command(flatten)]
        paths: Paths,
        /// Print a unified diff and write nothing
        #[arg(long)]
        diff: bool,
        /// Apply fixes, too, that may turn away a callback that was accepted before
        #[arg(long)]
        unsafe_fixes: bool,
    },
    /// List the rules
    Rules {
        /// How to list them
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Show a rule's page
    Explain {
        /// The rule's id
        rule: String,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
struct Paths {
    /// Folders of apps, or of repositories with apps in them
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListFormat {
    Table,
    Json,
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
            let _ = writeln!(io::stderr(), "{:?}", miette::Report::new(error));
            ExitCode::from(code)
        }
    }
}

impl Cli {
    fn run(&self, out: &mut dyn Write) -> Result<u8, Error> {
        match &self.command {
            Command::Check { paths, format, require_app } => self.check(paths, *format, *require_app, out),
            Command::Fix { paths, diff, unsafe_fixes } => self.fix(paths, *diff, *unsafe_fixes, out),
            Command::Rules { format } => list(*format, out),
            Command::Explain { rule } => self.explain(rule, out),
            Command::Completions { shell } => {
                clap_complete::generate(*shell, &mut Cli::command(), "connect-lint", out);
                Ok(0)
            }
        }
    }

    fn check(&self, paths: &Paths, format: Format, require_app: bool, out: &mut dyn Write) -> Result<u8, Error> {
        let (root, scan) = self.scan(paths)?;
        self.report(&scan, &root.to_string_lossy(), format, out)?;
        let missing = require_app && scan.apps.is_empty();
        Ok(if missing { UNANALYSED } else { self.exit_code(&scan) })
    }

    fn fix(&self, paths: &Paths, diff: bool, unsafe_fixes: bool, out: &mut dyn Write) -> Result<u8, Error> {
        let (root, scan) = self.scan(paths)?;
        let trust = if unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        let (mended, applied) = scan.mend(&self.checks()?, trust)?;
        if diff {
            let diff = plan::diff(&scan.sources, &mended.sources);
            let shown = if io::stdout().is_terminal() {
                diff.lines().map(clean).collect::<Vec<_>>().join("\n") + "\n"
            } else {
                diff
            };
            write!(out, "{shown}")?;
            return Ok(self.exit_code(&mended));
        }
        let mut written = 0;
        for (old, new) in plan::changes(&scan.sources, &mended.sources) {
            plan::write(&root, old, new)
                .map_err(|error| Error::Write { path: old.path.to_string(), reason: error.to_string() })?;
            written += 1;
        }
        self.report(&mended, &root.to_string_lossy(), Format::Human, out)?;
        if !self.global.quiet {
            writeln!(out, "applied {} in {}", counted(applied, "fix", "fixes"), counted(written, "file", "files"))?;
        }
        Ok(self.exit_code(&mended))
    }

    fn scan(&self, paths: &Paths) -> Result<(PathBuf, Scan), Error> {
        let root = run::root(&paths.paths)?;
        let scope =
            Scope { root: root.clone(), paths: paths.paths.clone(), honour_ignore_files: !self.global.no_ignore };
        Ok((root, Scan::new(discover(&scope), &self.checks()?)?))
    }

    fn checks(&self) -> Result<Checks, Error> {
        Checks::new(&self.global.select, &self.global.ignore, self.global.phase)
    }

    fn report(&self, scan: &Scan, root: &str, format: Format, out: &mut dyn Write) -> Result<(), Error> {
        let proven: Vec<_> = scan.apps.iter().map(proof::proven).collect();
        let run = Run {
            rules: &RULES,
            sources: &scan.sources,
            apps: &scan.apps,
            findings: &scan.findings,
            problems: &scan.problems,
            proven: &proven,
            root,
            style: self.style(),
        };
        Ok((format.reporter())(&run, out)?)
    }

    fn style(&self) -> Style {
        let terminal = io::stdout().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let color = match self.global.color {
            Color::Auto => terminal && !plain,
            Color::Always => true,
            Color::Never => false,
        };
        Style { color, links: color && terminal, summary: !self.global.quiet, ..Style::default() }
    }

    fn exit_code(&self, scan: &Scan) -> u8 {
        if !scan.problems.is_empty() {
            return UNANALYSED;
        }
        let failed = scan.findings.iter().any(|finding| finding.severity >= self.global.fail_on);
        if failed { FINDINGS } else { 0 }
    }

    fn explain(&self, id: &str, out: &mut dyn Write) -> Result<u8, Error> {
        let rule = rules::find(id).ok_or_else(|| run::unknown_rule(id))?;
        if self.style().color {
            write!(out, "{}", page::render(rule.docs))?;
        } else {
            write!(out, "{}", rule.docs)?;
        }
        Ok(0)
    }
}

fn list(format: ListFormat, out: &mut dyn Write) -> Result<u8, Error> {
    match format {
        ListFormat::Table => write!(out, "{}", page::table())?,
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &page::summaries()).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(0)
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
