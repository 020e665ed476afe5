//! Which version of a package a lockfile holds. Lockfiles are large: each reader looks for the one entry.

use crate::{
    source::{FileId, SourceFile, Sources, Span, Spanned},
    version::{Scheme, Version},
};

mod npm;
mod pnpm;
mod yarn;

/// A package as a manifest asks for it.
pub(super) struct Wanted<'a> {
    /// The manifest's folder.
    pub(super) folder: &'a str,
    /// The key in the manifest.
    pub(super) name: &'a str,
    /// What is asked for, as written.
    pub(super) requirement: &'a str,
}

/// What the lockfile of a manifest says.
pub(super) struct Locked {
    /// The version it holds.
    pub(super) version: Option<Spanned<Version>>,
    /// The start of the command that updates it, to stand before the package's name.
    pub(super) update: &'static str,
}

/// A place in a lockfile that may serve a manifest.
struct Lockfile<'a> {
    id: FileId,
    file: &'a SourceFile,
    /// The manifest's folder, relative to the lockfile's; empty when they lie beside each other.
    member: &'a str,
}

/// What a reader finds: the manifest is none of the lockfile's, or the version's place, if there is one.
type Entry = Option<Option<Span>>;

type Reader = fn(&Lockfile<'_>, &Wanted<'_>) -> Entry;

/// The lockfiles of every package manager; where several lie in one folder the first one wins.
const READERS: [(&str, Reader); 5] = [
    ("npm-shrinkwrap.json", npm::read),
    ("package-lock.json", npm::read),
    ("yarn.lock", yarn::read),
    ("pnpm-lock.yaml", pnpm::read),
    ("bun.lock", npm::read_bun),
];

/// Whether a file's name is that of a lockfile.
pub(super) fn is_lockfile(name: &str) -> bool {
    READERS.iter().any(|(lockfile, _)| *lockfile == name)
}

/// What the nearest lockfile that serves the manifest says: the one beside it, or that of a workspace it is part of.
pub(super) fn find(sources: &Sources, wanted: &Wanted<'_>) -> Option<Locked> {
    let mut folder = Some(wanted.folder);
    while let Some(at) = folder {
        let found = in_folder(sources, at, wanted);
        if found.is_some() {
            return found;
        }
        folder = (!at.is_empty()).then(|| at.rsplit_once('/').map_or("", |(parent, _)| parent));
    }
    None
}

fn in_folder(sources: &Sources, folder: &str, wanted: &Wanted<'_>) -> Option<Locked> {
    let member = wanted.folder[folder.len()..].trim_start_matches('/');
    let mut beside = None;
    for (name, read) in READERS {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let Some(id) = sources.find(&path) else { continue };
        let lockfile = Lockfile { id, file: sources.file(id), member };
        let entry = read(&lockfile, wanted);
        let version = entry.flatten().and_then(|span| version(sources, span));
        let locked = Locked { version, update: update(name, lockfile.file) };
        if locked.version.is_some() {
            return Some(locked);
        }
        if member.is_empty() || entry.is_some() {
            beside.get_or_insert(locked);
        }
    }
    beside
}

fn version(sources: &Sources, span: Span) -> Option<Spanned<Version>> {
    let text = sources.text(span);
    let value = Version::parse(Scheme::Npm, text).filter(|_| text.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(Spanned { value, span })
}

fn update(name: &str, file: &SourceFile) -> &'static str {
    match name {
        "yarn.lock" if yarn::is_berry(&file.text) => "yarn up",
        "yarn.lock" => "yarn upgrade",
        "pnpm-lock.yaml" => "pnpm update",
        "bun.lock" => "bun update",
        _ => "npm update",
    }
}

impl Lockfile<'_> {
    fn span(&self, start: usize, length: usize) -> Span {
        Span { file: self.id, start, end: start + length }
    }

    /// The span of `part`, a slice of the lockfile's text from `start` on.
    fn part(&self, start: usize, part: &str) -> Span {
        let digits = part.split(['(', '_', ' ', '"', '\'']).next().unwrap_or(part);
        self.span(start, digits.len())
    }
}
