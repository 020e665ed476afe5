//! Variables that a command sets, and properties among its arguments.

use super::{
    names::is_property,
    setting,
    shell::{self, Syntax},
    text::Text,
};
use crate::facts::{PropertySource, Variable};

/// How deep commands in the quotes of commands are read.
const DEPTH_LIMIT: usize = 3;

/// Words before which a command sets nothing, and after which it still may.
const WRAPPERS: [&str; 21] = [
    "!", "command", "declare", "do", "elif", "else", "eval", "exec", "export", "if", "local", "nohup", "npx",
    "readonly", "sudo", "then", "time", "typeset", "until", "while", "{",
];

/// Commands whose first words are variables, wherever in a line they stand.
const SETTERS: [&str; 4] = ["env", "cross-env", "cross-env-shell", "cross-env-default"];

/// Options whose argument is a variable for someone else: a container, a build.
const OPTIONS: [&str; 4] = ["-e", "--env", "--build-arg", "--env-var"];

/// Commands that print or look for what they are given.
const QUOTING: [&str; 9] = ["echo", "printf", "grep", "sed", "awk", "test", "rem", "REM", "::"];

/// What a script says, or the value of a property that holds commands.
pub(super) fn read(script: &Text) -> Vec<Variable> {
    nested(script, 0)
}

/// What commands at some depth of quotes say.
pub(super) fn nested(script: &Text, depth: usize) -> Vec<Variable> {
    if depth > DEPTH_LIMIT {
        return Vec::new();
    }
    let commands = shell::commands(script, Syntax::Script);
    commands.iter().flat_map(|words| arguments(words, depth)).collect()
}

/// What one command says.
pub(super) fn arguments(words: &[Text], depth: usize) -> Vec<Variable> {
    let Some(first) = words.first() else { return Vec::new() };
    if first.as_str().eq_ignore_ascii_case("set") {
        return windows_set(&words[1..], depth);
    }
    if QUOTING.contains(&first.as_str()) {
        return Vec::new();
    }
    let sets_all = words.iter().take(4).any(|word| matches!(word.as_str(), "config:set" | "set"));
    let mut found = Vec::new();
    let mut is_prefix = true;
    let mut before = "";
    for word in words {
        let text = word.as_str();
        let is_setting = (is_prefix || sets_all || OPTIONS.contains(&before)) && is_assignment(text);
        let read = if is_setting { assignment(word, depth) } else { argument(word, depth) };
        let is_wrapper = WRAPPERS.contains(&text) || text.starts_with('-');
        let is_setter = SETTERS.contains(&text.rsplit('/').next().unwrap_or(text));
        is_prefix = is_setter || is_prefix && (is_wrapper || is_assignment(text));
        found.extend(read);
        before = text;
    }
    found
}

/// Whether a word is `NAME=…`; PowerShell writes `$env:NAME=…`.
fn is_assignment(word: &str) -> bool {
    let name = word.strip_prefix("$env:").unwrap_or(word).split_once('=').map_or("", |(name, _)| name);
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    name.chars().all(is_name) && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

fn assignment(word: &Text, depth: usize) -> Vec<Variable> {
    let Some((name, value)) = word.assignment() else { return Vec::new() };
    let start = if name.as_str().starts_with("$env:") { "$env:".len() } else { 0 };
    let name = name.part(start..name.as_str().len());
    let found = setting::read(&name, &value, depth + 1);
    if found.is_empty() { quoted_command(word, depth) } else { found }
}

/// `-Dname=value`, `--name=value`, `--env=NAME=value`, or a command in quotes.
fn argument(word: &Text, depth: usize) -> Vec<Variable> {
    let text = word.as_str();
    let skipped = if text.starts_with("--env=") {
        "--env=".len()
    } else if text.starts_with("-D") || text.starts_with("--") {
        2
    } else {
        return quoted_command(word, depth);
    };
    let Some((name, value)) = word.part(skipped..text.len()).assignment() else { return quoted_command(word, depth) };
    if name.as_str() == "spring.application.json" {
        return setting::properties(&value);
    }
    let is_variable = skipped > 2 || is_property(name.as_str());
    let found = if is_variable { setting::read(&name, &value, depth + 1) } else { Vec::new() };
    if !found.is_empty() {
        let source = match skipped {
            2 if text.starts_with("-D") => PropertySource::SystemProperty,
            2 => PropertySource::Argument,
            _ => PropertySource::Environment,
        };
        return found.into_iter().map(|variable| Variable { source, ..variable }).collect();
    }
    if value.as_str().starts_with('-') { nested(&value, depth + 1) } else { quoted_command(word, depth) }
}

/// What a word with blanks in it says: `sh -c "…"`, `concurrently "…" "…"`.
fn quoted_command(word: &Text, depth: usize) -> Vec<Variable> {
    let has_several_words = word.as_str().trim().contains(char::is_whitespace);
    if has_several_words { nested(word, depth + 1) } else { Vec::new() }
}

/// `set NAME=value` of Windows, where the value goes on to the end of the command.
fn windows_set(words: &[Text], depth: usize) -> Vec<Variable> {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Vec::new() };
    if !is_assignment(first.as_str()) {
        return Vec::new();
    }
    let mut whole = first.clone();
    let mut at = first.whole().end;
    for word in &words[1..] {
        let span = word.whole();
        whole.push(' ', at..span.start.max(at));
        for (offset, character) in word.as_str().char_indices() {
            whole.push(character, word.place(offset..offset + character.len_utf8()));
        }
        at = last.whole().end.min(span.end);
    }
    let Some((name, value)) = whole.assignment() else { return Vec::new() };
    setting::read(&name, &value, depth + 1)
}
