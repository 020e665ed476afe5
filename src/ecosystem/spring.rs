//! Spring configuration files, by profile.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::{Facts, SpringDocument},
    source::{FileId, SourceFile, Sources, Span, Spanned},
    syntax::{properties, yaml},
    tree::{Node, Value},
};

/// The room.
pub(super) struct Spring;

/// The names of configuration files, in the order in which the main one is looked for.
const STEMS: [&str; 2] = ["application", "bootstrap"];

/// Folders whose configuration is not the app's own.
const TESTS: [&str; 5] = ["test", "tests", "it", "integration-test", "fixtures"];

impl Ecosystem for Spring {
    fn interest(&self, path: &str) -> Interest {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let tests = folders.split('/').any(|folder| TESTS.contains(&folder));
        if !tests && STEMS.iter().any(|stem| profile(name, stem).is_some()) { Interest::Always } else { Interest::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        for stem in STEMS {
            for (id, file) in sources.iter().filter(|(_, file)| self.interest(&file.path) == Interest::Always) {
                if let Some(profile) = profile(file.name(), stem) {
                    read(id, file, profile, facts);
                }
            }
        }
    }
}

/// The profile in the name of a configuration file, empty for the base file: `dev` in `application-dev.yml`.
fn profile<'name>(name: &'name str, stem: &str) -> Option<&'name str> {
    let (base, extension) = name.rsplit_once('.')?;
    let rest = base.strip_prefix(stem).filter(|_| ["yml", "yaml", "properties"].contains(&extension))?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('-').filter(|profile| !profile.is_empty()) }
}

fn read(id: FileId, file: &SourceFile, profile: &str, facts: &mut Facts) {
    let trees = if file.name().ends_with(".properties") {
        properties::documents(id, &file.text)
    } else {
        let read = yaml::parse(id, &file.text);
        let own = file.folder().split('/').any(|folder| folder == "resources");
        facts.syntax_errors.extend(read.error.filter(|_| own));
        read.documents
    };
    let named =
        (!profile.is_empty()).then(|| Spanned { value: profile.to_owned(), span: Span { file: id, start: 0, end: 0 } });
    let documents = trees.into_iter().filter(|tree| matches!(tree.value, Value::Object(_) | Value::Null));
    facts.spring.extend(documents.map(|tree| {
        let document = SpringDocument { profile: None, tree };
        let profile = activation(&document).or_else(|| named.clone());
        SpringDocument { profile, ..document }
    }));
}

/// The profile that a document names itself.
fn activation(document: &SpringDocument) -> Option<Spanned<String>> {
    let keys = ["spring.config.activate.on-profile", "spring.profiles"];
    let setting = keys.iter().find_map(|key| document.find(key))?.0.value;
    let names: Vec<_> = setting.elements().iter().filter_map(Node::as_str).collect();
    let value = setting.scalar().or_else(|| (!names.is_empty()).then(|| names.join(", ")))?;
    Some(Spanned { value, span: setting.span })
}
