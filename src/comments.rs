//! The comments of a file, in whichever language it is written.

use std::ops::Range;

use crate::{
    javascript,
    source::{FileId, SourceFile},
    syntax::{json, properties, toml, xml, yaml},
    tree::{Node, Value},
};

/// Where the comments of a file are, their marks included, in order. None where the file does not parse.
pub fn comments(id: FileId, file: &SourceFile) -> Vec<Range<usize>> {
    let (text, name) = (&*file.text, file.name());
    match name.rsplit_once('.').map_or("", |(_, suffix)| suffix) {
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => javascript::parse::comments(file),
        #[cfg(feature = "jvm")]
        "java" | "kt" => crate::jvm::parse::comments(&file.path, text),
        "json" | "json5" | "jsonc" => json::read(id, file).map_or(Vec::new(), |tree| between(text, &[tree], &SLASHES)),
        "yml" | "yaml" => between(text, &yaml::parse(id, text).documents, &HASH),
        "toml" => toml::parse(id, text).map_or(Vec::new(), |tree| between(text, &[tree], &HASH)),
        "properties" => between(text, &properties::documents(id, text), &PROPERTIES),
        "xml" | "csproj" => xml::comments(text),
        "gradle" | "kts" => lines(text, &["//"]),
        _ => code(id, file).unwrap_or_else(|| lines(text, &["#"])),
    }
}

/// The comments of a language with a grammar.
#[cfg(feature = "stacks")]
fn code(id: FileId, file: &SourceFile) -> Option<Vec<Range<usize>>> {
    use crate::stacks::{Language, code::Code};
    let languages = [Language::Python, Language::Ruby, Language::Php, Language::Go, Language::CSharp];
    let language = languages.into_iter().find(|language| language.owns(&file.path))?;
    let Some(code) = Code::parse(language, id, file) else { return Some(Vec::new()) };
    let comments = code.ids().filter(|node| code.kind(*node) == "comment");
    Some(comments.map(|node| code.span(node).range()).collect())
}

#[cfg(not(feature = "stacks"))]
fn code(_id: FileId, _file: &SourceFile) -> Option<Vec<Range<usize>>> {
    None
}

/// How a format of data marks its comments.
struct Marks {
    /// What begins a comment that ends with its line.
    line: &'static [&'static str],
    /// Where such a mark counts.
    place: Place,
    /// Whether `/* … */` is a comment.
    blocks: bool,
}

#[derive(PartialEq, Eq)]
enum Place {
    Anywhere,
    AfterBlank,
    FirstInLine,
}

const SLASHES: Marks = Marks { line: &["//"], place: Place::Anywhere, blocks: true };
const HASH: Marks = Marks { line: &["#"], place: Place::AfterBlank, blocks: false };
const PROPERTIES: Marks = Marks { line: &["#", "!"], place: Place::FirstInLine, blocks: false };

/// The comments between the keys and values of trees.
fn between(text: &str, trees: &[Node], marks: &Marks) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for leaf in leaves(trees).into_iter().chain(std::iter::once(text.len()..text.len())) {
        while let Some(comment) = first(text, at..leaf.start.max(at), marks) {
            at = comment.end;
            found.push(comment);
        }
        at = at.max(leaf.end);
    }
    found
}

/// The first comment that begins in a range without keys and values.
fn first(text: &str, range: Range<usize>, marks: &Marks) -> Option<Range<usize>> {
    let line = text[..range.start].rfind('\n').map_or(0, |end| end + 1);
    let (mut is_first, mut before) =
        (text[line..range.start].trim().is_empty(), text[..range.start].chars().next_back());
    for (at, c) in text.get(range.clone())?.char_indices().map(|(at, c)| (range.start + at, c)) {
        let begins = match marks.place {
            Place::Anywhere => true,
            Place::AfterBlank => before.is_none_or(|before| before.is_whitespace() || before == '\u{feff}'),
            Place::FirstInLine => is_first,
        };
        if begins && marks.blocks && text[at..].starts_with("/*") {
            let end = text[at..].find("*/").map_or(text.len(), |end| at + end + 2);
            return Some(at..end);
        }
        if begins && marks.line.iter().any(|mark| text[at..].starts_with(mark)) {
            return Some(at..line_end(text, at));
        }
        is_first = c == '\n' || is_first && (c.is_whitespace() || c == '\u{feff}');
        before = Some(c);
    }
    None
}

/// The ranges of keys and scalars, in order.
fn leaves(trees: &[Node]) -> Vec<Range<usize>> {
    let mut open: Vec<&Node> = trees.iter().collect();
    let mut found = Vec::new();
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Object(members) => {
                found.extend(members.iter().map(|member| member.key.span.range()));
                open.extend(members.iter().map(|member| &member.value));
            }
            Value::Array(elements) => open.extend(elements),
            _ => found.push(node.span.range()),
        }
    }
    found.sort_by_key(|range| (range.start, range.end));
    found
}

/// The lines that are comments as a whole: all that can be told of text without a parser.
fn lines(text: &str, marks: &[&str]) -> Vec<Range<usize>> {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let comment = |start: usize| {
        let line = &text[start..line_end(text, start)];
        let at = start + line.len() - line.trim_start().len();
        marks.iter().any(|mark| text[at..].starts_with(mark)).then(|| at..start + line.len())
    };
    starts.filter_map(comment).collect()
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |end| at + end)
}
