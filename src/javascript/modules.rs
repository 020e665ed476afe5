//! Which file or package a name in `import` or `require` means.

use std::collections::BTreeMap;

use crate::source::{FileId, Sources};

/// What a module's name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file of the tree.
    File(FileId),
    /// A package, with the path inside it: `express`, `atlassian-connect-express/lib/middleware`.
    Package(String),
    /// A file that should be in the tree but was not read.
    Missing,
}

/// Knows the tree's files.
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    files: BTreeMap<String, FileId>,
}

/// What may be left out at the end of a module's name.
const SUFFIXES: [&str; 9] = ["", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts"];

/// What a name may end with although the file on disk is TypeScript.
const COMPILED: [(&str, &[&str]); 4] =
    [(".js", &[".ts", ".tsx"]), (".jsx", &[".tsx"]), (".mjs", &[".mts"]), (".cjs", &[".cts"])];

impl Resolver {
    /// Learns the tree's files.
    pub fn read(sources: &Sources) -> Resolver {
        Resolver { files: sources.iter().map(|(id, file)| (file.path.to_string(), id)).collect() }
    }

    /// What `source` means in the file at `from`.
    pub fn resolve(&self, from: &str, source: &str) -> Target {
        if !source.starts_with('.') && !source.starts_with('/') {
            return Target::Package(source.to_owned());
        }
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        match join(folder, source).and_then(|path| self.file(&path)) {
            Some(file) => Target::File(file),
            None => Target::Missing,
        }
    }

    /// The file that a path without its suffix means.
    fn file(&self, path: &str) -> Option<FileId> {
        let named = SUFFIXES.iter().find_map(|suffix| self.files.get(&format!("{path}{suffix}")));
        let compiled = || {
            COMPILED.iter().find_map(|(suffix, sources)| {
                let stem = path.strip_suffix(suffix)?;
                sources.iter().find_map(|source| self.files.get(&format!("{stem}{source}")))
            })
        };
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let index = || SUFFIXES[1..].iter().find_map(|suffix| self.files.get(&format!("{prefix}index{suffix}")));
        named.or_else(compiled).or_else(index).copied()
    }
}

/// Joins a folder and a relative name; `None` if that leaves the root.
pub fn join(folder: &str, name: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
