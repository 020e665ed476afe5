//! Edits of JSON text look as if the author had made them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use connect_lint::{
    edit::Edit,
    source::{SourceFile, Sources},
    syntax::json,
    tree::Node,
};

fn apply(text: &str, edit: &Edit) -> String {
    format!("{}{}{}", &text[..edit.span.start], edit.text, &text[edit.span.end..])
}

fn edited(text: &str, edit: impl Fn(&SourceFile, &Node) -> Edit) -> String {
    let sources = Sources::new(vec![SourceFile::new("a.json", text)]);
    let (id, file) = sources.iter().next().unwrap();
    apply(text, &edit(file, &json::parse(id, text).unwrap()))
}

fn inserted(text: &str) -> String {
    edited(text, |file, tree| json::insert_member(file, tree, "x-y", "true").unwrap())
}

fn inserted_object(text: &str) -> String {
    edited(text, |file, tree| json::insert_object_member(file, tree, "new", &[("x-y", "true")]).unwrap())
}

fn removed(text: &str, key: &str) -> String {
    edited(text, |file, tree| json::remove_member(file, tree, key).unwrap())
}

#[test]
fn an_insertion_follows_the_layout() {
    for (before, after) in [
        ("{\n  \"a\": 1\n}", "{\n  \"a\": 1,\n  \"x-y\": true\n}"),
        ("{\r\n\t\"a\": 1\r\n}\r\n", "{\r\n\t\"a\": 1,\r\n\t\"x-y\": true\r\n}\r\n"),
        ("{ \"a\": 1 }", "{ \"a\": 1, \"x-y\": true }"),
        ("{\"a\":1}", "{\"a\":1,\"x-y\":true}"),
        ("{\n  a: 1, // why\n  // end\n}", "{\n  a: 1, // why\n  \"x-y\": true,\n  // end\n}"),
        ("{\n  'a': 1 // why\n}", "{\n  'a': 1, // why\n  'x-y': true\n}"),
        ("{\n  \"a\": 1\n  // end\n}", "{\n  \"a\": 1,\n  \"x-y\": true\n  // end\n}"),
        ("{ \"a\": 1\n, \"b\": 2 // c\n}", "{ \"a\": 1\n, \"b\": 2 // c\n, \"x-y\": true\n}"),
        ("{ \"a\": 1, }", "{ \"a\": 1, \"x-y\": true, }"),
        ("\u{feff}{\n    \"a\": {\n    }}", "\u{feff}{\n    \"a\": {\n    },\n    \"x-y\": true}"),
        ("{}", "{ \"x-y\": true }"),
        ("{ }", "{ \"x-y\": true }"),
        ("{\n}\n", "{\n  \"x-y\": true\n}\n"),
        ("{\n  // none\n}\n", "{\n  // none\n  \"x-y\": true\n}\n"),
    ] {
        assert_eq!(inserted(before), after, "{before}");
    }
}

#[test]
fn an_empty_object_fills_as_its_file_is() {
    let inner =
        |text: &str| edited(text, |file, tree| json::insert_member(file, tree.at(&["m"]).unwrap(), "x", "1").unwrap());
    assert_eq!(inner("{\n\t\"m\": {}\n}"), "{\n\t\"m\": {\n\t\t\"x\": 1\n\t}\n}");
    assert_eq!(inner("{\n   \"m\": {\n   }\n}"), "{\n   \"m\": {\n      \"x\": 1\n   }\n}");
    assert_eq!(inner("{\"m\":{}}"), "{\"m\":{\"x\":1}}");
    assert_eq!(inner("{ \"m\": { } }"), "{ \"m\": { \"x\": 1 } }");
}

#[test]
fn a_new_object_follows_its_neighbours() {
    for (before, after) in [
        ("{\n  \"a\": 1\n}", "{\n  \"a\": 1,\n  \"new\": {\n    \"x-y\": true\n  }\n}"),
        ("{\n  \"a\": { \"b\": 1 }\n}", "{\n  \"a\": { \"b\": 1 },\n  \"new\": { \"x-y\": true }\n}"),
        ("{\n  \"a\": {\"b\": 1}\n}", "{\n  \"a\": {\"b\": 1},\n  \"new\": {\"x-y\": true}\n}"),
        (
            "{\r\n\t\"a\": {\r\n\t\t\"b\": 1\r\n\t}\r\n}",
            "{\r\n\t\"a\": {\r\n\t\t\"b\": 1\r\n\t},\r\n\t\"new\": {\r\n\t\t\"x-y\": true\r\n\t}\r\n}",
        ),
        ("{\"a\":1}", "{\"a\":1,\"new\":{\"x-y\":true}}"),
    ] {
        assert_eq!(inserted_object(before), after, "{before}");
    }
}

#[test]
fn a_removal_takes_the_line_and_one_comma() {
    for (before, key, after) in [
        ("{\n  \"a\": 1,\n  \"b\": 2\n}", "a", "{\n  \"b\": 2\n}"),
        ("{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}", "b", "{\r\n  \"a\": 1\r\n}"),
        ("{\n  \"a\": 1, // a\n  // of b\n  \"b\": 2 // b\n}", "b", "{\n  \"a\": 1 // a\n  // of b\n}"),
        ("{\n  \"a\": 1, // a\n  \"b\": 2,\n}", "b", "{\n  \"a\": 1, // a\n}"),
        ("{ \"a\": 1, \"b\": 2 }", "a", "{ \"b\": 2 }"),
        ("{ \"a\": 1, \"b\": 2 }", "b", "{ \"a\": 1 }"),
        ("{ \"a\": 1\n, \"b\": 2\n, \"c\": 3\n}", "b", "{ \"a\": 1\n, \"c\": 3\n}"),
        ("{ \"a\": 1\n, \"b\": 2\n}", "b", "{ \"a\": 1\n}"),
        ("{ \"a\": 1\n, \"b\": 2\n}", "a", "{ \"b\": 2\n}"),
        ("{\n  \"a\": 1\n}", "a", "{}"),
        ("{\n  // kept\n  \"a\": 1\n}", "a", "{\n  // kept\n}"),
        ("{\n  \"a\": 1, // a\n  \"b\": 2 }", "b", "{\n  \"a\": 1 // a\n   }"),
    ] {
        assert_eq!(removed(before, key), after, "{before}");
    }
}

#[test]
fn a_key_keeps_its_quotes() {
    let renamed = |text: &str, key: &str| edited(text, |_, tree| json::rename_key(&tree.members()[0], key));
    assert_eq!(renamed("{'a': 1}", "x-y"), "{'x-y': 1}");
    assert_eq!(renamed("{a: 1}", "b"), "{b: 1}");
    assert_eq!(renamed("{a: 1}", "x-y"), "{\"x-y\": 1}");
}
