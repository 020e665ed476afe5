//! A tree in a commit.

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
    let root = repository.below(&scope.root)?;
    let paths: Vec<_> = scope.paths.iter().map(|path| repository.below(path)).collect::<Result<_, _>>()?;
    let candidate = |file: TrackedFile| {
        let path = relative(&root, &file.path)?.to_owned();
        let interest = ecosystem::interest(&path);
        let asked = paths.iter().find_map(|asked| relative(asked, &file.path))?;
        let built = asked.split('/').rev().skip(1).any(|folder| BUILT.contains(&folder));
        (interest != Interest::None && !built).then_some(Candidate { place: file, path, interest })
    };
    Ok(revision.files(&root)?.into_iter().filter_map(candidate).collect())
}

/// What follows a folder in a path below it; the path itself where it is that one.
fn relative<'path>(folder: &str, path: &'path str) -> Option<&'path str> {
    if folder.is_empty() || folder == path {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}
