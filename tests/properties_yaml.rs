//! Laws of the YAML and properties readers, on text that no one would write.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

use connect_lint::{
    edit::Edit,
    source::{FileId, SourceFile, Sources},
    syntax::{properties, yaml},
    tree::{Node, Value},
};
use proptest::prelude::*;

fn file(text: &str) -> (FileId, SourceFile) {
    let sources = Sources::new(vec![SourceFile::new("application.yml", text)]);
    let (id, file) = sources.iter().next().unwrap();
    (id, file.clone())
}

fn applied(text: &str, edit: &Edit) -> String {
    format!("{}{}{}", &text[..edit.span.start], edit.text, &text[edit.span.end..])
}

/// Every value by its path; the order and the place do not matter.
fn values(node: &Node, path: &str, found: &mut Vec<(String, String)>) {
    match &node.value {
        Value::Object(members) => {
            found.push((path.to_owned(), "{}".to_owned()));
            members.iter().for_each(|member| values(&member.value, &format!("{path}/{}", member.key.value), found));
        }
        Value::Array(elements) => {
            found.push((path.to_owned(), "[]".to_owned()));
            elements.iter().enumerate().for_each(|(at, element)| values(element, &format!("{path}/{at}"), found));
        }
        other => found.push((path.to_owned(), format!("{other:?}"))),
    }
}

fn all_values(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (index, document) in yaml::parse(file(text).0, text).documents.iter().enumerate() {
        values(document, &index.to_string(), &mut found);
    }
    found.sort();
    found
}

/// Every map in a tree with its path, and every null that a map may replace.
fn maps<'tree>(node: &'tree Node, path: &str, found: &mut Vec<(String, &'tree Node)>) {
    if matches!(node.value, Value::Object(_) | Value::Null) {
        found.push((path.to_owned(), node));
    }
    node.members().iter().for_each(|member| maps(&member.value, &format!("{path}/{}", member.key.value), found));
    node.elements().iter().enumerate().for_each(|(at, element)| maps(element, &format!("{path}/{at}"), found));
}

fn check_spans(node: &Node, text: &str) {
    assert!(text.get(node.span.range()).is_some(), "{node:?}");
    node.elements().iter().for_each(|element| check_spans(element, text));
    for member in node.members() {
        assert!(text.get(member.key.span.range()).is_some(), "{member:?}");
        check_spans(&member.value, text);
    }
}

/// Inserts and removes everywhere; what an edit is not about must read as before.
fn check_edits(text: &str) {
    let (id, file) = file(text);
    let found = yaml::parse(id, text);
    if found.error.is_some() {
        return;
    }
    let before = all_values(text);
    let mut targets = Vec::new();
    for (index, document) in found.documents.iter().enumerate() {
        maps(document, &index.to_string(), &mut targets);
    }
    for (path, target) in targets {
        let Some(edit) = yaml::insert_member(&file, target, "inserted", "7") else { continue };
        let after = applied(text, &edit);
        let own = (path.clone(), format!("{:?}", Value::Null));
        let key = format!("{path}/inserted");
        let expected: Vec<_> = before.iter().filter(|entry| **entry != own).collect();
        let got = all_values(&after);
        assert!(got.iter().any(|(path, value)| *path == key && value.contains('7')), "{key} {text:?} -> {after:?}");
        assert!(expected.iter().all(|entry| got.contains(entry)), "{key} {text:?} -> {after:?}");
        check_removal(&after, &path, &before);
    }
}

/// Removing what was inserted leaves what was there, but for a null that became an empty map.
fn check_removal(text: &str, path: &str, before: &[(String, String)]) {
    let (id, file) = file(text);
    let documents = yaml::parse(id, text).documents;
    let mut targets = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        maps(document, &index.to_string(), &mut targets);
    }
    for (_, target) in targets.iter().filter(|(at, _)| at == path) {
        let Some(edit) = yaml::remove_member(&file, target, "inserted") else { continue };
        let after = applied(text, &edit);
        let is_own = |entry: &&(String, String)| entry.0 == path;
        let left = all_values(&after);
        let (left, before): (Vec<_>, Vec<_>) =
            (left.iter().filter(|e| !is_own(e)).collect(), before.iter().filter(|e| !is_own(e)).collect());
        assert_eq!(left, before, "{text:?} -> {after:?}");
    }
}

fn fragments() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("b: "),
        Just("key:"),
        Just(" "),
        Just("  "),
        Just("\n"),
        Just("\n  "),
        Just("\n    "),
        Just("\r\n"),
        Just("- "),
        Just("? "),
        Just(": "),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just("&x "),
        Just("*x"),
        Just("<<: "),
        Just("!t "),
        Just("!!str "),
        Just("|"),
        Just(">-"),
        Just("|+\n"),
        Just("#c"),
        Just("'"),
        Just("\""),
        Just("\\"),
        Just("@a@"),
        Just("${a:b}"),
        Just("---\n"),
        Just("...\n"),
        Just("%YAML 1.2\n"),
        Just("\u{feff}"),
        Just("\t"),
        Just("é"),
        Just("𝄞"),
        Just("null"),
        Just("true"),
        Just("=1\n"),
        Just("\\u00e9"),
        Just("\n#---\n"),
        Just("\0"),
        Just("\u{e000}"),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A document that is mostly YAML.
fn documents() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("v"),
        Just("'q'"),
        Just("\"d\" # c"),
        Just(""),
        Just("~"),
        Just("1"),
        Just("@x@"),
        Just("{}"),
        Just("{x: 1}"),
        Just("[p, {q: r}]"),
        Just("{x: , y}"),
        Just("| # n\n            text\n\n"),
        Just("|+\n            text\n\n"),
        Just("# c"),
        Just("&n"),
        Just("&n v"),
        Just("{\n             x: 1,\n             y: 2 # c\n             }"),
    ];
    let line = (0..4usize, prop::sample::select(vec!["a", "b.c", "'d'", "- e", "- \"f\"", "g "]), scalar);
    let text = prop::collection::vec(line, 0..8).prop_map(|lines| {
        lines
            .into_iter()
            .map(|(level, key, value)| format!("{}{key}: {value}\n", "  ".repeat(level)))
            .collect::<String>()
    });
    (text, any::<bool>(), any::<bool>()).prop_map(|(text, is_windows, is_cut)| {
        let text = if is_windows { text.replace('\n', "\r\n") } else { text };
        if is_cut { text.trim_end().to_owned() } else { text }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn arbitrary_text_is_read_without_harm(text in prop_oneof![any::<String>(), fragments()]) {
        let (id, file) = file(&text);
        let found = yaml::parse(id, &text);
        if let Some(error) = &found.error {
            prop_assert!(text.get(error.span.range()).is_some());
        }
        found.documents.iter().for_each(|document| check_spans(document, &text));
        for document in properties::documents(id, &text) {
            check_spans(&document, &text);
            properties::insert_member(&file, &document, "a.b", "c");
            properties::remove_member(&file, &document, "a");
        }
    }

    #[test]
    fn yaml_edits_of_arbitrary_text_change_nothing_else(text in fragments()) {
        check_edits(&text);
    }

    #[test]
    fn yaml_edits_of_documents_change_nothing_else(text in documents()) {
        check_edits(&text);
    }

    #[test]
    fn properties_edits_change_nothing_else(text in fragments(), key in "[a-z.]{1,6}") {
        let (id, file) = file(&text);
        let before = properties::parse(id, &text);
        let edit = properties::insert_member(&file, &before, &key, "7").unwrap();
        let after = applied(&text, &edit);
        let pairs = |node: &Node| -> Vec<(String, Option<String>)> {
            node.members().iter().map(|m| (m.key.value.clone(), m.value.scalar())).collect()
        };
        let mut got = pairs(&properties::parse(id, &after));
        let at = got.iter().position(|pair| *pair == (key.clone(), Some("7".to_owned())));
        prop_assert!(at.is_some(), "{after:?}");
        got.remove(at.unwrap());
        prop_assert_eq!(got, pairs(&before), "{:?}", after);
    }
}

proptest! {
    #[test]
    fn files_of_variables_are_read_without_harm(text in commands()) {
        for path in [".env", "Dockerfile", "Procfile", "a.sh", "a.yml", "package.json", "app.json", "application.yml"] {
            let text = if path == "package.json" { format!("{{\"scripts\": {{\"a\": {:?}}}}}", text) } else { text.clone() };
            let sources = Sources::new(vec![SourceFile::new(path, text)]);
            for variable in connect_lint::ecosystem::read(&sources).variables {
                let text = &*sources.file(variable.span.file).text;
                prop_assert!(text.get(variable.span.range()).is_some());
                prop_assert!(text.get(variable.value.span.range()).is_some());
            }
        }
    }
}

fn commands() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("AC_OPTS"),
        Just("AC_OPTS="),
        Just("no-auth"),
        Just("="),
        Just(" "),
        Just("\n"),
        Just("\""),
        Just("'"),
        Just("\\"),
        Just("\\\""),
        Just("#é\n"),
        Just("é"),
        Just(";"),
        Just("ENV "),
        Just("CMD ["),
        Just("]"),
        Just(","),
        Just("echo "),
        Just("-Datlassian.connect.x="),
        Just("set "),
        Just("\r\n"),
        Just("- "),
        Just("env:\n  "),
        Just(": "),
        Just("{name: "),
        Just("value: "),
        Just("}"),
        Just("|\n  "),
        Just("\\\n"),
        Just("export "),
        Just("SPRING_APPLICATION_JSON="),
        Just("FROM a AS b\n"),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}
