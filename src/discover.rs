//! From a folder to the text of every file that can matter.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

use aho_corasick::packed::Searcher;
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::{
    ecosystem::{self, CODE_WORDS, Interest},
    problem::Problem,
    source::{SourceFile, Sources},
};

/// Folders that hold what was built or installed. Below the root they are never apps.
pub const BUILT: [&str; 8] = [".git", "node_modules", "target", "build", "dist", "out", "bin", "vendor"];

/// The size up to which a file is read, in bytes.
const SIZE_LIMIT: u64 = 2 << 20;

/// The size up to which a lockfile is read, in bytes; they are scanned, not parsed to a tree.
const LOCKFILE_SIZE_LIMIT: u64 = 64 << 20;

/// What to look at.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The folder that paths are relative to.
    pub root: PathBuf,
    /// The files and folders below it to read; the root itself for all.
    pub paths: Vec<PathBuf>,
    /// Whether files that the tree's own ignore files name are left out.
    pub honour_ignore_files: bool,
}

/// The text of a tree.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The files that can matter.
    pub sources: Sources,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A file worth reading.
struct Candidate {
    /// Where it is on disk.
    location: PathBuf,
    /// Its path below the root.
    path: String,
    interest: Interest,
}

/// Reads every file in scope that some room wants.
pub fn discover(scope: &Scope) -> Tree {
    let (candidates, problems) = walk(scope);
    let words = Searcher::new(CODE_WORDS.iter());
    let mut reading = Reading { files: Vec::new(), problems };
    reading.add(parallel(&candidates, |candidate| read(candidate, words.as_ref())));
    let read_already: BTreeSet<String> = reading.files.iter().map(|file| file.path.to_string()).collect();
    let rest = candidates.iter().filter(|candidate| !read_already.contains(&candidate.path));
    let mut rest: BTreeMap<&str, &Candidate> = rest.map(|candidate| (candidate.path.as_str(), candidate)).collect();
    let mut fresh = read_already;
    for _round in 0..IMPORT_ROUNDS {
        let sources = Sources::new(reading.files.clone());
        let wanted = ecosystem::wanted(&sources, &|path| fresh.contains(path));
        let found: Vec<_> = wanted.iter().filter_map(|path| rest.remove(path.as_str())).collect();
        if found.is_empty() {
            break;
        }
        fresh = found.iter().map(|candidate| candidate.path.clone()).collect();
        reading.add(parallel(&found, |candidate| read(candidate, None)));
    }
    reading.problems.sort();
    Tree { sources: Sources::new(reading.files), problems: reading.problems }
}

/// How far imports are followed into files that say nothing by themselves.
const IMPORT_ROUNDS: usize = 16;

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

fn walk(scope: &Scope) -> (Vec<Candidate>, Vec<Problem>) {
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
    found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
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
    let path = Path::new(&problem.path).strip_prefix(root).map(|path| path.to_string_lossy().into_owned());
    Problem { path: path.unwrap_or(problem.path), message: problem.message }
}

/// What an entry of the walk is to us: a file to read, nothing, or a problem.
fn candidate(root: &Path, entry: DirEntry) -> Result<Option<Candidate>, Problem> {
    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let parts = below.components().map(|part| part.as_os_str().to_str());
    let Some(parts) = parts.collect::<Option<Vec<_>>>() else {
        return Ok(None); // a name that is not UTF-8 is none of the names we know
    };
    let path = parts.join("/");
    let interest = ecosystem::interest(&path);
    let Some(kind) = entry.file_type().filter(|_| interest != Interest::None) else { return Ok(None) };
    let location = entry.into_path();
    if kind.is_file() {
        return Ok(Some(Candidate { location, path, interest }));
    }
    if interest != Interest::Always {
        return Ok(None);
    }
    if kind.is_dir() {
        return if is_descriptor_name(&path) { Err(Problem::new(path, "is a folder, not a file")) } else { Ok(None) };
    }
    let target = fs::canonicalize(&location).map_err(|error| unreadable(&path, &error))?;
    let inside = fs::canonicalize(root).is_ok_and(|root| target.starts_with(root));
    if !inside {
        return Err(Problem::new(path, "is a symbolic link that leaves the scanned tree; it was not read"));
    }
    Ok(target.is_file().then_some(Candidate { location, path, interest }))
}

fn is_descriptor_name(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with("atlassian-connect") && name.ends_with(".json"))
}

fn read(candidate: &Candidate, words: Option<&Searcher>) -> Result<Option<SourceFile>, Problem> {
    let path = &candidate.path;
    let size = fs::metadata(&candidate.location).map_err(|error| unreadable(path, &error))?.len();
    let limit = if ecosystem::is_lockfile(path) { LOCKFILE_SIZE_LIMIT } else { SIZE_LIMIT };
    if size > limit {
        return match candidate.interest {
            Interest::Always => Err(Problem::new(path, format!("is larger than {} MiB; it was not read", limit >> 20))),
            _ => Ok(None), // code of that size is generated
        };
    }
    let bytes = fs::read(&candidate.location).map_err(|error| unreadable(path, &error))?;
    let matters = candidate.interest == Interest::Always
        || words.is_none_or(|words| [&bytes[..], path.as_bytes()].iter().any(|text| words.find(text).is_some()));
    Ok(matters.then(|| SourceFile::decode(path.as_str(), bytes)))
}

fn unreadable(path: &str, error: &io::Error) -> Problem {
    Problem::new(path, format!("could not be read: {error}"))
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
