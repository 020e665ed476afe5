//! Java and Kotlin: which controller serves each path, and what verifies the request before it acts.

use std::collections::BTreeSet;

use crate::{
    facts::Facts,
    problem::BEYOND,
    source::{Label, SourceFile, Sources, Span},
};

pub mod bodies;
pub mod conditions;
pub mod constants;
pub mod filters;
pub mod flow;
pub mod guards;
pub mod ir;
pub mod parse;
pub mod project;
pub mod proof;
pub mod reach;
pub mod routes;
pub mod security;
pub mod verifiers;
pub mod weaknesses;

use project::Project;

/// Folders whose code is not the app's own.
const TESTS: [&str; 7] = ["test", "tests", "it", "integrationTest", "integration-test", "androidTest", "testFixtures"];

/// Whether a file is code of the app.
pub fn is_part_of_app(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_code = name.ends_with(".java") || name.ends_with(".kt");
    is_code && !folders.split('/').any(|folder| TESTS.contains(&folder))
}

/// Adds what the tree's code says.
pub fn read(sources: &Sources, facts: &mut Facts) {
    let project = Project::read(sources);
    routes::read(&project, sources, facts);
    guards::add(&project, sources, facts);
    weaknesses::add(&project, facts);
    for unit in project.units.iter().filter(|unit| unit.broken || registers_otherwise(unit)) {
        let span = Span { file: unit.file, start: 0, end: 0 };
        facts.opaque_routes.push(Label::new(span, "routes in this file may have been missed"));
        facts.put_aside.extend(unit.is_unread.then(|| Label::new(span, BEYOND)));
    }
}

/// Whether a file is a table of routes beside the code.
pub fn is_table(path: &str) -> bool {
    routes::is_descriptor(path) || routes::is_table(path)
}

/// Whether a file registers routes in another way than those that are read.
fn registers_otherwise(unit: &ir::Unit) -> bool {
    const TYPES: [&str; 4] = ["HandlerMapping", "RequestMappingInfo", "ServletRegistrationBean", "ServletHolder"];
    TYPES.iter().any(|name| unit.types.iter().any(|own| own == name))
}

/// Paths of files that one may refer to, sorted: those of its imports, and of types beside it.
pub fn neighbours(file: &SourceFile) -> Vec<String> {
    let alone = Sources::new(vec![file.clone()]);
    let project = Project::read(&alone);
    let mut wanted = BTreeSet::new();
    for unit in &project.units {
        let folder = below(file.folder());
        let package = below(&unit.package.replace('.', "/"));
        let root = folder.strip_suffix(package.as_str()).filter(|root| root.is_empty() || root.ends_with('/'));
        let neighbours = unit.types.iter().map(|name| format!("{folder}{name}"));
        let imports = root.iter().flat_map(|root| unit.imports.iter().map(move |import| (root, import)));
        let imported = imports.flat_map(|(root, import)| {
            let whole = import.replace('.', "/");
            let owner = whole.rsplit_once('/').map(|(owner, _)| owner.to_owned());
            [Some(whole), owner].into_iter().flatten().map(move |name| format!("{root}{name}"))
        });
        for stem in neighbours.chain(imported) {
            let others = [stem.replacen("/java/", "/kotlin/", 1), stem.replacen("/kotlin/", "/java/", 1)];
            for stem in [stem].into_iter().chain(others) {
                wanted.extend(["java", "kt"].map(|extension| format!("{stem}.{extension}")));
            }
        }
        wanted.remove(&*file.path);
    }
    // a broken import may have parts without a name
    let is_path = |path: &String| is_part_of_app(path) && !path.split('/').any(str::is_empty);
    wanted.into_iter().filter(is_path).collect()
}

/// What paths of files in a folder begin with.
fn below(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}
