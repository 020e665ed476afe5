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

/// Every file of one run, each read once, in order of path; or those below some folders.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Arc<Vec<SourceFile>>,
    /// Which of them are meant, in order.
    ranges: Vec<Range<usize>>,
}

impl Sources {
    /// The files given, ordered by path.
    pub fn new(mut files: Vec<SourceFile>) -> Sources {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let ranges = vec![Range { start: 0, end: files.len() }];
        Sources { files: Arc::new(files), ranges }
    }

    /// Those below one of some folders, of which none is below another. They keep their ids.
    pub fn below<'folder>(&self, folders: impl IntoIterator<Item = &'folder str>) -> Sources {
        let of_folder = |folder: &str| {
            let is_before = |file: &SourceFile, end: &str| {
                file.path.as_bytes() < [folder.as_bytes(), end.as_bytes()].concat().as_slice()
            };
            match folder.is_empty() {
                true => 0..self.files.len(),
                // `0` is what follows `/`
                false => {
                    self.files.partition_point(|file| is_before(file, "/"))
                        ..self.files.partition_point(|file| is_before(file, "0"))
                }
            }
        };
        let mut ranges: Vec<_> = folders.into_iter().map(of_folder).collect();
        ranges.sort_by_key(|range| range.start);
        Sources { files: Arc::clone(&self.files), ranges }
    }

    /// The files, with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.ranges.iter().flat_map(|range| range.clone().map(|index| (FileId(index), &self.files[index])))
    }

    /// The file of an id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0]
    }

    /// The file at a path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let found = self.files.binary_search_by(|file| (*file.path).cmp(path)).ok()?;
        self.holds(FileId(found)).then_some(FileId(found))
    }

    /// Whether a file is one of those meant.
    pub fn holds(&self, id: FileId) -> bool {
        let following = self.ranges.partition_point(|range| range.end <= id.0);
        self.ranges.get(following).is_some_and(|range| range.contains(&id.0))
    }

    /// Puts another text in the place of a file's.
    pub fn replace(&mut self, id: FileId, text: String) {
        Arc::make_mut(&mut self.files)[id.0].text = text.into();
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        &self.file(span.file).text[span.range()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_below_some_folders_keep_their_ids() {
        let paths = ["a.js", "a/b/c.js", "a/b.js", "a-b/c.js", "a/b/d/e.js", "z/f.js", "a/bc.js"];
        let sources = Sources::new(paths.iter().map(|path| SourceFile::new(*path, "")).collect());
        let below = |folders: &[&str]| {
            let below = sources.below(folders.iter().copied());
            assert!(sources.iter().all(|(id, file)| below.holds(id) == below.find(&file.path).is_some()));
            below.iter().map(|(id, _)| sources.file(id).path.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(below(&["z", "a/b"]), ["a/b/c.js", "a/b/d/e.js", "z/f.js"]);
        assert_eq!(below(&["a"]), ["a/b.js", "a/b/c.js", "a/b/d/e.js", "a/bc.js"]);
        assert_eq!(below(&[""]).len(), paths.len());
        assert!(below(&["a.j", "y"]).is_empty());
    }
}
