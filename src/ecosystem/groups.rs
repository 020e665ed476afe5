//! Which files of a tree are read together: those below one folder that holds a file, and those that they name elsewhere.
//!
//! Folders beside each other are read apart only if each of them has something that is built. Programs that nothing ties together say nothing of each other: names in one mean nothing in another, and a tree of a
//! thousand apps costs a thousand times one.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use crate::{
    facts::Facts,
    javascript,
    source::{FileId, Sources},
};

/// The files of a tree, in groups.
pub(super) struct Groups<'s> {
    sources: &'s Sources,
    /// The folders that are read apart, each with the first of those it hangs together with.
    tops: BTreeMap<&'s str, &'s str>,
}

impl<'s> Groups<'s> {
    /// Of a tree whose build files were read.
    pub(super) fn read(sources: &'s Sources, facts: &Facts) -> Groups<'s> {
        let folders: BTreeSet<&str> = sources.iter().map(|(_, file)| file.folder()).collect();
        let builds = facts.build_files.iter().map(|file| sources.file(*file).folder()).collect();
        let tops = tops(&folders, &builds);
        let mut groups = Groups { sources, tops: tops.into_iter().map(|top| (top, top)).collect() };
        if groups.tops.len() > 1 {
            groups.tie(facts);
        }
        groups
    }

    /// Ties groups that name files of each other, or are built from each other.
    fn tie(&mut self, facts: &Facts) {
        let sources = self.sources;
        let mut ties: Vec<(&str, &str)> = Vec::new();
        for (id, file) in sources.iter() {
            let own = self.top(file.folder());
            let named = javascript::outward(id, file);
            ties.extend(named.iter().filter_map(|path| Some((own?, self.top(path)?))));
        }
        let top_of = |file: FileId| self.top(sources.file(file).folder());
        ties.extend(facts.parts.iter().filter_map(|part| Some((top_of(part.user)?, top_of(part.used)?))));
        for (one, other) in ties {
            let (one, other) = (self.first(one), self.first(other));
            self.tops.insert(one.max(other), one.min(other));
        }
    }

    /// The one of them that is above a path, or is it.
    fn top(&self, path: &str) -> Option<&'s str> {
        downward(path).find_map(|folder| self.tops.get_key_value(folder)).map(|(top, _)| *top)
    }

    /// What stands for all folders that one hangs together with.
    fn first(&self, top: &'s str) -> &'s str {
        let mut at = top;
        while let Some(next) = self.tops.get(at).filter(|next| **next != at) {
            at = next;
        }
        at
    }

    /// The files of each group with the facts about them, in order of the groups' first folders.
    pub(super) fn split(&self, facts: Facts) -> Vec<(Sources, Facts)> {
        let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for top in self.tops.keys() {
            folders.entry(self.first(top)).or_default().push(top);
        }
        let numbers: BTreeMap<&str, usize> =
            folders.keys().enumerate().map(|(number, first)| (*first, number)).collect();
        let number = |file: FileId| {
            let top = self.top(self.sources.file(file).folder());
            top.and_then(|top| numbers.get(self.first(top)).copied()).unwrap_or_default()
        };
        let parts = facts.split(folders.len(), number);
        folders.into_values().map(|folders| self.sources.below(folders)).zip(parts).collect()
    }
}

/// The folders to read apart, of those with files and those with build files.
fn tops<'s>(folders: &BTreeSet<&'s str>, builds: &BTreeSet<&str>) -> Vec<&'s str> {
    let mut tops = Vec::new();
    let mut open = if folders.is_empty() { Vec::new() } else { vec![""] };
    while let Some(folder) = open.pop() {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let inside = folders.range::<str, _>(from(&prefix)).take_while(|path| path.starts_with(&prefix));
        let end = |path: &str| path[prefix.len()..].find('/').map_or(path.len(), |at| prefix.len() + at);
        let mut children: Vec<&str> = inside.map(|path| &path[..end(path)]).collect();
        children.dedup();
        let is_apart = !folders.contains(folder) && children.iter().all(|child| has_build(builds, child));
        if is_apart { open.extend(children) } else { tops.push(folder) }
    }
    tops
}

/// Whether a build file is in a folder or below it.
fn has_build(builds: &BTreeSet<&str>, folder: &str) -> bool {
    let prefix = format!("{folder}/");
    builds.contains(folder)
        || builds.range::<str, _>(from(&prefix)).next().is_some_and(|path| path.starts_with(&prefix))
}

fn from(start: &str) -> (Bound<&str>, Bound<&str>) {
    (Bound::Included(start), Bound::Unbounded)
}

/// A path and the folders above it, the topmost first; the root is empty.
fn downward(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain((!path.is_empty()).then_some(path.len()));
    std::iter::once(0).chain(ends).map(|end| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    /// The files of each group; a `package.json` is a build file.
    fn groups(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let sources = Sources::new(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect());
        let builds = sources.iter().filter(|(_, file)| file.name() == "package.json").map(|(id, _)| id).collect();
        let split = Groups::read(&sources, &Facts { build_files: builds, ..Facts::default() }).split(Facts::default());
        split.iter().map(|(sources, _)| sources.iter().map(|(_, file)| file.path.to_string()).collect()).collect()
    }

    #[test]
    fn a_folder_with_files_holds_what_is_below_it_together() {
        let paths =
            ["a-b/package.json", "a/x/1.js", "a/x/package.json", "a/y/z/package.json", "b/2.js", "b/c/package.json"];
        let found = groups(&paths.map(|path| (path, "")));
        assert_eq!(found, [&paths[..1], &paths[1..3], &paths[3..4], &paths[4..]]);
        assert_eq!(groups(&[("a/package.json", ""), ("b/package.json", ""), ("2.js", "")]).len(), 1);
        assert!(groups(&[]).is_empty());
    }

    #[test]
    fn folders_without_builds_are_read_with_those_beside_them() {
        assert_eq!(groups(&[("app/A.java", ""), ("conf/routes", ""), ("web/package.json", "")]).len(), 1);
        let found = groups(&[
            ("1/app/A.java", ""),
            ("1/web/package.json", ""),
            ("2/a/package.json", ""),
            ("2/b/package.json", ""),
        ]);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1]);
    }

    #[test]
    fn what_names_a_file_elsewhere_is_read_with_it() {
        let found = groups(&[
            ("api/index.js", "require('../common/x')"),
            ("api/package.json", "{}"),
            ("common/package.json", "{}"),
            ("web/package.json", "{}"),
            ("web/tsconfig.json", r#"{"compilerOptions": {"paths": {"@lib/*": ["../lib/*"]}}}"#),
            ("lib/package.json", "{}"),
            ("other/package.json", "{}"),
            ("other/y.js", "import './z'"),
        ]);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 2]);
    }
}
