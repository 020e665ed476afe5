//! What stands around the routes of Flask's blueprints and FastAPI's routers: prefixes and dependencies.

use crate::stacks::{
    code::{Code, NodeId},
    project::Project,
    python::{arguments, keyword},
    route::{Step, join},
    values::At,
};

/// What a blueprint or router adds to each of its routes.
#[derive(Debug, Default)]
pub(super) struct Mount {
    /// The prefix of the paths.
    pub prefix: String,
    /// What runs before the handlers.
    pub guards: Vec<Step>,
}

/// What the name of a blueprint or router in a file stands for, and where it is put.
pub(super) fn of(project: &Project<'_>, file: usize, receiver: &str) -> Mount {
    let code = &project.files[file];
    let assignments = code.ids().filter(|node| code.kind(*node) == "assignment");
    let own = assignments.filter(|node| code.field(*node, "left").is_some_and(|left| code.text(left) == receiver));
    let made = own.filter_map(|node| code.field(node, "right")).find(|right| code.kind(*right) == "call");
    let Some(made) = made else { return Mount::default() };
    let mut mount =
        Mount { prefix: prefix(project, At { file, node: made }), guards: dependencies(project, file, made) };
    for (place, around) in project.files.iter().enumerate() {
        for call in around.ids().filter(|node| puts(around, *node, code, receiver)) {
            mount.prefix = join(&prefix(project, At { file: place, node: call }), &mount.prefix);
            mount.guards.extend(dependencies(project, place, call));
        }
    }
    mount
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

/// Whether a call is `app.include_router(connect.router)` or `app.register_blueprint(connect)` of this router.
fn puts(around: &Code<'_>, call: NodeId, code: &Code<'_>, receiver: &str) -> bool {
    let callee = around.field(call, "function").filter(|_| around.kind(call) == "call");
    let is_mount =
        callee.is_some_and(|callee| matches!(around.last_name(callee), "include_router" | "register_blueprint"));
    let Some(first) = arguments(around, call).first().copied().filter(|_| is_mount) else { return false };
    let stem = code.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".py");
    let object = around.field(first, "object").map_or("", |object| around.last_name(object));
    let is_named = around.last_name(first) == receiver;
    match around.field(first, "object") {
        Some(_) => is_named && object == stem,
        None => is_named && around.file == code.file || imports(around, around.text(first), stem, receiver),
    }
}

/// Whether a file imports a router under a name: `from connect import router as connect_router`.
fn imports(around: &Code<'_>, name: &str, stem: &str, receiver: &str) -> bool {
    let mut imports = around.ids().filter(|node| around.kind(*node) == "import_from_statement");
    imports.any(|import| {
        let module = around.field(import, "module_name").map_or("", |module| around.last_name(module));
        let is_bound = |node: NodeId| match around.kind(node) {
            "aliased_import" => {
                let alias = around.field(node, "alias").map_or("", |alias| around.text(alias));
                let original = around.field(node, "name").map_or("", |original| around.last_name(original));
                alias == name && original == receiver
            }
            "dotted_name" => around.text(node) == name && name == receiver,
            _ => false,
        };
        module == stem && around.children(import).skip(1).any(is_bound)
    })
}
