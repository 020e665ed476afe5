//! A tree on disk.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
};

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::{
    discover::{BUILT, Candidate, Scope},
    ecosystem::{self, Interest},
    names,
    problem::Problem,
};

/// The files in scope that some room wants, and what stands in their way.
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
    let found = Mutex::new((Vec::new(), Vec::new()));
    walker.build_parallel().run(|| {
        Box::new(|entry| {
            let mut found = found.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            match entry.map_err(unwalkable).and_then(|entry| candidate(&scope.root, entry)) {
                Ok(candidate) => found.0.extend(candidate),
                Err(problem) => found.1.push(relative(&scope.root, problem)),
            }
            WalkState::Continue
        })
    });
    let (mut candidates, problems) = found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    candidates.extend(scope.tracked.iter().filter_map(|path| tracked(&scope.root, path)));
    candidates.sort_by(|a, b| a.path.cmp(&b.path));
    candidates.dedup_by(|a, b| a.path == b.path); // paths may overlap
    (candidates, problems)
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
    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let path = names::relative(below);
    let interest = ecosystem::interest(&path);
    let Some(kind) = entry.file_type().filter(|_| interest != Interest::None) else { return Ok(None) };
    let location = entry.into_path();
    if kind.is_file() {
        return Ok(Some(Candidate { place: location, path, interest }));
    }
    if interest != Interest::Always {
        return Ok(None);
    }
    if kind.is_dir() {
        return if is_descriptor_name(&path) { Err(Problem::new(path, "is a folder, not a file")) } else { Ok(None) };
    }
    let target =
        fs::canonicalize(&location).map_err(|error| Problem::new(&path, format!("could not be read: {error}")))?;
    let inside = fs::canonicalize(root).is_ok_and(|root| target.starts_with(root));
    if !inside {
        return Err(Problem::new(path, "is a symbolic link that leaves the scanned tree; it was not read"));
    }
    Ok(target.is_file().then_some(Candidate { place: location, path, interest }))
}

fn is_descriptor_name(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with("atlassian-connect") && name.ends_with(".json"))
}

/// The bytes of a file; `None` where it is larger than `limit` bytes.
pub(super) fn load(location: &PathBuf, limit: u64) -> Result<Option<Vec<u8>>, String> {
    let read = || -> io::Result<Option<Vec<u8>>> {
        if fs::metadata(location)?.len() > limit {
            return Ok(None);
        }
        fs::read(location).map(Some)
    };
    read().map_err(|error| error.to_string())
}
