//! A tree of files as one readable text: each file behind a line with its path, `-- src/app.js --`.

use connect_lint::source::{SourceFile, Sources};

const BEFORE: &[u8] = b"-- ";
const BEHIND: &[u8] = b" --";

/// The text of some files.
pub fn written(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut text = Vec::new();
    for (path, bytes) in files {
        text.extend([BEFORE, path.as_bytes(), BEHIND, b"\n", bytes].concat());
        if !bytes.ends_with(b"\n") {
            text.push(b'\n');
        }
    }
    text
}

/// The files of a text, as a walk of the disk would have read them: no path twice, none that leaves the tree.
pub fn read(text: &[u8]) -> Sources {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match (path(line), files.last_mut()) {
            (Some(path), _) => files.push((path, Vec::new())),
            (None, Some((_, bytes))) => bytes.extend(line),
            (None, None) => {}
        }
    }
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files.dedup_by(|(a, _), (b, _)| a == b);
    Sources::new(files.into_iter().map(|(path, bytes)| SourceFile::decode(path, bytes)).collect())
}

fn path(line: &[u8]) -> Option<String> {
    let path = line.trim_ascii_end().strip_prefix(BEFORE)?.strip_suffix(BEHIND)?;
    let path = String::from_utf8(path.to_vec()).ok()?;
    let is_plain = path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\0', '\\']));
    is_plain.then_some(path)
}
