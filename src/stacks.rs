//! Python, Ruby, PHP, Go and C#: the routes of their frameworks, descriptors that code builds, and what verifies.

use crate::{
    facts::{Descriptor, Facts},
    problem::BEYOND,
    source::{FileId, Label, Sources},
};

mod answers;
pub mod code;
pub mod csharp;
mod decorators;
pub mod definitions;
pub mod descriptors;
pub mod evidence;
mod exits;
mod filters;
pub mod go;
mod includes;
pub mod jbuilder;
pub mod keys;
mod mounts;
pub mod php;
mod php_guards;
pub mod project;
pub mod python;
pub mod reading;
mod results;
pub mod route;
pub mod ruby;
pub mod secrets;
pub mod standing;
mod stores;
mod targets;
pub mod tokens;
pub mod values;
pub mod weaknesses;

/// A language with a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// PHP.
    Php,
    /// Go.
    Go,
    /// C#.
    CSharp,
}

impl Language {
    fn grammar(self) -> tree_sitter::Language {
        match self {
            Language::Python => tree_sitter_python::LANGUAGE.into(),
            Language::Ruby => tree_sitter_ruby::LANGUAGE.into(),
            Language::Php => tree_sitter_php::LANGUAGE_PHP.into(),
            Language::Go => tree_sitter_go::LANGUAGE.into(),
            Language::CSharp => tree_sitter_c_sharp::LANGUAGE.into(),
        }
    }

    /// The endings of its files' names.
    fn suffixes(self) -> &'static [&'static str] {
        match self {
            Language::Python => &["py"],
            Language::Ruby => &["rb", "jbuilder", "ru"],
            Language::Php => &["php"],
            Language::Go => &["go"],
            Language::CSharp => &["cs"],
        }
    }

    /// Whether a path names code of an app in this language: no test, no migration, no installed package.
    pub fn owns(self, path: &str) -> bool {
        const FOLDERS: [&str; 14] = [
            "test",
            "tests",
            "spec",
            "specs",
            "vendor",
            "node_modules",
            "migrations",
            "site-packages",
            "venv",
            ".venv",
            "obj",
            "testdata",
            "fixtures",
            "migrate",
        ];
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let Some((stem, suffix)) = name.rsplit_once('.') else { return false };
        let is_folder_of_tests = |part: &str| FOLDERS.contains(&part) || part.ends_with(".Tests");
        let is_test =
            || stem.starts_with("test_") || ["_test", "_spec", "Test", "Tests"].iter().any(|end| stem.ends_with(end));
        self.suffixes().contains(&suffix) && !is_test() && !folder.split('/').any(is_folder_of_tests)
    }
}

/// Adds what the code of one language says.
pub fn read(language: Language, sources: &Sources, facts: &mut Facts) {
    if !concerns_connect(language, sources, facts) {
        return;
    }
    let project = project::Project::read(language, sources, facts);
    facts.put_aside.extend(project.unread.iter().map(|span| Label::new(*span, BEYOND)));
    let drafts = match language {
        Language::Python => python::routes(&project),
        Language::Ruby => ruby::routes(&project),
        Language::Php => php::routes(&project),
        Language::Go => go::routes(&project),
        Language::CSharp => csharp::routes(&project),
    };
    for draft in drafts {
        let (route, weaknesses) = project.route(draft);
        facts.routes.push(route);
        facts.weaknesses.extend(weaknesses);
    }
    let known: Vec<FileId> = facts.descriptors.iter().map(|descriptor| descriptor.file).collect();
    let built = descriptors::descriptors(&project).into_iter().chain(jbuilder::descriptors(&project));
    facts.descriptors.extend(built.filter(|descriptor: &Descriptor| !known.contains(&descriptor.file)));
    secrets::read(&project, facts);
}

/// Whether a tree may hold an app in a language: a descriptor, or code that knows the members of a callback.
fn concerns_connect(language: Language, sources: &Sources, facts: &Facts) -> bool {
    const SECRETS: [&str; 4] = ["sharedSecret", "shared_secret", "SharedSecret", "connect-install-keys"];
    const KEYS: [&str; 4] = ["clientKey", "client_key", "ClientKey", "atlassian"];
    let code = || sources.iter().filter(|(_, file)| language.owns(&file.path));
    let contains = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let speaks =
        |text: &str| contains(text, &SECRETS) && contains(text, &KEYS) || contains(text, &["lifecycle", "Lifecycle"]);
    code().next().is_some() && (!facts.descriptors.is_empty() || code().any(|(_, file)| speaks(&file.text)))
}

/// Adds the files among the sources whose names are build files, which can make a folder an app.
pub fn build_files(sources: &Sources, is_build: impl Fn(&str) -> bool, facts: &mut Facts) {
    facts.build_files.extend(sources.iter().filter(|(_, file)| is_build(file.name())).map(|(id, _)| id));
}
