//! Java properties.

use connect_lint::{
    edit::Edit,
    source::{FileId, SourceFile},
    syntax::properties,
    tree::Node,
};

use super::{applied, chosen, document, spans_are_sound};

/// Any text is read, and an edit changes the one key that it is about.
pub fn properties(input: &[u8]) {
    let (id, file) = document("application.properties", input);
    for document in properties::documents(id, &file.text) {
        spans_are_sound(&file.text, &document);
    }
    // a mark that comes to stand first is no text any more
    if !file.text.trim_start_matches('\u{feff}').contains('\u{feff}') {
        edits_hold(id, &file, &properties::parse(id, &file.text));
    }
}

fn edits_hold(id: FileId, file: &SourceFile, tree: &Node) {
    let before = pairs(tree);
    let after = |edit: &Edit| pairs(&properties::parse(id, &applied(&file.text, edit)));
    let own = ("new.key".to_owned(), Some(" 7\\=é".to_owned()));
    let edit = properties::insert_member(file, tree, &own.0, " 7\\=é").expect("it is an object");
    let mut read = after(&edit);
    let place = read.iter().position(|pair| *pair == own);
    read.remove(place.unwrap_or_else(|| panic!("{edit:?} inserts nothing\n{:?}", file.text)));
    assert_eq!(read, before, "{edit:?} changes more than it inserts\n{:?}", file.text);
    let Some((at, member)) = chosen(&file.text, tree.members()) else { return };
    if member.key.value.is_empty() {
        return; // a lone backslash at the end is a key without a name, which nobody sets
    }
    let with = |change: &dyn Fn(&mut Vec<(String, Option<String>)>)| {
        let mut pairs = before.clone();
        change(&mut pairs);
        pairs
    };
    let edit = properties::set_value(member, "a b\\");
    assert_eq!(after(&edit), with(&|all| all[at].1 = Some("a b\\".to_owned())), "{edit:?}\n{:?}", file.text);
    let edit = properties::rename_key(member, "a=b c");
    assert_eq!(after(&edit), with(&|all| all[at].0 = "a=b c".to_owned()), "{edit:?}\n{:?}", file.text);
    let last = before.iter().rposition(|(key, _)| *key == member.key.value).unwrap_or(at);
    let edit = properties::remove_member(file, tree, &member.key.value).expect("it is there");
    assert_eq!(after(&edit), with(&|all| drop(all.remove(last))), "{edit:?}\n{:?}", file.text);
}

fn pairs(tree: &Node) -> Vec<(String, Option<String>)> {
    tree.members().iter().map(|member| (member.key.value.clone(), member.value.scalar())).collect()
}
