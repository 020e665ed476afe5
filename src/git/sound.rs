//! Whether the files that git keeps can be opened: a pipe would be waited for, a device has no end.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Folders of a repository of which nothing is read.
const UNREAD: [&str; 6] = ["annex", "hooks", "lfs", "logs", "modules", "worktrees"];

/// How large a file may be that says where the rest is: git writes a line into it.
const LONGEST_LINK: u64 = 64 << 10;

/// How large any other may be beside objects. The names of a million branches take less.
const LARGEST: u64 = 256 << 20;

/// How often a repository may lead to objects that another one has.
const MOST_FOLDERS: usize = 16;

/// Goes through the files of the repository at `top`, and of those that it leads to.
///
/// # Errors
/// When one is neither file nor folder, or larger than git makes it: which one.
pub(super) fn check(top: &Path) -> Result<(), String> {
    let git = folder_of(&top.join(".git"))?;
    let mut open = vec![(git.clone(), false)];
    if let Some(common) = linked(&git, &git.join("commondir"))? {
        open.push((common, false));
    }
    for at in 0.. {
        let Some((folder, is_store)) = open.get(at).cloned().filter(|_| at < MOST_FOLDERS) else { break };
        walk(&folder)?;
        let store = if is_store { folder } else { folder.join("objects") };
        let alternates = store.join("info/alternates");
        let lines = if alternates.exists() { read(&alternates)? } else { String::new() };
        open.extend(lines.lines().filter(|line| !line.starts_with('#')).map(|line| (store.join(line.trim()), true)));
    }
    Ok(())
}

/// What `.git` is, or leads to.
fn folder_of(git: &Path) -> Result<PathBuf, String> {
    if git.is_dir() {
        return Ok(git.to_owned());
    }
    let text = read(git)?;
    let path = text.strip_prefix("gitdir:").ok_or_else(|| refused(git, "it names no repository"))?;
    Ok(git.parent().unwrap_or(Path::new("")).join(path.trim()))
}

/// The folder that a file in `folder` names, if it is there.
fn linked(folder: &Path, file: &Path) -> Result<Option<PathBuf>, String> {
    if !file.exists() {
        return Ok(None);
    }
    Ok(Some(folder.join(read(file)?.trim())))
}

/// The text of a small file.
fn read(path: &Path) -> Result<String, String> {
    is_sound(path, LONGEST_LINK)?;
    let bytes = fs::read(path).map_err(|error| refused(path, &error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn walk(folder: &Path) -> Result<(), String> {
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue }; // git opens nothing in it, either
        let is_object = folder.components().any(|part| part.as_os_str() == "objects");
        for entry in entries {
            let entry = entry.map_err(|error| refused(&folder, &error.to_string()))?;
            let kind = entry.file_type().map_err(|error| refused(&entry.path(), &error.to_string()))?;
            let is_unread = entry.file_name().to_str().is_some_and(|name| UNREAD.contains(&name));
            if kind.is_dir() {
                open.extend((!is_unread).then(|| entry.path()));
            } else if !(kind.is_file() && is_object) {
                is_sound(&entry.path(), LARGEST)?;
            }
        }
    }
    Ok(())
}

/// Whether what is at a path, or what a link leads to, is a file up to a size, or a folder. A link to nowhere is none.
fn is_sound(path: &Path, limit: u64) -> Result<(), String> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() && found.len() > limit => Err(refused(path, "it is too large")),
        Ok(found) if found.is_file() || found.is_dir() => Ok(()),
        Ok(_) => Err(refused(path, "it is no file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(refused(path, &error.to_string())),
    }
}

fn refused(path: &Path, reason: &str) -> String {
    format!("`{}`: {reason}", path.to_string_lossy())
}
