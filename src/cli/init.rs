//! `connect-lint init`: write a configuration with comments, and what a CI system needs.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use crate::{config, error::Error};

/// The arguments of `init`.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to write into
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Write the file of a CI system, too; may be given several times
    #[arg(long, value_enum, value_name = "SYSTEM")]
    ci: Vec<System>,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
}

/// A system that runs checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum System {
    /// GitHub Actions, with results in the Security tab
    Github,
    /// GitHub Actions, for every repository of an organisation
    Organisation,
    /// GitHub Actions, with comments of reviewdog
    Reviewdog,
    /// GitLab CI, to be included
    Gitlab,
    /// pre-commit
    PreCommit,
}

impl System {
    /// Where its file belongs, and what is in it.
    fn file(self) -> (&'static str, &'static str) {
        match self {
            System::Github => (".github/workflows/connect-lint.yml", include_str!("../../ci/github.yml")),
            System::Organisation => {
                (".github/workflows/connect-lint-organisation.yml", include_str!("../../ci/organisation.yml"))
            }
            System::Reviewdog => (".github/workflows/reviewdog.yml", include_str!("../../ci/reviewdog.yml")),
            System::Gitlab => (".gitlab/connect-lint.yml", include_str!("../../ci/gitlab.yml")),
            System::PreCommit => (".pre-commit-config.yaml", include_str!("../../ci/pre-commit.yml")),
        }
    }
}

impl Init {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<u8, Error> {
        let systems = self.ci.iter().map(|system| system.file());
        let files: Vec<_> =
            [(config::FILE, include_str!("../../ci/connect-lint.toml"))].into_iter().chain(systems).collect();
        let exists = |path: &str| self.path.join(path).symlink_metadata().is_ok();
        if let Some((path, _)) = files.iter().find(|(path, _)| !self.force && exists(path)) {
            return Err(Error::Exists { path: (*path).to_owned() });
        }
        for (path, text) in files {
            write(&self.path.join(path), text, self.force)
                .map_err(|error| Error::Write { path: path.to_owned(), reason: error.to_string() })?;
            writeln!(out, "wrote {path}")?;
        }
        if self.ci.contains(&System::Gitlab) {
            writeln!(out, "include it in .gitlab-ci.yml: `include: [{{ local: .gitlab/connect-lint.yml }}]`")?;
        }
        Ok(0)
    }
}

/// Writes a file and the folders above it. One that is there is written over only if `force` says so.
fn write(path: &Path, text: &str, force: bool) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(!force).create(force).truncate(force);
    options.open(path)?.write_all(text.as_bytes())
}
