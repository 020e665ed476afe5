//! Environment variables and system properties, wherever a project sets them for its app.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::{Facts, Variable},
    source::{FileId, SourceFile, Sources, Span, Spanned},
    syntax::{json, yaml},
};

mod data;
mod docker;
mod names;
mod shell;

/// The room.
pub(super) struct Environment;

impl Ecosystem for Environment {
    fn interest(&self, path: &str) -> Interest {
        match kind(path) {
            None => Interest::None,
            Some(Kind::Yaml | Kind::Json | Kind::Shell) if !is_compose(path) => Interest::Code,
            Some(_) => Interest::Always,
        }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        for (id, file) in sources.iter() {
            if let Some(kind) = kind(&file.path).filter(|_| names::may_matter(&file.text)) {
                facts.variables.extend(variables(id, file, kind));
            }
        }
    }
}

/// How a file sets variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    EnvFile,
    Dockerfile,
    Procfile,
    Manifest,
    Shell,
    Yaml,
    Json,
}

/// Folders of files that are built or foreign.
const ASIDE: [&str; 6] = ["node_modules", "target", "build", "dist", "vendor", ".git"];

/// JSON files, beside npm's, that tools take variables from.
const JSON_FILES: [&str; 6] =
    ["app.json", "vercel.json", "now.json", "nodemon.json", "launch.json", "devcontainer.json"];

fn kind(path: &str) -> Option<Kind> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if folder.split('/').any(|part| ASIDE.contains(&part)) || is_spring(name) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        _ if lower.starts_with(".env") || extension == "env" => Some(Kind::EnvFile),
        _ if lower.starts_with("dockerfile") || lower.starts_with("containerfile") => Some(Kind::Dockerfile),
        "dockerfile" => Some(Kind::Dockerfile),
        _ if lower.starts_with("procfile") => Some(Kind::Procfile),
        _ if lower == "package.json" => Some(Kind::Manifest),
        "sh" | "bash" | "bat" | "cmd" | "ps1" | "service" => Some(Kind::Shell),
        "yml" | "yaml" => Some(Kind::Yaml),
        _ if JSON_FILES.contains(&&*lower) => Some(Kind::Json),
        _ => None,
    }
}

/// Spring's own files are another room's.
fn is_spring(name: &str) -> bool {
    name.starts_with("application") || name.starts_with("bootstrap.")
}

fn is_compose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    is_yaml && ["docker-compose", "compose"].iter().any(|start| name.starts_with(start))
}

fn variables(id: FileId, file: &SourceFile, kind: Kind) -> Vec<Variable> {
    let text = Text { file: id, text: &file.text };
    let mut found = match kind {
        Kind::EnvFile => env_file(text),
        Kind::Dockerfile => docker::variables(text),
        Kind::Procfile => procfile(text),
        Kind::Manifest => manifest(text),
        Kind::Shell => shell::variables(text, 0..text.text.len()),
        Kind::Yaml => {
            yaml::parse(id, text.text).documents.iter().flat_map(|tree| data::variables(text, tree)).collect()
        }
        Kind::Json => json::parse(id, text.text).map_or(Vec::new(), |tree| data::variables(text, &tree)),
    };
    found.sort_by_key(|variable| variable.span);
    found.dedup_by_key(|variable| variable.span);
    let inner: Vec<Variable> = found.iter().flat_map(spring_json).collect();
    found.extend(inner);
    for variable in &mut found {
        variable.place = names::place(&file.path, variable.place.take());
    }
    found
}

/// A file's text, for what builds spans in it.
#[derive(Clone, Copy)]
struct Text<'text> {
    file: FileId,
    text: &'text str,
}

impl Text<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.file, start, end }
    }

    /// A variable whose name starts at an offset and whose value, quotes included, is in a range.
    fn variable(&self, name: &str, start: usize, value: std::ops::Range<usize>, place: Option<&str>) -> Variable {
        let (inner, text) = unquoted(&self.text[value.clone()]);
        let value_start = value.start + inner;
        Variable {
            name: name.to_owned(),
            value: Spanned { value: text.to_owned(), span: self.span(value_start, value_start + text.len()) },
            span: self.span(start, value.end),
            place: place.map(str::to_owned),
        }
    }
}

/// What is inside of quotes, escaped ones of an outer language included, and how far in it starts.
fn unquoted(written: &str) -> (usize, &str) {
    for quote in ["\\\"", "\"", "'"] {
        let inner = written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return (quote.len(), inner);
        }
    }
    (0, written)
}

/// `NAME=value` lines.
fn env_file(text: Text<'_>) -> Vec<Variable> {
    let mut found = Vec::new();
    for (start, line) in lines(text.text) {
        let assignment = line.trim_start();
        let assignment = assignment.strip_prefix("export ").unwrap_or(assignment).trim_start();
        let start = start + line.len() - assignment.len();
        let Some((name, value)) = assignment.split_once('=') else { continue };
        if assignment.starts_with('#') || !names::matters(name.trim()) {
            continue;
        }
        let written = without_comment(value);
        let value_start = start + name.len() + 1 + (value.len() - value.trim_start().len());
        found.push(text.variable(name.trim(), start, value_start..value_start + written.len(), None));
    }
    found
}

/// A value without what follows its closing quote, or, unquoted, without ` # …`.
fn without_comment(value: &str) -> &str {
    let value = value.trim();
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        return value[1..].find(quote).map_or(value, |at| &value[..at + 2]);
    }
    value.find(" #").map_or(value, |at| value[..at].trim_end())
}

/// `process: command` lines.
fn procfile(text: Text<'_>) -> Vec<Variable> {
    let mut found = Vec::new();
    for (start, line) in lines(text.text) {
        let Some((process, command)) = line.split_once(':').filter(|_| !line.trim_start().starts_with('#')) else {
            continue;
        };
        let end = start + line.len();
        found.extend(shell::variables_at(text, end - command.len()..end, Some(process.trim())));
    }
    found
}

/// The scripts of a `package.json`.
fn manifest(text: Text<'_>) -> Vec<Variable> {
    let Ok(tree) = json::parse(text.file, text.text) else { return Vec::new() };
    let scripts = tree.at(&["scripts"]).map_or(&[][..], crate::tree::Node::members).iter();
    let strings =
        scripts.filter(|script| script.value.as_str().is_some() && script.value.span.end - script.value.span.start > 1);
    strings
        .flat_map(|script| {
            let span = script.value.span;
            shell::variables_at(text, span.start + 1..span.end - 1, Some(&script.key.value))
        })
        .collect()
}

/// Every line with its offset, without its line break.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split(['\n', '\r']).map(move |line| (line.as_ptr() as usize - start, line))
}

/// The Connect settings in a `SPRING_APPLICATION_JSON`, each as a variable of its own.
fn spring_json(variable: &Variable) -> Vec<Variable> {
    if variable.name != "SPRING_APPLICATION_JSON" {
        return Vec::new();
    }
    let text = variable.value.value.replace("\\\"", "\"");
    let Ok(tree) = json::parse(variable.span.file, &text) else { return Vec::new() };
    let mut settings = Vec::new();
    data::flattened(&tree, "", &mut settings);
    let known = settings.into_iter().filter(|(name, _)| names::matters(name));
    known
        .map(|(name, value)| Variable { name, value: Spanned { value, span: variable.value.span }, ..variable.clone() })
        .collect()
}
