//! A tree in a commit.

use std::{fs, path::Path};

use crate::{
    discover::{BUILT, Candidate, Scope},
    ecosystem::{self, Interest},
    git::{Repository, Revision, TrackedFile},
};

/// The files of a commit that some room wants.
pub(super) fn candidates(
    scope: &Scope,
    repository: &Repository,
    revision: &Revision,
) -> Result<Vec<Candidate<TrackedFile>>, String> {
    let root = below(&repository.top, &scope.root)?;
    let paths: Vec<_> = scope.paths.iter().map(|path| below(&repository.top, path)).collect::<Result<_, _>>()?;
    let candidate = |file: TrackedFile| {
        let path = relative(&root, &file.path)?.to_owned();
        let interest = ecosystem::interest(&path);
        let asked = paths.iter().find_map(|asked| relative(asked, &file.path))?;
        let built = asked.split('/').rev().skip(1).any(|folder| BUILT.contains(&folder));
        (interest != Interest::None && !built).then_some(Candidate { place: file, path, interest })
    };
    Ok(revision.files(&root)?.into_iter().filter_map(candidate).collect())
}

/// The path of a folder or file on disk below the top of its repository, with `/` between its parts.
fn below(top: &Path, path: &Path) -> Result<String, String> {
    let named = |reason: String| format!("`{}`: {reason}", path.to_string_lossy());
    let whole = fs::canonicalize(path).map_err(|error| named(error.to_string()))?;
    let below = whole.strip_prefix(top).map_err(|_| named("it is not in the repository".to_owned()))?;
    let parts: Option<Vec<_>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    Ok(parts.ok_or_else(|| named("its name is not UTF-8".to_owned()))?.join("/"))
}

/// What follows a folder in a path below it; the path itself where it is that one.
fn relative<'path>(folder: &str, path: &'path str) -> Option<&'path str> {
    if folder.is_empty() || folder == path {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}
