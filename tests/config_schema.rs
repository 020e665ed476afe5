//! The schema that editors read and the reader of the configuration agree.

#![cfg(feature = "schema")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{collections::BTreeSet, fs, path::Path};

use connect_lint::{
    config::{self, KEYS},
    frameworks::FRAMEWORKS,
    rules::RULES,
    source::{SourceFile, Sources},
    syntax::toml,
    tree::{Node, Value},
};
use serde_json::{Value as Json, json};

fn schema() -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("connect-lint.schema.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A document as the schema sees it; `None` where it is no TOML.
fn document(text: &str) -> Option<Json> {
    let sources = Sources::new(vec![SourceFile::new(config::FILE, text)]);
    let (id, file) = sources.iter().next().unwrap();
    Some(plain(&toml::parse(id, &file.text).ok()?))
}

fn plain(node: &Node) -> Json {
    match &node.value {
        Value::Object(members) => {
            Json::Object(members.iter().map(|member| (member.key.value.clone(), plain(&member.value))).collect())
        }
        Value::Array(elements) => elements.iter().map(plain).collect(),
        Value::String(text) => json!(text),
        Value::Bool(bool) => json!(bool),
        Value::Number(number) => serde_json::from_str(number).unwrap(),
        Value::Null | Value::Unknown => Json::Null,
    }
}

/// Whether the reader and the schema take a text.
fn verdicts(text: &str) -> (bool, bool) {
    let read = config::parse(text.as_bytes().to_vec(), config::FILE, "").is_ok();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    (read, document(text).is_some_and(|document| validator.is_valid(&document)))
}

fn names<'a>(values: impl IntoIterator<Item = &'a Json>) -> BTreeSet<&'a str> {
    values.into_iter().map(|value| value.as_str().unwrap()).collect()
}

#[test]
fn the_schema_is_one() {
    assert!(jsonschema::draft7::meta::is_valid(&schema()));
}

#[test]
fn both_know_the_same_keys() {
    let schema = schema();
    for (table, keys) in KEYS {
        let properties = match table {
            "" => &schema["properties"],
            table => &schema["properties"][table]["items"]["properties"],
        };
        let known: BTreeSet<_> = properties.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(known, keys.iter().copied().collect(), "{table}");
    }
    let definitions = &schema["definitions"];
    assert_eq!(names(definitions["rule"]["enum"].as_array().unwrap()), RULES.iter().map(|rule| rule.id).collect());
    let packages = names(definitions["frameworks"]["propertyNames"]["enum"].as_array().unwrap());
    assert_eq!(packages, FRAMEWORKS.iter().map(|framework| framework.package.as_str()).collect());
}

#[test]
fn both_know_the_same_words() {
    let schema = schema();
    let definitions = &schema["definitions"];
    let words = |pointer: &str| names(definitions.pointer(pointer).unwrap().as_array().unwrap());
    for (form, pointer) in [
        ("fail-on = '%'", "/severity/enum"),
        ("rules.syntax-error = '%'", "/rules/additionalProperties/enum"),
        ("authenticators.x = '%'", "/authenticators/additionalProperties/enum"),
    ] {
        for word in
            ["error", "warning", "note", "on", "off", "asymmetric", "symmetric", "none", "pass-through", "never"]
        {
            let known = words(pointer).contains(word);
            assert_eq!(verdicts(&form.replace('%', word)), (known, known), "{form} {word}");
        }
    }
}

#[test]
fn both_take_the_same_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/config");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let own = common::files(&folder).into_iter();
    let files = own.chain(common::files(&fixtures).into_iter().filter(|(path, _)| path.ends_with(config::FILE)));
    let mut seen = 0;
    for (path, bytes) in files {
        assert_eq!(verdicts(&String::from_utf8(bytes).unwrap()), (true, true), "{path}");
        seen += 1;
    }
    assert!(seen > 5, "only {seen} files were read");
}

#[test]
fn both_refuse_the_same_mistakes() {
    let entry = |table: &str, keys: &str| format!("[[{table}]]\n{keys}");
    for text in [
        "unknown = 1".to_owned(),
        "fail-on = 1".to_owned(),
        "rules = 'all'".to_owned(),
        "rules.no-such-rule = 'off'".to_owned(),
        "rules.syntax-error = true".to_owned(),
        "exclude = ['a']".to_owned(),
        entry("exclude", "path = 'a'"),
        entry("exclude", "reason = 'a'"),
        entry("exclude", "path = 'a'\nreason = ''"),
        entry("exclude", "path = []\nreason = 'a'"),
        entry("exclude", "path = [1]\nreason = 'a'"),
        entry("exclude", "path = ''\nreason = 'a'"),
        entry("override", "rules.syntax-error = 'off'"),
        entry("override", "path = 'a'\nfail-on = 'note'"),
        entry("ignore", "rule = 'syntax-error'\npath = 'a'"),
        entry("ignore", "rule = 'no-such-rule'\npath = 'a'\nreason = 'b'"),
        entry("ignore", "rule = 'syntax-error'\npath = 'a'\nreason = 'b'\nline = 3"),
        entry("ignore", "rule = 'syntax-error'\npath = 'a'\nreason = 'b'\nidentity = 3"),
        "authenticators.x = 1".to_owned(),
        "frameworks.ace = '7.11.0'".to_owned(),
        "frameworks.'pkg:npm/atlassian-connect-express' = 7".to_owned(),
    ] {
        assert_eq!(verdicts(&text), (false, false), "{text}");
    }
}
