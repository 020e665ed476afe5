//! `connect-lint check --repositories`: every repository of an organisation, each a tree of its own.

use std::{io, num::NonZeroUsize, path::PathBuf, thread};

use clap::Args;

use crate::{
    cli::{UNANALYSED, tree::Tree},
    discover::repositories::{self, Repository},
    error::Error,
    problem::Problem,
    report::text::count,
    run,
    workers::in_order,
};

/// The arguments about several repositories.
#[derive(Debug, Args)]
pub(super) struct Repositories {
    /// Take each repository below the paths for a tree of its own, and report on one after the other
    #[arg(id = "repositories", long = "repositories", conflicts_with_all = ["output", "baseline"])]
    pub(super) wanted: bool,
    /// How many repositories to check at a time [default: the number of processors]
    #[arg(long, value_name = "NUMBER", requires = "repositories")]
    jobs: Option<NonZeroUsize>,
}

/// How one repository is checked and reported. Both are done on several threads.
pub(super) struct Each<Check, Write> {
    /// Reads and checks what is at a path, and says what a check of it alone would exit with.
    pub(super) check: Check,
    /// Reports it.
    pub(super) write: Write,
}

/// What all of them come to.
#[derive(Debug, Default)]
pub(super) struct Total {
    repositories: usize,
    /// Those that could not be analysed, or not as a whole.
    incomplete: usize,
    /// How many apps they have.
    pub(super) apps: usize,
    /// The highest exit code.
    pub(super) code: u8,
}

/// The report of one repository, and what it adds to the total.
struct Report {
    bytes: Vec<u8>,
    total: Total,
}

impl Repositories {
    /// Checks the repositories below some paths, and writes a report of each in the order of their names. Neither an error
    /// nor a panic in one keeps the others from theirs.
    pub(super) fn check<Check, Write>(
        &self,
        paths: &[PathBuf],
        each: &Each<Check, Write>,
        out: &mut dyn io::Write,
    ) -> Result<Total, Error>
    where
        Check: Fn(PathBuf) -> Result<(Tree, u8), Error> + Sync,
        Write: Fn(&Tree, u8, &mut Vec<u8>) -> Result<(), Error> + Sync,
    {
        let found = repositories::Repositories::below(&run::root(paths)?, paths);
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
        let mut total = Total::default();
        in_order(
            found,
            jobs,
            |repository| each.report(repository),
            |repository, outcome| {
                let report = outcome.unwrap_or_else(|panic| {
                    each.failure(&repository, format!("the analysis crashed: {panic}"), UNANALYSED)
                })?;
                total.add(&report.total);
                out.write_all(&report.bytes).map_err(Error::Output)
            },
        )?;
        Ok(total)
    }
}

impl<Check, Write> Each<Check, Write>
where
    Check: Fn(PathBuf) -> Result<(Tree, u8), Error>,
    Write: Fn(&Tree, u8, &mut Vec<u8>) -> Result<(), Error>,
{
    fn report(&self, repository: &Repository) -> Result<Report, Error> {
        if let Some(obstacle) = &repository.obstacle {
            return self.failure(repository, obstacle.clone(), UNANALYSED);
        }
        match (self.check)(repository.path.clone()) {
            Ok((tree, code)) => self.written(repository, tree, code),
            Err(error) => self.written(repository, Tree::failed(&error), error.exit_code()),
        }
    }

    /// The report of a repository that nothing is known of.
    fn failure(&self, repository: &Repository, reason: String, code: u8) -> Result<Report, Error> {
        self.written(repository, Tree::unread(Problem::new(".", reason)), code)
    }

    fn written(&self, repository: &Repository, tree: Tree, code: u8) -> Result<Report, Error> {
        let tree = Tree { name: repository.name.clone(), root: repository.path.clone(), ..tree };
        let mut bytes = Vec::new();
        (self.write)(&tree, code, &mut bytes)?;
        let incomplete = usize::from(!tree.scan.problems.is_empty());
        Ok(Report { bytes, total: Total { repositories: 1, incomplete, apps: tree.scan.apps.len(), code } })
    }
}

impl Total {
    fn add(&mut self, other: &Total) {
        self.repositories += other.repositories;
        self.incomplete += other.incomplete;
        self.apps += other.apps;
        self.code = self.code.max(other.code);
    }

    /// The total in one line.
    pub(super) fn summary(&self) -> String {
        let repositories = match self.repositories {
            1 => "1 repository".to_owned(),
            number => format!("{number} repositories"),
        };
        let incomplete = match self.incomplete {
            0 => String::new(),
            number => format!("; {number} could not be analysed as a whole"),
        };
        format!("{repositories}, {}{incomplete}", count(self.apps, "app"))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    #[test]
    fn a_crash_in_one_repository_is_a_problem_of_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let each = Each {
            check: |path: PathBuf| {
                assert!(!path.ends_with("b"), "not this one");
                Ok((Tree::unread(Problem::new("x", "fine")), 0))
            },
            write: |tree: &Tree, code, bytes: &mut Vec<u8>| {
                Ok(writeln!(bytes, "{} {code} {}", tree.name, tree.scan.problems[0].message)?)
            },
        };
        let repositories = Repositories { wanted: true, jobs: NonZeroUsize::new(2) };
        let mut out = Vec::new();
        let total = repositories.check(&[folder.path().to_owned()], &each, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "a 0 fine\nb 3 the analysis crashed: not this one\nc 0 fine\n");
        assert_eq!((total.repositories, total.code), (3, 3));
    }
}
