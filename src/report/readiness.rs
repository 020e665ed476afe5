//! How far apps have come, for people, for programs, and to paste into an issue.

use std::io::{self, Write};

use serde::Serialize;

use crate::{
    lines::Lines,
    readiness::{Answer, Aspect, Readiness, Stage, State, Step, Who},
    report::{
        Style,
        markdown::{code, inline},
        text::{clean, count, wrap, write_json},
    },
    source::{Sources, Span},
};

/// The formats of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum PlanFormat {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
    /// To paste into an issue
    Markdown,
}

/// Writes what is done and what is to do, app by app.
///
/// # Errors
/// When nothing more can be written.
pub fn write(
    apps: &[Readiness],
    sources: &Sources,
    format: PlanFormat,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        PlanFormat::Json => {
            write_json(&Document { version: 1, apps: apps.iter().map(|app| App::new(app, sources)).collect() }, out)
        }
        PlanFormat::Human if apps.is_empty() => writeln!(out, "no Atlassian Connect app was found"),
        PlanFormat::Markdown if apps.is_empty() => writeln!(out, "No Atlassian Connect app was found."),
        PlanFormat::Human => apps.iter().try_for_each(|app| human(app, sources, style, out)),
        PlanFormat::Markdown => apps.iter().try_for_each(|app| in_markdown(app, sources, out)),
    }
}

fn human(app: &Readiness, sources: &Sources, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let width = style.width.max(60);
    writeln!(out, "{}\n", clean(&title(app)))?;
    if let Some(why) = &app.unconcerned {
        return writeln!(out, "  signed installs do not concern it: {}\n", clean(why));
    }
    for Aspect { subject, state, fact, place } in &app.aspects {
        let place = place.map_or(String::new(), |span| clean(&at(sources, span)));
        let head = format!("  {:<8} {:<16}", state_name(*state), subject.name());
        let fact = indented(&clean(fact), width - 27, 27);
        let room = fact.lines().next_back().map_or(0, |line| line.trim_start().chars().count());
        let gap = if 27 + room + 2 + place.chars().count() > width { format!("\n{:27}", "") } else { "  ".to_owned() };
        writeln!(out, "{}", if place.is_empty() { head + &fact } else { head + &fact + &gap + &place })?;
    }
    writeln!(out, "\n{}", clean(&outlook(app)))?;
    let mut stage = None;
    for (at_step, step) in app.steps.iter().enumerate() {
        if stage != Some(step.stage) {
            stage = Some(step.stage);
            writeln!(out, "\n  {}", step.stage.name())?;
        }
        let place = step.place.map_or(String::new(), |span| format!(" ({})", clean(&at(sources, span))));
        let what = indented(&format!("{}{place}", clean(&step.what)), width - 6, 6);
        writeln!(out, "  {:>2}. {what}", at_step + 1)?;
        if let Some(command) = &step.command {
            writeln!(out, "        $ {}", clean(command))?;
        }
    }
    for line in &app.publishing {
        writeln!(out, "\n  {}", indented(&clean(line), width - 2, 2))?;
    }
    for Answer { question, answer } in &app.answers {
        writeln!(out, "\n  {question}\n    {}", indented(&clean(answer), width - 4, 4))?;
    }
    writeln!(out)
}

fn in_markdown(app: &Readiness, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## {}\n", inline(&title(app), false))?;
    if let Some(why) = &app.unconcerned {
        return writeln!(out, "Signed installs do not concern it: {}.\n", inline(why, false));
    }
    writeln!(out, "| | state | | where |\n|---|---|---|---|")?;
    for Aspect { subject, state, fact, place } in &app.aspects {
        let place = place.map_or(String::new(), |span| code(&at(sources, span), true));
        writeln!(out, "| {} | {} | {} | {place} |", subject.name(), state_name(*state), inline(fact, true))?;
    }
    writeln!(out, "\n{}", inline(&outlook(app), false))?;
    let mut stage = None;
    for step in &app.steps {
        if stage != Some(step.stage) {
            stage = Some(step.stage);
            writeln!(out, "\n### {}\n", capital(step.stage.name()))?;
        }
        let place = step.place.map_or(String::new(), |span| format!(" ({})", code(&at(sources, span), false)));
        let command = step.command.as_ref().map_or(String::new(), |command| format!(": {}", code(command, false)));
        writeln!(out, "- [ ] {}{place}{command}", inline(&step.what, false))?;
    }
    if !app.publishing.is_empty() {
        writeln!(out, "\n### What publishing it means\n")?;
    }
    for line in &app.publishing {
        writeln!(out, "- {}", inline(line, false))?;
    }
    for Answer { question, answer } in &app.answers {
        writeln!(out, "\n**{question}** {}", inline(answer, false))?;
    }
    writeln!(out)
}

fn title(app: &Readiness) -> String {
    match &app.key {
        Some(key) => format!("{key}, in {}", app.app),
        None => app.app.clone(),
    }
}

/// What the table comes to, in a sentence.
fn outlook(app: &Readiness) -> String {
    let unknown = app.aspects.iter().filter(|aspect| aspect.state == State::Unknown).count();
    match (app.is_ready(), unknown) {
        (true, 0) => "Nothing is left to do.".to_owned(),
        (true, unknown) => format!("Nothing is known to be left to do; {} could not be told.", count(unknown, "thing")),
        (false, _) => format!("{} left, in this order:", count(app.steps.len(), "step")),
    }
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Done => "done",
        State::ToDo => "to do",
        State::Unknown => "unknown",
        State::None => "none",
    }
}

/// A text in lines, those after the first as far to the right as the first is put.
fn indented(text: &str, width: usize, indent: usize) -> String {
    wrap(text, width).replace('\n', &format!("\n{:indent$}", ""))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A place as people write it: `package.json:9:35`.
fn at(sources: &Sources, span: Span) -> String {
    let place = Place::new(sources, span);
    format!("{}:{}:{}", place.path, place.line, place.column)
}

/// The document for programs.
#[derive(Serialize)]
struct Document<'run> {
    version: u32,
    apps: Vec<App<'run>>,
}

#[derive(Serialize)]
struct App<'run> {
    app: &'run str,
    key: Option<&'run str>,
    phase: crate::app::Phase,
    ready: bool,
    unconcerned: Option<&'run str>,
    table: Vec<Row<'run>>,
    steps: Vec<Task<'run>>,
    publishing: &'run [String],
    answers: &'run [Answer],
}

#[derive(Serialize)]
struct Row<'run> {
    subject: &'static str,
    state: State,
    fact: &'run str,
    place: Option<Place<'run>>,
}

#[derive(Serialize)]
struct Task<'run> {
    stage: Stage,
    who: Who,
    what: &'run str,
    command: Option<&'run str>,
    rule: Option<&'run str>,
    place: Option<Place<'run>>,
}

/// A place in a file; line and column count from 1, columns in Unicode scalar values.
#[derive(Serialize)]
struct Place<'run> {
    path: &'run str,
    line: usize,
    column: usize,
}

impl<'run> Place<'run> {
    fn new(sources: &'run Sources, span: Span) -> Place<'run> {
        let file = sources.file(span.file);
        let position = Lines::new(&file.text).position(span.start);
        Place { path: &file.path, line: position.line, column: position.column }
    }
}

impl<'run> App<'run> {
    fn new(app: &'run Readiness, sources: &'run Sources) -> App<'run> {
        let place = |span: &Option<Span>| span.map(|span| Place::new(sources, span));
        let row = |aspect: &'run Aspect| Row {
            subject: aspect.subject.key(),
            state: aspect.state,
            fact: &aspect.fact,
            place: place(&aspect.place),
        };
        let task = |step: &'run Step| Task {
            stage: step.stage,
            who: step.who,
            what: &step.what,
            command: step.command.as_deref(),
            rule: step.rule,
            place: place(&step.place),
        };
        App {
            app: &app.app,
            key: app.key.as_deref(),
            phase: app.phase,
            ready: app.unconcerned.is_none() && app.is_ready(),
            unconcerned: app.unconcerned.as_deref(),
            table: app.aspects.iter().map(row).collect(),
            steps: app.steps.iter().map(task).collect(),
            publishing: &app.publishing,
            answers: &app.answers,
        }
    }
}
