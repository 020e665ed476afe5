//! Reading YAML, and editing it without touching anything else.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

use connect_lint::{
    edit::Edit,
    source::{FileId, SourceFile, Sources},
    syntax::yaml::{self, Documents},
    tree::{Node, Value},
};

fn file(text: &str) -> (FileId, SourceFile) {
    let sources = Sources::new(vec![SourceFile::new("application.yml", text)]);
    let (id, file) = sources.iter().next().unwrap();
    (id, file.clone())
}

fn parse(text: &str) -> Documents {
    yaml::parse(file(text).0, text)
}

fn one(text: &str) -> Node {
    let found = parse(text);
    assert_eq!(found.error, None);
    assert_eq!(found.documents.len(), 1, "{text:?}");
    found.documents.into_iter().next().unwrap()
}

fn applied(text: &str, edit: &Edit) -> String {
    format!("{}{}{}", &text[..edit.span.start], edit.text, &text[edit.span.end..])
}

/// Every node's own text, outermost first.
fn texts<'text>(text: &'text str, node: &Node, found: &mut Vec<&'text str>) {
    found.push(&text[node.span.range()]);
    node.elements().iter().for_each(|element| texts(text, element, found));
    for member in node.members() {
        found.push(&text[member.key.span.range()]);
        texts(text, &member.value, found);
    }
}

fn all_texts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    texts(text, &one(text), &mut found);
    found
}

#[test]
fn spans_cover_the_value_and_nothing_else() {
    let text = "a: 1 # x\n'b': \"q\" \nc:\n  - p\n  -\nd: &x\ne: &y !!str v\nf: {a, b: , c: [1]}\n";
    let expected = [
        &text[..text.len() - 1],
        "a",
        "1",
        "'b'",
        "\"q\"",
        "c",
        "- p\n  -",
        "p",
        "",
        "d",
        "",
        "e",
        "v",
        "f",
        "{a, b: , c: [1]}",
        "a",
        "",
        "b",
        "",
        "c",
        "[1]",
        "1",
    ];
    assert_eq!(all_texts(text), expected);
}

#[test]
fn a_list_no_deeper_than_its_key_starts_at_its_dash() {
    let text = "a:\n- -1\n- x\nb: # c\n- # d\n  e: 1\n";
    let node = one(text);
    assert_eq!(&text[node.at(&["a"]).unwrap().span.range()], "- -1\n- x");
    assert_eq!(&text[node.at(&["b"]).unwrap().span.range()], "- # d\n  e: 1");
}

#[test]
fn block_scalars_start_at_their_indicator() {
    let text = "a: &x |  # note\n\n  one\n  two\n\nb: >-\n  folded\n\n# end\n";
    let node = one(text);
    assert_eq!(&text[node.at(&["a"]).unwrap().span.range()], "|  # note\n\n  one\n  two");
    assert_eq!(node.at(&["a"]).unwrap().as_str(), Some("\none\ntwo\n"));
    assert_eq!(&text[node.at(&["b"]).unwrap().span.range()], ">-\n  folded");
}

#[test]
fn spans_count_bytes_behind_marks_line_breaks_and_wide_characters() {
    let text = "\u{feff}é: ü\r\nb: 𝄞 # x\r\nc: d\r\n";
    assert_eq!(all_texts(text)[1..], ["é", "ü", "b", "𝄞", "c", "d"]);
}

#[test]
fn scalars_follow_the_core_schema() {
    let text = "[true, False, ~, null, 1, -1.5e3, 0x1F, yes, 'true', !!str 1, !Ref x, 1.2.3, .5, v]";
    let values: Vec<Value> = one(text).elements().iter().map(|node| node.value.clone()).collect();
    let string = |text: &str| Value::String(text.to_owned());
    let number = |text: &str| Value::Number(text.to_owned());
    let expected = vec![
        Value::Bool(true),
        Value::Bool(false),
        Value::Null,
        Value::Null,
        number("1"),
        number("-1.5e3"),
        number("0x1F"),
        string("yes"),
        string("true"),
        string("1"),
        Value::Unknown,
        string("1.2.3"),
        number(".5"),
        string("v"),
    ];
    assert_eq!(values, expected);
}

#[test]
fn a_bad_document_hides_neither_neighbour() {
    let found = parse("a: 1\n---\nb: [\n---\n# none\n---\nc: 3\n");
    let keys: Vec<_> =
        found.documents.iter().map(|node| node.members().first().map(|m| m.key.value.as_str())).collect();
    assert_eq!(keys, [Some("a"), None, Some("c")]);
    let error = found.error.unwrap();
    assert!((9..20).contains(&error.span.start), "{error:?}");
}

#[test]
fn directives_shift_no_span() {
    let text = "# é\n%é \u{fffd} x\n---\na: ü\n";
    let tree = one(text);
    let member = &tree.members()[0];
    assert_eq!([&text[member.key.span.range()], &text[member.value.span.range()]], ["a", "ü"]);
}

#[test]
fn no_document_is_lost_behind_a_mark_in_the_text() {
    for marker in ["...", "---"] {
        let found = parse(&format!("a: 1\n\u{feff}{marker}\nb: 2\n"));
        assert!(found.error.is_some() || found.documents.len() == 2, "{found:?}");
    }
}

#[test]
fn documents_end_at_markers_only() {
    let found = parse("%YAML 1.2\n---\na: |\n  ---\n  x\nb: ---x\n...\n# c\n--- # d\nc: 1\n");
    assert_eq!(found.error, None);
    assert_eq!(found.documents.len(), 2);
    assert_eq!(found.documents[0].at(&["a"]).unwrap().as_str(), Some("---\nx\n"));
}

#[test]
fn merge_keys_and_aliases_resolve() {
    let node = one("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\nlist: {<<: [{z: 1}, *b]}\nsame: *b\n");
    let number = |path: &[&str]| node.at(path).and_then(Node::scalar);
    assert_eq!(number(&["use", "x"]).as_deref(), Some("1"));
    assert_eq!(number(&["use", "y"]).as_deref(), Some("3"));
    assert_eq!(number(&["list", "z"]).as_deref(), Some("1"));
    assert_eq!(number(&["same", "y"]).as_deref(), Some("2"));
}

#[test]
fn an_alias_bomb_stays_small() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let node = one(&text);
    let mut found = Vec::new();
    texts(&text, &node, &mut found);
    assert!(found.len() < 25_000, "{}", found.len());
    assert_eq!(node.at(&["a29"]).unwrap().elements()[0].value, Value::Unknown);
}

#[test]
fn nesting_is_limited() {
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "? ".repeat(100_000)] {
        let found = parse(&text);
        assert!(found.error.is_some() && found.documents.is_empty(), "{}", &text[..4]);
    }
    let chain: String = (0..1000).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
    assert!(parse(&format!("a: &a-1 x\n{chain}")).error.is_none());
}

#[test]
fn maven_placeholders_are_plain_scalars() {
    let text = "v: @project.version@\nq: '@x@ ü'\nl: [@a@, b@c]\nw: @not one\n";
    assert!(parse(text).error.is_some());
    let text = &text[..text.len() - 12];
    let node = one(text);
    assert_eq!(node.at(&["v"]).unwrap().as_str(), Some("@project.version@"));
    assert_eq!(node.at(&["q"]).unwrap().as_str(), Some("@x@ ü"));
    assert_eq!(all_texts(text)[2], "@project.version@");
    assert_eq!(node.at(&["l"]).unwrap().elements()[0].as_str(), Some("@a@"));
}

#[test]
fn an_empty_text_is_one_empty_document() {
    for text in ["", "\u{feff}", "# only\n", "---\n", "---\n...\n"] {
        assert_eq!(one(text).value, Value::Null, "{text:?}");
    }
}

#[track_caller]
fn inserts(before: &str, path: &[&str], after: &str) {
    let (_, file) = file(before);
    let tree = one(before);
    let object = tree.at(path).unwrap();
    let edit = yaml::insert_member(&file, object, "key", "false").unwrap();
    assert_eq!(applied(before, &edit), after);
    let again = one(after);
    assert_eq!(again.at(path).unwrap().member("key").unwrap().value.value, Value::Bool(false));
}

#[test]
fn members_are_inserted_like_their_neighbours() {
    inserts("a:\n  b: 1 # x\n# c\nd: 2\n", &["a"], "a:\n  b: 1 # x\n  key: false\n# c\nd: 2\n");
    inserts("a:\r\n    b: 1", &["a"], "a:\r\n    b: 1\r\n    key: false");
    inserts("a:\n  b: |+\n    x\n\nc: 1\n", &["a"], "a:\n  b: |+\n    x\n\n  key: false\nc: 1\n");
    inserts("a:\n  b: |\n    x\n\nc: 1\n", &["a"], "a:\n  b: |\n    x\n  key: false\n\nc: 1\n");
    inserts("a: 1\n\nb: 2\n", &[], "a: 1\n\nb: 2\n\nkey: false\n");
    inserts("\"a\": 1\n", &[], "\"a\": 1\n\"key\": false\n");
    inserts("a: &x {b: 1}\nc:\n  <<: *x\n", &["c"], "a: &x {b: 1}\nc:\n  <<: *x\n  key: false\n");
    inserts("\u{feff}a: 1\n", &[], "\u{feff}a: 1\nkey: false\n");
}

#[test]
fn members_are_inserted_into_flow_maps() {
    inserts("a: {b: 1}\n", &["a"], "a: {b: 1, key: false}\n");
    inserts("a: { \"b\":1 }\n", &["a"], "a: { \"b\":1, \"key\":false }\n");
    inserts("a: {}\n", &["a"], "a: {key: false}\n");
    inserts("a: { }\n", &["a"], "a: { key: false }\n");
    inserts("a: {} # x\n", &["a"], "a: {key: false} # x\n");
    inserts("b:\n  a: {}\n", &["b", "a"], "b:\n  a: {key: false}\n");
    inserts("a: {b: 1,}\n", &["a"], "a: {b: 1, key: false,}\n");
    inserts("a: {\n  b: 1\n  }\n", &["a"], "a: {\n  b: 1,\n  key: false\n  }\n");
    inserts("a: {\n  b: 1, # x\n  }\n", &["a"], "a: {\n  b: 1, # x\n  key: false,\n  }\n");
    inserts("a: {\n  b: 1 # x\n  }\n", &["a"], "a: {\n  b: 1, # x\n  key: false\n  }\n");
    inserts("{a: {b}}", &["a"], "{a: {b, key: false}}");
}

#[test]
fn members_are_inserted_where_there_is_nothing() {
    inserts("", &[], "key: false\n");
    inserts("# c", &[], "# c\nkey: false");
    inserts("---\n", &[], "---\nkey: false\n");
    inserts("---\n...\n", &[], "---\nkey: false\n...\n");
    inserts("a:\n", &["a"], "a:\n  key: false\n");
    inserts("x:\n    y: 1\na: # c\nb: 1\n", &["a"], "x:\n    y: 1\na: # c\n    key: false\nb: 1\n");
    inserts("a: ~\nb: 1\n", &["a"], "a:\n  key: false\nb: 1\n");
    inserts("{a: , b: 1}", &["a"], "{a: {key: false}, b: 1}");
}

#[test]
fn an_alias_is_not_inserted_into() {
    let text = "a: &x {b: 1}\nc: *x\n";
    assert_eq!(yaml::insert_member(&file(text).1, one(text).at(&["c"]).unwrap(), "key", "1"), None);
    let text = "- a: &x\n    b: 1\n- c: *x\n";
    let tree = one(text);
    let alias = tree.elements()[1].at(&["c"]).unwrap();
    assert_eq!(yaml::insert_member(&file(text).1, alias, "key", "1"), None);
}

#[test]
fn a_path_makes_its_maps() {
    let text = "x:\n   y: 1\n";
    let (_, file) = file(text);
    let edit = yaml::insert_path(&file, &one(text), &["a", "b", "key"], "false").unwrap();
    assert_eq!(applied(text, &edit), "x:\n   y: 1\na:\n   b:\n      key: false\n");
}

#[track_caller]
fn removes(before: &str, path: &[&str], key: &str, after: &str) {
    let (_, file) = file(before);
    let tree = one(before);
    let edit = yaml::remove_member(&file, tree.at(path).unwrap(), key).unwrap();
    assert_eq!(applied(before, &edit), after);
    assert_eq!(one(after).at(path).and_then(|object| object.member(key)), None);
}

#[test]
fn members_are_removed_with_their_lines() {
    removes("a: 1\nb: 2 # x\nc: 3\n", &[], "b", "a: 1\nc: 3\n");
    removes("a: 1\r\nb:\r\n  c: 2", &[], "b", "a: 1");
    removes("a:\n  b: 1\nc: 2\n", &["a"], "b", "a: {}\nc: 2\n");
    removes("a: # x\n  b: 1\n", &["a"], "b", "a: # x\n  {}\n");
    removes("a: 1\n", &[], "a", "");
    removes("a: {b: 1, c: 2, d: 3}\n", &["a"], "c", "a: {b: 1, d: 3}\n");
    removes("a: {b: 1, c: 2}\n", &["a"], "c", "a: {b: 1}\n");
    removes("a: {b: 1}\n", &["a"], "b", "a: {}\n");
    removes("a: |+\n  x\n\nb: 1\n", &[], "a", "b: 1\n");
    removes("a: |\n  x\n\nb: 1\n", &[], "a", "\nb: 1\n");
}

#[test]
fn the_first_member_of_a_list_item_leaves_its_dash() {
    let text = "- a: 1\n  b: 2\n";
    let tree = one(text);
    let edit = yaml::remove_member(&file(text).1, &tree.elements()[0], "a").unwrap();
    assert_eq!(applied(text, &edit), "- b: 2\n");
}

#[test]
fn a_key_that_is_not_written_is_not_removed() {
    let text = "?\nb:\n";
    assert_eq!(yaml::remove_member(&file(text).1, &one(text), ""), None);
    removes(text, &[], "b", "?\n");
    removes("\"\": 1\nb: 2\n", &[], "", "b: 2\n");
}

#[test]
fn what_an_alias_needs_is_not_removed() {
    let text = "a: &x 1\nb: *x\n";
    assert_eq!(yaml::remove_member(&file(text).1, &one(text), "a"), None);
}

#[test]
fn values_and_keys_are_replaced_alone() {
    let text = "a: &x 'old' # c\nb:\nc: d";
    let tree = one(text);
    let set = |path: &[&str]| applied(text, &yaml::set_value(tree.at(path).unwrap(), "false"));
    assert_eq!(set(&["a"]), "a: &x false # c\nb:\nc: d");
    assert_eq!(set(&["b"]), "a: &x 'old' # c\nb: false\nc: d");
    let renamed = applied(text, &yaml::rename_key(tree.member("c").unwrap(), "x y"));
    assert_eq!(renamed, "a: &x 'old' # c\nb:\n\"x y\": d");
}
