//! The prefixes that Django's `include` puts before a list of URL patterns.

use std::collections::BTreeMap;

use crate::stacks::{
    code::{Code, NodeId},
    project::Project,
    python::arguments,
    route::join,
    values::At,
};

/// How deep lists are followed into the ones that include them.
const DEEPEST: usize = 5;

/// The patterns of a project that include other files, by the dotted names of those.
#[derive(Debug, Default)]
pub(super) struct Includes<'s> {
    by_module: BTreeMap<&'s str, Vec<At>>,
}

impl<'s> Includes<'s> {
    /// Those of every file.
    pub(super) fn of(project: &Project<'s>) -> Includes<'s> {
        let mut includes = Includes::default();
        for (file, code) in project.files.iter().enumerate() {
            for node in code.ids().filter(|node| is_pattern(code, *node)) {
                let Some(module) = included(code, node) else { continue };
                includes.by_module.entry(module).or_default().push(At { file, node });
            }
        }
        includes
    }

    /// What stands before a pattern: the lists around it in its file, then the file's own place.
    pub(super) fn prefix(&self, project: &Project<'_>, call: At) -> String {
        self.prefix_within(project, call, 0)
    }

    fn prefix_within(&self, project: &Project<'_>, call: At, depth: usize) -> String {
        let code = &project.files[call.file];
        let mut prefix = String::new();
        for above in code.ancestors(call.node).filter(|above| is_pattern(code, *above)) {
            let text = arguments(code, above).first().and_then(|first| code.string(*first)).unwrap_or_default();
            prefix = join(&plain(text), &prefix);
        }
        let place = self.including(code, call.file).filter(|_| depth < DEEPEST);
        let Some(place) = place else { return prefix };
        let around = &project.files[place.file];
        let own = arguments(around, place.node).first().and_then(|first| around.string(*first)).unwrap_or_default();
        join(&join(&self.prefix_within(project, place, depth + 1), &plain(own)), &prefix)
    }

    /// The first pattern of another file that includes a file by its dotted name, or by the last parts of it.
    fn including(&self, code: &Code<'_>, file: usize) -> Option<At> {
        let path = code.path.trim_end_matches(".py").replace('/', ".");
        let parts = path.match_indices('.').map(|(dot, _)| &path[dot + 1..]);
        let places = parts.chain([path.as_str()]).filter_map(|module| {
            let places = self.by_module.get(module)?;
            let first = places.first().filter(|place| place.file != file);
            first.or_else(|| places.get(places.partition_point(|place| place.file <= file)))
        });
        places.min_by_key(|place| (place.file, place.node)).copied()
    }
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

/// The module that a pattern includes.
fn included<'s>(code: &Code<'s>, pattern: NodeId) -> Option<&'s str> {
    let call = arguments(code, pattern).get(1).copied().filter(|second| code.kind(*second) == "call")?;
    let name = code.field(call, "function").filter(|name| code.last_name(*name) == "include");
    name.and_then(|_| code.below(call).find_map(|below| code.string(below)))
}
