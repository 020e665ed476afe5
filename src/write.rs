//! Changed files, put in the place of the old ones: each is old or new at any instant, never half.
//!
//! Every new file is written whole beside the old one and made durable; only then are they renamed over the old ones, in
//! order. If one cannot be, those renamed before it get their old text back. A run that was killed leaves at most files
//! that nobody holds a lock on any more; the next run that writes beside them removes them.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::source::SourceFile;

/// What the names of unfinished files start and end with.
const UNFINISHED: (&str, &str) = (".connect-lint-", ".tmp");

/// A file that could not be written, and why.
#[derive(Debug)]
pub struct Unwritten {
    /// Its path under the root.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// A new file, ready beside the old one.
struct Staged<'file> {
    old: &'file SourceFile,
    target: PathBuf,
    file: NamedTempFile,
}

/// Puts the second file of each pair in the place of the first, all of them or none.
///
/// # Errors
/// When a file on disk is not the one that was read, when it is reached by a link that leaves `root`, or when it cannot be
/// written with the owner and the mode of the old one. All files are then as they were.
pub fn write(root: &Path, changes: &[(&SourceFile, &SourceFile)]) -> Result<(), Unwritten> {
    let unwritten = |file: &SourceFile| {
        let path = file.path.to_string();
        move |error: io::Error| Unwritten { path, reason: error.to_string() }
    };
    let mut staged = Vec::new();
    for (old, new) in changes {
        staged.push(stage(root, old, &new.encode()).map_err(unwritten(old))?);
    }
    let mut written: Vec<(&SourceFile, PathBuf)> = Vec::new();
    for Staged { old, target, file } in staged {
        if let Err(error) = unchanged(&target, old).and_then(|()| Ok(file.persist(&target).map(drop)?)) {
            for (old, target) in written.iter().rev() {
                // what was possible a moment ago; if it is not now, the first error is the one to tell
                let _ = beside(target, &old.encode()).and_then(|file| Ok(file.persist(target).map(drop)?));
            }
            return Err(unwritten(old)(error));
        }
        written.push((old, target));
    }
    for (old, target) in &written {
        durable(target).map_err(unwritten(old))?;
    }
    Ok(())
}

fn stage<'file>(root: &Path, old: &'file SourceFile, bytes: &[u8]) -> io::Result<Staged<'file>> {
    let target = fs::canonicalize(root.join(&*old.path))?;
    if !target.starts_with(fs::canonicalize(root)?) {
        return Err(io::Error::other("it is reached by a symbolic link that leaves the scanned tree"));
    }
    unchanged(&target, old)?;
    remove_unfinished(target.parent().unwrap_or(root))?;
    Ok(Staged { old, file: beside(&target, bytes)?, target })
}

fn unchanged(target: &Path, old: &SourceFile) -> io::Result<()> {
    if fs::read(target)? == old.encode() { Ok(()) } else { Err(io::Error::other("it changed since it was read")) }
}

/// A complete and durable file with the owner and the mode of `target`, in the same folder and locked.
fn beside(target: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let metadata = fs::metadata(target)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::other("it is read-only"));
    }
    let (prefix, suffix) = UNFINISHED;
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(prefix).suffix(suffix).tempfile_in(folder)?;
    file.as_file().try_lock()?;
    file.write_all(bytes)?;
    own(file.as_file(), &metadata)?;
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Gives a file the owner and group of another.
#[cfg(unix)]
fn own(file: &File, like: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    fchown(file, Some(like.uid()), Some(like.gid())).map_err(|_| io::Error::other("its owner could not be kept"))
}

/// Files have no owner to keep here.
#[cfg(not(unix))]
fn own(_file: &File, _like: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Makes a renaming outlast a crash, where the platform lets folders be opened.
fn durable(target: &Path) -> io::Result<()> {
    match target.parent().filter(|_| cfg!(unix)) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Removes what a run that was killed left in a folder: unfinished files that nobody holds a lock on.
fn remove_unfinished(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with(UNFINISHED.0) || !name.ends_with(UNFINISHED.1) || !entry.file_type()?.is_file() {
            continue;
        }
        if File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
