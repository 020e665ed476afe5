//! XML, as build files have it.

use connect_lint::{
    edit::Edit,
    source::{FileId, SourceFile},
    syntax::xml::{self, Element},
};

use super::{applied, chosen, document, span_is_sound};

/// A document is read or refused, and every edit changes what it is about and nothing else.
pub fn xml(input: &[u8]) {
    let (id, file) = document("pom.xml", input);
    let text = &*file.text;
    for comment in xml::comments(text) {
        assert!(text.get(comment).is_some());
    }
    match xml::parse(id, text) {
        Ok(root) => {
            spans_are_sound(text, &root);
            let mut found = Vec::new();
            elements(&root, &Vec::new(), &mut found);
            if let Some((_, (way, element))) = chosen(text, &found) {
                edits_hold(id, &file, &root, way, element);
            }
        }
        Err(error) => span_is_sound(text, error.span),
    }
}

fn spans_are_sound(text: &str, element: &Element) {
    span_is_sound(text, element.span);
    span_is_sound(text, element.name.span);
    element.end_tag.iter().for_each(|tag| span_is_sound(text, *tag));
    element.text.iter().for_each(|piece| span_is_sound(text, piece.span));
    element.children.iter().for_each(|child| spans_are_sound(text, child));
}

fn elements<'tree>(element: &'tree Element, way: &[usize], found: &mut Vec<(Vec<usize>, &'tree Element)>) {
    found.push((way.to_vec(), element));
    for (at, child) in element.children.iter().enumerate() {
        elements(child, &[way, &[at]].concat(), found);
    }
}

fn edits_hold(id: FileId, file: &SourceFile, root: &Element, way: &[usize], element: &Element) {
    let text = &*file.text;
    let reads_as = |edits: &[Edit], change: &dyn Fn(&mut Element, Option<usize>)| {
        let mut after = text.to_owned();
        let mut edits = edits.to_vec();
        edits.sort();
        edits.iter().rev().for_each(|edit| after = applied(&after, edit));
        let mut expected = root.clone();
        match way.split_last() {
            Some((last, above)) => {
                change(above.iter().fold(&mut expected, |one, at| &mut one.children[*at]), Some(*last))
            }
            None => change(&mut expected, None),
        }
        let read = xml::parse(id, &after);
        let holds = read.as_ref().is_ok_and(|read| says_the_same(read, &expected));
        assert!(holds, "{edits:?} makes\n{text:?}\n{after:?}\n{read:?}");
    };
    fn own(parent: &mut Element, at: Option<usize>) -> &mut Element {
        match at {
            Some(at) => &mut parent.children[at],
            None => parent,
        }
    }
    if let Some(edit) = element.set_text("1.2 & 3") {
        let spanned = || connect_lint::source::Spanned { value: "1.2 & 3".to_owned(), span: element.span };
        reads_as(&[edit], &|parent, at| own(parent, at).text = Some(spanned()));
    }
    if !text[element.name.span.range()].contains(':') {
        reads_as(&element.rename("renamed"), &|parent, at| own(parent, at).name.value = "renamed".to_owned());
    }
    let new = "<new>\n  <a>b</a>\n</new>";
    let Ok(inserted) = xml::parse(id, new) else { panic!("it is an element") };
    let edit = element.insert_inside(text, new);
    reads_as(&[edit], &|parent, at| own(parent, at).children.push(inserted.clone()));
    if way.is_empty() {
        return;
    }
    reads_as(&[element.insert_after(text, new)], &|parent, at| {
        parent.children.insert(at.map_or(0, |at| at + 1), inserted.clone());
    });
    // texts before and behind the only element of another become one, which had none before
    let behind = text[element.span.end..].trim_start();
    let joins = !behind.starts_with('<') || behind.starts_with("<![CDATA[");
    let is_alone = way.split_last().is_some_and(|(_, above)| element_at(root, above).children.len() == 1);
    if !(is_alone && joins) {
        reads_as(&[element.remove(text)], &|parent, at| drop(parent.children.remove(at.unwrap_or_default())));
    }
}

fn element_at<'tree>(root: &'tree Element, way: &[usize]) -> &'tree Element {
    way.iter().fold(root, |element, at| &element.children[*at])
}

/// Whether two elements have the same names and texts. Of an element with elements in it the text does not count: an
/// element in it cuts a text in two, and the one that goes makes two pieces one.
fn says_the_same(one: &Element, other: &Element) -> bool {
    let text = |element: &Element| element.text.as_ref().map(|text| text.value.clone());
    let is_leaf = one.children.is_empty() && other.children.is_empty();
    one.name.value == other.name.value
        && (!is_leaf || text(one) == text(other))
        && one.children.len() == other.children.len()
        && one.children.iter().zip(&other.children).all(|(one, other)| says_the_same(one, other))
}
