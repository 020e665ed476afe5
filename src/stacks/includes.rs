//! The prefixes that Django's `include` puts before a list of URL patterns.

use crate::stacks::{
    code::{Code, NodeId},
    project::Project,
    python::arguments,
    route::join,
    values::At,
};

/// How deep lists are followed into the ones that include them.
const DEEPEST: usize = 5;

/// What stands before a pattern: the lists around it in its file, then the file's own place.
pub(super) fn prefix(project: &Project<'_>, call: At) -> String {
    prefix_within(project, call, 0)
}

fn prefix_within(project: &Project<'_>, call: At, depth: usize) -> String {
    let code = &project.files[call.file];
    let mut prefix = String::new();
    for above in code.ancestors(call.node).filter(|above| is_pattern(code, *above)) {
        let text = arguments(code, above).first().and_then(|first| code.string(*first)).unwrap_or_default();
        prefix = join(&plain(text), &prefix);
    }
    let place = including(project, call.file).filter(|_| depth < DEEPEST);
    let Some(place) = place else { return prefix };
    let around = &project.files[place.file];
    let own = arguments(around, place.node).first().and_then(|first| around.string(*first)).unwrap_or_default();
    join(&join(&prefix_within(project, place, depth + 1), &plain(own)), &prefix)
}

/// Whether a node is `path(…)`, `re_path(…)` or `url(…)`.
pub(super) fn is_pattern(code: &Code<'_>, node: NodeId) -> bool {
    let function = code.field(node, "function").filter(|_| code.kind(node) == "call");
    function.is_some_and(|function| matches!(code.last_name(function), "path" | "re_path" | "url"))
}

/// A pattern without the marks of its two ends.
pub(super) fn plain(pattern: &str) -> String {
    pattern.trim_start_matches('^').trim_end_matches('$').trim_end_matches('?').to_owned()
}

/// The pattern that includes a file by its dotted name.
fn including(project: &Project<'_>, file: usize) -> Option<At> {
    let path = project.files[file].path.trim_end_matches(".py").replace('/', ".");
    project.files.iter().enumerate().find_map(|(place, code)| {
        let node = code.ids().filter(|node| is_pattern(code, *node)).find(|node| {
            let include = arguments(code, *node).get(1).copied().filter(|second| code.kind(*second) == "call");
            let named = include
                .filter(|call| code.field(*call, "function").is_some_and(|name| code.last_name(name) == "include"));
            let module = named.and_then(|call| code.below(call).find_map(|below| code.string(below)));
            module.is_some_and(|module| path == module || path.ends_with(&format!(".{module}")))
        })?;
        (place != file).then_some(At { file: place, node })
    })
}
