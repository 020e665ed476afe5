//! Lines and columns of everything a run points at; each file is indexed once.

use std::collections::BTreeMap;

use crate::{
    finding::Finding,
    lines::{Lines, Position},
    report::{Checkout, Run},
    source::{FileId, Label, SourceFile, Sources, Span},
};

/// The files that a run's findings point into.
pub(super) struct Places<'run> {
    sources: &'run Sources,
    checkout: &'run Checkout,
    lines: BTreeMap<FileId, Lines<'run>>,
}

impl<'run> Places<'run> {
    /// Indexes the files.
    pub(super) fn new(run: &Run<'run>) -> Places<'run> {
        let mut lines = BTreeMap::new();
        let suppressed = run.suppressed.iter().map(|suppressed| &suppressed.finding);
        for span in run.findings.iter().chain(suppressed).flat_map(spans) {
            lines.entry(span.file).or_insert_with(|| Lines::new(&run.sources.file(span.file).text));
        }
        Places { sources: run.sources, checkout: run.checkout, lines }
    }

    /// A file.
    pub(super) fn file(&self, id: FileId) -> &'run SourceFile {
        self.sources.file(id)
    }

    /// The path of a file below the top of its repository.
    pub(super) fn path(&self, id: FileId) -> String {
        self.checkout.path(&self.file(id).path)
    }

    /// The lines of a file that a finding points into.
    pub(super) fn lines(&self, id: FileId) -> &Lines<'run> {
        &self.lines[&id]
    }

    /// Where a span starts and ends, in Unicode scalar values.
    pub(super) fn positions(&self, span: Span) -> (Position, Position) {
        let lines = self.lines(span.file);
        (lines.position(span.start), lines.position(span.end))
    }

    /// Where a span starts and ends, in UTF-16 code units.
    pub(super) fn utf16_positions(&self, span: Span) -> (Position, Position) {
        let lines = self.lines(span.file);
        (lines.utf16_position(span.start), lines.utf16_position(span.end))
    }
}

/// The labels of a finding: its evidence, then its remarks.
pub(super) fn labels(finding: &Finding) -> impl Iterator<Item = &Label> {
    finding.trace.iter().chain(&finding.labels)
}

fn spans(finding: &Finding) -> impl Iterator<Item = Span> {
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
    std::iter::once(finding.span).chain(labels(finding).map(|label| label.span)).chain(edits)
}
