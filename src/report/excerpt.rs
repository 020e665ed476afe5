//! Pieces of several files as one text, which miette draws.
//!
//! Only the lines that labels need are taken, cleaned of hostile characters and clipped, so that the work depends on
//! what is shown and not on the size of the files.

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::{
    report::{places::Places, text},
    source::{FileId, Span},
};

/// How many lines are shown around a label.
pub(super) const CONTEXT: usize = 1;

/// How many characters of a line are shown, and how many of them before its first label.
const LONGEST_LINE: usize = 200;
const BEFORE_LABEL: usize = 60;

/// A label over more lines than this is shown on its first one alone.
const TALLEST_LABEL: usize = 6;

/// What stands for the part of a line that is not shown.
const ELLIPSIS: &str = "…";

/// A remark on a span; the message is clean.
pub(super) struct Remark {
    /// The piece of source.
    pub(super) span: Span,
    /// The remark, if there is more to say than the finding's message.
    pub(super) message: Option<String>,
    /// Whether it is the finding itself.
    pub(super) primary: bool,
}

/// The text that miette draws.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    text: String,
    lines: Vec<Line>,
}

/// A line of the excerpt.
#[derive(Debug)]
struct Line {
    /// Consecutive lines of one file have the same number.
    piece: usize,
    /// Its file.
    file: FileId,
    /// The path of that file, clean.
    name: String,
    /// Its number in the file, from 0.
    number: usize,
    /// Where it starts in the excerpt.
    start: usize,
    /// The offset in the file of the first character shown.
    shown: usize,
    /// How many characters of the line come before that one.
    skipped: usize,
    /// The characters shown, as they are in the file.
    original: String,
    /// Whether characters are left out before them, and what stands for these.
    prefix: &'static str,
}

impl Line {
    /// Where an offset of the file is in the excerpt; the nearest place when it is not shown.
    fn place(&self, offset: usize) -> usize {
        let end = self.shown + self.original.len();
        let within = offset.clamp(self.shown, end) - self.shown;
        let before: usize = self.original[..floor(&self.original, within)].chars().map(shown_length).sum();
        self.start + self.prefix.len() + before
    }

    /// The column in the file, from 0, of a place in the excerpt's text.
    fn column(&self, text: &str, place: usize) -> usize {
        let start = self.start + self.prefix.len();
        self.skipped + text.get(start..place).map_or(0, |before| before.chars().count())
    }
}

fn floor(text: &str, offset: usize) -> usize {
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn shown_length(character: char) -> usize {
    match character {
        '\t' => 1,
        hostile if text::is_hostile(hostile) => text::REPLACEMENT.len_utf8(),
        other => other.len_utf8(),
    }
}

/// Takes the lines that the remarks need, and places the remarks in them.
///
/// The first remark's file comes first, the others in the order they are first named.
pub(super) fn excerpt(places: &Places, remarks: &[Remark]) -> (Excerpt, Vec<LabeledSpan>) {
    let mut excerpt = Excerpt::default();
    let mut labels = Vec::new();
    for file in files(remarks) {
        let mut here: Vec<(Span, &Remark)> = remarks
            .iter()
            .filter(|remark| remark.span.file == file)
            .map(|remark| (bounded(places, remark.span), remark))
            .collect();
        here.sort_by_key(|(span, _)| (span.start, span.end));
        let first = excerpt.lines.len();
        excerpt.take_lines(places, file, &here);
        let placed = here.iter().map(|(span, remark)| (excerpt.place(first, places, *span), *remark)).collect();
        labels.extend(apart(placed));
    }
    (excerpt, labels)
}

fn files(remarks: &[Remark]) -> Vec<FileId> {
    let mut files = Vec::new();
    for remark in remarks {
        if !files.contains(&remark.span.file) {
            files.push(remark.span.file);
        }
    }
    files
}

/// A span that is not too tall to be drawn.
fn bounded(places: &Places, span: Span) -> Span {
    let lines = places.lines(span.file);
    let first = lines.line_of(span.start);
    if lines.line_of(span.end) - first < TALLEST_LABEL {
        return span;
    }
    Span { end: (lines.start(first) + lines.line(first).len()).max(span.start), ..span }
}

/// Labels that do not overlap: miette would draw the second of two overlapping ones where it is not.
fn apart(mut placed: Vec<((usize, usize), &Remark)>) -> Vec<LabeledSpan> {
    placed.sort_by_key(|((start, end), _)| (*start, *end));
    let mut labels: Vec<(usize, usize, bool, Vec<&str>)> = Vec::new();
    for ((mut start, end), remark) in placed {
        let message = remark.message.as_deref();
        if let Some(last) = labels.last_mut() {
            if (last.0, last.1) == (start, end) {
                last.2 |= remark.primary;
                last.3.extend(message);
                continue;
            }
            if last.0 == start {
                start = last.1.min(end);
            } else {
                last.1 = last.1.min(start);
            }
        }
        labels.push((start, end, remark.primary, message.into_iter().collect()));
    }
    labels.into_iter().map(|(start, end, primary, messages)| labeled(start, end, primary, &messages)).collect()
}

fn labeled(start: usize, end: usize, primary: bool, messages: &[&str]) -> LabeledSpan {
    let message = (!messages.is_empty()).then(|| messages.join("\n"));
    let span = SourceSpan::from((start, end.saturating_sub(start)));
    if primary { LabeledSpan::new_primary_with_span(message, span) } else { LabeledSpan::new_with_span(message, span) }
}

impl Excerpt {
    fn take_lines(&mut self, places: &Places, file: FileId, remarks: &[(Span, &Remark)]) {
        let lines = places.lines(file);
        let mut wanted = Vec::new();
        for (span, _) in remarks {
            let first = lines.line_of(span.start).saturating_sub(CONTEXT).max(1);
            let end = lines.line_of(span.end);
            let last = (end + CONTEXT).min(lines.count());
            let shows_nothing = last > end && last == lines.count() && lines.line(last).is_empty();
            wanted.extend(first..=last - usize::from(shows_nothing));
        }
        wanted.sort_unstable();
        wanted.dedup();
        for number in wanted {
            let labelled = remarks.iter().find(|(span, _)| lines.line_of(span.start) == number);
            self.take_line(places, file, number, labelled.map(|(span, _)| *span));
        }
    }

    fn take_line(&mut self, places: &Places, file: FileId, number: usize, labelled: Option<Span>) {
        let (lines, start) = (places.lines(file), places.lines(file).start(number));
        let line = lines.line(number);
        let skipped = labelled.map_or(0, |span| characters_to_skip(line, span, start));
        let from = line.char_indices().nth(skipped).map_or(line.len(), |(at, _)| at);
        let original: String = line[from..].chars().take(LONGEST_LINE).collect();
        let suffix = if original.len() < line.len() - from { ELLIPSIS } else { "" };
        let prefix = if from > 0 { ELLIPSIS } else { "" };
        let name = text::clean(&places.file(file).path);
        let piece = match self.lines.last() {
            Some(last) if last.file == file && last.number + 2 == number => last.piece,
            Some(last) => last.piece + 1,
            None => 0,
        };
        let place = self.text.len();
        self.text.extend([prefix, &text::clean_source(&original), suffix, "\n"]);
        let shown = start + from;
        self.lines.push(Line { piece, file, name, number: number - 1, start: place, shown, skipped, original, prefix });
    }

    /// Where a span is in the excerpt; its lines were taken, from the index `first` on.
    fn place(&self, first: usize, places: &Places, span: Span) -> (usize, usize) {
        let lines = places.lines(span.file);
        let place = |offset| {
            let number = lines.line_of(offset) - 1;
            let line = self.lines[first..].iter().find(|line| line.number == number);
            line.map_or(0, |line| line.place(offset))
        };
        (place(span.start), place(span.end))
    }

    fn line_at(&self, offset: usize) -> Option<usize> {
        self.lines.partition_point(|line| line.start <= offset).checked_sub(1)
    }
}

/// How many characters to leave out of a long line, so that its first label is seen.
fn characters_to_skip(line: &str, span: Span, start: usize) -> usize {
    let characters = |end: usize| line[..floor(line, end.min(line.len()))].chars().count();
    if characters(span.end.saturating_sub(start)) <= LONGEST_LINE {
        return 0;
    }
    characters(span.start.saturating_sub(start)).saturating_sub(BEFORE_LABEL)
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let last_byte = span.offset() + span.len().saturating_sub(1);
        let (Some(first), Some(last)) = (self.line_at(span.offset()), self.line_at(last_byte)) else {
            return Err(MietteError::OutOfBounds);
        };
        let piece = self.lines[first].piece;
        if piece != self.lines[last].piece {
            return Err(MietteError::OutOfBounds);
        }
        let in_piece = |index: &usize| self.lines[*index].piece == piece;
        let from = (first.saturating_sub(before)..=first).find(in_piece).unwrap_or(first);
        let to = (last..=(last + after).min(self.lines.len() - 1)).rev().find(in_piece).unwrap_or(last);
        let line = &self.lines[from];
        let (start, column) =
            if before == 0 { (span.offset(), line.column(&self.text, span.offset())) } else { (line.start, 0) };
        let end = self.lines.get(to + 1).map_or(self.text.len(), |line| line.start);
        let data = &self.text.as_bytes()[start.min(end)..end];
        let covered = SourceSpan::from((start, data.len()));
        Ok(Box::new(MietteSpanContents::new_named(
            line.name.clone(),
            data,
            covered,
            line.number,
            column,
            to - from + 1,
        )))
    }
}
