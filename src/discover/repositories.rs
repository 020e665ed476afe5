//! The repositories of an organisation: the folders below one that are each a tree of their own.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    ecosystem::{self, CONFIGURATION, Interest},
    names,
};

/// A folder to check by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its path below the folder of all, with `/` between its parts; `.` for that folder itself.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What keeps it from being looked at, in lower case without a full stop.
    pub obstacle: Option<String>,
}

/// The repositories below some paths, in order of path; found as they are asked for.
///
/// What holds `.git`, or any file that is not hidden, is a repository, and is not looked into. A folder that holds
/// nothing but folders is a group of them. The paths themselves may hold other files, too: they are repositories where
/// they hold `.git`, or files of an app.
#[derive(Clone, Debug)]
pub struct Repositories {
    root: PathBuf,
    /// What is left to look at, the next one last.
    open: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Place {
    path: PathBuf,
    /// Whether the user named it.
    named: bool,
}

/// What a folder holds.
#[derive(Default)]
struct Listing {
    git: bool,
    files: bool,
    /// Whether one of the files is an app's, whatever is in it.
    app: bool,
    /// The folders that are not hidden, and the links to folders.
    folders: Vec<PathBuf>,
}

impl Repositories {
    /// Those below the paths; their names count from `root`.
    pub fn below(root: &Path, paths: &[PathBuf]) -> Repositories {
        let mut paths = paths.to_vec();
        paths.sort();
        paths.dedup();
        let open = paths.into_iter().rev().map(|path| Place { path, named: true }).collect();
        Repositories { root: root.to_owned(), open }
    }

    fn repository(&self, path: PathBuf, obstacle: Option<String>) -> Repository {
        let below = path.strip_prefix(&self.root).unwrap_or(&path);
        let name = Some(names::relative(below)).filter(|name| !name.is_empty()).unwrap_or_else(|| ".".to_owned());
        Repository { name, path, obstacle }
    }

    /// Whether a link leads to what is looked at anyway.
    fn stays_inside(&self, link: &Path) -> bool {
        let whole = fs::canonicalize(link);
        fs::canonicalize(&self.root).is_ok_and(|root| whole.is_ok_and(|whole| whole.starts_with(root)))
    }
}

impl Iterator for Repositories {
    type Item = Repository;

    fn next(&mut self) -> Option<Repository> {
        while let Some(Place { path, named }) = self.open.pop() {
            if !named && path.is_symlink() {
                if self.stays_inside(&path) {
                    continue;
                }
                let reason = "is a symbolic link that leaves the folder; it was not followed";
                return Some(self.repository(path, Some(reason.to_owned())));
            }
            let listing = match Listing::of(&path) {
                Ok(listing) => listing,
                Err(error) => return Some(self.repository(path, Some(error.to_string()))),
            };
            if is_bare(&path) {
                let reason = "is a bare git repository: there are no files to read";
                return Some(self.repository(path, Some(reason.to_owned())));
            }
            let is_group = !listing.folders.is_empty() && !listing.app && (named || !listing.files);
            if listing.git || !is_group {
                return Some(self.repository(path, None));
            }
            self.open.extend(listing.folders.into_iter().rev().map(|path| Place { path, named: false }));
        }
        None
    }
}

impl Listing {
    fn of(folder: &Path) -> io::Result<Listing> {
        let mut listing = Listing::default();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (name, kind) = (entry.file_name(), entry.file_type()?);
            let is_folder = kind.is_dir() || kind.is_symlink() && entry.path().is_dir();
            match is_folder {
                _ if name == ".git" => listing.git = true,
                _ if name.as_encoded_bytes().starts_with(b".") => {}
                true => listing.folders.push(entry.path()),
                false => {
                    listing.files = true;
                    listing.app |= name.to_str().is_some_and(is_of_an_app);
                }
            }
        }
        listing.folders.sort();
        Ok(listing)
    }
}

fn is_of_an_app(name: &str) -> bool {
    name != CONFIGURATION && ecosystem::interest(name) == Interest::Always
}

/// Whether a folder is what git keeps of a repository, without its files.
fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}
