//! A token that was read, for people and for programs.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::{
    jwt::Members,
    report::{
        Style,
        text::{clean, count, inert, wrap, write_json},
    },
    severity::Severity,
    token::{Check, Hashed, Kind, Moment, Place, Reading, State, utc},
};

/// The formats of a reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum TokenFormat {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// Writes what a token is, and how its checks come out.
///
/// # Errors
/// When nothing more can be written.
pub fn write(reading: &Reading, format: TokenFormat, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        TokenFormat::Human => out.write_all(inert(&human(reading, style)).as_bytes()),
        TokenFormat::Json => write_json(&Document::new(reading), out),
    }
}

/// How many members of a token are shown.
const MOST_MEMBERS: usize = 40;

/// How many characters of a value are shown.
const LONGEST_VALUE: usize = 160;

/// Where the facts begin.
const INDENT: usize = 23;

fn human(reading: &Reading, style: Style) -> String {
    let paint = Paint { color: style.color };
    let mut text = String::new();
    if style.summary {
        text.push_str(&about(reading, style, paint));
    }
    let is_shown = |check: &&Check| style.summary || matches!(check.state, State::Wrong(_));
    for check in reading.checks.iter().filter(is_shown) {
        text.push_str(&row(check, style.width.max(60), paint));
    }
    if style.summary {
        text.extend(["\n", &summary(reading), "\n"]);
    }
    text
}

/// What it is, and what it says.
fn about(reading: &Reading, style: Style, paint: Paint) -> String {
    let mut text = format!("{}\n", paint.bold(reading.kind.name()));
    text.extend(["  ", &wrap(reading.kind.about(), style.width.max(60) - 2).replace('\n', "\n  "), "\n\n"]);
    let members: Vec<_> = reading.header.iter().chain(&reading.claims).collect();
    let width = members.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default().clamp(7, 16);
    for (name, value) in members.iter().take(MOST_MEMBERS) {
        let words = reading.moments.iter().find(|moment| moment.claim == name.as_str());
        let words = words.map_or(String::new(), |moment| format!("  {}, {}", utc(moment.time), moment.relative));
        let name = cut(&clean(name), 40);
        text.extend([&format!("  {name:width$}  "), &shown(value), &words, "\n"]);
    }
    if members.len() > MOST_MEMBERS {
        let more = count(members.len() - MOST_MEMBERS, "more member");
        text.extend(["  ", &more, "; `--format json` shows all\n"]);
    }
    let blank = if members.is_empty() { "" } else { "\n" };
    text.extend([blank, "A verifier has to check:\n"]);
    text
}

/// A value on one line: a string without quotes, a list by its elements.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    cut(&clean(&text), LONGEST_VALUE)
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn row(check: &Check, width: usize, paint: Paint) -> String {
    let indented =
        |text: &str| wrap(&cut(&clean(text), 1000), width - INDENT).replace('\n', &format!("\n{:INDENT$}", ""));
    let state = paint.state(check.state, &format!("{:<7}", check.state.name()));
    let mut row = format!("  {state}  {:<10}  {}\n", check.subject.name(), indented(&check.fact));
    if let Some(help) = &check.help {
        row.push_str(&format!("{:INDENT$}{}\n", "", indented(help)));
    }
    row
}

/// How many checks came out how.
fn summary(reading: &Reading) -> String {
    let Counts { errors, warnings, notes, unknown } = Counts::new(&reading.checks);
    let counted = |number: usize, noun: &str| (number > 0).then(|| count(number, noun));
    let wrong = [counted(errors, "error"), counted(warnings, "warning"), counted(notes, "note")];
    let not_told = (unknown > 0).then(|| format!("{unknown} that cannot be told"));
    let parts: Vec<_> = wrong.into_iter().flatten().chain(not_told).collect();
    let parts = if parts.is_empty() { "nothing is wrong".to_owned() } else { parts.join(", ") };
    format!("as of {}: {parts}", utc(reading.at))
}

/// How words are coloured, if they are.
#[derive(Clone, Copy)]
struct Paint {
    color: bool,
}

impl Paint {
    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn state(self, state: State, text: &str) -> String {
        let color = match state {
            State::Holds => "32",
            State::Unknown => "2",
            State::Wrong(Severity::Note) => "36",
            State::Wrong(Severity::Warning) => "33",
            State::Wrong(Severity::Error) => "31",
        };
        self.paint(color, text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// The document for programs.
#[derive(Serialize)]
struct Document<'reading> {
    version: u32,
    tool: Tool,
    kind: Kind,
    place: Place,
    at: String,
    header: &'reading Members,
    claims: &'reading Members,
    times: Vec<Time<'reading>>,
    request: Option<&'reading Hashed>,
    summary: Counts,
    checks: Vec<Entry<'reading>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// A point in time, as RFC 3339 writes it.
#[derive(Serialize)]
struct Time<'reading> {
    claim: &'static str,
    time: String,
    relative: &'reading str,
}

#[derive(Serialize)]
struct Entry<'reading> {
    subject: String,
    state: &'static str,
    fact: &'reading str,
    help: Option<&'reading str>,
}

#[derive(Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    notes: usize,
    unknown: usize,
}

impl Counts {
    fn new(checks: &[Check]) -> Counts {
        let of = |state: State| checks.iter().filter(|check| check.state == state).count();
        Counts {
            errors: of(State::Wrong(Severity::Error)),
            warnings: of(State::Wrong(Severity::Warning)),
            notes: of(State::Wrong(Severity::Note)),
            unknown: of(State::Unknown),
        }
    }
}

impl<'reading> Document<'reading> {
    fn new(reading: &'reading Reading) -> Document<'reading> {
        let entry = |check: &'reading Check| Entry {
            subject: check.subject.name().replace(' ', "-"),
            state: check.state.name(),
            fact: &check.fact,
            help: check.help.as_deref(),
        };
        let time = |moment: &'reading Moment| Time {
            claim: moment.claim,
            time: moment.time.to_string(),
            relative: &moment.relative,
        };
        Document {
            version: 1,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            kind: reading.kind,
            place: reading.place,
            at: reading.at.to_string(),
            header: &reading.header,
            claims: &reading.claims,
            times: reading.moments.iter().map(time).collect(),
            request: reading.request.as_ref(),
            summary: Counts::new(&reading.checks),
            checks: reading.checks.iter().map(entry).collect(),
        }
    }
}
