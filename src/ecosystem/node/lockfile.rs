//! Which version of a package a lockfile holds. Lockfiles are large: each reader looks for the one entry.

use crate::{
    source::{FileId, SourceFile, Sources, Span, Spanned},
    version::{Scheme, Version},
};

mod npm;
mod pnpm;
mod yarn;

/// A package as a manifest asks for it.
pub(super) struct Wanted<'a> {
    /// The manifest's folder.
    pub(super) folder: &'a str,
    /// The key in the manifest.
    pub(super) name: &'a str,
    /// What is asked for, as written.
    pub(super) requirement: &'a str,
}

/// What the lockfile of a manifest says.
pub(super) struct Locked {
    /// The version it holds.
    pub(super) version: Option<Spanned<Version>>,
    /// The start of the command that updates it, to stand before the package's name.
    pub(super) update: &'static str,
}

/// A place in a lockfile that may serve a manifest.
struct Lockfile<'a> {
    id: FileId,
    file: &'a SourceFile,
    /// The manifest's folder, relative to the lockfile's; empty when they lie beside each other.
    member: &'a str,
}

/// What a reader finds: the manifest is none of the lockfile's, or the version's place, if there is one.
type Entry = Option<Option<Span>>;

type Reader = fn(&Lockfile<'_>, &Wanted<'_>) -> Entry;

/// The lockfiles of every package manager; where several lie in one folder the first one wins.
const READERS: [(&str, Reader); 5] = [
    ("npm-shrinkwrap.json", npm::read),
    ("package-lock.json", npm::read),
    ("yarn.lock", yarn::read),
    ("pnpm-lock.yaml", pnpm::read),
    ("bun.lock", npm::read_bun),
];

/// Whether a file's name is that of a lockfile.
pub(in crate::ecosystem) fn is_lockfile(name: &str) -> bool {
    READERS.iter().any(|(lockfile, _)| *lockfile == name)
}

/// What the nearest lockfile that serves the manifest says: the one beside it, or that of a workspace it is part of.
pub(super) fn find(sources: &Sources, wanted: &Wanted<'_>) -> Option<Locked> {
    let mut folder = Some(wanted.folder);
    while let Some(at) = folder {
        let found = in_folder(sources, at, wanted);
        if found.is_some() {
            return found;
        }
        folder = (!at.is_empty()).then(|| at.rsplit_once('/').map_or("", |(parent, _)| parent));
    }
    None
}

fn in_folder(sources: &Sources, folder: &str, wanted: &Wanted<'_>) -> Option<Locked> {
    let member = wanted.folder[folder.len()..].trim_start_matches('/');
    let mut beside = None;
    for (name, read) in READERS {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let Some(id) = sources.find(&path) else { continue };
        let lockfile = Lockfile { id, file: sources.file(id), member };
        let entry = read(&lockfile, wanted);
        let version = entry.flatten().and_then(|span| version(sources, span));
        let locked = Locked { version, update: update(name, lockfile.file) };
        if locked.version.is_some() {
            return Some(locked);
        }
        if member.is_empty() || entry.is_some() {
            beside.get_or_insert(locked);
        }
    }
    beside
}

fn version(sources: &Sources, span: Span) -> Option<Spanned<Version>> {
    let text = sources.text(span);
    let value = Version::parse(Scheme::Npm, text).filter(|_| text.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(Spanned { value, span })
}

/// A command that leaves the manifest alone: the `yarn up` of Yarn 2 and later, without `-R`, would write the newest
/// release into it, past what it asks for.
fn update(name: &str, file: &SourceFile) -> &'static str {
    match name {
        "yarn.lock" if yarn::is_berry(&file.text) => "yarn up -R",
        "yarn.lock" => "yarn upgrade",
        "pnpm-lock.yaml" => "pnpm update",
        "bun.lock" => "bun update",
        _ => "npm update",
    }
}

impl Lockfile<'_> {
    fn span(&self, start: usize, length: usize) -> Span {
        Span { file: self.id, start, end: start + length }
    }

    /// The span of `part`, a slice of the lockfile's text from `start` on.
    fn part(&self, start: usize, part: &str) -> Span {
        let digits = part.split(['(', '_', ' ', '"', '\'']).next().unwrap_or(part);
        self.span(start, digits.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of the version that is found, with what precedes it on its line, and the command.
    fn found(files: &[(&str, &str)], folder: &str, requirement: &str) -> Option<(String, &'static str)> {
        let sources = Sources::new(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect());
        let locked = find(&sources, &Wanted { folder, name: "@s/ace", requirement })?;
        let version = locked.version.map_or_else(String::new, |version| sources.text(version.span).to_owned());
        Some((version, locked.update))
    }

    fn beside(name: &str, text: &str) -> (String, &'static str) {
        found(&[(name, text)], "", "^1.0.0").unwrap()
    }

    #[test]
    fn every_lockfile_is_read() {
        let npm1 = r#"{"lockfileVersion": 1, "dependencies": {"x": {"version": "0"}, "@s/ace": {"version": "1.2.3"}}}"#;
        let npm3 = r#"{"packages": {"": {"dependencies": {"@s/ace": "^1"}}, "node_modules/x/node_modules/@s/ace":
            {"version": "9.0.0"}, "node_modules/@s/ace": {"version": "1.2.3"}}}"#;
        let yarn1 =
            "# v1\r\n\r\nx@1:\r\n  version \"0\"\r\n\r\n\"@s/ace@1\", \"@s/ace@^1.0.0\":\r\n  version \"1.2.3\"\r\n";
        let berry = "__metadata:\n  version: 8\n\n\"@s/ace@npm:1, @s/ace@npm:^1.0.0\":\n  version: 1.2.3\n";
        let pnpm5 = "lockfileVersion: 5.4\n\nspecifiers:\n  '@s/ace': ^1.0.0\n\ndependencies:\n  '@s/ace': 1.2.3_x@1\n";
        let pnpm9 = "importers:\n\n  .:\n    dependencies:\n      '@s/ace':\n        specifier: ^1.0.0\n        version: 1.2.3(x@1)\n";
        let bun =
            "{ \"workspaces\": { \"\": {} }, \"packages\": { \"@s/ace\": [\"@s/ace@1.2.3\", \"\", {}, \"sha\"], } }";
        for (name, text, update) in [
            ("package-lock.json", npm1, "npm update"),
            ("npm-shrinkwrap.json", npm3, "npm update"),
            ("yarn.lock", yarn1, "yarn upgrade"),
            ("yarn.lock", berry, "yarn up -R"),
            ("pnpm-lock.yaml", pnpm5, "pnpm update"),
            ("pnpm-lock.yaml", pnpm9, "pnpm update"),
            ("bun.lock", bun, "bun update"),
        ] {
            assert_eq!(beside(name, text), ("1.2.3".to_owned(), update), "{text}");
        }
    }

    #[test]
    fn a_workspace_is_served_by_the_lockfile_above() {
        let npm = r#"{"packages": {"a": {}, "a/node_modules/@s/ace": {"version": "2.0.0"}, "node_modules/@s/ace":
            {"version": "1.0.0"}, "b": {}}}"#;
        let read = |folder| found(&[("package-lock.json", npm)], folder, "*").map(|(version, _)| version);
        assert_eq!(read("a").as_deref(), Some("2.0.0"));
        assert_eq!(read("b").as_deref(), Some("1.0.0"));
        assert_eq!(read("stranger"), None);

        let pnpm = "importers:\n  .:\n    dependencies: {}\n  p/a:\n    devDependencies:\n      '@s/ace':\n        version: 3.0.0\n";
        let read = |folder| found(&[("pnpm-lock.yaml", pnpm)], folder, "*").map(|(version, _)| version);
        assert_eq!(read("p/a").as_deref(), Some("3.0.0"));
        assert_eq!(read("p/b"), None);

        let bun = r#"{"workspaces": {"": {"name": "all"}, "p/a": {"name": "@own/a"}, "p/b": {"name": "b",},},
            "packages": {"@own/a/@s/ace": ["@s/ace@4.0.0", ""], "@s/ace": ["@s/ace@3.0.0", ""],},}"#;
        let read = |folder| found(&[("bun.lock", bun)], folder, "*").map(|(version, _)| version);
        assert_eq!(read("p/a").as_deref(), Some("4.0.0"));
        assert_eq!([read("p/b"), read("")].map(Option::unwrap), ["3.0.0", "3.0.0"]);
        assert_eq!(read("p/c"), None);
    }

    #[test]
    fn a_broken_lockfile_holds_nothing() {
        for text in [
            "",
            "{",
            "<<<<<<< HEAD\n{",
            "[[[[",
            "{\"packages\": {\"node_modules/@s/ace\": {\"version\": \"",
            "\u{feff}é",
        ] {
            for (name, _) in READERS {
                assert_eq!(found(&[(name, text)], "", "^1.0.0").map_or_else(String::new, |(version, _)| version), "");
            }
        }
        let link = r#"{"packages": {"node_modules/@s/ace": {"resolved": "../ace", "link": true}}}"#;
        assert_eq!(beside("package-lock.json", link).0, "");
    }

    #[test]
    fn the_nearest_lockfile_counts() {
        let lock = |version| format!("{{\"dependencies\": {{\"@s/ace\": {{\"version\": \"{version}\"}}}}}}");
        let (shrinkwrap, inner, outer) = (lock("1.0.0"), lock("2.0.0"), lock("3.0.0"));
        let files =
            [("a/npm-shrinkwrap.json", &*shrinkwrap), ("a/package-lock.json", &*inner), ("package-lock.json", &*outer)];
        assert_eq!(found(&files, "a", "*").unwrap().0, "1.0.0");
    }
}
