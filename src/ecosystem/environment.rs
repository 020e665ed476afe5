//! Environment variables, and properties given as arguments, wherever files set them.

use crate::{
    ecosystem::{Ecosystem, Interest, is_lockfile},
    facts::{Facts, Variable},
    source::{FileId, SourceFile, Sources, Span},
    syntax::{json, yaml},
    tree::Node,
};

mod command;
mod docker;
mod dotenv;
mod lines;
mod manifest;
mod names;
mod setting;
mod shell;
mod text;

use text::Text;

/// The room.
pub(super) struct Environment;

impl Ecosystem for Environment {
    fn interest(&self, path: &str) -> Interest {
        match kind(path) {
            None => Interest::None,
            Some(Kind::Yaml | Kind::Json | Kind::Script | Kind::Unit) => Interest::Code,
            Some(_) => Interest::Always,
        }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        for (id, file) in sources.iter() {
            let Some(kind) = kind(&file.path).filter(|_| names::may_matter(&file.text)) else { continue };
            let mut found = variables(kind, id, file);
            found.sort_by(|a, b| (a.span, &a.name).cmp(&(b.span, &b.name)));
            found.dedup_by(|a, b| a.span == b.span && a.name == b.name);
            facts.variables.extend(found.into_iter().map(|variable| Variable {
                span: with_quote(&file.text, &variable),
                place: names::place(&file.path, variable.place),
                ..variable
            }));
        }
    }
}

/// The span of a variable with the quote that ends its value.
fn with_quote(text: &str, variable: &Variable) -> Span {
    let Span { start, end, .. } = variable.value.span;
    let quote = text[..start].chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let is_closed = end == variable.span.end && quote.is_some_and(|quote| text[end..].starts_with(quote));
    Span { end: variable.span.end + usize::from(is_closed), ..variable.span }
}

/// What a file's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    EnvFile,
    Dockerfile,
    Procfile,
    Package,
    Compose,
    Yaml,
    Json,
    Script,
    Unit,
}

/// Folders of files that are built or foreign.
const ASIDE: [&str; 6] = ["node_modules", "target", "build", "dist", "vendor", ".git"];

/// JSON files, beside npm's, that tools take variables from.
const JSON_FILES: [&str; 6] =
    ["app.json", "vercel.json", "now.json", "nodemon.json", "launch.json", "devcontainer.json"];

fn kind(path: &str) -> Option<Kind> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let kind = of_name(name)?;
    let is_other = folder.split('/').any(|part| ASIDE.contains(&part)) || is_lockfile(path) || is_spring(name);
    (!is_other).then_some(kind)
}

fn of_name(name: &str) -> Option<Kind> {
    let name = name.to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_named = |word: &str| name == word || name.starts_with(&format!("{word}."));
    match ending {
        "yml" | "yaml" if name.starts_with("docker-compose") || name.starts_with("compose") => Some(Kind::Compose),
        "yml" | "yaml" => Some(Kind::Yaml),
        "json" if name == "package.json" => Some(Kind::Package),
        "json" => JSON_FILES.contains(&name.as_str()).then_some(Kind::Json),
        "js" | "mjs" | "ts" | "mts" | "md" | "dockerignore" | "vault" => None,
        "sh" | "bash" | "bat" | "cmd" | "ps1" | "envrc" => Some(Kind::Script),
        "service" => Some(Kind::Unit),
        "env" => Some(Kind::EnvFile),
        "dockerfile" | "containerfile" => Some(Kind::Dockerfile),
        _ if is_named(".env") => Some(Kind::EnvFile),
        _ if is_named("dockerfile") || is_named("containerfile") => Some(Kind::Dockerfile),
        _ if is_named("procfile") => Some(Kind::Procfile),
        _ => None,
    }
}

/// Spring's own files are another room's.
fn is_spring(name: &str) -> bool {
    name.starts_with("application") || name.starts_with("bootstrap.")
}

fn variables(kind: Kind, id: FileId, file: &SourceFile) -> Vec<Variable> {
    let text = &file.text;
    match kind {
        Kind::EnvFile => dotenv::read(id, text),
        Kind::Dockerfile => docker::read(id, text),
        Kind::Procfile => lines::procfile(id, text),
        Kind::Package => scripts(id, file),
        Kind::Compose | Kind::Yaml => {
            yaml::parse(id, text).documents.iter().flat_map(|tree| manifest::read(text, tree)).collect()
        }
        Kind::Json => json::read(id, file).map_or(Vec::new(), |tree| manifest::read(text, &tree)),
        Kind::Script => command::read(&Text::verbatim(id, text, 0..text.len())),
        Kind::Unit => lines::unit(id, text),
    }
}

/// What the scripts of an npm manifest are run with.
fn scripts(id: FileId, file: &SourceFile) -> Vec<Variable> {
    let Ok(manifest) = json::read(id, file) else { return Vec::new() };
    let mut found = Vec::new();
    for script in manifest.at(&["scripts"]).map_or(&[][..], Node::members) {
        let Some(text) = Text::scalar(&file.text, &script.value) else { continue };
        let place = Some(script.key.value.clone());
        found.extend(command::read(&text).into_iter().map(|variable| Variable { place: place.clone(), ..variable }));
    }
    found
}
