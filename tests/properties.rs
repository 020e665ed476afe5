//! Laws of the JSON parser and its edits, on generated and on damaged text.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use connect_lint::{
    edit::Edit,
    source::{FileId, SourceFile, Sources},
    syntax::json,
    tree::{Node, Value},
};
use proptest::prelude::*;

fn with_file<T>(text: &str, run: impl FnOnce(FileId, &SourceFile) -> T) -> T {
    let sources = Sources::new(vec![SourceFile::new("a.json", text)]);
    let (id, file) = sources.iter().next().unwrap();
    run(id, file)
}

fn apply(text: &str, edit: &Edit) -> String {
    format!("{}{}{}", &text[..edit.span.start], edit.text, &text[edit.span.end..])
}

/// The text of every member's value, by key.
fn raw(text: &str, object: &Node) -> Vec<(String, String)> {
    let members = object.members().iter();
    members.map(|member| (member.key.value.clone(), text[member.value.span.range()].to_owned())).collect()
}

fn same_value(node: &Node, value: &serde_json::Value) -> bool {
    match (&node.value, value) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
        (Value::Number(a), serde_json::Value::Number(b)) => a.parse::<f64>().ok() == b.as_f64(),
        (Value::String(a), serde_json::Value::String(b)) => a == b,
        (Value::Array(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
        }
        (Value::Object(a), serde_json::Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|member| b.get(&member.key.value).is_some_and(|b| same_value(&member.value, b)))
        }
        _ => false,
    }
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        any::<f32>().prop_map(|number| serde_json::json!(number)),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::btree_map("[a-z\"\\\\ é]{0,4}", inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// An object written in one of the many ways people write them: a layout, then members with comments.
fn written_object() -> impl Strategy<Value = String> {
    let space = prop::sample::select(vec![
        "",
        " ",
        "\n",
        "\n  ",
        "\r\n\t",
        " // c, }\n",
        " /* \" */ ",
        "\n  // d\n    ",
        "\n/* a\n*/",
    ]);
    let value = prop::sample::select(vec![
        "1",
        "true",
        "'it'",
        "\"a,}\"",
        "[1, 2,]",
        "{}",
        "{ \"n\": 1 }",
        "{\n    \"n\": 1\n  }",
        "{{hole}}",
        "${hole}",
        "{ }",
    ]);
    let quote = prop::sample::select(vec!["\"", "'", ""]);
    let member = (space.clone(), quote, space.clone(), space.clone(), value, space.clone());
    (prop::collection::vec(member, 0..5), any::<bool>(), space.clone(), space).prop_map(
        |(members, trailing, end, behind)| {
            let count = members.len();
            let mut text = String::from("{");
            for (index, (before, quote, colon, after, value, comma)) in members.into_iter().enumerate() {
                text += &format!("{before}{quote}k{index}{quote}{colon}:{after}{value}{comma}");
                if index + 1 < count || trailing {
                    text.push(',');
                }
            }
            text + end + "}" + behind
        },
    )
}

fn damaged_json() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"", "'", "//", "/*", "*/", "\n", "\r", "\\", "{{", "{{#", "{%", "%}", "<%=",
        "%>", "}}", "${", "a", "é", "1", "-", "\u{feff}", "\"k\":", " ", "\\u12", "null", "+", "0x", ".",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn holds_everything(text: &str) {
    with_file(text, |id, file| {
        let strict = json::strict(id, text);
        let _ = json::locate(id, text, &["k", "a"]);
        if let Some(tree) = json::template(id, text) {
            check_spans(text, &tree);
        }
        match json::parse(id, text) {
            Ok(tree) => {
                check_spans(text, &tree);
                let _ = json::insert_member(file, &tree, "new", "1");
                for member in tree.members() {
                    let _ = json::remove_member(file, &tree, &member.key.value);
                }
            }
            Err(error) => {
                assert!(text.get(error.span.range()).is_some(), "{error:?}");
                assert!(strict.is_some());
            }
        }
    });
}

fn check_spans(text: &str, node: &Node) {
    assert!(text.get(node.span.range()).is_some());
    node.elements().iter().for_each(|element| check_spans(text, element));
    for member in node.members() {
        assert!(text.get(member.key.span.range()).is_some());
        check_spans(text, &member.value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        holds_everything(&text);
    }

    #[test]
    fn damaged_text_is_read_or_refused(text in damaged_json()) {
        holds_everything(&text);
    }

    #[test]
    fn valid_json_means_what_serde_says(value in json_value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        with_file(&text, |id, _| {
            let tree = json::parse(id, &text).unwrap();
            assert!(same_value(&tree, &value), "{text}");
            assert_eq!(json::strict(id, &text), None);
        });
    }

    #[test]
    fn strict_is_what_serde_accepts(text in damaged_json()) {
        let text = text.replace('\u{feff}', "");
        let holes = text.contains("{{") || text.contains("${");
        let strict = with_file(&text, |id, _| json::strict(id, &text));
        let accepted = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert!(holes || strict.is_none() == accepted, "{:?}: {:?}", text, strict);
    }

    #[test]
    fn an_insertion_adds_one_member(text in written_object()) {
        with_file(&text, |id, file| {
            let tree = json::parse(id, &text).unwrap();
            let new = apply(&text, &json::insert_member(file, &tree, "x-y", "true").unwrap());
            let mut expected = raw(&text, &tree);
            expected.push(("x-y".to_owned(), "true".to_owned()));
            assert_eq!(raw(&new, &json::parse(id, &new).unwrap()), expected, "{text}\n=>\n{new}");
        });
    }

    #[test]
    fn an_object_is_added_whole(text in written_object()) {
        with_file(&text, |id, file| {
            let tree = json::parse(id, &text).unwrap();
            let new = apply(&text, &json::insert_object_member(file, &tree, "x", &[("a-b", "true"), ("c", "1")]).unwrap());
            let parsed = json::parse(id, &new).unwrap();
            let count = tree.members().len();
            assert_eq!(raw(&new, &parsed)[..count], raw(&text, &tree), "{text}\n=>\n{new}");
            let added = raw(&new, parsed.at(&["x"]).unwrap());
            assert_eq!(added, [("a-b".to_owned(), "true".to_owned()), ("c".to_owned(), "1".to_owned())]);
        });
    }

    #[test]
    fn a_removal_takes_one_member(text in written_object(), index in 0..5usize) {
        with_file(&text, |id, file| {
            let tree = json::parse(id, &text).unwrap();
            let Some(member) = tree.members().get(index) else { return };
            let new = apply(&text, &json::remove_member(file, &tree, &member.key.value).unwrap());
            let mut expected = raw(&text, &tree);
            expected.remove(index);
            assert_eq!(raw(&new, &json::parse(id, &new).unwrap()), expected, "{text}\n=>\n{new}");
        });
    }

    #[test]
    fn a_value_and_a_key_change_alone(text in written_object(), index in 0..5usize, key in "[a-z'\"\\\\-]{1,4}") {
        with_file(&text, |id, _| {
            let tree = json::parse(id, &text).unwrap();
            let Some(member) = tree.members().get(index) else { return };
            let renamed = apply(&text, &json::rename_key(member, &key));
            let mut expected = raw(&text, &tree);
            expected[index].0 = key;
            assert_eq!(raw(&renamed, &json::parse(id, &renamed).unwrap()), expected, "{text}\n=>\n{renamed}");
            let set = apply(&text, &json::set_value(&member.value, "[2]"));
            let mut expected = raw(&text, &tree);
            expected[index].1 = "[2]".to_owned();
            assert_eq!(raw(&set, &json::parse(id, &set).unwrap()), expected, "{text}\n=>\n{set}");
        });
    }
}

#[test]
fn depth_is_bounded() {
    for text in ["[".repeat(20_000), "{\"a\":".repeat(20_000), "{{{a: ".repeat(20_000)] {
        with_file(&text, |id, _| assert!(json::parse(id, &text).is_err()));
    }
    let flat = format!("{}{}", "[".repeat(128), "]".repeat(128));
    with_file(&flat, |id, _| assert!(json::parse(id, &flat).is_ok()));
}
