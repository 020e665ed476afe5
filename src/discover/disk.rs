//! A tree on disk.

use std::{
    collections::HashSet,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::{
    discover::{BUILT, Candidate, Scope, parallel::Buffer},
    ecosystem::{self, Interest},
    names,
    problem::Problem,
};

/// The files in scope that some room wants, in any order, and what stands in their way.
pub(super) fn walk(scope: &Scope) -> (Vec<Candidate<PathBuf>>, Vec<Problem>) {
    let Some((first, rest)) = scope.paths.split_first() else { return Default::default() };
    let mut walker = WalkBuilder::new(first);
    for path in rest {
        walker.add(path);
    }
    let honour = scope.honour_ignore_files;
    walker.hidden(false).parents(false).require_git(false).ignore(honour).git_ignore(honour);
    walker.git_global(false).git_exclude(false);
    walker.filter_entry(|entry| entry.depth() == 0 || !is_built(entry));
    let found = Mutex::new(Found::default());
    walker.build_parallel().run(|| {
        let mut own = Own { found: Found::default(), all: &found };
        Box::new(move |entry| {
            match entry.map_err(unwalkable).and_then(|entry| candidate(&scope.root, entry)) {
                Ok(candidate) => own.found.candidates.extend(candidate),
                Err(problem) => own.found.problems.push(relative(&scope.root, problem)),
            }
            WalkState::Continue
        })
    });
    let Found { mut candidates, problems } = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !rest.is_empty() {
        candidates.sort_unstable_by(|a, b| a.path.cmp(&b.path)); // paths may overlap
        candidates.dedup_by(|a, b| a.path == b.path);
    }
    if !scope.tracked.is_empty() {
        let walked: HashSet<&str> = candidates.iter().map(|candidate| candidate.path.as_str()).collect();
        let ignored = scope.tracked.iter().filter(|path| !walked.contains(path.as_str()));
        let more: Vec<_> = ignored.filter_map(|path| tracked(&scope.root, path)).collect();
        candidates.extend(more);
    }
    (candidates, problems)
}

/// What a walk came upon.
#[derive(Default)]
struct Found {
    candidates: Vec<Candidate<PathBuf>>,
    problems: Vec<Problem>,
}

/// What one thread of it came upon; given to all when the thread ends.
struct Own<'all> {
    found: Found,
    all: &'all Mutex<Found>,
}

impl Drop for Own<'_> {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.candidates.append(&mut self.found.candidates);
        all.problems.append(&mut self.found.problems);
    }
}

/// A file that is read whatever ignore files say of it.
fn tracked(root: &Path, path: &str) -> Option<Candidate<PathBuf>> {
    let place = root.join(path);
    let is_file = fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_file());
    let is_inside =
        || fs::canonicalize(root).is_ok_and(|root| fs::canonicalize(&place).is_ok_and(|at| at.starts_with(root)));
    (is_file && is_inside()).then(|| Candidate { path: path.to_owned(), interest: ecosystem::interest(path), place })
}

fn is_built(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir()) && BUILT.iter().any(|name| entry.file_name() == *name)
}

fn unwalkable(error: ignore::Error) -> Problem {
    match &error {
        ignore::Error::WithPath { path, err } => Problem::new(path.to_string_lossy(), err.to_string()),
        ignore::Error::WithDepth { err, .. } => match err.as_ref() {
            ignore::Error::WithPath { path, err } => Problem::new(path.to_string_lossy(), err.to_string()),
            other => Problem::new("", other.to_string()),
        },
        other => Problem::new("", other.to_string()),
    }
}

fn relative(root: &Path, problem: Problem) -> Problem {
    let path = Path::new(&problem.path).strip_prefix(root).map(names::relative);
    Problem { path: path.unwrap_or(problem.path), message: problem.message }
}

/// What an entry of the walk is to us: a file to read, nothing, or a problem.
fn candidate(root: &Path, entry: DirEntry) -> Result<Option<Candidate<PathBuf>>, Problem> {
    let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) else { return Ok(None) };
    let path = below(root, entry.path());
    let interest = ecosystem::interest(&path);
    if interest == Interest::None {
        return Ok(None);
    }
    let location = entry.into_path();
    if kind.is_file() {
        return Ok(Some(Candidate { place: location, path, interest }));
    }
    if interest != Interest::Always {
        return Ok(None);
    }
    let target =
        fs::canonicalize(&location).map_err(|error| Problem::new(&path, format!("could not be read: {error}")))?;
    let inside = fs::canonicalize(root).is_ok_and(|root| target.starts_with(root));
    if !inside {
        return Err(Problem::new(path, "is a symbolic link that leaves the scanned tree; it was not read"));
    }
    Ok(target.is_file().then_some(Candidate { place: location, path, interest }))
}

/// The path of a place below the root, with `/` between its parts.
fn below(root: &Path, place: &Path) -> String {
    if cfg!(unix)
        && let (Some(root), Some(place)) = (root.to_str(), place.to_str())
    {
        // the walk puts names behind the root as it was given
        let inside = place.strip_prefix(root).and_then(|rest| rest.strip_prefix('/'));
        if let Some(inside) = inside.filter(|inside| !inside.starts_with(['/', '.']) && !root.ends_with('/')) {
            return inside.to_owned();
        }
    }
    names::relative(place.strip_prefix(root).unwrap_or(place))
}

/// Puts the bytes of a file into a buffer; says whether they are no more than `limit`.
pub(super) fn load(location: &PathBuf, limit: u64, buffer: &mut Buffer) -> Result<bool, String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    File::open(location).and_then(|file| buffer.read(file, limit)).map_err(|error| error.to_string())
}
