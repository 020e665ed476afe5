//! Which version of a Python package a lockfile holds.

use crate::{
    ecosystem::{composer::content, pypi::normalised},
    source::{FileId, SourceFile, Span},
    syntax::{json, toml as syntax},
    tree::Node,
};

/// `poetry.lock` and `uv.lock`: a list of packages.
pub(super) fn toml(id: FileId, file: &SourceFile, package: &str) -> Option<Span> {
    if !file.text.contains(package) {
        return None; // lockfiles are large
    }
    let tree = syntax::parse(id, &file.text).ok()?;
    let mut held = tree.at(&["package"])?.elements().iter();
    let held =
        held.find(|node| node.at(&["name"]).and_then(Node::as_str).is_some_and(|name| normalised(name) == package))?;
    Some(syntax::content(&file.text, held.at(&["version"])?)?.span)
}

/// `Pipfile.lock`: versions behind `==`.
pub(super) fn pipfile(id: FileId, file: &SourceFile, package: &str) -> Option<Span> {
    let tree = json::read(id, file).ok()?;
    let held = ["default", "develop"].into_iter().find_map(|section| tree.at(&[section, package, "version"]))?;
    let text = content(file, held)?;
    let digits = text.value.strip_prefix("==")?;
    Some(Span { start: text.span.end - digits.len(), ..text.span })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn versions_are_held() {
        let poetry = "[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0\"\n";
        let pipfile_lock = r#"{"default": {"a": {"version": "==1.2.3"}}, "develop": {}}"#;
        let sources = Sources::new(vec![SourceFile::new("a", poetry), SourceFile::new("b", pipfile_lock)]);
        let files: Vec<_> = sources.iter().collect();
        assert_eq!(toml(files[0].0, files[0].1, "b").map(|span| sources.text(span)), Some("2.0"));
        assert_eq!(pipfile(files[1].0, files[1].1, "a").map(|span| sources.text(span)), Some("1.2.3"));
        assert_eq!(toml(files[0].0, files[0].1, "c"), None);
    }
}
