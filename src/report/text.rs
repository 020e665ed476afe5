//! Text of the scanned tree, made safe to show: its author may want to draw on the reader's terminal.

use std::io::{self, Write};

use serde::Serialize;

/// What stands for a character that must not be shown.
pub const REPLACEMENT: char = '\u{fffd}';

/// Whether a terminal may act on a character, or show it as nothing, instead of drawing it: control characters,
/// line separators, and characters that reorder or hide text.
pub fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// What build servers take for a command wherever it stands in a line of a log: GitHub's runner and Azure's, TeamCity.
const COMMANDS: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// What GitHub's runner takes for a command where a line starts with it, blanks aside.
const LINE_COMMAND: &str = "::";

/// The text as one line: each hostile character becomes one visible character, and so does one of what a build server
/// would take for a command.
pub fn clean(text: &str) -> String {
    if is_plain(text) {
        return without_commands(text.to_owned());
    }
    without_commands(text.chars().map(|c| if is_hostile(c) { REPLACEMENT } else { c }).collect())
}

/// The same for a line of source, whose tabs stay.
pub fn clean_source(line: &str) -> String {
    without_commands(line.chars().map(|c| if is_hostile(c) && c != '\t' { REPLACEMENT } else { c }).collect())
}

/// Whether all of it is ASCII that is drawn: most text is, and need not be looked at character by character.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

fn without_commands(text: String) -> String {
    let harmless = |text: String, command: &str| text.replace(command, &command.replacen("##", "#?", 1));
    if text.contains("##") { COMMANDS.into_iter().fold(text, harmless) } else { text }
}

/// Lines of clean text, none of which GitHub's runner takes for a command.
pub fn inert(lines: &str) -> String {
    let inert = |line: &str| match line.trim_start().strip_prefix(LINE_COMMAND) {
        Some(rest) => format!("{}:?{rest}", &line[..line.len() - rest.len() - LINE_COMMAND.len()]),
        None => line.to_owned(),
    };
    lines.split('\n').map(inert).collect::<Vec<_>>().join("\n")
}

/// The text as a clean sentence: it starts with a capital and ends with a full stop.
pub fn sentence(text: &str) -> String {
    let text = clean(text);
    let text = text.trim();
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let mut sentence: String = first.to_uppercase().chain(characters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// The text in lines of at most `width` characters where its spaces allow it.
pub fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(text.len());
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

/// A number and its noun: `1 app`, `2 apps`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Writes a value as indented JSON that ends in a line break and holds no hostile character unescaped.
pub fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(value)?;
    out.write_all(escape_hostile(&json).as_bytes())?;
    out.write_all(b"\n")
}

/// Writes a value as JSON on one line, which ends in a line break, without hostile characters that are not escaped.
pub fn write_json_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string(value)?;
    out.write_all(escape_hostile(&json).as_bytes())?;
    out.write_all(b"\n")
}

/// Outside its strings, JSON has no hostile character but the line breaks of its layout; inside, it has no line breaks.
/// Commands of build servers are inside.
fn escape_hostile(json: &str) -> String {
    let escaped_bracket = |text: String, command: &str| text.replace(command, &command.replace('[', "\\u005b"));
    COMMANDS.into_iter().fold(escape_characters(json), escaped_bracket)
}

fn escape_characters(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.bytes().position(|byte| byte != b'\n' && !(b' '..=b'~').contains(&byte)) {
        let (plain, odd) = rest.split_at(at); // what is not plain ASCII is looked at by itself
        escaped.push_str(plain);
        let mut characters = odd.chars();
        let Some(character) = characters.next() else { break };
        rest = characters.as_str();
        if !is_hostile(character) {
            escaped.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            escaped.push_str(&format!("\\u{unit:04x}"));
        }
    }
    escaped.push_str(rest);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_character_becomes_one_visible_one() {
        let hostile = "a\u{1b}[2J\u{9b}b\u{7f}\r\n\t\u{202e}c\u{2066}\u{200f}\u{61c}\u{2028}\u{feff}\u{e0041}é😀";
        let cleaned = clean(hostile);
        assert_eq!(cleaned, "a�[2J�b�����c�������é😀".replace("�����c�������", "�����c������"));
        assert_eq!(cleaned.chars().count(), hostile.chars().count());
        assert_eq!(clean_source("\ta\u{1b}"), "\ta�");
    }

    #[test]
    fn no_build_server_sees_a_command() {
        assert_eq!(clean("a ##[error]b ##vso[task.x]"), "a #?[error]b #?vso[task.x]");
        assert_eq!(inert("a ::b\n \t::error::x\n::\n"), "a ::b\n \t:?error::x\n:?\n");
        let mut out = Vec::new();
        write_json(&"##[error]x", &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\"##\\u005berror]x\"\n");
    }

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence("the flag is `false`"), "The flag is `false`.");
        assert_eq!(sentence("`a`\nb?"), "`a`\u{fffd}b?");
        assert_eq!(sentence(" "), "");
    }

    #[test]
    fn words_are_never_broken() {
        assert_eq!(wrap("run `connect-lint fix` now", 12), "run\n`connect-lint\nfix` now");
        assert_eq!(wrap("", 3), "");
        assert_eq!(wrap("  a", 1), "  a".trim_start());
    }

    #[test]
    fn json_escapes_what_a_terminal_would_obey() {
        let mut out = Vec::new();
        write_json(&"\u{9b}2J\u{202e}\u{e0041}\n", &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "\"\\u009b2J\\u202e\\udb40\\udc41\\n\"\n");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), "\u{9b}2J\u{202e}\u{e0041}\n");
    }
}
