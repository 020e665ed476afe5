//! Which of a tree's files are read: those that matter by themselves, and those that they name.

use std::{
    cell::LazyCell,
    collections::{BTreeSet, HashMap, HashSet},
    mem, str,
    sync::Arc,
};

use crate::{
    discover::{
        Candidate,
        parallel::{Buffer, parallel},
    },
    ecosystem::{self, Interest, Named, TOKEN_WORDS},
    literals::Relevance,
    problem::Problem,
    source::{SourceFile, Sources},
};

/// The size up to which a file is read, in bytes.
const SIZE_LIMIT: u64 = 2 << 20;

/// The size up to which a lockfile is read, in bytes; they are scanned, not parsed to a tree.
const LOCKFILE_SIZE_LIMIT: u64 = 64 << 20;

/// How far imports are followed into files that say nothing by themselves.
const IMPORT_ROUNDS: usize = 16;

/// What was read so far.
pub(super) struct Reading<'c, Place> {
    /// Everything that may be read, in any order.
    candidates: &'c [Candidate<Place>],
    /// The files that matter.
    pub(super) files: Vec<SourceFile>,
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
    /// The files that matter if they name one that does.
    aside: Vec<SourceFile>,
    /// The paths of those that matter.
    known: HashSet<Arc<str>>,
}

/// What reading a file came to.
enum Outcome {
    Read(SourceFile, Relevance),
    Unread(Problem),
}

impl<'c, Place: Sync> Reading<'c, Place> {
    /// Reads the files that matter by themselves.
    pub(super) fn begin(
        candidates: &'c [Candidate<Place>],
        problems: Vec<Problem>,
        load: &(impl Fn(&Place, u64, &mut Buffer) -> Result<bool, String> + Sync),
    ) -> Reading<'c, Place> {
        let read = |buffer: &mut Buffer, candidate: &Candidate<Place>| {
            let is_whole = fill(candidate, load, buffer);
            outcome(candidate, is_whole, || weighed(candidate, buffer.bytes()))
        };
        let mut reading = Reading { candidates, files: Vec::new(), problems, aside: Vec::new(), known: HashSet::new() };
        let mut outcomes = parallel(candidates, read);
        outcomes.sort_unstable_by(|(a, _), (b, _)| candidates[*a].path.cmp(&candidates[*b].path));
        reading.add(outcomes);
        reading
    }

    fn add(&mut self, outcomes: Vec<(usize, Outcome)>) {
        for (_, outcome) in outcomes {
            match outcome {
                Outcome::Read(file, Relevance::Connected) => self.aside.push(file),
                Outcome::Read(file, _) => {
                    self.known.insert(Arc::clone(&file.path));
                    self.files.push(file);
                }
                Outcome::Unread(problem) => self.problems.push(problem),
            }
        }
    }

    /// Reads what the files read so far name, and what that names.
    pub(super) fn follow(&mut self, load: &(impl Fn(&Place, u64, &mut Buffer) -> Result<bool, String> + Sync)) {
        let own = Sources::new(self.files.clone());
        let follow = ecosystem::follow(&own);
        let named_by = |files: &[SourceFile]| parallel(files, |_, file| Some(follow(file)));
        let aside = mem::take(&mut self.aside);
        let named = named_by(&aside).into_iter().map(|(_, named)| named);
        let mut aside: Vec<(SourceFile, Vec<Named>)> = aside.iter().cloned().zip(named).collect();
        let candidates = self.candidates;
        let by_path = LazyCell::new(|| {
            candidates.iter().map(|candidate| (candidate.path.as_str(), candidate)).collect::<HashMap<_, _>>()
        });
        let mut from = 0;
        for _round in 0..IMPORT_ROUNDS {
            let named: Vec<Named> = named_by(&self.files[from..]).into_iter().flat_map(|(_, named)| named).collect();
            let wanted: BTreeSet<&str> =
                named.iter().flat_map(|named| self.unknown(named)).map(String::as_str).collect();
            let is_named = |path: &str| wanted.contains(path) || named.iter().any(|named| named.lists(path));
            let new: HashSet<&str> = self.files[from..].iter().map(|file| &*file.path).collect();
            let joins = |(file, own): &(SourceFile, Vec<Named>)| {
                is_named(&file.path) || own.iter().flat_map(Named::paths).any(|path| new.contains(path.as_str()))
            };
            let (joined, rest): (Vec<_>, Vec<_>) = aside.into_iter().partition(joins);
            aside = rest;
            let is_joined = |candidate: &&Candidate<Place>| joined.iter().any(|(file, _)| *file.path == candidate.path);
            let found = wanted.iter().filter_map(|path| by_path.get(path).copied());
            let found: Vec<_> = found.filter(|candidate| !is_joined(candidate)).collect();
            let outcomes = parallel(&found, |buffer, candidate| {
                let is_whole = fill(candidate, load, buffer);
                outcome(candidate, is_whole, || Some((decoded(candidate, buffer.bytes()), Relevance::Own)))
            });
            from = self.files.len();
            self.add(joined.into_iter().map(|(file, _)| (0, Outcome::Read(file, Relevance::Own))).collect());
            self.add(outcomes);
            if self.files.len() == from {
                break;
            }
        }
    }

    /// The paths that a name may stand for, if none of them is read already.
    fn unknown<'n>(&self, named: &'n Named) -> &'n [String] {
        let paths = named.paths();
        if paths.iter().any(|path| self.knows(path)) { &[] } else { paths }
    }

    fn knows(&self, path: &str) -> bool {
        self.known.contains(path)
    }
}

/// Puts a file's bytes into a buffer; whether it is no larger than files of its kind are read.
fn fill<Place>(
    candidate: &Candidate<Place>,
    load: &impl Fn(&Place, u64, &mut Buffer) -> Result<bool, String>,
    buffer: &mut Buffer,
) -> Result<bool, Problem> {
    let unread = |reason: String| Problem::new(candidate.path.as_str(), format!("could not be read: {reason}"));
    load(&candidate.place, limit(candidate), buffer).map_err(unread)
}

fn limit<Place>(candidate: &Candidate<Place>) -> u64 {
    let is_lockfile = candidate.interest == Interest::Always && ecosystem::is_lockfile(&candidate.path);
    if is_lockfile { LOCKFILE_SIZE_LIMIT } else { SIZE_LIMIT }
}

/// What reading a file came to; nothing where it does not matter.
fn outcome<Place>(
    candidate: &Candidate<Place>,
    is_whole: Result<bool, Problem>,
    weighed: impl FnOnce() -> Option<(SourceFile, Relevance)>,
) -> Option<Outcome> {
    match is_whole {
        Ok(true) => weighed().map(|(file, relevance)| Outcome::Read(file, relevance)),
        Ok(false) if candidate.interest == Interest::Always => {
            let reason = format!("is larger than {} MiB; it was not read", limit(candidate) >> 20);
            Some(Outcome::Unread(Problem::new(candidate.path.as_str(), reason)))
        }
        Ok(false) => None, // code of that size is generated
        Err(problem) => Some(Outcome::Unread(problem)),
    }
}

fn decoded<Place>(candidate: &Candidate<Place>, bytes: &[u8]) -> SourceFile {
    SourceFile::decode(candidate.path.as_str(), bytes.to_vec())
}

/// A file with how much it matters, if it does at all.
fn weighed<Place>(candidate: &Candidate<Place>, bytes: &[u8]) -> Option<(SourceFile, Relevance)> {
    if candidate.interest == Interest::Always {
        return Some((decoded(candidate, bytes), Relevance::Own));
    }
    let words = ecosystem::words(&candidate.path);
    let hits = words.hits(bytes);
    let path = candidate.path.as_bytes();
    let has_token = || [bytes, path].iter().any(|text| !TOKEN_WORDS.hits(text).is_empty());
    let is_named = || !words.hits(path).is_empty() || candidate.interest == Interest::Tokens && has_token();
    if hits.is_empty() && !is_named() {
        return None;
    }
    let relevance = match str::from_utf8(bytes) {
        Ok(text) => ecosystem::relevance(&candidate.path, text, &hits),
        Err(_) => {
            let file = decoded(candidate, bytes);
            ecosystem::relevance(&file.path, &file.text, &words.hits(file.text.as_bytes()))
        }
    };
    (relevance != Relevance::None).then(|| (decoded(candidate, bytes), relevance))
}
