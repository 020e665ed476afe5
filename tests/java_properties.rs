//! Reading Java properties, and editing them without touching anything else.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

use connect_lint::{
    edit::Edit,
    source::{FileId, SourceFile, Sources},
    syntax::properties,
    tree::Node,
};

fn file(text: &str) -> (FileId, SourceFile) {
    let sources = Sources::new(vec![SourceFile::new("application.properties", text)]);
    let (id, file) = sources.iter().next().unwrap();
    (id, file.clone())
}

fn pairs(node: &Node) -> Vec<(&str, &str)> {
    node.members().iter().map(|m| (m.key.value.as_str(), m.value.as_str().unwrap())).collect()
}

fn applied(text: &str, edit: &Edit) -> String {
    format!("{}{}{}", &text[..edit.span.start], edit.text, &text[edit.span.end..])
}

#[test]
fn every_separator_and_escape_is_read() {
    let text = "\u{feff}a=1\n  b : 2 \r\nc 3\n# x\\\nd=\\u00e9\\t\\:\n! y\ne\\ \\=f==g\nh\n\ni=j,\\\n   k,\\\r\n l\nm\\\n  n = o";
    let node = properties::parse(file(text).0, text);
    let expected =
        [("a", "1"), ("b", "2 "), ("c", "3"), ("d", "é\t:"), ("e =f", "=g"), ("h", ""), ("i", "j,k,l"), ("mn", "o")];
    assert_eq!(pairs(&node), expected);
    let written: Vec<&str> = node.members().iter().map(|member| &text[member.value.span.range()]).collect();
    assert_eq!(written, ["1", "2 ", "3", "\\u00e9\\t\\:", "=g", "", "j,\\\n   k,\\\r\n l", "o"]);
}

#[test]
fn marks_of_comments_bound_documents() {
    let text = "a=1\n#---\nb=2\n!---\r\nc=3\\\n#---\n#----\n# x\n#---\nd=4\n";
    let documents = properties::documents(file(text).0, text);
    let keys: Vec<Vec<(&str, &str)>> = documents.iter().map(pairs).collect();
    assert_eq!(keys, [vec![("a", "1")], vec![("b", "2")], vec![("c", "3#---"), ("d", "4")]]);
}

#[track_caller]
fn inserts(before: &str, key: &str, after: &str) {
    let (id, file) = file(before);
    let node = properties::parse(id, before);
    let edit = properties::insert_member(&file, &node, key, "false").unwrap();
    assert_eq!(applied(before, &edit), after);
    assert_eq!(properties::parse(id, after).member(key).unwrap().value.as_str(), Some("false"));
}

#[test]
fn keys_are_inserted_beside_their_relatives() {
    inserts("a.b.c=1\na.d=2\nx=3\n", "a.b.k", "a.b.c=1\na.b.k=false\na.d=2\nx=3\n");
    inserts("a.b : 1\r\nx=3", "a.k", "a.b : 1\r\na.k : false\r\nx=3");
    inserts("x=\\\n  3", "a", "x=\\\n  3\na=false");
    inserts("x=\\\r\r", "a", "x=\\\r\n\na=false\r");
    inserts("", "a", "a=false\n");
    inserts("# c", "a", "# c\na=false");
    inserts("x=1\\", "a", "x=1\\\n\na=false");
}

#[test]
fn values_and_keys_are_replaced_alone() {
    let text = "a = 1 \nb\nc: d";
    let node = properties::parse(file(text).0, text);
    let set = |key: &str| applied(text, &properties::set_value(node.member(key).unwrap(), "é\\"));
    assert_eq!(set("a"), "a = \\u00e9\\\\\nb\nc: d");
    assert_eq!(set("b"), "a = 1 \nb=\\u00e9\\\\\nc: d");
    assert_eq!(applied(text, &properties::rename_key(node.member("c").unwrap(), "x y")), "a = 1 \nb\nx\\ y: d");
}

#[test]
fn keys_are_removed_with_their_lines() {
    let (id, file) = file("a=1\nb=\\\n 2\r\nc=3");
    let node = properties::parse(id, &file.text);
    let remove = |key| applied(&file.text, &properties::remove_member(&file, &node, key).unwrap());
    assert_eq!(remove("a"), "b=\\\n 2\r\nc=3");
    assert_eq!(remove("b"), "a=1\nc=3");
    assert_eq!(remove("c"), "a=1\nb=\\\n 2");
    assert_eq!(properties::remove_member(&file, &node, "d"), None);
}

#[test]
fn a_backslash_at_the_end_of_the_file_belongs_to_no_key() {
    let text = "a=1\nb\\";
    let (id, file) = file(text);
    let node = properties::parse(id, text);
    assert_eq!(pairs(&node), [("a", "1"), ("b", "")]);
    let read = |edit: &Edit| {
        pairs(&properties::parse(id, &applied(text, edit)))
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
    };
    let member = node.member("b").unwrap();
    assert_eq!(read(&properties::set_value(member, "2")), ["a=1", "b=2"]);
    assert_eq!(read(&properties::rename_key(member, "c")), ["a=1", "c="]);
    assert_eq!(read(&properties::insert_member(&file, &node, "b.c", "3").unwrap()), ["a=1", "b=", "b.c=3"]);
    assert_eq!(read(&properties::remove_member(&file, &node, "b").unwrap()), ["a=1"]);
}
