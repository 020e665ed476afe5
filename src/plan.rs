//! From findings to changed text.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::Path,
};

use similar::TextDiff;

use crate::{
    edit::{Applicability, Edit},
    finding::Finding,
    source::{FileId, SourceFile, Sources},
};

/// The edits of one pass: disjoint, and each file's in order.
#[derive(Debug, Default)]
pub struct Plan {
    edits: BTreeSet<Edit>,
    /// How many fixes were taken up.
    pub applied: usize,
}

/// Takes up every fix trusted at least as far as `trust`, first come first served. A fix that touches bytes already
/// taken waits for another pass.
pub fn plan<'a>(findings: impl IntoIterator<Item = &'a Finding>, trust: Applicability) -> Plan {
    let mut plan = Plan::default();
    let fixes = findings.into_iter().filter_map(|finding| finding.fix.as_ref());
    for fix in fixes.filter(|fix| fix.applicability >= trust && !fix.edits.is_empty()) {
        let clashes = |edit: &Edit| plan.edits.iter().any(|taken| taken != edit && taken.span.conflicts(edit.span));
        if !fix.edits.iter().any(clashes) {
            plan.edits.extend(fix.edits.iter().cloned());
            plan.applied += 1;
        }
    }
    plan
}

impl Plan {
    /// The files the plan changes.
    pub fn files(&self) -> BTreeSet<FileId> {
        self.edits.iter().map(|edit| edit.span.file).collect()
    }

    /// Applies the plan in memory. Bytes outside the edits' spans are copied as they are.
    pub fn apply(&self, sources: &Sources) -> Sources {
        let mut changed = sources.clone();
        for id in self.files() {
            let mut text = sources.file(id).text.to_string();
            for edit in self.edits.iter().rev().filter(|edit| edit.span.file == id) {
                text.replace_range(edit.span.range(), &edit.text);
            }
            changed.replace(id, text);
        }
        changed
    }
}

/// The files that differ between two states of the same sources: before and after.
pub fn changes<'a>(before: &'a Sources, after: &'a Sources) -> impl Iterator<Item = (&'a SourceFile, &'a SourceFile)> {
    let pairs = before.iter().zip(after.iter()).map(|((_, old), (_, new))| (old, new));
    pairs.filter(|(old, new)| old.text != new.text)
}

/// A unified diff of every file that differs.
pub fn diff(before: &Sources, after: &Sources) -> String {
    changes(before, after).map(|(old, new)| file_diff(&old.path, &old.text, &new.text)).collect()
}

/// A unified diff of one file, with `a/` and `b/` before its path.
pub fn file_diff(path: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")).to_string()
}

/// Puts a changed file in the place of the old one: written whole beside it, then renamed over it.
///
/// # Errors
/// When the file on disk is not the one that was read, when it is reached by a link that leaves `root`, or when it
/// cannot be written. The old file is then untouched.
pub fn write(root: &Path, old: &SourceFile, new: &SourceFile) -> io::Result<()> {
    let target = fs::canonicalize(root.join(&*old.path))?;
    if !target.starts_with(fs::canonicalize(root)?) {
        return Err(io::Error::other("it is reached by a symbolic link that leaves the scanned tree"));
    }
    if fs::read(&target)? != old.encode() {
        return Err(io::Error::other("it changed since it was read"));
    }
    let folder = target.parent().unwrap_or(root);
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&new.encode())?;
    file.as_file().set_permissions(fs::metadata(&target)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&target)?;
    Ok(())
}
