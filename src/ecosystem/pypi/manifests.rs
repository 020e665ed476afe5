//! What Python projects ask for.

use crate::{
    ecosystem::{
        pypi::{normalised, specifier},
        registry::{Asked, part},
    },
    source::{FileId, SourceFile, Spanned},
    syntax::{
        SyntaxError, toml,
        words::{self, Kind},
    },
    tree::{Member, Node, Value},
};

/// `requirements*.txt`: a specifier a line, options and other files aside.
pub(super) fn requirements(id: FileId, file: &SourceFile) -> Result<Vec<Asked>, SyntaxError> {
    let development = ["dev", "test"].iter().any(|word| file.name().contains(word));
    let mut found = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let indented = line.len() - line.trim_start().len();
        found.extend(specifier(id, &file.text, start + indented, line.trim(), development));
        start += line.len();
    }
    Ok(found)
}

/// `pyproject.toml`: lists of specifiers as PEP 621 and PEP 735 have them, and Poetry's tables.
pub(super) fn pyproject(id: FileId, file: &SourceFile) -> Result<Vec<Asked>, SyntaxError> {
    let tree = toml::parse(id, &file.text)?;
    let mut found = Vec::new();
    let mut lists = Vec::from_iter(tree.at(&["project", "dependencies"]).map(|list| (list, false)));
    for (table, development) in [("project", false), ("", true)] {
        let groups =
            if development { tree.at(&["dependency-groups"]) } else { tree.at(&[table, "optional-dependencies"]) };
        lists.extend(groups.map_or(&[][..], Node::members).iter().map(|group| (&group.value, development)));
    }
    for (list, development) in lists {
        for text in list.elements().iter().filter_map(|text| toml::content(&file.text, text)) {
            found.extend(specifier(id, &file.text, text.span.start, &text.value, development));
        }
    }
    if let Some(poetry) = tree.at(&["tool", "poetry"]) {
        found.extend(table(file, poetry.at(&["dependencies"]), false));
        found.extend(table(file, poetry.at(&["dev-dependencies"]), true));
        for group in poetry.at(&["group"]).map_or(&[][..], Node::members) {
            found.extend(table(file, group.value.at(&["dependencies"]), group.key.value != "main"));
        }
    }
    Ok(found)
}

/// `Pipfile`.
pub(super) fn pipfile(id: FileId, file: &SourceFile) -> Result<Vec<Asked>, SyntaxError> {
    let tree = toml::parse(id, &file.text)?;
    let packages = table(file, tree.at(&["packages"]), false);
    Ok(packages.chain(table(file, tree.at(&["dev-packages"]), true)).collect())
}

/// A table of names and requirements.
fn table<'n>(file: &'n SourceFile, table: Option<&'n Node>, development: bool) -> impl Iterator<Item = Asked> + 'n {
    let asked = move |member: &Member| Asked {
        name: Spanned { value: normalised(&member.key.value), span: member.key.span },
        requirement: match &member.value.value {
            Value::Object(_) => member.value.at(&["version"]),
            _ => Some(&member.value),
        }
        .and_then(|text| toml::content(&file.text, text)),
        development,
    };
    table.map_or(&[][..], Node::members).iter().map(asked)
}

/// The strings in `install_requires=[…]` of a `setup.py`.
pub(super) fn setup(id: FileId, file: &SourceFile) -> Result<Vec<Asked>, SyntaxError> {
    let tokens = words::scan(&file.text, words::PYTHON);
    let is = |at: usize, mark: u8| tokens.get(at).is_some_and(|token| token.kind == Kind::Mark(mark));
    let named = |at: &usize| &file.text[tokens[*at].range.clone()] == "install_requires";
    let opens = (0..tokens.len()).find(|at| named(at) && is(at + 1, b'=') && is(at + 2, b'['));
    let listed = opens.map_or(&[][..], |at| &tokens[at + 3..]);
    let listed = listed.iter().take_while(|token| token.kind != Kind::Mark(b']'));
    let texts = listed.filter(|token| token.kind == Kind::Text).map(|token| part(id, &file.text, token.range.clone()));
    Ok(texts.filter_map(|text| specifier(id, &file.text, text.span.start, &text.value, false)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ecosystem::registry::Manifest, source::Sources};

    fn read(manifest: Manifest, text: &str) -> Vec<(String, Option<String>, bool)> {
        let sources = Sources::new(vec![SourceFile::new("requirements.txt", text)]);
        let (id, file) = sources.iter().next().unwrap();
        let asked = manifest(id, file).unwrap();
        for asked in asked.iter().filter_map(|asked| asked.requirement.as_ref()) {
            assert_eq!(sources.text(asked.span), asked.value);
        }
        asked.into_iter().map(|one| (one.name.value, one.requirement.map(|text| text.value), one.development)).collect()
    }

    fn asked(name: &str, requirement: Option<&str>, development: bool) -> (String, Option<String>, bool) {
        (name.to_owned(), requirement.map(str::to_owned), development)
    }

    #[test]
    fn lists_are_read() {
        let text = "-r base.txt\n# no\nAtlassian_JWT[x] >= 1.8, < 3 ; python_version > '3' # why\na==1.2 --hash=sha256:0 \\\nb @ https://example.org/b.zip\nc\n";
        assert_eq!(
            read(requirements, text),
            [
                asked("atlassian-jwt", Some(">= 1.8, < 3"), false),
                asked("a", Some("==1.2"), false),
                asked("b", None, false),
                asked("c", None, false)
            ]
        );
    }

    #[test]
    fn tables_are_read() {
        let text = "[project]\ndependencies = [\"a~=1.2\"]\n[dependency-groups]\ndev = [\"b\"]\n[tool.poetry.dependencies]\n\
                    c = \"^1.8\"\nd = { version = \"~2\", extras = [\"x\"] }\ne = { git = \"https://example.org/e\" }\n\
                    [tool.poetry.group.test.dependencies]\nf = \"*\"\n";
        assert_eq!(
            read(pyproject, text),
            [
                asked("a", Some("~=1.2"), false),
                asked("b", None, true),
                asked("c", Some("^1.8"), false),
                asked("d", Some("~2"), false),
                asked("e", None, false),
                asked("f", Some("*"), true)
            ]
        );
        assert_eq!(read(pipfile, "[packages]\na = \"==1\"\n"), [asked("a", Some("==1"), false)]);
        let text =
            "setup(name='x', install_requires=[\n  # 'no'\n  \"a >= 1.6.4, <= 1.7.1\",\n  'b',\n], extras=['c'])";
        assert_eq!(read(setup, text), [asked("a", Some(">= 1.6.4, <= 1.7.1"), false), asked("b", None, false)]);
        assert_eq!(read(setup, "setup(install_requires=requires)"), []);
    }
}
