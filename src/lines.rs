//! Lines and columns of byte offsets.

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column; what it counts is the caller's choice.
    pub column: usize,
}

/// Where each line of a text starts. A byte order mark belongs to no column.
#[derive(Clone, Debug)]
pub struct Lines<'text> {
    text: &'text str,
    starts: Vec<usize>,
}

impl<'text> Lines<'text> {
    /// Indexes a text.
    pub fn new(text: &'text str) -> Lines<'text> {
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let starts = std::iter::once(first).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// The line of an offset, and its column in Unicode scalar values.
    pub fn position(&self, offset: usize) -> Position {
        self.counted(offset, |before| before.chars().count())
    }

    /// The line of an offset, and its column in UTF-16 code units.
    pub fn utf16_position(&self, offset: usize) -> Position {
        self.counted(offset, |before| before.encode_utf16().count())
    }

    /// The text of a line, counted from 1, without its line break.
    pub fn line(&self, line: usize) -> &'text str {
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text[self.starts[line - 1]..end].trim_end_matches(['\n', '\r'])
    }

    /// The offset of a line's first byte; the line counts from 1.
    pub fn start(&self, line: usize) -> usize {
        self.starts[line - 1]
    }

    /// The line of an offset, from 1.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// How many lines there are; at least one.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    fn counted(&self, offset: usize, count: impl Fn(&str) -> usize) -> Position {
        let line = self.line_of(offset);
        let start = self.starts[line - 1].min(offset);
        Position { line, column: count(&self.text[start..offset]) + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_what_was_asked_for() {
        let lines = Lines::new("\u{feff}a\n𝄞b\r\n");
        assert_eq!(lines.position(3), Position { line: 1, column: 1 });
        assert_eq!(lines.position(9), Position { line: 2, column: 2 });
        assert_eq!(lines.utf16_position(9), Position { line: 2, column: 3 });
        assert_eq!((lines.line(2), lines.count()), ("𝄞b", 3));
    }
}
