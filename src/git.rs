//! Commits of a git repository and their files, read from its objects.
//!
//! Nothing of the repository runs: no git program, no hook, no filter. Of its configuration only the file in the
//! repository is read, for the form of its objects and the address of its remote; it includes no others.

use std::{
    fs,
    path::{Path, PathBuf},
};

use gix::{ObjectId, ThreadSafeRepository, objs::tree::EntryKind};

use crate::names;

mod origin;
mod sound;

/// How many files a commit may have; trees that repeat each other can claim any number.
const MOST_FILES: usize = 1_000_000;

/// How long all their paths together may be, in bytes.
const LONGEST: usize = 256 << 20;

/// How many folders may be inside each other.
const DEEPEST: usize = 256;

/// How much memory an object may take: a small one can claim to be any size. Files up to this size are read.
const LARGEST_OBJECT: &str = "gitoxide.objects.allocLimit=67108864";

/// A repository.
pub struct Repository {
    objects: ThreadSafeRepository,
    /// The folder that holds its `.git`, canonical.
    pub top: PathBuf,
}

/// The files of one commit.
pub struct Revision {
    objects: ThreadSafeRepository,
    tree: ObjectId,
}

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackedFile {
    /// Its path below the top of the repository, with `/` between its parts.
    pub path: String,
    id: ObjectId,
}

/// The nearest folder, from `folder` upward, that holds `.git`; canonical.
pub fn top(folder: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(folder).ok()?;
    folder.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned)
}

impl Repository {
    /// The repository that a folder is in.
    ///
    /// # Errors
    /// When there is none, or its objects cannot be read: why, in words.
    pub fn around(folder: &Path) -> Result<Repository, String> {
        let top = top(folder).ok_or("it is in no git repository")?;
        sound::check(&top)?;
        let options = gix::open::Options::isolated().with(gix::sec::Trust::Full).config_overrides([LARGEST_OBJECT]);
        let objects = ThreadSafeRepository::open_opts(&top, options).map_err(|error| error.to_string())?;
        Ok(Repository { objects, top })
    }

    /// The commit that a revision names, as git reads it: a branch, a tag, an id, `HEAD~1`.
    ///
    /// # Errors
    /// When it names none.
    pub fn revision(&self, name: &str) -> Result<Revision, String> {
        self.revision_of(self.commit(name)?)
    }

    /// The commit at which HEAD and a revision went apart; the revision itself where the history at hand does not say.
    ///
    /// # Errors
    /// When the revision names no commit.
    pub fn fork_point(&self, name: &str) -> Result<Revision, String> {
        let asked = self.commit(name)?;
        let local = self.objects.to_thread_local();
        let base = self.commit("HEAD").ok().and_then(|head| local.merge_base(head, asked).ok().flatten());
        self.revision_of(base.map_or(asked, gix::Id::detach))
    }

    /// Whether a file on disk is another than a revision has, or one that it does not have. Line ends are not compared:
    /// git may write others than it keeps.
    ///
    /// # Errors
    /// When the file is outside the repository, or the revision cannot be read.
    pub fn differs(&self, revision: &Revision, path: &Path, bytes: &[u8]) -> Result<bool, String> {
        let Some(file) = revision.file(&self.below(path)?)? else { return Ok(true) };
        let limit = (2 * bytes.len() + 1) as u64; // every line end may be twice as long
        Ok(revision.read(&file, limit)?.is_none_or(|committed| unix_lines(&committed) != unix_lines(bytes)))
    }

    /// The path of a folder or file on disk below the top, with `/` between its parts; empty for the top.
    ///
    /// # Errors
    /// When it is not there, not below the top, or not UTF-8.
    pub fn below(&self, path: &Path) -> Result<String, String> {
        let named = |reason: &str| format!("`{}`: {reason}", path.to_string_lossy());
        let whole = fs::canonicalize(path).map_err(|error| named(&error.to_string()))?;
        let below = whole.strip_prefix(&self.top).map_err(|_| named("it is not in the repository"))?;
        let parts: Option<Vec<_>> = below.components().map(|part| part.as_os_str().to_str()).collect();
        Ok(parts.ok_or_else(|| named("its name is not UTF-8"))?.join("/"))
    }

    /// The web address of the remote `origin`; none where there is no such remote, or it is a folder.
    pub fn origin(&self) -> Option<String> {
        let local = self.objects.to_thread_local();
        let remote = local.config_snapshot().string("remote.origin.url")?;
        origin::web_address(std::str::from_utf8(&remote).ok()?)
    }

    fn commit(&self, name: &str) -> Result<ObjectId, String> {
        let local = self.objects.to_thread_local();
        let id = local.rev_parse_single(name).map_err(|_| format!("`{name}` names no commit of it"))?;
        let commit = id.object().and_then(|object| object.peel_to_kind(gix::object::Kind::Commit));
        commit.map(|commit| commit.id).map_err(|_| format!("`{name}` names no commit of it"))
    }

    fn revision_of(&self, commit: ObjectId) -> Result<Revision, String> {
        let local = self.objects.to_thread_local();
        let commit = local.find_commit(commit).map_err(|error| error.to_string())?;
        let tree = commit.tree_id().map_err(|error| error.to_string())?.detach();
        Ok(Revision { objects: self.objects.clone(), tree })
    }
}

impl Revision {
    /// Its files below a folder, in order of their paths; links and submodules are none.
    ///
    /// # Errors
    /// When its trees cannot be read, or claim to hold more files than a repository does.
    pub fn files(&self, folder: &str) -> Result<Vec<TrackedFile>, String> {
        let local = self.objects.to_thread_local();
        let mut open = match self.entry(folder)? {
            Some((EntryKind::Tree, id)) => vec![(folder.to_owned(), id, 0)],
            _ => return Ok(Vec::new()),
        };
        let mut files = Vec::new();
        let mut length = 0;
        while let Some((folder, id, depth)) = open.pop() {
            let tree = local.find_tree(id).map_err(|error| error.to_string())?;
            for entry in tree.iter() {
                let entry = entry.map_err(|error| error.to_string())?;
                let name = names::legible(entry.filename());
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                length += path.len();
                match entry.mode().kind() {
                    EntryKind::Tree if depth < DEEPEST => open.push((path, entry.object_id(), depth + 1)),
                    EntryKind::Blob | EntryKind::BlobExecutable => {
                        files.push(TrackedFile { path, id: entry.object_id() });
                    }
                    _ => {}
                }
            }
            if files.len() + open.len() > MOST_FILES || length > LONGEST {
                return Err(format!("it claims to hold more than {MOST_FILES} files, or endless paths"));
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// The file at a path, if there is one.
    ///
    /// # Errors
    /// When its trees cannot be read.
    pub fn file(&self, path: &str) -> Result<Option<TrackedFile>, String> {
        Ok(match self.entry(path)? {
            Some((EntryKind::Blob | EntryKind::BlobExecutable, id)) => Some(TrackedFile { path: path.to_owned(), id }),
            _ => None,
        })
    }

    /// The bytes of a file; `None` where it is larger than `limit` bytes.
    ///
    /// # Errors
    /// When the object cannot be read.
    pub fn read(&self, file: &TrackedFile, limit: u64) -> Result<Option<Vec<u8>>, String> {
        let local = self.objects.to_thread_local();
        if local.find_header(file.id).map_err(|error| error.to_string())?.size() > limit {
            return Ok(None);
        }
        let mut blob = local.find_blob(file.id).map_err(|error| error.to_string())?;
        Ok(Some(blob.take_data()))
    }

    fn entry(&self, path: &str) -> Result<Option<(EntryKind, ObjectId)>, String> {
        if path.is_empty() {
            return Ok(Some((EntryKind::Tree, self.tree)));
        }
        let local = self.objects.to_thread_local();
        let tree = local.find_tree(self.tree).map_err(|error| error.to_string())?;
        let entry = tree.lookup_entry(path.split('/')).map_err(|error| error.to_string())?;
        Ok(entry.map(|entry| (entry.mode().kind(), entry.object_id())))
    }
}

/// Bytes with every line ended as on Unix.
fn unix_lines(bytes: &[u8]) -> Vec<u8> {
    let ends_line = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
    (0..bytes.len()).filter(|at| !ends_line(*at)).map(|at| bytes[at]).collect()
}
