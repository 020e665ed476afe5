//! Dockerfiles: `ENV`, `ARG`, and what `CMD` and `ENTRYPOINT` run.

use super::{
    command, setting,
    shell::{self, Syntax},
    text::Text,
};
use crate::{facts::Variable, source::FileId, syntax::json, tree::Node};

/// What a Dockerfile sets, each with the name of its stage.
pub(super) fn read(file: FileId, source: &str) -> Vec<Variable> {
    let mut found = Vec::new();
    let mut stage: Option<String> = None;
    for line in lines(file, source) {
        let Some((keyword, rest)) = instruction(&line) else { continue };
        let read = match keyword.as_str() {
            "FROM" => {
                stage = stage_name(rest.as_str());
                continue;
            }
            "ENV" | "ARG" => variables(&rest, keyword == "ENV"),
            "CMD" | "ENTRYPOINT" => run(&rest),
            _ => continue,
        };
        found.extend(read.into_iter().map(|variable| Variable { place: stage.clone(), ..variable }));
    }
    found
}

/// Instructions without the breaks and comments inside of them.
pub(super) fn lines(file: FileId, source: &str) -> Vec<Text> {
    let mut lines = vec![Text::empty(file, 0)];
    let mut at = 0;
    let mut is_continued = false;
    for line in source.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_empty = line.trim().is_empty();
        if line.trim_start().starts_with('#') || is_empty && is_continued {
            continue;
        }
        let content = line.trim_end();
        let content = content.strip_suffix('\\').unwrap_or(content);
        if !is_continued {
            lines.push(Text::empty(file, start));
        }
        is_continued = content.len() < line.trim_end().len();
        let Some(logical) = lines.last_mut() else { continue };
        for (offset, character) in content.char_indices() {
            logical.push(character, start + offset..start + offset + character.len_utf8());
        }
    }
    lines
}

/// The keyword of an instruction, in upper case, and what follows it.
fn instruction(line: &Text) -> Option<(String, Text)> {
    let trimmed = line.trimmed(0..line.as_str().len());
    let end = trimmed.as_str().find(char::is_whitespace)?;
    let keyword = trimmed.as_str()[..end].trim_start_matches('\u{feff}').to_ascii_uppercase();
    let rest = trimmed.trimmed(end..trimmed.as_str().len());
    if keyword == "ONBUILD" {
        let end = rest.as_str().find(char::is_whitespace)?;
        return Some((rest.as_str()[..end].to_ascii_uppercase(), rest.trimmed(end..rest.as_str().len())));
    }
    Some((keyword, rest))
}

fn stage_name(image: &str) -> Option<String> {
    let words: Vec<_> = image.split_whitespace().collect();
    let keyword = words.iter().position(|word| word.eq_ignore_ascii_case("as"))?;
    words.get(keyword + 1).map(|name| (*name).to_owned())
}

/// `NAME=value …`, or in an `ENV` the old `NAME value`.
fn variables(rest: &Text, may_be_old: bool) -> Vec<Variable> {
    let text = rest.as_str();
    let name = text.find(char::is_whitespace).unwrap_or(text.len());
    if may_be_old && !text[..name].contains('=') {
        return setting::read(&rest.part(0..name), &rest.trimmed(name..text.len()), 0);
    }
    let words = shell::commands(rest, Syntax::Words).into_iter().flatten();
    let settings = words.filter_map(|word| word.assignment());
    settings.flat_map(|(name, value)| setting::read(&name, &value, 0)).collect()
}

/// A command, as a shell reads it or as a list of words.
fn run(rest: &Text) -> Vec<Variable> {
    let list = json::parse(rest.file(), rest.as_str()).ok().filter(|list| !list.elements().is_empty());
    let Some(list) = list else { return command::read(rest) };
    let words: Vec<_> = list.elements().iter().filter_map(|node| element(rest, node)).collect();
    command::arguments(&words, 0)
}

fn element(list: &Text, node: &Node) -> Option<Text> {
    let value = node.as_str()?;
    let range = node.span.start + 1..node.span.end.saturating_sub(1);
    if list.as_str().get(range.clone()) == Some(value) {
        return Some(list.part(range));
    }
    let place = list.span(node.span.range());
    let mut word = Text::empty(list.file(), place.start);
    value.chars().for_each(|character| word.push(character, place.range()));
    Some(word)
}
