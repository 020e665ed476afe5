//! Lines around an offset, for edits that are laid out like their neighbours.

/// Where the line of an offset starts; after the byte order mark, if there is one.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |found| found + 1);
    if start == 0 && text.starts_with('\u{feff}') { at.min('\u{feff}'.len_utf8()) } else { start }
}

/// Where the line of an offset ends, before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |found| at + found)
}

/// Where the line after an offset starts; the end of the text if there is none.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    let rest = &text[end..];
    end + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) }
}

/// The line break in use around an offset.
pub(crate) fn line_break(text: &str, at: usize) -> &'static str {
    let before = text[..at].rfind('\n');
    match before.or_else(|| text[at..].find('\n').map(|found| at + found)) {
        Some(found) if text[..found].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
