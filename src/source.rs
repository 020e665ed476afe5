//! Source text, and positions in it.

use std::{ops::Range, sync::Arc};

/// A file's index in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// A half-open range of bytes in one file's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the bytes are in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The empty span just before this one.
    pub fn before(self) -> Span {
        Span { end: self.start, ..self }
    }

    /// The empty span just after this one.
    pub fn after(self) -> Span {
        Span { start: self.end, ..self }
    }

    /// The offsets alone.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether applying an edit to both spans would be ambiguous.
    ///
    /// Spans that only touch are in conflict too: two insertions at one place have no order.
    pub fn conflicts(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.end && other.start <= self.end
    }
}

/// A value, and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

/// A remark on a piece of source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The piece of source.
    pub span: Span,
    /// The remark, in lower case without a full stop.
    pub message: String,
}

impl Label {
    /// A remark.
    pub fn new(span: Span, message: impl Into<String>) -> Label {
        Label { span, message: message.into() }
    }
}

/// How a file's bytes stand for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Valid UTF-8.
    Utf8,
    /// Not UTF-8: every byte is taken for the character of its number, so that none is lost.
    Latin1,
}

/// A file's text and its path under the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the root, with `/` between its parts on every platform.
    pub path: Arc<str>,
    /// The text; a byte order mark is part of it.
    pub text: Arc<str>,
    /// How the text is written in bytes.
    pub encoding: Encoding,
}

impl SourceFile {
    /// A file of UTF-8 text.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceFile {
        SourceFile { path: path.into(), text: text.into(), encoding: Encoding::Utf8 }
    }

    /// Reads bytes as UTF-8, or else as Latin-1; [`SourceFile::encode`] gives back the same bytes.
    pub fn decode(path: impl Into<Arc<str>>, bytes: Vec<u8>) -> SourceFile {
        match String::from_utf8(bytes) {
            Ok(text) => SourceFile::new(path, text),
            Err(error) => {
                let text: String = error.as_bytes().iter().map(|byte| char::from(*byte)).collect();
                SourceFile { encoding: Encoding::Latin1, ..SourceFile::new(path, text) }
            }
        }
    }

    /// The file's bytes.
    pub fn encode(&self) -> Vec<u8> {
        match self.encoding {
            Encoding::Utf8 => self.text.as_bytes().to_vec(),
            Encoding::Latin1 => self.text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
        }
    }

    /// The offset in the file's bytes of an offset in its text.
    pub fn byte_offset(&self, offset: usize) -> usize {
        match self.encoding {
            Encoding::Utf8 => offset,
            Encoding::Latin1 => self.text[..offset].chars().count(),
        }
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder the file is in, relative to the root; empty for the root itself.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// Every file of one run, each read once, in order of path.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<SourceFile>);

impl Sources {
    /// The files given, ordered by path.
    pub fn new(mut files: Vec<SourceFile>) -> Sources {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Sources(files)
    }

    /// The files, with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.0.iter().enumerate().map(|(index, file)| (FileId(index), file))
    }

    /// The file of an id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.0[id.0]
    }

    /// The file at a path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.0.binary_search_by(|file| (*file.path).cmp(path)).ok().map(FileId)
    }

    /// Puts another text in the place of a file's.
    pub fn replace(&mut self, id: FileId, text: String) {
        self.0[id.0].text = text.into();
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        &self.file(span.file).text[span.range()]
    }
}
