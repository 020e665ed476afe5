//! Comments that put findings aside: `connect-lint: ignore[rule] reason`.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    comments::comments,
    lines::Lines,
    rules::{self, RULES},
    source::{FileId, SourceFile, Sources, Span},
    spelling::nearest,
};

/// How a comment begins that is for us.
const WORD: &str = "connect-lint:";

/// A comment that puts findings aside.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    /// From its first word to the end of its line.
    pub(super) span: Span,
    /// The rules it names, and whether it put a finding of each aside.
    pub(super) rules: BTreeMap<&'static str, bool>,
    /// Why.
    pub(super) reason: String,
    /// The bytes of the lines that it reaches.
    lines: Range<usize>,
}

/// A comment that wants to put findings aside, and does not say which or why.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    /// From its first word to the end of its line.
    pub(super) span: Span,
    /// What the comment does wrong: `gives no reason`.
    pub(super) message: String,
    /// What to write.
    pub(super) help: String,
}

impl Directive {
    /// Whether it reaches one of the lines of a finding in its file.
    pub(super) fn reaches(&self, finding: Span) -> bool {
        self.lines.start <= finding.end && finding.start < self.lines.end
    }
}

/// Those of all files, and what is no directive but wants to be one.
pub(super) fn all(sources: &Sources) -> (BTreeMap<FileId, Vec<Directive>>, Vec<Mistake>) {
    let (mut directives, mut mistakes) = (BTreeMap::<_, Vec<_>>::new(), Vec::new());
    for (id, file) in sources.iter().filter(|(_, file)| file.text.contains(WORD)) {
        let lines = Lines::new(&file.text);
        for comment in comments(id, file) {
            for written in lines_of(&file.text, comment.clone()) {
                match directive(id, file, &lines, &comment, written) {
                    None => {}
                    Some(Ok(directive)) => directives.entry(id).or_default().push(directive),
                    Some(Err(mistake)) => mistakes.push(mistake),
                }
            }
        }
    }
    (directives, mistakes)
}

/// The lines of a comment.
fn lines_of(text: &str, comment: Range<usize>) -> Vec<Range<usize>> {
    let mut at = comment.start;
    let pieces = text[comment].split_inclusive('\n').map(|line| {
        let range = at..at + line.trim_end().len();
        at += line.len();
        range
    });
    pieces.collect()
}

/// Reads a line of a comment; `None` where it is not for us.
fn directive(
    id: FileId,
    file: &SourceFile,
    lines: &Lines,
    comment: &Range<usize>,
    written: Range<usize>,
) -> Option<Result<Directive, Mistake>> {
    let line = &file.text[written.clone()];
    let is_quoted = |at: &usize| line[..*at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '`' | '"' | '\''));
    let start = line.match_indices(WORD).map(|(at, _)| at).find(|at| !is_quoted(at))?;
    let content =
        ["*/", "-->", "#}"].iter().fold(line, |line, mark| line.strip_suffix(mark).unwrap_or(line)).trim_end();
    let said = content.get(start + WORD.len()..)?.trim_start();
    let rest =
        said.strip_prefix("ignore").filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'))?;
    let span = Span { file: id, start: written.start + start, end: written.start + content.len() };
    let last = lines.line_of(comment.end.saturating_sub(1));
    let is_alone = file.text[lines.start(lines.line_of(comment.start))..comment.start].trim().is_empty();
    let after = last + usize::from(is_alone) + 1;
    let end = if after > lines.count() { usize::MAX } else { lines.start(after) };
    let reached = lines.start(lines.line_of(span.start))..end;
    let read = read(rest).map(|(rules, reason)| Directive { span, rules, reason, lines: reached });
    Some(read.map_err(|(message, help)| Mistake { span, message, help }))
}

/// The rules of a directive, none used yet, and its reason.
type Said = (BTreeMap<&'static str, bool>, String);

/// Reads what follows the word `ignore`: rules in brackets, and a reason. Fails with what is wrong, and what to write.
fn read(rest: &str) -> Result<Said, (String, String)> {
    let form = || "write `connect-lint: ignore[rule] reason`".to_owned();
    let list = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let Some((names, reason)) = list else { return Err(("names no rule in brackets".to_owned(), form())) };
    let known = |name: &str| {
        let near = || nearest(name, RULES.iter().map(|rule| rule.id));
        let help = || near().map_or_else(form, |id| format!("did you mean `{id}`?"));
        rules::find(name)
            .map(|rule| (rule.id, false))
            .ok_or_else(|| (format!("names `{name}`, which is no rule"), help()))
    };
    let rules = names.split(',').map(|name| known(name.trim())).collect::<Result<_, _>>()?;
    let reason = reason.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end();
    if reason.is_empty() {
        return Err(("gives no reason".to_owned(), form()));
    }
    Ok((rules, reason.to_owned()))
}
