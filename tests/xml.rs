//! XML: what is read, and what edits leave of a document.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use connect_lint::{
    edit::Edit,
    source::{FileId, SourceFile, Sources},
    syntax::xml::{self, Element},
};
use proptest::prelude::*;

const POM: &str = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\r
<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\r
\t<!-- <version>9</version> -->\r
\t<dependencies>\r
\t\t<dependency>\r
\t\t\t<version> 2.1.0 <!-- old --></version>\r
\t\t</dependency>\r
\t</dependencies>\r
\t<empty/>\r
</project>\r
";

fn file() -> FileId {
    Sources::new(vec![SourceFile::new("pom.xml", "")]).iter().next().unwrap().0
}

fn parse(text: &str) -> Element {
    xml::parse(file(), text).unwrap()
}

fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort();
    edits.iter().rev().fold(text.to_owned(), |mut text, edit| {
        text.replace_range(edit.span.range(), &edit.text);
        text
    })
}

#[test]
fn text_is_what_stands_between_comments() {
    let root = parse(POM);
    let version = root.at(&["dependencies", "dependency", "version"]).unwrap();
    let text = version.text.as_ref().unwrap();
    assert_eq!((text.value.as_str(), &POM[text.span.range()]), ("2.1.0", "2.1.0"));
    assert!(root.text.is_none() && root.child("version").is_none());
    assert_eq!(&POM[version.end_tag.unwrap().range()], "</version>");
    assert!(parse("<v>2.<!-- -->1</v>").text.is_none());
    assert_eq!(parse("<v><![CDATA[2.1]]></v>").text.unwrap().value, "2.1");
}

#[test]
fn a_byte_order_mark_shifts_nothing() {
    let text = format!("\u{feff}{POM}");
    let root = parse(&text);
    let version = root.at(&["dependencies", "dependency", "version"]).and_then(|version| version.text.as_ref());
    assert_eq!(&text[version.unwrap().span.range()], "2.1.0");
}

#[test]
fn edits_touch_nothing_else() {
    let root = parse(POM);
    let dependency = root.at(&["dependencies", "dependency"]).unwrap();
    let version = dependency.child("version").unwrap();
    let changed = |edits: Vec<Edit>| {
        let text = apply(POM, edits);
        parse(&text);
        text
    };
    assert_eq!(changed(vec![version.set_text("2.3.6").unwrap()]), POM.replace("2.1.0", "2.3.6"));
    assert_eq!(
        changed(vec![version.insert_after(POM, "<a>\n\t<b/>\n</a>")]),
        POM.replace("</version>\r\n\t\t</", "</version>\r\n\t\t\t<a>\r\n\t\t\t\t<b/>\r\n\t\t\t</a>\r\n\t\t</")
    );
    assert_eq!(
        changed(vec![root.child("empty").unwrap().insert_inside(POM, "<a/>")]),
        POM.replace("<empty/>", "<empty>\r\n\t\t<a/>\r\n\t</empty>")
    );
    assert_eq!(changed(vec![root.child("empty").unwrap().remove(POM)]), POM.replace("\t<empty/>\r\n", ""));
    assert_eq!(
        changed(dependency.rename("other")),
        POM.replace("<dependency>", "<other>").replace("</dependency>", "</other>")
    );
    assert_eq!(changed(vec![root.child("empty").unwrap().set_text("a<b").unwrap()]), {
        POM.replace("<empty/>", "<empty>a&lt;b</empty>")
    });
    assert!(dependency.set_text("1").is_none());
    assert!(parse("<version>2<!-- not 1 -->.3</version>").set_text("2.3.6").is_none());
}

#[test]
fn an_element_on_one_line_stays_on_it() {
    let text = "<a><b>1</b></a>";
    assert_eq!(apply(text, vec![parse(text).insert_inside(text, "<c/>")]), "<a><b>1</b><c/></a>");
    assert_eq!(apply(text, vec![parse(text).child("b").unwrap().remove(text)]), "<a></a>");
    let text = "<a\n>\n</a>";
    assert_eq!(apply("<a></a>", vec![parse("<a></a>").insert_inside("<a></a>", "<c/>")]), "<a><c/></a>");
    parse(&apply(text, vec![parse(text).insert_inside(text, "<c/>")]));
}

#[test]
fn bombs_and_broken_text_are_errors_with_a_place() {
    let deep = "<a>".repeat(10_000) + &"</a>".repeat(10_000);
    assert_eq!(xml::parse(file(), &deep).unwrap_err().message, "elements nest deeper than 128");
    let quoted = "<a b='>' c=\"/>\">".repeat(10_000);
    assert_eq!(xml::parse(file(), &quoted).unwrap_err().message, "elements nest deeper than 128");
    parse(&format!("<a>{}</a>", "<b></b><c/>".repeat(10_000)));
    let attributes: String = (0..40_000).map(|index| format!(" a{index}=''")).collect();
    xml::parse(file(), &format!("<a{attributes}/>")).unwrap_err();
    let namespaces: String = (0..40_000).map(|index| format!("<b xmlns:c{index}='d'/>")).collect();
    xml::parse(file(), &format!("<a>{namespaces}</a>")).unwrap_err();
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
    xml::parse(file(), bomb).unwrap_err();
    let error = xml::parse(file(), "<a>\n  <ä></b>\n</a>").unwrap_err();
    assert_eq!(error.span.start, 10);
    assert!(error.message.contains("expected") && !error.message.contains(" at "), "{}", error.message);
    for text in ["", "<", "<a", "<a b='", "<!--", "</a>", "\u{feff}", "<a/><b/>", "<a>&b;</a>"] {
        let error = xml::parse(file(), text).unwrap_err();
        assert!(text.get(error.span.range()).is_some(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(<[ab]>|</[ab]>|<[ab] c='>'/>|<!--|-->|<!\\[CDATA\\[|\\]\\]>|&amp;|&|ä|\n| |\r|<\\?x|\\?>|\u{feff}){0,24}") {
        match xml::parse(file(), &text) {
            Ok(root) => check(&text, &root),
            Err(error) => prop_assert!(text.get(error.span.range()).is_some()),
        }
    }
}

/// Every span is on character boundaries, and every edit leaves a document.
fn check(text: &str, element: &Element) {
    assert!(text[element.span.range()].starts_with(&format!("<{}", &text[element.name.span.range()])));
    if let Some(edit) = element.set_text("1") {
        assert_eq!(find(&parse(&apply(text, vec![edit])), element.span.start).text.as_ref().unwrap().value, "1");
    }
    parse(&apply(text, element.rename("other")));
    let inside = parse(&apply(text, vec![element.insert_inside(text, "<new/>")]));
    assert_eq!(find(&inside, element.span.start).children.last().unwrap().name.value, "new");
    element.children.iter().for_each(|child| check(text, child));
}

fn find(element: &Element, start: usize) -> &Element {
    match element.children.iter().rev().find(|child| child.span.start <= start) {
        Some(child) if element.span.start != start => find(child, start),
        _ => element,
    }
}
