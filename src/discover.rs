//! From a folder, or a commit of it, to the text of every file that can matter.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use crate::{
    ecosystem::{CONFIGURATION, Interest},
    git::{Repository, Revision, TrackedFile},
    patterns::Patterns,
    problem::Problem,
    source::Sources,
};

mod commit;
mod disk;
mod parallel;
mod reading;
pub mod repositories;

use parallel::Buffer;
use reading::Reading;

/// Folders that hold what was built or installed. Below the root they are never apps.
pub const BUILT: [&str; 8] = [".git", "node_modules", "target", "build", "dist", "out", "bin", "vendor"];

/// What to look at.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The folder that paths are relative to.
    pub root: PathBuf,
    /// The files and folders below it to read; the root itself for all.
    pub paths: Vec<PathBuf>,
    /// Whether files that the tree's own ignore files name are left out.
    pub honour_ignore_files: bool,
    /// Files that are read even where ignore files name them: their paths below the root, with `/` between the parts.
    pub tracked: Vec<String>,
    /// The files that are left out because somebody says so.
    pub excluded: Vec<Patterns>,
}

/// The text of a tree.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The files that can matter.
    pub sources: Sources,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// How many files would have been looked at, had nobody excluded them.
    pub excluded: usize,
}

/// A file worth reading.
struct Candidate<Place> {
    /// Where its bytes are.
    place: Place,
    /// Its path below the root.
    path: String,
    interest: Interest,
}

/// Reads every file in scope that some room wants.
pub fn discover(scope: &Scope) -> Tree {
    let (candidates, problems) = disk::walk(scope);
    gather(candidates, problems, &scope.excluded, disk::load)
}

/// Reads what [`discover`] would have read of the same scope at a commit. Links are not followed there.
///
/// # Errors
/// When the commit cannot be read.
pub fn discover_at(scope: &Scope, repository: &Repository, revision: &Revision) -> Result<Tree, String> {
    let candidates = commit::candidates(scope, repository, revision)?;
    let missing = Mutex::new(None);
    let load = |file: &TrackedFile, limit: u64, buffer: &mut Buffer| match revision.read(file, limit) {
        Ok(bytes) => {
            let is_whole = bytes.is_some();
            buffer.hold(bytes.unwrap_or_default());
            Ok(is_whole)
        }
        Err(reason) => {
            missing.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| reason.clone());
            Err(reason)
        }
    };
    let tree = gather(candidates, Vec::new(), &scope.excluded, load);
    missing.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(tree), Err)
}

/// The files in scope that a commit has and [`discover`] could read, for [`Scope::tracked`].
///
/// # Errors
/// When the commit cannot be read.
pub fn tracked(scope: &Scope, repository: &Repository, revision: &Revision) -> Result<Vec<String>, String> {
    let candidates = commit::candidates(scope, repository, revision)?;
    Ok(candidates.into_iter().map(|candidate| candidate.path).collect())
}

/// Reads the candidates that matter, and those that they name. `load` puts a file's bytes into a buffer, and says
/// whether they are no more than a limit.
fn gather<Place: Sync>(
    candidates: Vec<Candidate<Place>>,
    problems: Vec<Problem>,
    excluded: &[Patterns],
    load: impl Fn(&Place, u64, &mut Buffer) -> Result<bool, String> + Sync,
) -> Tree {
    let is_excluded = |path: &str| path != CONFIGURATION && excluded.iter().any(|patterns| patterns.admit(path));
    let (excluded, candidates): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|candidate| is_excluded(&candidate.path));
    let mut reading = Reading::begin(&candidates, problems, &load);
    reading.follow(&load);
    reading.problems.sort();
    reading.problems.dedup();
    Tree { sources: Sources::new(reading.files), problems: reading.problems, excluded: excluded.len() }
}
