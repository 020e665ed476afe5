//! JSON and JSON5.

use connect_lint::{
    source::{FileId, SourceFile},
    syntax::json,
    tree::{Node, Value},
};

use super::{Way, applied, changed, chosen, document, member, nodes, says_the_same, span_is_sound, spans_are_sound};

/// Text is read or refused, and every edit of what was read changes what it is about and nothing else.
pub fn json(input: &[u8]) {
    let (id, file) = document("a.json", input);
    let text = &*file.text;
    let strict = json::strict(id, text);
    if let Some(span) = json::locate(id, text, &["key", "lifecycle", "installed"]) {
        span_is_sound(text, span);
    }
    if json::is_template(text) {
        json::template(id, text).iter().for_each(|tree| spans_are_sound(text, tree));
    }
    match json::parse(id, text) {
        Ok(tree) => {
            spans_are_sound(text, &tree);
            edits_hold(id, &file, &tree);
        }
        Err(error) => {
            span_is_sound(text, error.span);
            assert!(strict.is_some(), "refused, and yet strict JSON");
        }
    }
}

fn edits_hold(id: FileId, file: &SourceFile, tree: &Node) {
    let reads_as = |edit, expected: &Node| {
        let text = applied(&file.text, &edit);
        let read = json::parse(id, &text);
        let holds = read.as_ref().is_ok_and(|read| says_the_same(read, expected));
        assert!(holds, "{edit:?} makes\n{:?}\n{text:?}\n{read:?}", file.text);
    };
    let mut found = Vec::new();
    nodes(tree, &Way::new(), &mut found);
    let Some((_, (way, node))) = chosen(&file.text, &found) else { return };
    let number = || Value::Number("1".to_owned());
    reads_as(json::set_value(node, "1"), &changed(tree, way, |node| node.value = number()));
    let string = "a\"'\\\n";
    reads_as(
        json::set_string(file, node, string),
        &changed(tree, way, |node| node.value = Value::String(string.into())),
    );
    let Value::Object(members) = &node.value else { return };
    let added = |key, value| {
        changed(tree, way, |node| {
            if let Value::Object(members) = &mut node.value {
                members.push(member(key, value, node.span));
            }
        })
    };
    if let Some(edit) = json::insert_member(file, node, "x-y", "1") {
        reads_as(edit, &added("x-y", number()));
    }
    let inner = Value::Object(vec![member("a-b", Value::Bool(true), node.span), member("c", number(), node.span)]);
    if let Some(edit) = json::insert_object_member(file, node, "x", &[("a-b", "true"), ("c", "1")]) {
        reads_as(edit, &added("x", inner.clone()));
    }
    let Some((index, own)) = chosen(&file.text, members) else { return };
    let with = |change: &dyn Fn(&mut Vec<connect_lint::tree::Member>)| {
        changed(tree, way, |node| {
            if let Value::Object(members) = &mut node.value {
                change(members);
            }
        })
    };
    reads_as(json::rename_key(own, "q'\"\\"), &with(&|all| all[index].key.value = "q'\"\\".to_owned()));
    let edit = json::replace_with_object_member(file, node, own, "x", &[("a-b", "true"), ("c", "1")]);
    reads_as(edit, &with(&|all| all[index] = member("x", inner.clone(), node.span)));
    if let Some(edit) = json::remove_member(file, node, &own.key.value) {
        reads_as(edit, &with(&|all| drop(all.remove(index))));
    }
}
