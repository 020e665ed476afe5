//! JavaScript and TypeScript: which handler serves each path, and what verifies the request before it acts.

use std::thread;

use crate::{facts::Facts, source::Sources};

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
pub mod routes;
pub mod values;
pub mod weaknesses;

/// Stack for following code that refers to code that refers to code.
const STACK: usize = 256 << 20;

/// Adds what the tree's code says. `facts` holds the dependencies already.
pub fn read(sources: &Sources, facts: &mut Facts) {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        if let Ok(reader) = builder.spawn_scoped(scope, || read_here(sources, facts)) {
            // what a panic leaves are the facts found before it
            let _ = reader.join();
        }
    });
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
        found.descriptors = descriptors::descriptors(&values);
        found
    };
    marks::read(&project, &mut found);
    facts.extend(found);
    facts.unread_code.extend(project.unread.iter().map(|label| label.span));
    facts.opaque_routes.extend(project.unread.iter().cloned());
}

/// Paths that the files for which `is_fresh` holds import and that are not among the sources, sorted: every spelling
/// that would do. The reader adds those that exist, and asks again about them until there are none.
pub fn wanted(sources: &Sources, is_fresh: impl Fn(&str) -> bool) -> Vec<String> {
    let project = project::Project::read_some(sources, is_fresh);
    let resolver = &project.resolver;
    let mut wanted: Vec<String> = Vec::new();
    for (id, module) in project.modules() {
        let from = project.path(id);
        let is_missing = |source: &str| !matches!(resolver.resolve(from, source), modules::Target::File(_));
        let missing = module.requests.iter().filter(|request| is_missing(&request.source));
        let candidates = missing.flat_map(|request| resolver.candidates(from, &request.source));
        wanted.extend(candidates.filter(|path| project::is_part_of_app(path) && sources.find(path).is_none()));
    }
    wanted.sort();
    wanted.dedup();
    wanted
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
