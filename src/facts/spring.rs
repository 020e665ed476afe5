//! Spring configuration: settings found under any spelling that Spring's relaxed binding takes.

pub mod location;
pub mod pattern;
pub mod profile;
pub mod value;

pub use location::{Group, Location};
pub use pattern::{any_matches, matches_path};
pub use value::{Written, truth, written};

use crate::{
    edit::Edit,
    source::{Sources, Span, Spanned},
    syntax::{properties, yaml},
    tree::{Member, Node, Value},
};

/// One document of a Spring configuration file; a `.properties` file is one document, unless it is divided.
#[derive(Clone, Debug)]
pub struct SpringDocument {
    /// The profile in the name of its file: `prod` of `application-prod.yml`.
    pub file_profile: Option<String>,
    /// The expressions that all have to hold for it to count: its own `spring.config.activate.on-profile` or
    /// `spring.profiles`, and those of the documents that import it.
    pub activations: Vec<Spanned<String>>,
    /// Where the file is looked up that it belongs to; that of the importing file for what is imported.
    pub location: Location,
    /// Its place among the documents of that file, imported ones included; the later one wins.
    pub order: usize,
    /// Its content. Keys are as written: dotted and nested ones may mix.
    pub tree: Node,
}

/// A setting, under whichever spelling it was found.
#[derive(Clone, Debug)]
pub struct Setting(pub Member);

impl Setting {
    /// Whether the environment can give it another value.
    pub fn is_placeholder(&self) -> bool {
        self.0.value.as_str().is_some_and(|text| text.contains("${"))
    }
}

/// The form in which Spring compares keys: lower case, without `-` and `_`.
pub fn relaxed(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// Whether a name says that it is for development or tests.
pub fn names_development(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "dev",
        "devel",
        "develop",
        "development",
        "local",
        "localhost",
        "debug",
        "demo",
        "example",
        "sample",
        "template",
        "docs",
    ];
    names_tests(name) || says(name, &WORDS)
}

/// Whether a name says that it is for tests.
pub fn names_tests(name: &str) -> bool {
    says(name, &["test", "tests", "testing", "spec", "specs", "e2e", "mock", "mocks", "fixtures"])
}

/// Whether one of the words that a name is made of is among those given.
fn says(name: &str, words: &[&str]) -> bool {
    let mut parts = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.any(|part| words.contains(&part.to_ascii_lowercase().as_str()))
}

impl SpringDocument {
    /// A document of the file at a path, which counts whatever the profile.
    pub fn new(path: &str, tree: Node) -> SpringDocument {
        SpringDocument { file_profile: None, activations: Vec::new(), location: Location::of(path), order: 0, tree }
    }

    /// The setting of a dotted key; the last one written.
    pub fn find(&self, key: &str) -> Option<Setting> {
        let key = relaxed(key);
        let found = self.paths().into_iter().rev().find(|(path, _)| *path == key);
        found.map(|(_, member)| Setting(member.clone()))
    }

    /// The texts of a setting that is a list, a comma-separated text, or indexed keys.
    pub fn list(&self, key: &str) -> Vec<Spanned<String>> {
        let key = relaxed(key);
        let indexed =
            |path: &str| path.strip_prefix(&key).is_some_and(|index| index.is_empty() || index.starts_with('['));
        let members = self.paths().into_iter().filter(|(path, _)| indexed(path)).map(|(_, member)| &member.value);
        members.flat_map(texts).collect()
    }

    /// Where the settings below a dotted key stand: the key of their block, or of the first one of them.
    pub fn block_span(&self, key: &str) -> Option<Span> {
        let (key, below) = (relaxed(key), format!("{}.", relaxed(key)));
        let paths = self.paths();
        let is_block = |member: &Member| matches!(member.value.value, Value::Object(_) | Value::Null);
        let block = paths.iter().find(|(path, member)| *path == key && is_block(member));
        let first = paths.iter().find(|(path, _)| path.starts_with(&below));
        block.or(first).map(|(_, member)| member.key.span)
    }

    /// Whether it counts whatever the profile.
    pub fn is_base(&self) -> bool {
        self.file_profile.is_none() && self.activations.is_empty()
    }

    /// Whether it counts while some profiles are active.
    pub fn is_active(&self, is_active: &dyn Fn(&str) -> bool) -> bool {
        self.file_profile.as_deref().is_none_or(is_active)
            && self.activations.iter().all(|expression| profile::holds(&expression.value, is_active))
    }

    /// The profiles that it asks for.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        let asked = self.activations.iter().flat_map(|expression| profile::asked(&expression.value));
        self.file_profile.as_deref().into_iter().chain(asked)
    }

    /// The edit that gives a dotted key a value: in its place, or else in the deepest block that exists on its way.
    pub fn set(&self, sources: &Sources, key: &str, value: &str) -> Option<Edit> {
        let file = sources.file(self.tree.span.file);
        let found = self.find(key);
        if file.name().ends_with(".properties") {
            return match found {
                Some(Setting(member)) => Some(properties::set_value(&member, value)),
                None => properties::insert_member(file, &self.tree, key, value),
            };
        }
        if let Some(Setting(member)) = found {
            return Some(yaml::set_value(&member.value, value));
        }
        let (block, rest) = self.deepest_block(key);
        let dotted =
            block.members().iter().rev().find(|member| {
                relaxed(&member.key.value).starts_with(&format!("{}.", relaxed(&parent(&rest.join(".")))))
            });
        match dotted.filter(|_| rest.len() > 1) {
            Some(neighbour) => yaml::insert_after(file, block, neighbour, &rest.join("."), value),
            None => yaml::insert_path(file, block, &rest, value),
        }
    }

    /// The last block on the way to a key that exists as a map, and the parts of the key below it.
    fn deepest_block<'key>(&self, key: &'key str) -> (&Node, Vec<&'key str>) {
        let parts: Vec<_> = key.split('.').collect();
        let paths = self.paths();
        for depth in (1..parts.len()).rev() {
            let prefix = relaxed(&parts[..depth].join("."));
            let is_map = |member: &Member| matches!(member.value.value, Value::Object(_) | Value::Null);
            if let Some((_, member)) = paths.iter().find(|(path, member)| *path == prefix && is_map(member)) {
                return (&member.value, parts[depth..].to_vec());
            }
        }
        (&self.tree, parts)
    }

    /// Every member with its dotted path in relaxed form, in the order written.
    fn paths(&self) -> Vec<(String, &Member)> {
        let mut paths = Vec::new();
        collect(&self.tree, "", &mut paths);
        paths
    }
}

fn collect<'tree>(node: &'tree Node, prefix: &str, paths: &mut Vec<(String, &'tree Member)>) {
    for member in node.members() {
        let key = relaxed(&member.key.value);
        let path = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        paths.push((path.clone(), member));
        collect(&member.value, &path, paths);
    }
}

/// A dotted key without its last part.
fn parent(key: &str) -> String {
    key.rsplit_once('.').map_or(String::new(), |(parent, _)| parent.to_owned())
}

fn texts(value: &Node) -> Vec<Spanned<String>> {
    if let Value::Array(elements) = &value.value {
        return elements.iter().filter_map(Node::as_text).collect();
    }
    let Some(text) = value.as_text() else { return Vec::new() };
    let parts = text.value.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| Spanned { value: part.to_owned(), span: text.span }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    const KEY: &str = "atlassian.connect.fallback-install-hook-enabled";

    fn document(path: &str, text: &str) -> (Sources, SpringDocument) {
        let sources = Sources::new(vec![SourceFile::new(path, text)]);
        let (id, file) = sources.iter().next().unwrap();
        let tree = match path.ends_with("yml") {
            true => yaml::parse(id, &file.text).documents.remove(0),
            false => properties::parse(id, &file.text),
        };
        (sources.clone(), SpringDocument::new(path, tree))
    }

    #[test]
    fn a_setting_is_found_under_every_spelling() {
        for text in [
            "atlassian:\n  connect:\n    fallbackInstallHookEnabled: false\n",
            "atlassian.connect:\n  fallback_install_hook_enabled: false\n",
            "atlassian: { connect.fallback-install-hook-enabled: 'False' }\n",
        ] {
            let (_, document) = document("a.yml", text);
            let value = document.find(KEY).and_then(|found| found.0.value.scalar());
            assert_eq!(value.as_deref().and_then(truth), Some(false), "{text}");
        }
    }

    #[test]
    fn a_setting_goes_where_its_neighbours_are() {
        for (before, after) in [
            ("a: 1\n", "a: 1\natlassian:\n  connect:\n    fallback-install-hook-enabled: false\n"),
            ("atlassian:\n  b: 1\n", "atlassian:\n  b: 1\n  connect:\n    fallback-install-hook-enabled: false\n"),
            (
                "atlassian.connect.x: 1\nz: 1\n",
                "atlassian.connect.x: 1\natlassian.connect.fallback-install-hook-enabled: false\nz: 1\n",
            ),
        ] {
            let (sources, document) = document("a.yml", before);
            let edit = document.set(&sources, KEY, "false").unwrap();
            let mut text = before.to_owned();
            text.replace_range(edit.span.range(), &edit.text);
            assert_eq!(text, after);
        }
    }

    #[test]
    fn lists_are_read_in_each_form() {
        let patterns = |path, text| -> Vec<String> {
            let (_, document) = document(path, text);
            document.list("a.b-c").into_iter().map(|pattern| pattern.value).collect()
        };
        assert_eq!(patterns("a.yml", "a:\n  b-c: [x, y]\n"), ["x", "y"]);
        assert_eq!(patterns("a.yml", "a.bC: x, y\n"), ["x", "y"]);
        assert_eq!(patterns("a.properties", "a.b-c[0]=x\na.b-c[1]=y\n"), ["x", "y"]);
    }
}
