//! What stands around the routes of Flask's blueprints and FastAPI's routers: prefixes and dependencies.

use std::collections::{BTreeMap, BTreeSet};

use crate::stacks::{
    code::{Code, NodeId},
    project::Project,
    python::{arguments, keyword},
    route::{Step, join},
    values::At,
};

/// What a blueprint or router adds to each of its routes.
#[derive(Clone, Debug, Default)]
pub(super) struct Mount {
    /// The prefix of the paths.
    pub prefix: String,
    /// What runs before the handlers.
    pub guards: Vec<Step>,
}

/// Where a router that a call mounts is to be found.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place<'s> {
    File(usize),
    /// Any file of this name.
    Module(&'s str),
}

/// Every blueprint and router of a project, and where it is put.
#[derive(Debug, Default)]
pub(super) struct Mounts<'s> {
    /// The calls that make them, by file and name.
    made: BTreeMap<(usize, &'s str), NodeId>,
    /// The calls that put them somewhere, in order, by the router's place and name.
    put: BTreeMap<(Place<'s>, &'s str), Vec<At>>,
    known: BTreeMap<(usize, &'s str), Mount>,
}

impl<'s> Mounts<'s> {
    /// Those of every file.
    pub(super) fn of(project: &Project<'s>) -> Mounts<'s> {
        let mut mounts = Mounts::default();
        for (file, code) in project.files.iter().enumerate() {
            let imports = imports(code);
            for node in code.ids() {
                match code.kind(node) {
                    "assignment" => {
                        let right = code.field(node, "right").filter(|right| code.kind(*right) == "call");
                        let Some((left, made)) = code.field(node, "left").zip(right) else { continue };
                        mounts.made.entry((file, code.text(left))).or_insert(made);
                    }
                    "call" => {
                        for router in mounted(code, file, node, &imports) {
                            mounts.put.entry(router).or_default().push(At { file, node });
                        }
                    }
                    _ => {}
                }
            }
        }
        mounts
    }

    /// What the name of a blueprint or router in a file stands for, and where it is put.
    pub(super) fn mount(&mut self, project: &Project<'s>, file: usize, receiver: &'s str) -> Mount {
        if let Some(mount) = self.known.get(&(file, receiver)) {
            return mount.clone();
        }
        let Some(made) = self.made.get(&(file, receiver)).copied() else { return Mount::default() };
        let at = At { file, node: made };
        let mut mount = Mount { prefix: prefix(project, at), guards: dependencies(project, file, made) };
        let places = [Place::File(file), Place::Module(stem(&project.files[file]))];
        let mut put: Vec<At> =
            places.into_iter().filter_map(|place| self.put.get(&(place, receiver))).flatten().copied().collect();
        put.sort_by_key(|call| (call.file, call.node));
        put.dedup();
        for call in put {
            mount.prefix = join(&prefix(project, call), &mount.prefix);
            mount.guards.extend(dependencies(project, call.file, call.node));
        }
        self.known.insert((file, receiver), mount.clone());
        mount
    }
}

fn prefix(project: &Project<'_>, call: At) -> String {
    let code = &project.files[call.file];
    let written = keyword(code, call.node, "url_prefix").or_else(|| keyword(code, call.node, "prefix"));
    written.and_then(|node| project.text(At { node, ..call })).unwrap_or_default()
}

/// The functions of `dependencies=[Depends(verify)]`.
pub(super) fn dependencies(project: &Project<'_>, file: usize, call: NodeId) -> Vec<Step> {
    let code = &project.files[file];
    let list = keyword(code, call, "dependencies").into_iter().flat_map(|list| code.children(list).collect::<Vec<_>>());
    let named = list.filter_map(|depends| arguments(code, depends).first().copied());
    named.filter_map(|node| project.guard(code.last_name(node), code.text(node), code.span(node))).collect()
}

/// The routers that `app.include_router(connect.router)` or `app.register_blueprint(connect)` may put somewhere.
fn mounted<'s>(code: &Code<'s>, file: usize, call: NodeId, imports: &Imports<'s>) -> Vec<(Place<'s>, &'s str)> {
    let callee = code.field(call, "function").map_or("", |callee| code.last_name(callee));
    let is_mount = matches!(callee, "include_router" | "register_blueprint");
    let Some(first) = arguments(code, call).first().copied().filter(|_| is_mount) else { return Vec::new() };
    match code.field(first, "object") {
        Some(object) => vec![(Place::Module(code.last_name(object)), code.last_name(first))],
        None => {
            let imported = imports.get(code.text(first)).into_iter().flatten();
            let imported = imported.map(|(module, router)| (Place::Module(module), *router));
            imported.chain([(Place::File(file), code.last_name(first))]).collect()
        }
    }
}

/// What a name is imported from: the module's last part, and the name there.
type Imports<'s> = BTreeMap<&'s str, BTreeSet<(&'s str, &'s str)>>;

/// The names that a file imports: `from connect import router as connect_router`.
fn imports<'s>(code: &Code<'s>) -> Imports<'s> {
    let mut imports = Imports::new();
    for import in code.ids().filter(|node| code.kind(*node) == "import_from_statement") {
        let module = code.field(import, "module_name").map_or("", |module| code.last_name(module));
        for node in code.children(import).skip(1) {
            let bound = match code.kind(node) {
                "aliased_import" => {
                    let original = code.field(node, "name").map_or("", |original| code.last_name(original));
                    code.field(node, "alias").map(|alias| (code.text(alias), original))
                }
                "dotted_name" => Some((code.text(node), code.text(node))),
                _ => None,
            };
            let Some((name, original)) = bound else { continue };
            imports.entry(name).or_default().insert((module, original));
        }
    }
    imports
}

/// The name that a file is imported by.
fn stem<'s>(code: &Code<'s>) -> &'s str {
    code.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".py")
}
