//! Connect: descriptor files, known by name or by content.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::{Descriptor, Facts, Origin},
    literals::{Hit, Relevance},
    source::{FileId, SourceFile, Sources},
    syntax::{SyntaxError, json, yaml},
    tree::{Node, Value},
};

/// The room.
pub(super) struct Connect;

impl Ecosystem for Connect {
    fn interest(&self, path: &str) -> Interest {
        match kind(path) {
            None => Interest::None,
            Some(Kind::Json) => Interest::Code,
            Some(Kind::Descriptor | Kind::Template | Kind::Yaml) => Interest::Always,
        }
    }

    fn relevance(&self, _path: &str, text: &str, _hits: &[Hit]) -> Relevance {
        if may_be_descriptor(text) { Relevance::Own } else { Relevance::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        let mut descriptors = Vec::new();
        for (id, file) in sources.iter() {
            let read = match kind(&file.path) {
                Some(Kind::Descriptor) => descriptor(id, file),
                Some(Kind::Template) => Ok(template(id, file).filter(|found| looks_like_descriptor(&found.tree))),
                Some(Kind::Json) => Ok(undeclared(id, file)),
                Some(Kind::Yaml) => Ok(yaml_descriptor(id, file)),
                None => continue,
            };
            match read {
                Ok(found) => descriptors.extend(found),
                Err(error) => facts.syntax_errors.push(error),
            }
        }
        facts.descriptors.extend(descriptors);
    }
}

/// What a file's name says.
#[derive(Clone, Copy)]
enum Kind {
    /// It is a descriptor.
    Descriptor,
    /// It is a template, of a descriptor perhaps.
    Template,
    /// It is JSON, a descriptor perhaps.
    Json,
    /// It is YAML that a program serves as a descriptor.
    Yaml,
}

/// The endings of template languages that are not programs.
const TEMPLATES: [&str; 17] = [
    "ejs",
    "erb",
    "ftl",
    "gotmpl",
    "handlebars",
    "hbs",
    "j2",
    "jinja",
    "jinja2",
    "liquid",
    "mustache",
    "njk",
    "template",
    "tmpl",
    "tpl",
    "twig",
    "vm",
];

fn kind(path: &str) -> Option<Kind> {
    let (_, ending) = path.rsplit_once('.')?;
    let is_known = ["json", "yml", "yaml"].iter().chain(&TEMPLATES).any(|known| ending.eq_ignore_ascii_case(known));
    if !is_known || is_aside(path) {
        return None;
    }
    let path = path.to_ascii_lowercase().replace('_', "-");
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let (stem, ending) = name.rsplit_once('.')?;
    let says_descriptor = |text: &str| text.contains("atlassian-connect") || text.contains("descriptor");
    match ending {
        // Play's templates: `descriptor.scala.json`
        "json" if stem.ends_with(".scala") => says_descriptor(stem).then_some(Kind::Template),
        "json" if stem.starts_with("atlassian-connect") && !stem.contains("schema") => Some(Kind::Descriptor),
        "json" => (!is_other_json(stem)).then_some(Kind::Json),
        "yml" | "yaml" => stem.starts_with("atlassian-connect").then_some(Kind::Yaml),
        _ if !TEMPLATES.contains(&ending) => None,
        _ if says_descriptor(stem) || stem.ends_with(".json") && says_descriptor(folder) => Some(Kind::Template),
        _ => None,
    }
}

/// Names that other tools own.
fn is_other_json(stem: &str) -> bool {
    let owned = ["package", "package-lock", "npm-shrinkwrap", "composer", "bower", "jsconfig"];
    owned.contains(&stem) || stem.starts_with("tsconfig") || stem.ends_with("schema")
}

/// Whether a file lies in a folder of built, foreign or test files below the root: it says nothing of the app.
pub(super) fn is_aside(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').any(|folder| ASIDE.contains(&folder.to_ascii_lowercase().as_str()))
}

/// Folders of built, foreign and test files.
const ASIDE: [&str; 21] = [
    ".git",
    "node_modules",
    "bower_components",
    "vendor",
    "target",
    "build",
    "dist",
    "out",
    "bin",
    "test",
    "tests",
    "__tests__",
    "__mocks__",
    "__fixtures__",
    "spec",
    "specs",
    "fixture",
    "fixtures",
    "testdata",
    "test-data",
    "e2e",
];

/// A file whose name says that it is a descriptor.
fn descriptor(id: FileId, file: &SourceFile) -> Result<Option<Descriptor>, SyntaxError> {
    let parsed = json::read(id, file);
    if parsed.is_err() && json::is_template(&file.text) {
        return Ok(template(id, file));
    }
    let tree = parsed?;
    match tree.value {
        Value::Object(_) => Ok(Some(json_descriptor(id, file, tree))),
        _ => Err(SyntaxError { message: "expected an object".to_owned(), span: tree.span }),
    }
}

fn json_descriptor(id: FileId, file: &SourceFile, tree: Node) -> Descriptor {
    Descriptor { file: id, tree, origin: Origin::File, not_strict: json::strict(id, &file.text) }
}

fn template(id: FileId, file: &SourceFile) -> Option<Descriptor> {
    let tree = json::template(id, &file.text)?;
    // Play's `@if(…) { … }` hides members among brackets: a flag may be one of them
    let is_hidden = file.name().ends_with(".scala.json") && file.text.contains("signed-install");
    if is_hidden && tree.at(&["apiMigrations", "signed-install"]).is_none() {
        return None;
    }
    Some(Descriptor { file: id, tree, origin: Origin::Template, not_strict: None })
}

/// A descriptor in YAML: the whole document, or what the Symfony bundle serves of its configuration.
fn yaml_descriptor(id: FileId, file: &SourceFile) -> Option<Descriptor> {
    let documents = yaml::parse(id, &file.text).documents;
    let tree = documents.iter().find_map(|document| {
        let served = [&[][..], &["atlassian_connect", "descriptor"], &["atlassian_connect", "prod"]];
        served.into_iter().filter_map(|path| document.at(path)).find(|tree| is_descriptor(tree))
    });
    Some(Descriptor { file: id, tree: tree?.clone(), origin: Origin::Code, not_strict: None })
}

/// A descriptor under any other name.
fn undeclared(id: FileId, file: &SourceFile) -> Option<Descriptor> {
    if !may_be_descriptor(&file.text) {
        return None;
    }
    let tree = json::read(id, file).ok()?;
    is_descriptor(&tree).then(|| json_descriptor(id, file, tree))
}

/// A cheap look: trees hold JSON data of any size.
fn may_be_descriptor(text: &str) -> bool {
    text.contains("baseUrl")
}

/// Whether an object under any name is a descriptor: what each must have, and what nothing else has.
fn is_descriptor(tree: &Node) -> bool {
    let text = |key| tree.at(&[key]).is_some_and(|node| matches!(node.value, Value::String(_) | Value::Unknown));
    let object = |key| tree.at(&[key]).is_some_and(|node| matches!(node.value, Value::Object(_)));
    let own = object("authentication") || object("lifecycle") || object("modules") || object("apiMigrations");
    let foreign = ["clientKey", "sharedSecret", "eventType", "compilerOptions", "properties", "dependencies"];
    text("key") && text("baseUrl") && own && !foreign.iter().any(|key| tree.member(key).is_some())
}

/// Whether a template holds at least two of a descriptor's members.
fn looks_like_descriptor(tree: &Node) -> bool {
    let own = ["key", "baseUrl", "authentication", "lifecycle", "modules", "apiMigrations", "scopes"];
    own.iter().filter(|key| tree.member(key).is_some()).count() >= 2
}
