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
    /// How much stands in a line before each place of its text that is a multiple of [`STRIDE`], at the next character.
    counts: Vec<Counted>,
}

/// Every how many bytes of a text are counted beforehand: no column is counted over more.
const STRIDE: usize = 1 << 10;

/// What stands before a place in its line.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    place: usize,
    scalars: usize,
    units: usize,
}

impl<'text> Lines<'text> {
    /// Indexes a text.
    pub fn new(text: &'text str) -> Lines<'text> {
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let starts = std::iter::once(first).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut lines = Lines { text, starts, counts: Vec::new() };
        for boundary in (STRIDE..text.len()).step_by(STRIDE) {
            let place = (boundary..=text.len()).find(|place| text.is_char_boundary(*place)).unwrap_or(text.len());
            let counted = lines.before(place);
            lines.counts.push(counted);
        }
        lines
    }

    /// The line of an offset, and its column in Unicode scalar values.
    pub fn position(&self, offset: usize) -> Position {
        self.counted(offset, |before| before.scalars)
    }

    /// The line of an offset, and its column in UTF-16 code units.
    pub fn utf16_position(&self, offset: usize) -> Position {
        self.counted(offset, |before| before.units)
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

    fn counted(&self, offset: usize, column: impl Fn(Counted) -> usize) -> Position {
        Position { line: self.line_of(offset), column: column(self.before(offset)) + 1 }
    }

    /// Counts from the start of the line, or from the last place in it that is counted already.
    fn before(&self, offset: usize) -> Counted {
        let start = self.starts[self.line_of(offset) - 1].min(offset);
        let last = self.counts.partition_point(|counted| counted.place <= offset).checked_sub(1);
        let last = last.map(|index| self.counts[index]).filter(|counted| counted.place >= start);
        let last = last.unwrap_or(Counted { place: start, ..Counted::default() });
        let text = &self.text[last.place..offset];
        Counted {
            place: offset,
            scalars: last.scalars + text.chars().count(),
            units: last.units + text.encode_utf16().count(),
        }
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

    #[test]
    fn columns_of_long_lines_are_those_of_short_ones() {
        let text = format!("a\n{}\nb{}", "𝄞é.".repeat(STRIDE), "𝄞".repeat(STRIDE));
        let lines = Lines::new(&text);
        for (offset, _) in text.char_indices().step_by(7) {
            let start = text[..offset].rfind('\n').map_or(0, |line| line + 1);
            let before = &text[start..offset];
            assert_eq!(lines.position(offset).column, before.chars().count() + 1);
            assert_eq!(lines.utf16_position(offset).column, before.encode_utf16().count() + 1);
        }
    }
}
