//! Composer: `composer.json` and `composer.lock`.

use crate::{
    ecosystem::registry::{Asked, Lockfile, Manifest, Registry},
    source::{FileId, SourceFile, Span, Spanned},
    syntax::{SyntaxError, json},
    tree::Node,
};

/// The room.
pub(super) const COMPOSER: Registry = Registry {
    kind: "composer",
    is_build: |name| name == "composer.json",
    manifest,
    lockfiles: &[Lockfile { name: "composer.lock", find, update: "composer update" }],
};

fn manifest(path: &str) -> Option<Manifest> {
    (path.rsplit('/').next() == Some("composer.json")).then_some(asked)
}

fn asked(id: FileId, file: &SourceFile) -> Result<Vec<Asked>, SyntaxError> {
    let tree = match json::read(id, file) {
        Err(_) if json::is_template(&file.text) => return Ok(Vec::new()),
        tree => tree?,
    };
    let mut found = Vec::new();
    for (section, development) in [("require", false), ("require-dev", true)] {
        found.extend(tree.at(&[section]).map_or(&[][..], Node::members).iter().map(|member| Asked {
            name: Spanned { value: member.key.value.to_ascii_lowercase(), span: member.key.span },
            requirement: content(file, &member.value),
            development,
        }));
    }
    Ok(found)
}

/// A string without its quotes, where it is written without an escape.
pub(super) fn content(file: &SourceFile, node: &Node) -> Option<Spanned<String>> {
    let value = node.as_str()?;
    let span = Span { start: node.span.start + 1, end: node.span.end.saturating_sub(1), ..node.span };
    (file.text.get(span.range()) == Some(value)).then(|| Spanned { value: value.to_owned(), span })
}

fn find(id: FileId, file: &SourceFile, package: &str) -> Option<Span> {
    if !file.text.contains(package) {
        return None; // lockfiles are large
    }
    let tree = json::read(id, file).ok()?;
    let sections = ["packages", "packages-dev"].into_iter().filter_map(|section| tree.at(&[section]));
    let mut held = sections.flat_map(Node::elements);
    let is_it =
        |node: &&Node| node.at(&["name"]).and_then(Node::as_str).is_some_and(|name| name.eq_ignore_ascii_case(package));
    Some(content(file, held.find(is_it)?.at(&["version"])?)?.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn packages_are_asked_for_and_held() {
        let manifest = r#"{"require": {"php": ">=8.1", "One/A": "^1.2"}, "require-dev": {"one/b": "dev-master"}}"#;
        let lock = r#"{"packages": [{"name": "one/a", "version": "v1.2.4"}], "packages-dev": [{"name": "one/b", "version": "dev-master"}]}"#;
        let sources =
            Sources::new(vec![SourceFile::new("composer.json", manifest), SourceFile::new("composer.lock", lock)]);
        let files: Vec<_> = sources.iter().collect();
        let found = asked(files[0].0, files[0].1).unwrap();
        let found: Vec<_> = found.iter().map(|asked| (&*asked.name.value, asked.development)).collect();
        assert_eq!(found, [("php", false), ("one/a", false), ("one/b", true)]);
        let held = |package| find(files[1].0, files[1].1, package).map(|span| sources.text(span));
        assert_eq!([held("one/a"), held("one/b"), held("one/c")], [Some("v1.2.4"), Some("dev-master"), None]);
    }
}
