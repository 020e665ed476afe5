//! sbt: which Connect libraries `build.sbt` and the Scala files beside it depend on.
//!
//! Scripts are read as words, strings and marks, never run: a version that is composed or computed is unknown.

use std::collections::BTreeMap;

use crate::{
    ecosystem::{Ecosystem, Interest, maven, registry::part},
    facts::{Dependency, Facts},
    source::{FileId, SourceFile, Sources, Spanned},
    syntax::words::{self, Kind, Token},
    version::{Scheme, Version, VersionRange},
};

/// The room.
pub(super) struct Sbt;

impl Ecosystem for Sbt {
    fn interest(&self, path: &str) -> Interest {
        if folder(path).is_some() && !maven::is_foreign(path) { Interest::Always } else { Interest::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        let mut builds: BTreeMap<&str, Vec<Script<'_>>> = BTreeMap::new();
        for (id, file) in sources.iter().filter(|(_, file)| self.interest(&file.path) == Interest::Always) {
            if file.name() == "build.sbt" && folder(&file.path) == Some(file.folder()) {
                facts.build_files.push(id);
            }
            let tokens = words::scan(&file.text, words::SCALA);
            builds.entry(folder(&file.path).unwrap_or_default()).or_default().push(Script { id, file, tokens });
        }
        for scripts in builds.values() {
            let constants: Vec<_> = scripts.iter().flat_map(Script::constants).collect();
            facts
                .dependencies
                .extend(maven::distinct(scripts.iter().flat_map(|script| script.dependencies(&constants))));
        }
    }
}

/// The folder of the build that a file is part of: `*.sbt` of the folder, and what is in its `project`.
fn folder(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_meta = folder == "project" || folder.ends_with("/project");
    let above = folder.strip_suffix("project").map(|above| above.trim_end_matches('/'));
    match name.rsplit_once('.')?.1 {
        "sbt" if !is_meta => Some(folder),
        "scala" | "sbt" if is_meta => above,
        _ => None,
    }
}

/// A value with a name.
struct Constant {
    /// The object it is in; empty at the top.
    object: String,
    name: String,
    text: Spanned<String>,
}

struct Script<'s> {
    id: FileId,
    file: &'s SourceFile,
    tokens: Vec<Token>,
}

impl<'s> Script<'s> {
    fn text(&self, at: usize, kind: Kind) -> Option<&'s str> {
        self.tokens.get(at).filter(|token| token.kind == kind).map(|token| &self.file.text[token.range.clone()])
    }

    fn word(&self, at: usize) -> &'s str {
        self.text(at, Kind::Word).unwrap_or_default()
    }

    fn is(&self, at: usize, mark: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    fn spanned(&self, at: usize) -> Spanned<String> {
        part(self.id, &self.file.text, self.tokens[at].range.clone())
    }

    /// Every `val name = "text"`.
    fn constants(&self) -> Vec<Constant> {
        let mut found = Vec::new();
        let mut objects: Vec<&str> = Vec::new();
        let mut named = "";
        for at in 0..self.tokens.len() {
            match self.tokens[at].kind {
                Kind::Mark(b'{') => objects.push(std::mem::take(&mut named)),
                Kind::Mark(b'}') => {
                    objects.pop();
                }
                Kind::Word if self.word(at) == "object" => named = self.word(at + 1),
                Kind::Word if self.word(at) == "val" => {
                    let typed = if self.is(at + 2, b':') { 2 } else { 0 };
                    let value = at + 3 + typed;
                    let is_whole = !self.is(value + 1, b'%') && !self.is(value + 1, b'+');
                    if self.is(value - 1, b'=') && is_whole && self.text(value, Kind::Text).is_some() {
                        found.push(Constant {
                            object: objects
                                .iter()
                                .rev()
                                .find(|name| !name.is_empty())
                                .map_or("", |name| *name)
                                .to_owned(),
                            name: self.word(at + 1).to_owned(),
                            text: self.spanned(value),
                        });
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Every `"group" %% "artifact" % version` of a library of the framework table.
    fn dependencies(&self, constants: &[Constant]) -> Vec<Dependency> {
        (0..self.tokens.len()).filter_map(|at| self.dependency(at, constants)).collect()
    }

    fn dependency(&self, at: usize, constants: &[Constant]) -> Option<Dependency> {
        let group = self.text(at, Kind::Text)?;
        let marks = (1..4).take_while(|next| self.is(at + next, b'%')).count();
        let name = at + marks + 1;
        let artifact = self.text(name, Kind::Text).filter(|_| marks > 0)?;
        let package = maven::package_of(group, artifact)?;
        let version = self.is(name + 1, b'%').then(|| self.version(name + 2, constants)).flatten();
        let after = self.end_of_path(name + 2);
        let scope =
            if self.is(after, b'%') { self.text(after + 1, Kind::Text).unwrap_or(self.word(after + 1)) } else { "" };
        let value = version.as_ref().and_then(|text| Version::parse(Scheme::Maven, &text.value));
        Some(Dependency {
            package,
            declared: self.spanned(name).span,
            range: version.as_ref().and_then(|text| VersionRange::parse(Scheme::Maven, &text.value)),
            version: value.zip(version.as_ref()).map(|(value, text)| Spanned { value, span: text.span }),
            requirement: version,
            locked: None,
            shared_with: None,
            update: None,
            development: scope.to_ascii_lowercase().starts_with("test") || scope == "it",
        })
    }

    /// The version at a place: a string, or the one constant that a name can mean.
    fn version(&self, at: usize, constants: &[Constant]) -> Option<Spanned<String>> {
        if self.text(at, Kind::Text).is_some() {
            return Some(self.spanned(at));
        }
        let end = self.end_of_path(at);
        let name = self.word(end - 1);
        let object = if self.is(end.checked_sub(2)?, b'.') { self.word(end.checked_sub(3)?) } else { "" };
        let is_meant = |constant: &&Constant| constant.name == name && (object.is_empty() || constant.object == object);
        let mut meant = constants.iter().filter(is_meant);
        let only = meant.next().filter(|_| meant.next().is_none())?;
        Some(only.text.clone())
    }

    /// Behind `a.b.c`, or behind a string.
    fn end_of_path(&self, at: usize) -> usize {
        let mut end = at + 1;
        while self.is(end, b'.') {
            end += 2;
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> Vec<(String, Option<String>, bool)> {
        let sources = Sources::new(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect());
        let mut facts = Facts::default();
        Sbt.read(&sources, &mut facts);
        let told = |found: Dependency| {
            (found.package, found.requirement.map(|text| sources.text(text.span).to_owned()), found.development)
        };
        facts.dependencies.into_iter().map(told).collect()
    }

    const PLAY: &str = "pkg:maven/io.toolsplus/atlassian-connect-play-core";

    #[test]
    fn a_version_is_written_or_named() {
        let literal = "libraryDependencies += \"io.toolsplus\" %% \"atlassian-connect-play-core\" % \"0.2.0\"";
        assert_eq!(read(&[("build.sbt", literal)]), [(PLAY.to_owned(), Some("0.2.0".to_owned()), false)]);
        let constants = "object Version {\n  val play = \"0.3.0\" // was \"0.2.0\"\n}\nobject Other { val play = \"9\" }\n\
                         object Library { val play = \"io.toolsplus\" %% \"atlassian-connect-play-core\" % Version.play % \"test\" }";
        let found = read(&[("a/build.sbt", ""), ("a/project/Dependencies.scala", constants)]);
        assert_eq!(found, [(PLAY.to_owned(), Some("0.3.0".to_owned()), true)]);
    }

    #[test]
    fn what_can_mean_two_things_is_unknown() {
        let uses = "libraryDependencies += \"io.toolsplus\" %% \"atlassian-connect-play-core\" % play";
        let twice = "object A { val play = \"1\" }\nobject B { val play = \"2\" }";
        assert_eq!(read(&[("build.sbt", uses), ("project/V.scala", twice)]), [(PLAY.to_owned(), None, false)]);
        assert_eq!(read(&[("build.sbt", "// \"io.toolsplus\" %% \"atlassian-connect-play-core\" % \"1\"")]), []);
        assert_eq!(folder("modules/api/src/main/scala/A.scala"), None);
        assert_eq!(folder("project/plugins.sbt"), Some(""));
    }
}
