//! Java and Kotlin: which controller serves each path, and what verifies the request before it acts.

use std::thread;

use crate::{
    facts::Facts,
    problem::BEYOND,
    source::{Label, Sources, Span},
};

pub mod bodies;
pub mod conditions;
pub mod constants;
pub mod course;
pub mod descriptors;
pub mod filters;
pub mod flow;
pub mod guards;
pub mod ir;
pub mod parse;
pub mod project;
pub mod proof;
pub mod reach;
pub mod references;
pub mod routes;
pub mod security;
pub mod verifiers;
pub mod ways;
pub mod weaknesses;

use project::Project;

/// Folders whose code is not the app's own.
const TESTS: [&str; 7] = ["test", "tests", "it", "integrationTest", "integration-test", "androidTest", "testFixtures"];

/// Whether a file is code of the app.
pub fn is_part_of_app(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_code = name.ends_with(".java") || name.ends_with(".kt");
    is_code && !is_of_tests(folders)
}

fn is_of_tests(folder: &str) -> bool {
    folder.split('/').any(|part| TESTS.contains(&part))
}

/// Enough stack for statements and methods as deep as they are followed into each other.
const STACK: usize = 64 << 20;

/// Adds what the tree's code says.
pub fn read(sources: &Sources, facts: &mut Facts) {
    if !sources.iter().any(|(_, file)| is_part_of_app(&file.path) || is_table(&file.path)) {
        return;
    }
    let ended = thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        Some(builder.spawn_scoped(scope, || read_here(sources, &mut *facts)).ok()?.join())
    });
    match ended {
        Some(Ok(())) => {}
        Some(Err(panic)) => std::panic::resume_unwind(panic),
        None => read_here(sources, facts),
    }
}

fn read_here(sources: &Sources, facts: &mut Facts) {
    let project = Project::read(sources);
    descriptors::add(sources, facts);
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
