//! From a folder, or a commit of it, to the text of every file that can matter.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Mutex, PoisonError},
    thread,
};

use aho_corasick::packed::Searcher;

use crate::{
    ecosystem::{self, CODE_WORDS, CONFIGURATION, Interest, TOKEN_WORDS},
    git::{Repository, Revision, TrackedFile},
    patterns::Patterns,
    problem::Problem,
    source::{SourceFile, Sources},
};

mod commit;
mod disk;
pub mod repositories;

/// Folders that hold what was built or installed. Below the root they are never apps.
pub const BUILT: [&str; 8] = [".git", "node_modules", "target", "build", "dist", "out", "bin", "vendor"];

/// The size up to which a file is read, in bytes.
const SIZE_LIMIT: u64 = 2 << 20;

/// The size up to which a lockfile is read, in bytes; they are scanned, not parsed to a tree.
const LOCKFILE_SIZE_LIMIT: u64 = 64 << 20;

/// How far imports are followed into files that say nothing by themselves.
const IMPORT_ROUNDS: usize = 16;

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
    let load = |file: &TrackedFile, limit: u64| {
        let bytes = revision.read(file, limit);
        if let Err(reason) = &bytes {
            missing.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| reason.clone());
        }
        bytes
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

/// Reads the candidates that matter, and those that they import. `load` gives a file's bytes, and none where they are
/// more than a limit.
fn gather<Place: Sync>(
    candidates: Vec<Candidate<Place>>,
    problems: Vec<Problem>,
    excluded: &[Patterns],
    load: impl Fn(&Place, u64) -> Result<Option<Vec<u8>>, String> + Sync,
) -> Tree {
    let is_excluded = |path: &str| path != CONFIGURATION && excluded.iter().any(|patterns| patterns.admit(path));
    let (excluded, candidates): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|candidate| is_excluded(&candidate.path));
    let words = Words { code: Searcher::new(CODE_WORDS.iter()), tokens: Searcher::new(TOKEN_WORDS.iter()) };
    let mut reading = Reading { files: Vec::new(), problems };
    reading.add(parallel(&candidates, |candidate| read(candidate, Some(&words), &load)));
    let read_already: BTreeSet<String> = reading.files.iter().map(|file| file.path.to_string()).collect();
    let rest = candidates.iter().filter(|candidate| !read_already.contains(&candidate.path));
    let mut rest: BTreeMap<&str, &Candidate<Place>> =
        rest.map(|candidate| (candidate.path.as_str(), candidate)).collect();
    let mut fresh = read_already;
    for _round in 0..IMPORT_ROUNDS {
        let sources = Sources::new(reading.files.clone());
        let wanted = ecosystem::wanted(&sources, &|path| fresh.contains(path));
        let found: Vec<_> = wanted.iter().filter_map(|path| rest.remove(path.as_str())).collect();
        if found.is_empty() {
            break;
        }
        fresh = found.iter().map(|candidate| candidate.path.clone()).collect();
        reading.add(parallel(&found, |candidate| read(candidate, None, &load)));
    }
    reading.problems.sort();
    reading.problems.dedup();
    Tree { sources: Sources::new(reading.files), problems: reading.problems, excluded: excluded.len() }
}

/// What was read so far.
struct Reading {
    files: Vec<SourceFile>,
    problems: Vec<Problem>,
}

impl Reading {
    fn add(&mut self, outcomes: Vec<Result<Option<SourceFile>, Problem>>) {
        for outcome in outcomes {
            match outcome {
                Ok(file) => self.files.extend(file),
                Err(problem) => self.problems.push(problem),
            }
        }
    }
}

/// What makes code matter.
struct Words {
    code: Option<Searcher>,
    tokens: Option<Searcher>,
}

impl Words {
    fn make_matter<Place>(&self, bytes: &[u8], candidate: &Candidate<Place>) -> bool {
        let contains =
            |words: &Option<Searcher>, text: &[u8]| words.as_ref().is_none_or(|words| words.find(text).is_some());
        let has = |words: &Option<Searcher>| contains(words, bytes) || contains(words, candidate.path.as_bytes());
        has(&self.code) || candidate.interest == Interest::Tokens && has(&self.tokens)
    }
}

fn read<Place>(
    candidate: &Candidate<Place>,
    words: Option<&Words>,
    load: impl Fn(&Place, u64) -> Result<Option<Vec<u8>>, String>,
) -> Result<Option<SourceFile>, Problem> {
    let path = &candidate.path;
    let limit = if ecosystem::is_lockfile(path) { LOCKFILE_SIZE_LIMIT } else { SIZE_LIMIT };
    let bytes =
        load(&candidate.place, limit).map_err(|reason| Problem::new(path, format!("could not be read: {reason}")))?;
    let Some(bytes) = bytes else {
        return match candidate.interest {
            Interest::Always => Err(Problem::new(path, format!("is larger than {} MiB; it was not read", limit >> 20))),
            _ => Ok(None), // code of that size is generated
        };
    };
    let matters =
        candidate.interest == Interest::Always || words.is_none_or(|words| words.make_matter(&bytes, candidate));
    Ok(matters.then(|| SourceFile::decode(path.as_str(), bytes)))
}

/// Maps `items` on as many threads as there are processors, keeping their order.
fn parallel<T: Sync, R: Send>(items: &[T], map: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> =
            items.chunks(share).map(|chunk| scope.spawn(|| chunk.iter().map(&map).collect::<Vec<_>>())).collect();
        let joined = workers.into_iter().map(|worker| worker.join());
        joined.flat_map(|results| results.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
