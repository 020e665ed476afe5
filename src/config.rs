//! The configuration, `connect-lint.toml`: what the user says about rules, paths, guards and the gate.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    declared::Declared,
    finding::Finding,
    git::{self, Revision},
    patterns::{Patterns, Scoped},
    severity::Severity,
    source::SourceFile,
};

mod reader;
mod wrong;

pub use crate::ecosystem::CONFIGURATION as FILE;
pub use reader::KEYS;
pub use wrong::Wrong;

/// The size up to which the file is read, in bytes.
const SIZE_LIMIT: u64 = 1 << 20;

/// What the user configured; empty where there is no file.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// The file's text; empty for no file.
    pub text: Arc<str>,
    /// The scanned root's path from the folder of the file; empty where they are the same.
    pub below: String,
    /// The least severity that fails the gate.
    pub fail_on: Option<Severity>,
    /// What the rules are, by their ids.
    pub levels: Scoped<Level>,
    /// The files that are not read.
    pub excluded: Vec<Patterns>,
    /// The findings that are known to be none.
    pub ignored: Vec<Ignored>,
    /// What is said of the apps themselves.
    pub declared: Declared,
}

/// What the configuration makes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It is switched off.
    Off,
    /// It is on, with its own severities; to switch it on again for some paths.
    On,
    /// It is on, and all its findings have this severity.
    As(Severity),
}

/// An entry of `ignore`.
#[derive(Clone, Debug)]
pub struct Ignored {
    /// The rule's id.
    pub rule: &'static str,
    /// The files.
    pub paths: Patterns,
    /// What the finding is about, as reports say; any where it is absent.
    pub identity: Option<String>,
    /// Why.
    pub reason: String,
    /// Where the entry's rule is written, in bytes of the file.
    pub range: std::ops::Range<usize>,
}

impl Ignored {
    /// Whether it is about a finding in the file at `path`.
    pub fn admits(&self, finding: &Finding, path: &str) -> bool {
        let about = self.identity.as_ref().is_none_or(|identity| *identity == finding.identity);
        self.rule == finding.rule && about && self.paths.admit(path)
    }
}

/// The configuration file that holds for a folder: the nearest one, from the folder upward to the top of its
/// repository; without a repository, to the root of the file system.
pub fn find(root: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(root).ok()?;
    let top = git::top(&folder);
    let above = folder.ancestors().take_while(|above| top.as_deref().is_none_or(|top| above.starts_with(top)));
    above.map(|folder| folder.join(FILE)).find(|file| file.is_file())
}

/// Reads a configuration file for a scanned root.
///
/// # Errors
/// When the file cannot be read, or says what it may not.
pub fn read(file: &Path, root: &Path) -> Result<Configuration, Wrong> {
    let shown = file.to_string_lossy();
    let unreadable = |reason: String| Wrong::unreadable(&shown, reason);
    let whole = fs::canonicalize(file).map_err(|error| unreadable(error.to_string()))?;
    if fs::metadata(&whole).is_ok_and(|metadata| !metadata.is_file() || metadata.len() > SIZE_LIMIT) {
        return Err(unreadable(format!("it is no file of at most {} MiB", SIZE_LIMIT >> 20)));
    }
    let bytes = fs::read(&whole).map_err(|error| unreadable(error.to_string()))?;
    let root = fs::canonicalize(root).map_err(|error| unreadable(error.to_string()))?;
    let below = whole.parent().and_then(|folder| root.strip_prefix(folder).ok()).unwrap_or(Path::new(""));
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parse(bytes, &named(file), &parts.join("/"))
}

/// Reads the configuration that a commit has for a folder of its repository, `root`, with `/` between its parts; an
/// empty one where it has none.
///
/// # Errors
/// When the commit cannot be read, or the file says what it may not.
pub fn read_at(revision: &Revision, root: &str) -> Result<Configuration, Wrong> {
    let mut folder = Some(root);
    while let Some(above) = folder {
        let path = if above.is_empty() { FILE.to_owned() } else { format!("{above}/{FILE}") };
        let unreadable = |reason: String| Wrong::unreadable(&path, reason);
        if let Some(file) = revision.file(&path).map_err(unreadable)? {
            let bytes = revision.read(&file, SIZE_LIMIT).map_err(unreadable)?;
            let bytes = bytes.ok_or_else(|| unreadable(format!("it is larger than {} MiB", SIZE_LIMIT >> 20)))?;
            return parse(bytes, &path, root[above.len()..].trim_start_matches('/'));
        }
        folder = (!above.is_empty()).then(|| above.rsplit_once('/').map_or("", |(above, _)| above));
    }
    Ok(Configuration::default())
}

/// Reads a configuration: its bytes, its path for messages, and the scanned root's path from its folder.
///
/// # Errors
/// The first thing that it may not say.
pub fn parse(bytes: Vec<u8>, path: &str, below: &str) -> Result<Configuration, Wrong> {
    let text = String::from_utf8(bytes).map_err(|_| Wrong::unreadable(path, "it is not UTF-8".to_owned()))?;
    reader::read(SourceFile::new(path, text), below)
}

/// A file as messages name it: from the working folder, where it is below.
fn named(file: &Path) -> String {
    let here = std::env::current_dir().and_then(fs::canonicalize);
    let below = here.ok().and_then(|here| file.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or(file.to_owned()).to_string_lossy().into_owned()
}
