//! Go modules: `go.mod`. The versions in it are those that are built: the greatest that is asked for.

use crate::{
    ecosystem::registry::{Asked, Manifest, Registry, part},
    source::{FileId, SourceFile},
    syntax::{
        SyntaxError,
        words::{self, Kind},
    },
};

/// The room.
pub(super) const GO_MODULES: Registry =
    Registry { kind: "golang", is_build: |name| name == "go.mod", manifest, lockfiles: &[] };

fn manifest(path: &str) -> Option<Manifest> {
    (path.rsplit('/').next() == Some("go.mod")).then_some(asked)
}

/// Every module that is required. One that is replaced is built from elsewhere, whatever version is asked for.
fn asked(id: FileId, file: &SourceFile) -> Result<Vec<Asked>, SyntaxError> {
    let text = &*file.text;
    let tokens = words::scan(text, words::GO_MOD);
    let mut found: Vec<Asked> = Vec::new();
    let mut replaced: Vec<&str> = Vec::new();
    let mut directive = "";
    let mut is_open = false;
    let mut at = 0;
    while at < tokens.len() {
        let end = (at + 1..tokens.len()).find(|next| tokens[*next].is_first).unwrap_or(tokens.len());
        let mut line = &tokens[at..end];
        at = end;
        let word = |index: usize, line: &[words::Token]| {
            line.get(index)
                .filter(|token| token.kind != Kind::Mark(b'('))
                .map_or("", |token| &text[token.range.clone()])
        };
        if line[0].kind == Kind::Mark(b')') {
            is_open = false;
            continue;
        }
        if !is_open {
            directive = word(0, line);
            is_open = line.get(1).is_some_and(|token| token.kind == Kind::Mark(b'('));
            line = &line[1..];
        }
        match (directive, line) {
            ("require", [module, version, ..]) if version.kind == Kind::Word => found.push(Asked {
                name: part(id, text, module.range.clone()),
                requirement: Some(part(id, text, version.range.clone())),
                development: false,
            }),
            ("replace", [..]) => replaced.push(word(0, line)),
            _ => {}
        }
    }
    for asked in found.iter_mut().filter(|asked| replaced.contains(&&*asked.name.value)) {
        asked.requirement = None;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn modules_are_required() {
        let text = "module example.org/app\n\ngo 1.21\n\nrequire (\n\texample.org/a v0.2.1\n\texample.org/b v1.0.0 // indirect\n)\n\
                    require example.org/c v2.0.0+incompatible\nreplace example.org/b => ../b\n";
        let sources = Sources::new(vec![SourceFile::new("go.mod", text)]);
        let (id, file) = sources.iter().next().unwrap();
        let found = asked(id, file).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|asked| (&*asked.name.value, asked.requirement.as_ref().map(|text| &*text.value)))
            .collect();
        assert_eq!(
            found,
            [
                ("example.org/a", Some("v0.2.1")),
                ("example.org/b", None),
                ("example.org/c", Some("v2.0.0+incompatible"))
            ]
        );
    }
}
