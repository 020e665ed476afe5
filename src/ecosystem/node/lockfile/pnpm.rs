//! `pnpm-lock.yaml`, versions 5 to 9, line by line: pnpm writes it, always in the same shape.

use super::{Entry, Lockfile, Wanted};

/// How deep the keys nest that matter: `importers`, a folder, a section, a name, `version`.
const DEPTH: usize = 5;

/// The version of the package under the manifest's importer.
pub(super) fn read(lockfile: &Lockfile<'_>, wanted: &Wanted<'_>) -> Entry {
    let importer = if lockfile.member.is_empty() { "." } else { lockfile.member };
    let mut known = lockfile.member.is_empty();
    let mut path: Vec<(usize, &str)> = Vec::new();
    for (start, line) in lines(&lockfile.file.text) {
        let Some((indent, key, value)) = entry(line) else { continue };
        if indent == 0 && matches!(key, "packages" | "snapshots") {
            break;
        }
        path.retain(|(above, _)| *above < indent);
        path.push((indent, key));
        path.truncate(DEPTH + 1);
        let keys: Vec<_> = path.iter().map(|(_, key)| *key).collect();
        known |= keys == ["importers", importer];
        let inside = match keys.as_slice() {
            ["importers", folder, inside @ ..] if *folder == importer => inside,
            inside if importer == "." => inside,
            _ => continue,
        };
        let ([section, name] | [section, name, "version"]) = inside else { continue };
        if *name == wanted.name && !value.is_empty() && section.to_ascii_lowercase().ends_with("dependencies") {
            return Some(Some(lockfile.part(start + line.len() - value.len(), value)));
        }
    }
    known.then_some(None)
}

/// Indentation, key and value of a line of a block map.
fn entry(line: &str) -> Option<(usize, &str, &str)> {
    let content = line.trim_start_matches(' ');
    let quote = content.chars().next().filter(|first| matches!(first, '\'' | '"'));
    let (key, value) = match quote {
        Some(quote) => content[1..].split_once(quote).and_then(|(key, rest)| Some((key, rest.strip_prefix(':')?)))?,
        None => content.split_once(": ").or_else(|| Some((content.strip_suffix(':')?, "")))?,
    };
    Some((line.len() - content.len(), key, value.trim_start_matches([' ', '\'', '"'])))
}

/// The lines of a text and where they start, without their breaks.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line.trim_end_matches(['\n', '\r']))
    })
}
