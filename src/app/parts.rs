//! Which folders and build files an app of a multi-module build is made from.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    facts::{Facts, Part},
    source::{FileId, Sources},
};

/// The parts of every module, nearest first.
pub(super) struct Parts(BTreeMap<String, Vec<Used>>);

/// A part of a module, directly or through others.
#[derive(Clone)]
pub(super) struct Used {
    /// Its build file.
    pub(super) file: FileId,
    /// The folder of its build file.
    pub(super) folder: String,
    /// Whether its files come along.
    pub(super) is_whole: bool,
}

impl Parts {
    pub(super) fn read(facts: &Facts, sources: &Sources) -> Parts {
        let mut direct: BTreeMap<FileId, Vec<&Part>> = BTreeMap::new();
        for part in &facts.parts {
            direct.entry(part.user).or_default().push(part);
        }
        let mut parts: BTreeMap<String, Vec<Used>> = BTreeMap::new();
        for user in direct.keys() {
            let (mut seen, mut open) = (BTreeSet::from([*user]), VecDeque::from([*user]));
            let own = parts.entry(sources.file(*user).folder().to_owned()).or_default();
            while let Some(file) = open.pop_front() {
                for part in direct.get(&file).into_iter().flatten().filter(|part| seen.insert(part.used)) {
                    let folder = sources.file(part.used).folder().to_owned();
                    own.push(Used { file: part.used, folder, is_whole: part.is_whole });
                    open.push_back(part.used);
                }
            }
        }
        Parts(parts)
    }

    /// What the module in a folder is made from.
    pub(super) fn of(&self, folder: &str) -> &[Used] {
        self.0.get(folder).map_or(&[], Vec::as_slice)
    }

    /// Whether the module in a folder is made from the one in another.
    pub(super) fn holds(&self, folder: &str, part: &str) -> bool {
        folder != part && self.of(folder).iter().any(|used| used.folder == part)
    }
}
