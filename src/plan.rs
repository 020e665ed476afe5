//! From findings to changed text.

use std::collections::BTreeSet;

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
    /// Whether a finding's fix is a part of it.
    pub fn includes(&self, finding: &Finding) -> bool {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        finding.fix.is_some() && edits.into_iter().all(|edit| self.edits.contains(edit))
    }

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
