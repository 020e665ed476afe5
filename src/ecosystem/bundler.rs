//! Bundler: `Gemfile`, gem specifications and `Gemfile.lock`.

use std::ops::Range;

use crate::{
    ecosystem::registry::{Asked, Lockfile, Manifest, Registry, part},
    source::{FileId, SourceFile, Span},
    syntax::{
        SyntaxError,
        words::{self, Kind, Token},
    },
};

/// The room.
pub(super) const BUNDLER: Registry = Registry {
    kind: "gem",
    is_build: |name| name == "Gemfile",
    manifest,
    lockfiles: &[Lockfile { name: "Gemfile.lock", find, update: "bundle update" }],
};

fn manifest(path: &str) -> Option<Manifest> {
    let name = path.rsplit('/').next().unwrap_or(path);
    (name == "Gemfile" || name.ends_with(".gemspec")).then_some(asked)
}

/// The methods that ask for a gem.
const ASKS: [&str; 4] = ["gem", "add_dependency", "add_runtime_dependency", "add_development_dependency"];

fn asked(id: FileId, file: &SourceFile) -> Result<Vec<Asked>, SyntaxError> {
    let reader = Reader { id, text: &file.text, tokens: words::scan(&file.text, words::RUBY) };
    let mut found = Vec::new();
    let mut blocks = Vec::new(); // of each open block, whether it is a group for development
    for at in 0..reader.tokens.len() {
        match reader.word(at) {
            "do" => blocks.push(reader.is_development_group(at)),
            "if" | "unless" | "case" | "begin" | "def" | "class" if reader.tokens[at].is_first => blocks.push(false),
            "end" => {
                blocks.pop();
            }
            word if ASKS.contains(&word) => {
                let development = blocks.contains(&true) || word == "add_development_dependency";
                found.extend(reader.gem(at, development));
            }
            _ => {}
        }
    }
    Ok(found)
}

struct Reader<'t> {
    id: FileId,
    text: &'t str,
    tokens: Vec<Token>,
}

impl<'t> Reader<'t> {
    fn word(&self, at: usize) -> &'t str {
        self.tokens.get(at).filter(|token| token.kind == Kind::Word).map_or("", |token| &self.text[token.range.clone()])
    }

    fn string(&self, at: usize) -> Option<Range<usize>> {
        self.tokens.get(at).filter(|token| token.kind == Kind::Text).map(|token| token.range.clone())
    }

    fn is(&self, at: usize, mark: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    /// Whether the `do` at a place opens a group that production does not load.
    fn is_development_group(&self, at: usize) -> bool {
        let line = self.tokens[..at].iter().rposition(|token| token.is_first).unwrap_or(0);
        let names: Vec<&str> = (line + 1..at).map(|at| self.word(at)).filter(|word| !word.is_empty()).collect();
        let is_other = |name: &&str| ["development", "test"].contains(name);
        self.word(line) == "group" && !names.is_empty() && names.iter().all(is_other)
    }

    /// The gem that a call asks for. One from a repository or a folder is not that of the registry.
    fn gem(&self, at: usize, development: bool) -> Option<Asked> {
        let opened = at + 1 + usize::from(self.is(at + 1, b'('));
        let name = part(self.id, self.text, self.string(opened)?);
        let mut requirement = None;
        let mut next = opened + 1;
        let mut is_foreign = false;
        while self.is(next, b',') {
            next += 1;
            if let Some(text) = self.string(next) {
                requirement = requirement.or(Some(text));
                next += 1;
                continue;
            }
            is_foreign |= ["git", "github", "path", "bitbucket", "gist"].contains(&self.option(next));
            next = self.end_of_option(next);
        }
        let requirement = requirement.filter(|_| !is_foreign).map(|range| part(self.id, self.text, range));
        Some(Asked { name, requirement, development })
    }

    /// The name of an option, in either way of writing it: `git: …` or `:git => …`.
    fn option(&self, at: usize) -> &'t str {
        self.word(at + usize::from(self.is(at, b':')))
    }

    /// Where the value of an option ends: at the next comma outside of brackets, or before the next line begins.
    fn end_of_option(&self, mut at: usize) -> usize {
        let mut depth = 0;
        while let Some(token) = self.tokens.get(at) {
            match token.kind {
                Kind::Mark(b'[' | b'{' | b'(') => depth += 1,
                Kind::Mark(b']' | b'}' | b')') if depth == 0 => break,
                Kind::Mark(b']' | b'}' | b')') => depth -= 1,
                Kind::Mark(b',') if depth == 0 => break,
                _ if token.is_first && depth == 0 && ASKS.contains(&self.word(at)) => break,
                _ => {}
            }
            at += 1;
        }
        at
    }
}

/// Finds `name (1.2.3)` among what comes from a registry; what comes from repositories may be another gem.
fn find(id: FileId, file: &SourceFile, gem: &str) -> Option<Span> {
    let mut start = 0;
    let mut is_registry = false;
    for line in file.text.split_inclusive('\n') {
        if !line.starts_with(' ') {
            is_registry = line.trim_end() == "GEM";
        }
        let held = line.strip_prefix("    ").and_then(|rest| rest.strip_prefix(gem)?.strip_prefix(" ("));
        if let Some(held) = held.filter(|_| is_registry) {
            let version = &held[..held.find([')', '-'])?];
            let from = start + line.len() - held.len();
            return Some(Span { file: id, start: from, end: from + version.len() });
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn gems(text: &str) -> Vec<(String, Option<String>, bool)> {
        let sources = Sources::new(vec![SourceFile::new("Gemfile", text)]);
        let (id, file) = sources.iter().next().unwrap();
        let gem = |gem: Asked| (gem.name.value, gem.requirement.map(|text| text.value), gem.development);
        asked(id, file).unwrap().into_iter().map(gem).collect()
    }

    #[test]
    fn gems_are_asked_for() {
        let found = gems(
            "source 'https://example.org'\n# gem 'x'\ngem 'a', '~> 1.2', require: false\ngem \"b\",\n  git: 'https://example.org/b.git',\n  branch: 'm'\n\
             group :development, :test do\n  gem 'c'\nend\ngroup :test, :production do\n  gem('d', '1')\nend\ngem 'e', :github => 'e/e'\n\
             if ENV['X']\n  gem 'f', '>= 1', '< 2'\nend\n",
        );
        let found: Vec<_> =
            found.iter().map(|(name, asked, development)| (&**name, asked.as_deref(), *development)).collect();
        assert_eq!(
            found,
            [
                ("a", Some("~> 1.2"), false),
                ("b", None, false),
                ("c", None, true),
                ("d", Some("1"), false),
                ("e", None, false),
                ("f", Some(">= 1"), false)
            ]
        );
    }

    #[test]
    fn the_lockfile_holds_what_comes_from_a_registry() {
        let lock = "GIT\n  remote: https://example.org/b.git\n  specs:\n    b (0.1.3)\n\nGEM\n  remote: https://example.org/\n  specs:\n    a (1.2.3)\n      b (>= 1)\n    a-b (9)\n";
        let file = SourceFile::new("Gemfile.lock", lock);
        let sources = Sources::new(vec![file.clone()]);
        let id = sources.iter().next().unwrap().0;
        assert_eq!(find(id, &file, "a").map(|span| sources.text(span)), Some("1.2.3"));
        assert_eq!(find(id, &file, "b"), None);
    }
}
