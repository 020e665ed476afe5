//! Where the scanned root is in its repository: code scanning and reviews name files from the top of that.

use std::path::Path;

use crate::git::{self, Repository};

/// Where the scanned root is in its repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkout {
    /// The scanned root below the top of the repository, with `/` between its parts; empty at the top, and where there
    /// is no repository.
    pub folder: String,
    /// The web address of the repository, where it names one.
    pub origin: Option<String>,
}

impl Checkout {
    /// The checkout that a folder is in. Nothing of it is run.
    pub fn around(root: &Path) -> Checkout {
        let folder = git::top(root).and_then(|top| {
            let whole = root.canonicalize().ok()?;
            let parts: Option<Vec<_>> =
                whole.strip_prefix(top).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
            Some(parts?.join("/"))
        });
        let Some(folder) = folder else { return Checkout::default() };
        let origin = Repository::around(root).ok().and_then(|repository| repository.origin());
        Checkout { folder, origin }
    }

    /// A path under the scanned root as one under the top of the repository.
    pub fn path(&self, path: &str) -> String {
        if self.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", self.folder) }
    }
}
