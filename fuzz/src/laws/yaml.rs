//! YAML.

use connect_lint::{
    edit::Edit,
    source::{FileId, SourceFile},
    syntax::yaml,
    tree::{Member, Node, Value},
};

use super::{Way, applied, chosen, document, nodes, span_is_sound, spans_are_sound};

/// Text is read as far as it goes, and every edit that is handed out changes one member and nothing else.
pub fn yaml(input: &[u8]) {
    let (id, file) = document("application.yml", input);
    let read = yaml::parse(id, &file.text);
    read.documents.iter().for_each(|document| spans_are_sound(&file.text, document));
    if let Some(error) = read.error {
        return span_is_sound(&file.text, error.span);
    }
    let mut found = Vec::new();
    read.documents.iter().enumerate().for_each(|(at, document)| nodes(document, &vec![at], &mut found));
    if let Some((_, (way, node))) = chosen(&file.text, &found) {
        // an alias repeats what is written once
        let copies: Vec<&Way> = found.iter().filter(|(_, one)| one.span == node.span).map(|(way, _)| way).collect();
        edits_hold(id, &file, &copies, way, node);
    }
}

fn edits_hold(id: FileId, file: &SourceFile, copies: &[&Way], way: &Way, node: &Node) {
    let before = values(id, &file.text);
    let own = |(at, _): &&(Way, String)| copies.iter().any(|way| at.starts_with(way));
    let keeps = |edit: Edit| {
        let text = applied(&file.text, &edit);
        let after = values(id, &text);
        let (mut one, mut other) = (before.iter().filter(|row| !own(row)), after.iter().filter(|row| !own(row)));
        let is_kept = loop {
            match (one.next(), other.next()) {
                (None, None) => break true,
                (one, other) if one != other => break false,
                _ => {}
            }
        };
        assert!(is_kept, "{edit:?} changes more than {way:?}\n{:?}\n{text:?}", file.text);
        at_way(id, &text, way).unwrap_or_else(|| panic!("{edit:?} loses {way:?}\n{:?}\n{text:?}", file.text))
    };
    let Value::Object(members) = &node.value else {
        yaml::insert_member(file, node, "inserted", "7").map(keeps);
        return;
    };
    for edit in [yaml::insert_member(file, node, "inserted", "7"), yaml::insert_path(file, node, &["a", "b"], "7")] {
        let Some(edit) = edit else { continue };
        assert_eq!(keeps(edit).members().len(), members.len() + 1);
    }
    let Some((_, own)) = chosen(&file.text, members) else { return };
    if let Some(edit) = yaml::insert_after(file, node, own, "inserted", "7") {
        assert_eq!(keeps(edit).members().len(), members.len() + 1);
    }
    if let Some(edit) = yaml::remove_member(file, node, &own.key.value) {
        let left = keeps(edit);
        assert_eq!(left.members().len() + 1, members.len());
        let keys = |members: &[Member]| members.iter().filter(|one| one.key.value == own.key.value).count();
        assert_eq!(keys(left.members()) + 1, keys(members));
    }
}

/// Every scalar, and how many parts everything else has, by the way to it.
fn values(id: FileId, text: &str) -> Vec<(Way, String)> {
    let documents = yaml::parse(id, text).documents;
    let mut found = Vec::new();
    documents.iter().enumerate().for_each(|(at, document)| nodes(document, &vec![at], &mut found));
    let said = |node: &Node| match &node.value {
        Value::Object(members) => format!("{:?}", members.iter().map(|member| &member.key.value).collect::<Vec<_>>()),
        Value::Array(elements) => elements.len().to_string(),
        scalar => format!("{scalar:?}"),
    };
    found.into_iter().map(|(way, node)| (way, said(node))).collect()
}

fn at_way(id: FileId, text: &str, way: &Way) -> Option<Node> {
    let documents = yaml::parse(id, text).documents;
    let mut found = Vec::new();
    documents.iter().enumerate().for_each(|(at, document)| nodes(document, &vec![at], &mut found));
    found.into_iter().find(|(at, _)| at == way).map(|(_, node)| node.clone())
}
