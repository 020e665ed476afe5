//! Routes of Flask, FastAPI and Django.

use crate::{
    facts::Method,
    source::Span,
    stacks::{
        code::{Code, NodeId},
        decorators,
        definitions::Definition,
        includes::{self, Includes},
        mounts::{self, Mounts},
        project::Project,
        reading::Reading,
        route::{Draft, Step, join},
        values::At,
    },
};

/// The routes of every file.
pub fn routes(project: &Project<'_>) -> Vec<Draft> {
    let everywhere = global_guards(project);
    let mut mounts = Mounts::of(project);
    let includes = Includes::of(project);
    let mut routes = Vec::new();
    for (file, code) in project.files.iter().enumerate() {
        for node in code.ids() {
            let draft = match code.kind(node) {
                "decorator" => decorated(project, &mut mounts, file, node),
                "call" => listed(project, &includes, file, node),
                _ => None,
            };
            let Some(mut draft) = draft else { continue };
            let concerned = everywhere.iter().filter(|step| step.concerns(&draft.path));
            draft.guards.splice(0..0, concerned.cloned().collect::<Vec<_>>());
            routes.push(draft);
        }
    }
    routes
}

/// The arguments of a call.
pub(super) fn arguments(code: &Code<'_>, call: NodeId) -> Vec<NodeId> {
    code.field(call, "arguments").map_or(Vec::new(), |list| code.children(list).collect())
}

/// The value of a keyword argument.
pub(super) fn keyword(code: &Code<'_>, call: NodeId, name: &str) -> Option<NodeId> {
    let arguments = arguments(code, call).into_iter();
    let mut keywords = arguments.filter(|argument| code.kind(*argument) == "keyword_argument");
    let found = keywords.find(|keyword| code.field(*keyword, "name").is_some_and(|key| code.text(key) == name))?;
    code.field(found, "value")
}

/// `@app.route('/x', methods=['POST'])`, `@app.post('/x')`.
fn decorated<'s>(project: &Project<'s>, mounts: &mut Mounts<'s>, file: usize, decorator: NodeId) -> Option<Draft> {
    let code = &project.files[file];
    let call = code.child(decorator, "call")?;
    let function = code.field(call, "function").filter(|function| code.kind(*function) == "attribute")?;
    let verb = code.last_name(function);
    let methods = keyword(code, call, "methods").map(|methods| code.text(methods).to_ascii_uppercase());
    match (verb, methods) {
        ("post", _) => {}
        ("route" | "api_route", Some(methods)) if methods.contains("POST") => {}
        _ => return None,
    }
    let literal = *arguments(code, call).first()?;
    let path = project.text(At { file, node: literal }).filter(|path| project.wants(path))?;
    let around = code.parent(decorator).filter(|above| code.kind(*above) == "decorated_definition")?;
    let handler = code.field(around, "definition")?;
    let others = code.children(around).filter(|child| code.kind(*child) == "decorator" && *child > decorator);
    let receiver = code.field(function, "object").map_or("", |object| code.text(object));
    let mount = mounts.mount(project, file, receiver);
    let mut guards = mount.guards;
    guards.extend(mounts::dependencies(project, file, call));
    guards.extend(others.flat_map(|other| decorators::guards(project, file, other)));
    Some(Draft {
        path: join(&mount.prefix, &path),
        literal: code.span(literal),
        span: code.span(decorator),
        method: Method::Post,
        guards,
        handler: Some((file, handler)),
        anchor: None,
    })
}

/// `path('x', view)` in a list of URL patterns.
fn listed(project: &Project<'_>, includes: &Includes<'_>, file: usize, call: NodeId) -> Option<Draft> {
    let code = &project.files[file];
    let name = code.last_name(code.field(call, "function")?);
    if !matches!(name, "path" | "re_path" | "url") || !code.path.rsplit('/').next()?.contains("url") {
        return None;
    }
    let arguments = arguments(code, call);
    let [literal, view, ..] = arguments.as_slice() else { return None };
    let path = includes::plain(code.string(*literal)?);
    if path.contains(['(', '[', '\\', '*', '+', '<']) || !project.wants(&path) {
        return None;
    }
    let found = view_of(project, code, *view)?;
    Some(Draft {
        path: join(&includes.prefix(project, At { file, node: call }), &path),
        literal: code.span(*literal),
        span: code.span(call),
        method: Method::Any,
        guards: found.guards,
        handler: found.handler,
        anchor: found.anchor,
    })
}

struct View {
    handler: Option<(usize, NodeId)>,
    anchor: Option<Span>,
    guards: Vec<Step>,
}

/// The function, or the class with its `post`, that a reference stands for; `None` for includes and for views that no
/// POST reaches.
fn view_of(project: &Project<'_>, code: &Code<'_>, node: NodeId) -> Option<View> {
    let mut guards = Vec::new();
    let mut view = node;
    while code.kind(view) == "call" {
        let function = code.field(view, "function")?;
        match code.last_name(function) {
            "include" => return None,
            "as_view" => view = code.field(function, "object")?,
            "csrf_exempt" => view = *arguments(code, view).first()?,
            name => {
                guards.extend(project.guard(name, name, code.span(view)));
                view = *arguments(code, view).first()?;
            }
        }
    }
    let name = code.last_name(view);
    let mut definitions = project.definitions.named(name).iter();
    let Some(found) = definitions.next().filter(|_| definitions.next().is_none()) else {
        return Some(View { handler: None, anchor: None, guards });
    };
    let within = &project.files[found.file];
    guards.extend(decorators::of(project, found));
    let anchor = Some(within.span(found.name));
    if !found.is_class {
        return Some(View { handler: Some((found.file, found.node)), anchor, guards });
    }
    let post = project.definitions.method(name, "post").or_else(|| project.definitions.method(name, "dispatch"));
    let bases = within.field(found.node, "superclasses");
    let is_plain = bases.is_some_and(|bases| within.children(bases).all(|base| within.last_name(base) == "View"));
    let verifies = |post: &&Definition<'_>| !project.reading_of(post).tokens.is_empty();
    let is_silent = is_plain || are_silent(project, within, bases);
    let post = post.filter(|post| is_silent || verifies(post)); // a base class may verify first
    guards.extend(class_guards(project, found));
    Some(View { handler: post.map(|post| (post.file, post.node)), anchor, guards })
}

/// What a class view runs before `post`: its `dispatch`, and the classes that it lists.
fn class_guards(project: &Project<'_>, class: &Definition<'_>) -> Vec<Step> {
    let code = &project.files[class.file];
    let name = code.text(class.name);
    let methods = ["dispatch", "post"].into_iter().filter_map(|method| project.definitions.method(name, method));
    let mut guards: Vec<Step> = methods.flat_map(|method| decorators::of(project, method)).collect();
    let dispatch = project.definitions.method(name, "dispatch");
    guards.extend(dispatch.and_then(|dispatch| project.block("dispatch", dispatch.file, dispatch.node)));
    for node in code.below(class.node).filter(|node| code.kind(*node) == "assignment") {
        let left = code.field(node, "left").map_or("", |left| code.text(left));
        let right =
            code.field(node, "right").filter(|_| matches!(left, "authentication_classes" | "permission_classes"));
        let listed = right.into_iter().flat_map(|right| code.below(right)).filter(|node| code.is_name(*node));
        let named = listed.map(|node| (node, code.text(node))).filter(|(_, name)| *name != "AllowAny");
        guards.extend(named.filter_map(|(node, name)| project.guard(name, name, code.span(node))));
    }
    guards
}

/// Whether every base class is read or one of the frameworks' own, and none checks anything.
fn are_silent(project: &Project<'_>, code: &Code<'_>, bases: Option<NodeId>) -> bool {
    const FRAMEWORK: [&str; 5] = ["View", "TemplateView", "APIView", "MethodView", "object"];
    let mut bases = bases.into_iter().flat_map(|bases| code.children(bases).collect::<Vec<_>>());
    bases.all(|base| {
        let name = code.last_name(base);
        let mut classes = project.definitions.classes(name).peekable();
        let is_silent = |reading: Reading| reading.place().is_none();
        FRAMEWORK.contains(&name)
            || (classes.peek().is_some() && classes.all(|class| is_silent(project.reading_of(class))))
    })
}

/// What runs before every handler: `before_request`, and entries of `MIDDLEWARE` that the tree defines.
fn global_guards(project: &Project<'_>) -> Vec<Step> {
    let mut guards = Vec::new();
    for code in &project.files {
        for node in code.ids() {
            if code.kind(node) == "decorator" && code.last_name(node).ends_with("before_request") {
                let function = code.parent(node).and_then(|above| code.field(above, "definition"));
                let name = function.and_then(|function| code.field(function, "name"));
                guards.extend(name.and_then(|name| project.guard(code.text(name), code.text(name), code.span(name))));
            }
            let is_assignment = code.kind(node) == "assignment";
            let left = code.field(node, "left").filter(|_| is_assignment).map_or("", |left| code.text(left));
            if !matches!(left, "MIDDLEWARE" | "MIDDLEWARE_CLASSES") {
                continue;
            }
            for text in code.below(node).filter(|below| code.is_string(*below)) {
                let Some(path) = code.string(text).filter(|path| !path.starts_with("django.")) else { continue };
                let name = path.rsplit('.').next().unwrap_or(path);
                guards.extend(project.guard(name, name, code.span(text)));
            }
        }
    }
    guards
}
