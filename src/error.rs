//! What stops a command before there is a report.

use miette::Diagnostic;

use crate::config::Wrong;

/// Why a command could not run.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum Error {
    /// A path that is not there, or that may not be read.
    #[error("cannot read `{path}`: {reason}")]
    #[diagnostic(help("give the folder of an app, or one that holds several"))]
    Path {
        /// The path, as given.
        path: String,
        /// Why, in the operating system's words.
        reason: String,
    },
    /// A rule that does not exist.
    #[error("there is no rule `{id}`")]
    #[diagnostic(help("{help}"))]
    UnknownRule {
        /// The id given.
        id: String,
        /// The nearest id, or where to find them all.
        help: String,
    },
    /// A configuration that cannot be read, or says what it may not.
    #[error("{0}")]
    #[diagnostic(help("{}", .0.help))]
    Configuration(#[from] Wrong),
    /// A baseline that cannot be read or written.
    #[error("cannot use the baseline `{path}`: {reason}")]
    #[diagnostic(help("`connect-lint baseline create` writes one"))]
    Baseline {
        /// The path, as given or found.
        path: String,
        /// Why.
        reason: String,
    },
    /// A commit to compare with that cannot be read.
    #[error("cannot compare with `{reference}`: {reason}")]
    #[diagnostic(help("name a commit of the repository that holds the paths; in a shallow clone, fetch it first"))]
    Revision {
        /// The commit, as given.
        reference: String,
        /// Why.
        reason: String,
    },
    /// A file to edit whose text is not committed.
    #[error("`{path}` was not edited: {reason}")]
    #[diagnostic(help("commit it, or say `--allow-dirty`; no file was written"))]
    Uncommitted {
        /// The path under the root.
        path: String,
        /// What is the matter with it.
        reason: String,
    },
    /// A file that is there already.
    #[error("`{path}` is there already")]
    #[diagnostic(help("nothing was written; `--force` writes over it"))]
    Exists {
        /// The path, below the folder given.
        path: String,
    },
    /// An argument whose value cannot be used.
    #[error("`{argument}`: {reason}")]
    #[diagnostic(help("{help}"))]
    Argument {
        /// The argument, as given; never a secret.
        argument: String,
        /// Why.
        reason: String,
        /// What to give.
        help: &'static str,
    },
    /// A text in which there is no token.
    #[error("there is no token in {place}")]
    #[diagnostic(help(
        "a token begins with `eyJ`; paste it, the `Authorization` header, the URL, or the whole request"
    ))]
    NoToken {
        /// Where it was looked for.
        place: &'static str,
    },
    /// A changed file that could not be put in its place.
    #[error("cannot write `{path}`: {reason}")]
    #[diagnostic(help("the files of its app are as they were"))]
    Write {
        /// The path under the root.
        path: String,
        /// Why.
        reason: String,
    },
    /// A format that has no place for several repositories.
    #[error("several repositories cannot be reported as `{format}`")]
    #[diagnostic(help("`--format ndjson` has an object a line; `connect-lint merge` makes one SARIF file of several"))]
    Together {
        /// The format.
        format: String,
    },
    /// A file that cannot be merged with others.
    #[error("cannot merge `{path}`: {reason}")]
    #[diagnostic(help("give SARIF files that `connect-lint check` of this release wrote; nothing was written"))]
    Merge {
        /// The path, as given.
        path: String,
        /// Why.
        reason: String,
    },
    /// An app that could not be asked.
    #[error("{reason}")]
    #[diagnostic(help("{help}"))]
    Probe {
        /// Why.
        reason: String,
        /// What to do about it.
        help: String,
    },
    /// The report could not be written.
    #[error("cannot write the report: {0}")]
    Output(#[from] std::io::Error),
}

impl Error {
    /// The exit code it leads to: 2 for what the user can say otherwise, 3 for what could not be analysed.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::UnknownRule { .. }
            | Error::Configuration(_)
            | Error::Baseline { .. }
            | Error::Revision { .. }
            | Error::Exists { .. }
            | Error::Merge { .. }
            | Error::Together { .. }
            | Error::Argument { .. }
            | Error::Uncommitted { .. } => 2,
            _ => 3,
        }
    }
}
