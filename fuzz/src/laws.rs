//! What has to hold for any input. A law takes bytes and panics where it is broken.

use connect_lint::{
    edit::Edit,
    source::{FileId, SourceFile, Sources, Span},
    tree::{Member, Node, Value},
};

mod apps;
mod facts;
mod formats;
mod json;
mod properties;
mod versions;
mod xml;
mod yaml;

pub use apps::{check, fix};
pub use facts::facts;
pub use formats::toml;
pub use json::json;
pub use properties::properties;
pub use versions::versions;
pub use xml::xml;
pub use yaml::yaml;

/// One of several, which depends on the text alone: an execution edits one place, so that there are many executions.
fn chosen<'a, T>(text: &str, choices: &'a [T]) -> Option<(usize, &'a T)> {
    let sum = text.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
    let at = sum.checked_rem(choices.len())?;
    choices.get(at).map(|choice| (at, choice))
}

/// A document of one format.
fn document(name: &str, input: &[u8]) -> (FileId, SourceFile) {
    let sources = Sources::new(vec![SourceFile::new(name, String::from_utf8_lossy(input))]);
    let (id, file) = sources.iter().next().expect("there is one");
    (id, file.clone())
}

/// The text after an edit, which has to lie on characters.
fn applied(text: &str, edit: &Edit) -> String {
    let (before, behind) = (text.get(..edit.span.start), text.get(edit.span.end..));
    let (Some(before), Some(behind)) = (before, behind) else { panic!("{edit:?} is not within {text:?}") };
    format!("{before}{}{behind}", edit.text)
}

/// Every node lies on characters of the text.
fn spans_are_sound(text: &str, node: &Node) {
    span_is_sound(text, node.span);
    node.elements().iter().for_each(|element| spans_are_sound(text, element));
    for member in node.members() {
        span_is_sound(text, member.key.span);
        spans_are_sound(text, &member.value);
    }
}

fn span_is_sound(text: &str, span: Span) {
    assert!(text.get(span.range()).is_some(), "{span:?} is not within the text");
}

/// The way to a node: which member or element at each level.
type Way = Vec<usize>;

/// The nodes of a tree, the outer ones first.
fn nodes<'tree>(node: &'tree Node, way: &Way, found: &mut Vec<(Way, &'tree Node)>) {
    found.push((way.clone(), node));
    let members = node.members().iter().map(|member| &member.value);
    for (at, below) in node.elements().iter().chain(members).enumerate() {
        nodes(below, &[&way[..], &[at]].concat(), found);
    }
}

/// The node at a way.
fn at<'tree>(node: &'tree mut Node, way: &[usize]) -> &'tree mut Node {
    way.iter().fold(node, |node, at| match &mut node.value {
        Value::Array(elements) => &mut elements[*at],
        Value::Object(members) => &mut members[*at].value,
        _ => panic!("a way leads through what has nothing in it"),
    })
}

/// The same tree after a change of one node.
fn changed(tree: &Node, way: &[usize], change: impl FnOnce(&mut Node)) -> Node {
    let mut tree = tree.clone();
    change(at(&mut tree, way));
    tree
}

/// Whether two trees say the same, wherever it is written.
fn says_the_same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| says_the_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(one, other): (&Member, &Member)| {
                one.key.value == other.key.value && says_the_same(&one.value, &other.value)
            };
            one.len() == other.len() && one.iter().zip(other).all(same)
        }
        (one, other) => one == other,
    }
}

/// A member without a place.
fn member(key: &str, value: Value, span: Span) -> Member {
    Member { key: connect_lint::source::Spanned { value: key.to_owned(), span }, value: Node { span, value } }
}
