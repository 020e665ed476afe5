//! What inputs grow from: the fixtures, as they are on disk.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use connect_lint::ecosystem::{self, Interest};
use walkdir::WalkDir;

use crate::{mutate::tokens, tree};

/// Larger seeds would make few executions; all fixtures but a dozen are smaller.
const LARGEST: usize = 4 << 10;

/// The seeds of a target.
pub struct Seeds {
    texts: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
    given: AtomicUsize,
}

impl Seeds {
    /// Every fixture file whose path `is_of` takes, each text once.
    pub fn texts(is_of: impl Fn(&str) -> bool) -> Seeds {
        let files = folders().into_iter().flat_map(|folder| files(&folder));
        Seeds::new(files.filter(|(path, _)| is_of(path)).map(|(_, bytes)| bytes))
    }

    /// Every fixture tree with a file whose path `is_of` takes, with all files that connect-lint reads in it.
    pub fn trees(is_of: impl Fn(&str) -> bool) -> Seeds {
        let is_read = |path: &str| ecosystem::interest(path) != Interest::None;
        let read =
            |folder: PathBuf| -> Vec<_> { files(&folder).into_iter().filter(|(path, _)| is_read(path)).collect() };
        let trees = folders().into_iter().map(read).filter(|files| files.iter().any(|(path, _)| is_of(path)));
        Seeds::new(trees.map(|files| tree::written(&files)))
    }

    /// Some texts.
    pub fn of(texts: &[&str]) -> Seeds {
        Seeds::new(texts.iter().map(|text| text.as_bytes().to_vec()))
    }

    fn new(texts: impl Iterator<Item = Vec<u8>>) -> Seeds {
        let mut texts: Vec<_> = texts.filter(|text| text.len() <= LARGEST).collect();
        texts.sort();
        texts.dedup();
        let mut words: Vec<_> = texts.iter().flat_map(|text| tokens(text).map(|token| text[token].to_vec())).collect();
        words.sort();
        words.dedup();
        Seeds { texts, words, given: AtomicUsize::new(0) }
    }

    /// The seeds, one after the other; `None` when each was given once.
    pub fn next(&self) -> Option<&[u8]> {
        self.texts.get(self.given.fetch_add(1, Ordering::Relaxed)).map(Vec::as_slice)
    }

    /// All of them.
    pub fn all(&self) -> &[Vec<u8>] {
        &self.texts
    }

    /// The words of all of them, each once.
    pub fn words(&self) -> &[Vec<u8>] {
        &self.words
    }
}

/// Whether a path ends like one of some names or suffixes.
pub fn ends(path: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| path.ends_with(ending))
}

/// The folders of the fixture trees: `fixtures/<rule>/<case>`.
fn folders() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let folders = WalkDir::new(fixtures).min_depth(2).max_depth(2).sort_by_file_name().into_iter().flatten();
    folders.filter(|entry| entry.file_type().is_dir()).map(|entry| entry.into_path()).collect()
}

/// The files of a folder under their relative paths.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let path = entry.path().strip_prefix(folder).ok().and_then(Path::to_str).map(|path| path.replace('\\', "/"));
        if let (Some(path), Ok(bytes)) = (path, fs::read(entry.path())) {
            files.insert(path, bytes);
        }
    }
    files.into_iter().collect()
}
