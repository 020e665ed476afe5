//! Markdown, for the summary of a workflow step or a comment on a pull request.

use std::{
    cmp::Reverse,
    io::{self, Write},
};

use crate::{
    report::{
        Run,
        entries::{Entry, entries, problem_message, problem_path},
        page,
        places::Places,
        summary::summary,
        text::{clean, count},
    },
    severity::Severity,
    suppress::Suppressed,
};

/// How many findings the table has; a summary may have a mebibyte.
pub const MOST_ROWS: usize = 500;

/// How many characters of a message it shows.
const LONGEST_MESSAGE: usize = 600;

/// Writes a table of findings, the most severe first, what could not be read, and what was shown to hold.
pub fn markdown(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## connect-lint\n\n{}", inline(&summary(run), false))?;
    let mut entries = entries(run, &Places::new(run));
    entries.sort_by_key(|entry| Reverse(entry.finding.severity));
    if !entries.is_empty() {
        writeln!(out, "\n| severity | rule | place | finding |\n|---|---|---|---|")?;
    }
    entries.iter().take(MOST_ROWS).try_for_each(|entry| row(entry, out))?;
    if entries.len() > MOST_ROWS {
        writeln!(out, "\nand {}", count(entries.len() - MOST_ROWS, "more finding"))?;
    }
    list(
        out,
        "Could not be analysed",
        run.problems
            .iter()
            .map(|problem| (problem_path(run, problem).unwrap_or_else(|| ".".to_owned()), problem_message(problem))),
    )?;
    let put_aside = run.suppressed.iter().map(|Suppressed { finding, by }| {
        let path = run.checkout.path(&run.sources.file(finding.span.file).path);
        (format!("{path} {}", finding.rule), by.reason().unwrap_or(by.kind()).to_owned())
    });
    list(out, "Suppressed", put_aside)?;
    let proven = run.apps.iter().zip(run.proven);
    list(out, "Shown to hold", proven.map(|(app, proven)| (run.app_root(app.id).to_owned(), proven.clone())))
}

fn row(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    let severity = match entry.finding.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "**error**",
    };
    let rule = entry.finding.rule;
    let place = code(&format!("{}:{}:{}", entry.path, entry.start.line, entry.start.column), true);
    let message = match entry.message.char_indices().nth(LONGEST_MESSAGE) {
        Some((at, _)) => format!("{}…", &entry.message[..at]),
        None => entry.message.clone(),
    };
    writeln!(out, "| {severity} | [{rule}]({}) | {place} | {} |", page(rule), inline(&message, true))
}

/// A list of named sentences below a heading, where there are any.
fn list(out: &mut dyn Write, heading: &str, items: impl Iterator<Item = (String, String)>) -> io::Result<()> {
    let items: Vec<_> = items.take(MOST_ROWS).collect();
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### {heading}\n")?;
    items.iter().try_for_each(|(name, sentence)| writeln!(out, "- {}: {}", code(name, false), inline(sentence, false)))
}

/// Text whose `code` stays code, and of which nothing else is acted on, whoever wrote the text.
pub(super) fn inline(text: &str, in_table: bool) -> String {
    let text = clean(text);
    let parts: Vec<&str> = text.split('`').collect();
    let paired = parts.len() % 2 == 1;
    let mut written = String::with_capacity(text.len() * 2);
    for (at, part) in parts.iter().enumerate() {
        let unpaired = !paired && at + 1 == parts.len();
        match at % 2 == 1 && !unpaired {
            true => written.push_str(&code(part, in_table)),
            false => written.extend([if unpaired { "\\`" } else { "" }, &plain(part)]),
        }
    }
    written
}

/// A code span; the text ends it where it has a backtick, so those are shown as another mark.
pub(super) fn code(text: &str, in_table: bool) -> String {
    let text = clean(text).replace('`', "ˋ");
    if text.trim().is_empty() {
        return String::new();
    }
    // a cell ends at a pipe even in code
    let text = if in_table { text.replace("\\|", "⧵|").replace('|', "\\|") } else { text };
    format!("`{text}`")
}

/// Words alone: no markup, no address, nobody named.
fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        match character {
            '@' | '#' => written.extend(["\\", character.encode_utf8(&mut [0; 4]), "<!-- -->"]),
            // `www.` and `https:` become links by themselves, and `:name:` a picture
            '.' if !matches!(before, 'w' | 'W') => written.push('.'),
            ':' if after == ' ' => written.push(':'),
            ' ' | ',' | ';' | '\'' | '"' | '?' | '/' | '=' | '%' | '-' | '(' | ')' => written.push(character),
            mark if mark.is_ascii_punctuation() => written.extend(['\\', mark]),
            other => written.push(other),
        }
        before = character;
    }
    written
}
