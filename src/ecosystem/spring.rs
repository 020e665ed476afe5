//! Spring configuration files, by profile.

use crate::{
    ecosystem::{Ecosystem, Follow, Interest, Named},
    facts::{Facts, SpringDocument},
    source::{FileId, SourceFile, Sources, Span, Spanned},
    syntax::{SyntaxError, properties, yaml},
    tree::{Node, Value},
};

mod imports;

/// The room.
pub(super) struct Spring;

/// The names of configuration files, in the order in which the main one is looked for.
const STEMS: [&str; 2] = ["application", "bootstrap"];

/// Folders whose configuration is not the app's own.
const TESTS: [&str; 5] = ["test", "tests", "it", "integration-test", "fixtures"];

/// How deep imports of imported files are followed.
const IMPORT_DEPTH: usize = 4;

/// How many documents are read for one file with its imports.
const DOCUMENT_LIMIT: usize = 500;

impl Ecosystem for Spring {
    fn interest(&self, path: &str) -> Interest {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_named = STEMS.iter().any(|stem| profile(name, stem).is_some());
        if is_named && !folders.split('/').any(is_for_tests) { Interest::Always } else { Interest::None }
    }

    fn follow<'s>(&self, _sources: &'s Sources) -> Option<Follow<'s>> {
        Some(Box::new(|file: &SourceFile| {
            let alone = Sources::new(vec![file.clone()]);
            let read = alone.iter().filter(|(_, file)| is_configuration(file.name()));
            let wanted = read.flat_map(|(id, file)| imports::wanted(&file.path, &documents(id, file).0));
            wanted.map(|path| Named::File(vec![path])).collect()
        }))
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        for stem in STEMS {
            for (id, file) in sources.iter().filter(|(_, file)| self.interest(&file.path) == Interest::Always) {
                let Some(profile) = profile(file.name(), stem) else { continue };
                let file_profile = (!profile.is_empty()).then(|| profile.to_owned());
                let nothing = Node { span: Span { file: id, start: 0, end: 0 }, value: Value::Null };
                let host = SpringDocument { file_profile, ..SpringDocument::new(&file.path, nothing) };
                let mut found = Vec::new();
                let error = read(sources, id, &host, 0, &mut found);
                let own = file.folder().split('/').any(|folder| folder == "resources");
                facts.syntax_errors.extend(error.filter(|_| own));
                facts.spring.extend(found);
            }
        }
    }
}

/// Whether a folder holds tests: `test`, and Gradle's `integrationTest` and `testFixtures`.
fn is_for_tests(folder: &str) -> bool {
    let is_word = folder.strip_prefix("test").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    TESTS.contains(&folder) || is_word || folder.ends_with("Test") || folder.ends_with("Tests")
}

/// The profile in the name of a configuration file, empty for the base file: `dev` in `application-dev.yml`.
fn profile<'name>(name: &'name str, stem: &str) -> Option<&'name str> {
    let (base, _) = name.rsplit_once('.').filter(|_| is_configuration(name))?;
    let rest = base.strip_prefix(stem)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('-').filter(|profile| !profile.is_empty()) }
}

fn is_configuration(name: &str) -> bool {
    [".yml", ".yaml", ".properties"].iter().any(|ending| name.ends_with(ending))
}

/// The documents of a file that can hold settings, and why it could not all be read.
fn documents(id: FileId, file: &SourceFile) -> (Vec<Node>, Option<SyntaxError>) {
    let is_yaml = file.name().ends_with(".yml") || file.name().ends_with(".yaml");
    let (trees, error) = match is_yaml {
        true => {
            let read = yaml::parse(id, &file.text);
            (read.documents, read.error)
        }
        false => (properties::documents(id, &file.text), None),
    };
    let holds_settings = |tree: &Node| matches!(tree.value, Value::Object(_) | Value::Null);
    (trees.into_iter().filter(holds_settings).collect(), error)
}

/// Adds the documents of a file, each followed by what it imports, under the conditions of `host`.
fn read(
    sources: &Sources,
    id: FileId,
    host: &SpringDocument,
    depth: usize,
    found: &mut Vec<SpringDocument>,
) -> Option<SyntaxError> {
    let file = sources.file(id);
    let (trees, error) = documents(id, file);
    for tree in trees {
        let order = found.len();
        let document = SpringDocument { tree, order, ..host.clone() };
        let own = activation(&document);
        let document =
            SpringDocument { activations: document.activations.iter().cloned().chain(own).collect(), ..document };
        if order >= DOCUMENT_LIMIT {
            break;
        }
        let imported: Vec<_> = match depth < IMPORT_DEPTH {
            true => imports::found(sources, &file.path, &document).collect(),
            false => Vec::new(),
        };
        found.push(document.clone());
        for import in imported.into_iter().filter(|import| *import != id) {
            read(sources, import, &document, depth + 1, found);
        }
    }
    error
}

/// The profiles that a document names itself.
fn activation(document: &SpringDocument) -> Option<Spanned<String>> {
    let keys = ["spring.config.activate.on-profile", "spring.profiles"];
    let setting = keys.iter().find_map(|key| document.find(key))?.0.value;
    let names: Vec<_> = setting.elements().iter().filter_map(Node::as_str).collect();
    let value = setting.scalar().or_else(|| (!names.is_empty()).then(|| names.join(", ")))?;
    Some(Spanned { value, span: setting.span })
}
