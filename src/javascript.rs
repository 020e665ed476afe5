//! JavaScript and TypeScript: which handler serves each path, and what verifies the request before it acts.

use std::thread;

use crate::{
    facts::Facts,
    source::{FileId, Label, SourceFile, Sources, Span},
    syntax::json,
};

pub mod ace;
pub mod authenticators;
pub mod bodies;
pub mod calls;
pub mod descriptors;
pub mod edit;
pub mod guards;
pub mod ir;
pub mod marks;
pub mod modules;
pub mod parse;
pub mod project;
pub mod proof;
pub mod relevance;
pub mod requests;
pub mod routes;
pub mod values;
pub mod weaknesses;

/// Adds what the tree's code says. `facts` holds the dependencies already. Following code that refers to code that refers
/// to code needs stack, as parsing it does.
pub fn read(sources: &Sources, facts: &mut Facts) {
    if !sources.iter().any(|(_, file)| project::is_code(file) || is_configuration(&file.path)) {
        return;
    }
    read_by(read_here, sources, facts);
}

/// Has code read on a thread of its own. What a panic leaves are the facts found before it.
fn read_by(reader: fn(&Sources, &mut Facts), sources: &Sources, facts: &mut Facts) {
    let is_done = thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(parse::STACK);
        let thread = builder.spawn_scoped(scope, || reader(sources, &mut *facts));
        thread.is_ok_and(|thread| thread.join().is_ok())
    });
    let first = sources.iter().find(|(_, file)| project::is_code(file)).map(|(id, _)| id);
    if let Some(file) = first.filter(|_| !is_done) {
        let message = "the reader failed at it, or at what hangs together with it";
        facts.put_aside.push(Label::new(Span { file, start: 0, end: 0 }, message));
    }
}

fn read_here(sources: &Sources, facts: &mut Facts) {
    let project = project::Project::read(sources);
    let values = values::Values::new(&project);
    let walker = routes::Walker::walk(&values);
    let mut found = {
        let ace = ace::Ace::new(&project, facts);
        let guards = guards::Guards::new(&values, &ace);
        let mut found = Facts::default();
        routes::read(&walker, &guards, &mut found);
        found.weaknesses = weaknesses::weaknesses(&guards, &found.routes);
        weaknesses::settle(&guards, &mut found.routes);
        found.descriptors = descriptors::descriptors(&values);
        found
    };
    marks::read(&project, &mut found);
    facts.extend(found);
    facts.unread_code.extend(project.unread.iter().map(|label| label.span));
    facts.put_aside.extend(project.put_aside.iter().cloned());
    facts.opaque_routes.extend(project.unread.iter().cloned());
}

/// What tells the paths that the names of files in a file may stand for: for each name, every spelling that would do.
/// `sources` has the tree's `package.json` and `tsconfig.json` files.
pub fn follow(sources: &Sources) -> impl Fn(&SourceFile) -> Vec<Vec<String>> {
    let resolver = modules::Resolver::read(sources);
    move |file| {
        let named = |source: &str| {
            let mut paths = resolver.candidates(&file.path, source);
            paths.retain(|path| project::is_part_of_app(path));
            paths
        };
        let imports = if project::is_code(file) { requests::requests(&file.text) } else { Vec::new() };
        let handlers = routes::functions::handlers(file);
        let all = imports.into_iter().map(named).chain(handlers.iter().map(|handler| named(handler)));
        all.filter(|paths| !paths.is_empty()).collect()
    }
}

/// The paths outside of its folder that a file names: those of its imports, and of a table that says how names are
/// resolved.
pub fn outward(id: FileId, file: &SourceFile) -> Vec<String> {
    if !file.text.contains("../") {
        return Vec::new();
    }
    let join = |name: &str| modules::join(file.folder(), name).filter(|_| name.starts_with("../"));
    if project::is_code(file) {
        return requests::requests(&file.text).into_iter().filter_map(join).collect();
    }
    let tree = if is_configuration(&file.path) { json::read(id, file).ok() } else { None };
    let (mut named, mut open) = (Vec::new(), Vec::from_iter(&tree));
    while let Some(node) = open.pop() {
        // any text at all: no path is missed, and a wrong one ties what might do without
        let text = node.as_str().map(|text| text.trim_start_matches("file:").trim_start_matches("link:"));
        named.extend(text.and_then(join));
        open.extend(node.members().iter().map(|member| &member.value).chain(node.elements()));
    }
    named
}

/// Whether code may load files that it finds by listing folders.
pub fn lists_folder(file: &SourceFile) -> bool {
    project::is_code(file) && ["readdir", "glob", "autoload"].iter().any(|word| file.text.contains(word))
}

/// Whether a file says how names in code are resolved, or under which paths functions are served.
pub fn is_configuration(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_aliases = name.starts_with("tsconfig") && name.ends_with(".json");
    is_aliases
        || matches!(
            name,
            "jsconfig.json" | "package.json" | "firebase.json" | "vercel.json" | "serverless.yml" | "serverless.yaml"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_fails_is_told() {
        let sources = Sources::new(vec![SourceFile::new("package.json", "{}"), SourceFile::new("app.js", "run();")]);
        let mut facts = Facts::default();
        read_by(|_, _| {}, &sources, &mut facts);
        assert!(facts.put_aside.is_empty());
        read_by(|_, _| panic!("the reader is wrong"), &sources, &mut facts);
        assert_eq!(facts.put_aside.len(), 1);
        assert_eq!(sources.file(facts.put_aside[0].span.file).path.as_ref(), "app.js");
    }
}
