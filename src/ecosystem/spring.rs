//! Spring Boot's configuration files: `application.yml`, `application-dev.properties`, `bootstrap.yml`….

use crate::{
    ecosystem::{Ecosystem, Interest, connect::is_aside},
    facts::{Facts, SpringDocument},
    source::{FileId, SourceFile, Sources, Span, Spanned},
    syntax::{SyntaxError, properties, yaml},
    tree::{Node, Value},
};

/// The room.
pub(super) struct Spring;

impl Ecosystem for Spring {
    fn interest(&self, path: &str) -> Interest {
        if file_profile(path).is_some() && !is_aside(path) { Interest::Always } else { Interest::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        for (id, file) in sources.iter() {
            let Some(profile) = file_profile(&file.path).filter(|_| is_read_by_spring(sources, file)) else { continue };
            let (trees, error) = documents(id, file);
            facts.spring.extend(trees.into_iter().map(|tree| document(id, profile, tree)));
            facts.syntax_errors.extend(error.filter(|_| is_built_by_java(sources, file.folder())));
        }
    }
}

/// The profile in the name of a Spring configuration file: empty for `application.yml`, `None` for other files.
fn file_profile(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, extension) = name.rsplit_once('.')?;
    if !matches!(extension, "yml" | "yaml" | "properties") {
        return None;
    }
    let rest = stem.strip_prefix("application").or_else(|| stem.strip_prefix("bootstrap"))?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('-') }
}

/// Spring reads the roots of the class path and their `config` folders, and the same beside the program.
fn is_read_by_spring(sources: &Sources, file: &SourceFile) -> bool {
    let folder = file.folder();
    let is_known = folder.split('/').any(|part| matches!(part, "resources" | "config" | "conf" | "grails-app"));
    !is_aside(&file.path) && (is_known || folder.is_empty() || has_build_file(sources, folder))
}

fn is_built_by_java(sources: &Sources, folder: &str) -> bool {
    let outer = folder.match_indices('/').map(|(at, _)| &folder[..at]);
    outer.chain([folder, ""]).any(|folder| has_build_file(sources, folder))
}

fn has_build_file(sources: &Sources, folder: &str) -> bool {
    let slash = if folder.is_empty() { "" } else { "/" };
    let names = ["pom.xml", "build.gradle", "build.gradle.kts"];
    names.iter().any(|name| sources.find(&format!("{folder}{slash}{name}")).is_some())
}

/// A file's documents. Of those without content none is kept, unless there is nothing else.
fn documents(id: FileId, file: &SourceFile) -> (Vec<Node>, Option<SyntaxError>) {
    if file.name().ends_with(".properties") {
        return (properties::documents(id, &file.text), None);
    }
    let yaml::Documents { mut documents, error } = yaml::parse(id, &file.text);
    if documents.iter().any(|document| document.value != Value::Null) {
        documents.retain(|document| document.value != Value::Null);
    } else {
        documents.truncate(1);
    }
    (documents, error)
}

/// A document says itself which profile it is for, or else its file's name does.
fn document(id: FileId, file_profile: &str, tree: Node) -> SpringDocument {
    let start = Span { file: id, start: 0, end: 0 };
    let named = Spanned { value: file_profile.to_owned(), span: start };
    let mut document = SpringDocument { profile: None, tree };
    let activation = ["spring.config.activate.on-profile", "spring.profiles"].iter().find_map(|key| document.find(key));
    let profiles = activation.filter(|found| found.value.members().is_empty());
    let profile = profiles.and_then(|found| {
        let names: Vec<String> = found.list().into_iter().map(|name| name.value).collect();
        (!names.is_empty()).then(|| Spanned { value: names.join(","), span: found.value.span })
    });
    document.profile = profile.or_else(|| (!file_profile.is_empty()).then_some(named));
    document
}
