//! Which routes a program registers: its files are gone through in the order they would run.
//!
//! Every framework's own room turns one call into [`Entry`]s; here they are collected by router, and put together
//! along the mounts.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    facts::{Facts, Guard, GuardClass, Method, Reach, Route},
    javascript::{
        guards::{Convention, Guards},
        ir::{Body, Kind, Module, NodeId},
        modules::Target,
        project::ModuleId,
        values::{At, Scope, Value, Values},
    },
    source::{Label, Span, Spanned},
};

mod addon;
pub mod express;
pub mod fastify;
pub mod files;
pub mod functions;
pub mod nest;
pub mod routers;

use routers::Found;

/// What tells a router from all others: where it was made, in which call.
pub type RouterKey = (ModuleId, NodeId, u32);

/// A step in a chain of handlers: its value, and the expression in the registration.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it stands for.
    pub value: Value,
    /// The expression.
    pub at: At,
}

/// What is registered on a router, in order.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A route.
    Route {
        /// Which requests it answers.
        method: Method,
        /// The paths; empty text for the router's own.
        paths: Vec<Path>,
        /// The chain.
        steps: Vec<Step>,
        /// The registration.
        at: At,
        /// How the steps are called.
        convention: Convention,
    },
    /// Middlewares and routers under a path.
    Use {
        /// The paths.
        paths: Vec<Path>,
        /// The chain.
        steps: Vec<Step>,
        /// Routers among the steps.
        routers: Vec<RouterKey>,
        /// The registration.
        at: At,
        /// How the steps are called.
        convention: Convention,
    },
}

/// A path as registered.
#[derive(Clone, Debug)]
pub struct Path {
    /// The text; `None` if it is not known.
    pub text: Option<String>,
    /// Where it is written.
    pub span: Span,
    /// Whether it is a pattern.
    pub is_pattern: bool,
}

/// A router, and what is registered on it.
#[derive(Clone, Debug, Default)]
pub struct Router {
    /// In the order registered.
    pub entries: Vec<(Entry, bool)>,
    /// Whether it is an app that listens by itself.
    pub is_app: bool,
    /// The prefix it was made with.
    pub prefix: Option<String>,
    /// Whether only its name says that it is a router.
    pub is_guess: bool,
}

/// Goes through the program.
pub struct Walker<'v, 'p, 's> {
    /// What expressions stand for.
    pub values: &'v Values<'p, 's>,
    /// Everything registered.
    pub routers: BTreeMap<RouterKey, Router>,
    /// Whether ACE itself is set up only after something was awaited: its own route does not come first then.
    ace_deferred: bool,
    /// Registrations whose path or chain is not known.
    pub opaque: Vec<Label>,
    entered: BTreeSet<ModuleId>,
    /// Files that may register something, or that lead to one that does.
    registering: BTreeSet<ModuleId>,
    visited: BTreeSet<(ModuleId, NodeId)>,
    running: Vec<(ModuleId, NodeId)>,
    budget: u32,
}

/// How many calls of functions of the tree are gone through.
const BUDGET: u32 = 4_000;

/// How deep they are gone through in each other.
const DEEPEST: usize = 24;

impl<'v, 'p, 's> Walker<'v, 'p, 's> {
    /// Goes through every file, and then through every function that none of them called.
    pub fn walk(values: &'v Values<'p, 's>) -> Walker<'v, 'p, 's> {
        let mut walker = Walker {
            values,
            routers: BTreeMap::new(),
            ace_deferred: false,
            opaque: Vec::new(),
            entered: BTreeSet::new(),
            registering: registering(values),
            visited: BTreeSet::new(),
            running: Vec::new(),
            budget: BUDGET,
        };
        let ids: Vec<ModuleId> = walker.registering.iter().copied().collect();
        for id in ids {
            walker.enter(id, false);
        }
        walker.uncalled();
        walker
    }

    /// Goes through a file's top, once.
    fn enter(&mut self, id: ModuleId, deferred: bool) {
        if !self.registering.contains(&id) || !self.entered.insert(id) {
            return;
        }
        self.values.refuel();
        let module = self.values.project.module(id);
        for request in module.requests.iter().filter(|request| request.call.is_none()) {
            self.require(id, &request.source, deferred);
        }
        self.statements(&At { module: id, node: NodeId(0), scope: Scope::default() }, &module.body, deferred);
    }

    fn require(&mut self, from: ModuleId, source: &str, deferred: bool) {
        let project = self.values.project;
        let target = project.resolver.resolve(project.path(from), source);
        if let Target::File(file) = target
            && let Some(id) = project.of_file(file)
        {
            self.enter(id, deferred);
        }
    }

    /// Functions that register something and that nothing in the tree was seen to call.
    fn uncalled(&mut self) {
        let ids: Vec<ModuleId> = self.registering.iter().copied().collect();
        for id in ids {
            let module = self.values.project.module(id);
            for function in &module.index.functions {
                let is_open = !self.visited.contains(&(id, *function));
                if is_open && module.own(*function).any(|node| is_candidate(module, node)) {
                    self.values.refuel();
                    let at = self.values.at_top(id, *function);
                    self.body(&at, at.scope.clone(), false);
                }
            }
        }
    }

    /// Goes through a function's body.
    pub(super) fn body(&mut self, function: &At, scope: Scope, deferred: bool) {
        let module = self.values.project.module(function.module);
        let Some(definition) = module.function(function.node) else { return };
        let key = (function.module, function.node);
        let is_idle = !self.registering.contains(&function.module);
        if is_idle || self.budget == 0 || self.running.len() >= DEEPEST || self.running.contains(&key) {
            return;
        }
        self.budget -= 1;
        self.visited.insert(key);
        self.running.push(key);
        let at = At { scope, ..function.clone() };
        match &definition.body {
            Body::Statements(statements) => self.statements(&at, statements, deferred),
            Body::Expression(value) => {
                self.expression(&at.with(*value), deferred);
            }
            Body::Absent => {}
        }
        self.running.pop();
    }

    fn statements(&mut self, at: &At, list: &[NodeId], mut deferred: bool) {
        for statement in list {
            deferred |= self.statement(&at.with(*statement), deferred);
        }
    }

    /// Goes through a statement; says whether something was awaited in it.
    fn statement(&mut self, at: &At, deferred: bool) -> bool {
        let module = self.values.project.module(at.module);
        match module.kind(at.node) {
            Kind::Block(list) => {
                self.statements(at, list, deferred);
                self.awaits(at)
            }
            Kind::If { test, yes, no } => {
                let known = self.values.truth(&at.with(*test));
                let mut awaited = self.expression(&at.with(*test), deferred);
                if known != Some(false) {
                    awaited |= self.statement(&at.with(*yes), deferred);
                }
                if let Some(no) = no.filter(|_| known != Some(true)) {
                    awaited |= self.statement(&at.with(no), deferred);
                }
                awaited
            }
            Kind::Try { block, handler, finalizer } => {
                let parts = [Some(*block), *handler, *finalizer];
                parts
                    .into_iter()
                    .flatten()
                    .fold(deferred, |deferred, part| deferred | self.statement(&at.with(part), deferred))
            }
            Kind::Loop { head, body, .. } => self.repetition(at, head, *body, deferred),
            Kind::Switch { cases, .. } => {
                for (_, body) in cases {
                    self.statements(at, body, deferred);
                }
                self.awaits(at)
            }
            Kind::Function(_) => false,
            _ => self.expression(at, deferred),
        }
    }

    fn awaits(&self, at: &At) -> bool {
        let module = self.values.project.module(at.module);
        module.own(at.node).any(|node| matches!(module.kind(node), Kind::Await(_)))
    }

    /// A loop over a known list is gone through once for every element.
    fn repetition(&mut self, at: &At, head: &[NodeId], body: NodeId, deferred: bool) -> bool {
        let list = head.first().map(|list| at.with(*list));
        let elements = list.as_ref().and_then(|list| self.values.elements(&self.values.of(list)));
        match (list, elements) {
            (Some(list), Some(elements)) if elements.len() <= 200 => {
                for (turn, element) in elements.into_iter().enumerate() {
                    let scope = self.values.turn(&list, element, turn);
                    self.statement(&At { scope, ..at.with(body) }, deferred);
                }
            }
            _ => {
                for node in head {
                    self.expression(&at.with(*node), deferred);
                }
                self.statement(&at.with(body), deferred);
            }
        }
        self.awaits(at)
    }

    /// Goes through the calls of an expression in the order they are made.
    fn expression(&mut self, at: &At, deferred: bool) -> bool {
        let module = self.values.project.module(at.module);
        let mut nodes: Vec<NodeId> = module
            .own(at.node)
            .filter(|node| {
                matches!(module.kind(*node), Kind::Call { .. } | Kind::New { .. } | Kind::Import(_) | Kind::Await(_))
            })
            .collect();
        nodes.sort_by_key(|node| (module.span(*node).end, std::cmp::Reverse(module.span(*node).start)));
        let mut awaited = false;
        for node in nodes {
            match module.kind(node) {
                Kind::Await(_) => awaited = true,
                _ => self.call(&at.with(node), deferred || awaited),
            }
        }
        awaited
    }

    /// `require(path)` of a path that is not known, in a file that lists a folder: every file of that folder.
    fn load_folder(&mut self, at: &At, deferred: bool) -> bool {
        let values = self.values;
        let module = values.project.module(at.module);
        let (source, outer) = match module.kind(at.node) {
            Kind::Call { callee, arguments } => match (module.kind(*callee), arguments.first()) {
                (Kind::Global(name), Some(source)) if name == "require" => (*source, at.node),
                _ => return false,
            },
            Kind::Import(source) => (*source, at.node),
            _ => return false,
        };
        if module.text(source).is_some() || values.of(&at.with(source)).as_text().is_some() {
            return false;
        }
        let Some(folder) = self.listed_folder(at) else {
            return false;
        };
        let calls = module.ids().find_map(|node| match module.kind(node) {
            Kind::Call { callee, arguments } if *callee == outer => Some((node, arguments)),
            _ => None,
        });
        let own = module.file;
        let files: Vec<ModuleId> = values
            .project
            .resolver
            .folder(&folder)
            .filter(|(_, file)| *file != own)
            .filter_map(|(_, file)| values.project.of_file(file))
            .collect();
        for id in files {
            self.enter(id, deferred);
            let Some((call, arguments)) = calls else { continue };
            if let Value::Literal(function) = values.export(id, "default") {
                self.called(&function, &at.with(call), arguments, None, deferred);
            }
        }
        true
    }

    /// The folder that a file lists by `readdir`.
    fn listed_folder(&self, at: &At) -> Option<String> {
        let values = self.values;
        let module = values.project.module(at.module);
        module.ids().find_map(|node| {
            let Kind::Call { callee, arguments } = module.kind(node) else { return None };
            let name = match module.kind(*callee) {
                Kind::Member { property, .. } => property.as_str(),
                Kind::Name(binding) => &module.binding(*binding).name,
                _ => return None,
            };
            if !matches!(name, "readdirSync" | "readdir" | "sync" | "globSync") {
                return None;
            }
            let own = values.project.path(at.module).rsplit_once('/').map_or("", |(folder, _)| folder);
            match values.of(&at.with(*arguments.first()?)) {
                Value::Text(folder, _) if folder.starts_with('.') => crate::javascript::modules::join(own, &folder),
                Value::Text(folder, _) => Some(folder.trim_end_matches('/').to_owned()),
                _ => None,
            }
        })
    }

    fn call(&mut self, at: &At, deferred: bool) {
        let values = self.values;
        let module = values.project.module(at.module);
        if self.load_folder(at, deferred) {
            return;
        }
        if let Some(number) = module.index.requests.get(&at.node) {
            self.require(at.module, &module.requests[*number].source, deferred);
        }
        let (callee, arguments) = match module.kind(at.node) {
            Kind::Call { callee, arguments } => (*callee, arguments),
            Kind::New { callee, arguments } => (*callee, arguments),
            _ => return,
        };
        if express::register(self, at, callee, arguments, deferred) {
            return;
        }
        if self.for_each(at, callee, arguments, deferred) {
            return;
        }
        let is_ace = |value: &Value| matches!(value, Value::Chain(chain) if chain.package() == Some("atlassian-connect-express") && chain.links.is_empty());
        self.ace_deferred |= deferred && is_ace(&values.of(&at.with(callee)));
        let function = match module.kind(callee) {
            Kind::Function(_) => Value::Literal(at.with(callee)),
            _ => values.of(&at.with(callee)),
        };
        match function {
            Value::Literal(function) => self.called(&function, at, arguments, None, deferred),
            Value::Method(function, this) => self.called(&function, at, arguments, Some((*this).clone()), deferred),
            Value::Module(id) => {
                if let Value::Literal(function) = values.export(id, "default") {
                    self.called(&function, at, arguments, None, deferred);
                }
            }
            _ => {
                for argument in arguments {
                    if let Value::Literal(function) = values.of(&at.with(*argument)) {
                        self.body(&function.clone(), function.scope.clone(), true);
                    }
                }
            }
        }
    }

    fn called(&mut self, function: &At, at: &At, arguments: &[NodeId], this: Option<Value>, deferred: bool) {
        let module = self.values.project.module(function.module);
        let given = self.values.arguments(at, arguments);
        match module.kind(function.node) {
            Kind::Function(_) => {
                let scope = self.values.frame(function, given, this, Some((at, 0)));
                self.body(function, scope, deferred);
            }
            Kind::Class(class) => {
                let constructor =
                    class.members.iter().find(|member| member.role == crate::javascript::ir::Role::Constructor);
                let Some(construct) = constructor.and_then(|member| member.value) else { return };
                let this = Value::Instance(function.clone(), std::rc::Rc::new(given.clone()));
                let construct = function.with(construct);
                let scope = self.values.frame(&construct, given, Some(this), Some((function, 0)));
                self.body(&construct, scope, deferred);
            }
            _ => {}
        }
    }

    /// `list.forEach(function)`: once for every element.
    fn for_each(&mut self, at: &At, callee: NodeId, arguments: &[NodeId], deferred: bool) -> bool {
        let module = self.values.project.module(at.module);
        let Kind::Member { object, property, .. } = module.kind(callee) else { return false };
        if !matches!(property.as_str(), "forEach" | "map") {
            return false;
        }
        let list = self.values.of(&at.with(*object));
        let function = arguments.first().map(|function| self.values.of(&at.with(*function)));
        let (Some(elements), Some(Value::Literal(function))) = (self.values.elements(&list), function) else {
            return false;
        };
        for (index, element) in elements.into_iter().take(200).enumerate() {
            let scope =
                self.values.frame(&function, vec![element, Value::Number(index as f64)], None, Some((at, index)));
            self.body(&function, scope, deferred);
        }
        true
    }

    /// Notes what is known of a router.
    pub fn learn(&mut self, found: &Found) {
        let router = self.routers.entry(found.key).or_default();
        router.is_app |= found.is_app;
        router.is_guess |= found.is_guess;
        router.prefix = router.prefix.take().or_else(|| found.prefix.clone());
    }

    /// Adds an entry to a router.
    pub fn add(&mut self, router: RouterKey, entry: Entry, deferred: bool) {
        self.routers.entry(router).or_default().entries.push((entry, deferred));
    }
}

/// Files that have a call that may register a route, and those that lead to them.
fn registering(values: &Values<'_, '_>) -> BTreeSet<ModuleId> {
    let project = values.project;
    let mut leads: BTreeMap<ModuleId, Vec<ModuleId>> = BTreeMap::new();
    let mut open = Vec::new();
    for (id, module) in project.modules() {
        if module.ids().any(|node| is_candidate(module, node)) {
            open.push(id);
        }
        for request in &module.requests {
            if let Target::File(file) = project.resolver.resolve(project.path(id), &request.source) {
                project.of_file(file).into_iter().for_each(|to| leads.entry(to).or_default().push(id));
            }
        }
    }
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if found.insert(id) {
            open.extend(leads.get(&id).into_iter().flatten());
        }
    }
    found
}

/// Whether a node is a call that may register a route.
fn is_candidate(module: &Module, node: NodeId) -> bool {
    let Kind::Call { callee, arguments } = module.kind(node) else { return false };
    match module.kind(*callee) {
        Kind::Member { object, property, .. } => {
            let is_promise = matches!(module.kind(*object), Kind::Global(name) if name == "Promise");
            express::is_registration(property) && !is_promise && !arguments.is_empty()
        }
        Kind::Index { .. } => arguments.len() > 1,
        _ => false,
    }
}

/// Puts routes together along the mounts.
pub struct Composer<'w, 'v, 'p, 's> {
    walker: &'w Walker<'v, 'p, 's>,
    guards: &'w Guards<'v, 'p, 's>,
    routes: Vec<Route>,
    budget: u32,
}

/// What surrounds a router where it is mounted.
#[derive(Clone, Default)]
struct Surroundings {
    prefix: String,
    /// The innermost mount's call and path.
    mount: Option<(Span, Span)>,
    guards: Vec<(String, Guard)>,
    trace: Vec<Label>,
    is_many: bool,
    body_parsed: bool,
    deferred: bool,
    mounted: bool,
}

impl<'w, 'v, 'p, 's> Composer<'w, 'v, 'p, 's> {
    /// The routes of a program.
    pub fn compose(walker: &'w Walker<'v, 'p, 's>, guards: &'w Guards<'v, 'p, 's>) -> Vec<Route> {
        let mut composer = Composer { walker, guards, routes: Vec::new(), budget: 50_000 };
        let mut mounted: BTreeSet<RouterKey> = BTreeSet::new();
        for router in walker.routers.values() {
            for (entry, _) in &router.entries {
                if let Entry::Use { routers, .. } = entry {
                    mounted.extend(routers.iter().copied());
                }
            }
        }
        for is_guess in [false, true] {
            let known: BTreeSet<Span> = composer.routes.iter().map(|route| route.span).collect();
            let found = composer.routes.len();
            for (key, router) in walker.routers.iter().filter(|(_, router)| router.is_guess == is_guess) {
                if router.is_app || !mounted.contains(key) {
                    let surroundings = Surroundings { mounted: router.is_app, ..Surroundings::default() };
                    composer.router(*key, surroundings, &mut vec![*key]);
                }
            }
            let mut index = 0;
            composer.routes.retain(|route| {
                index += 1;
                index <= found || !known.contains(&route.span)
            });
        }
        composer.routes
    }

    fn router(&mut self, key: RouterKey, mut around: Surroundings, path: &mut Vec<RouterKey>) {
        let Some(router) = self.walker.routers.get(&key) else { return };
        if let Some(prefix) = &router.prefix {
            around.prefix = join(&around.prefix, prefix);
        }
        for (entry, deferred) in &router.entries {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            match entry {
                Entry::Route { method, paths, steps, at, convention } => {
                    let around = Surroundings { deferred: around.deferred || *deferred, ..around.clone() };
                    for (index, own) in paths.iter().enumerate() {
                        let is_many = paths.len() > 1 && index < paths.len();
                        self.route(*method, own, is_many, steps, at, *convention, &around);
                    }
                }
                Entry::Use { paths, steps, routers, at, convention } => {
                    self.mount(&mut around, paths, steps, routers, at, *convention, *deferred, path);
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments)] // the parts of one entry, taken apart by the only caller
    fn mount(
        &mut self,
        around: &mut Surroundings,
        paths: &[Path],
        steps: &[Step],
        routers: &[RouterKey],
        at: &At,
        convention: Convention,
        deferred: bool,
        path: &mut Vec<RouterKey>,
    ) {
        let span = self.span(at);
        let mut own: Vec<Guard> = Vec::new();
        for step in steps {
            around.body_parsed |= express::parses_body(&step.value);
            if let Some(child) = routers::mounted(self.guards.values, &step.value)
                .map(|found| found.key)
                .filter(|key| routers.contains(key))
            {
                for mount in paths {
                    let text = mount.text.as_deref().unwrap_or_default();
                    if path.contains(&child) || path.len() > 12 {
                        continue;
                    }
                    let prefix = join(&around.prefix, text);
                    let mut inner = Surroundings { prefix: prefix.clone(), ..around.clone() };
                    inner.guards.extend(own.iter().map(|guard| (prefix.clone(), guard.clone())));
                    inner.mounted &= mount.text.is_some();
                    inner.is_many |= mount.is_pattern || paths.len() > 1;
                    inner.deferred |= deferred;
                    inner.mount = Some((span, mount.span));
                    inner.trace.push(Label::new(span, format!("it is mounted at `{}` here", shown(text))));
                    path.push(child);
                    self.router(child, inner, path);
                    path.pop();
                }
                continue;
            }
            let written = self.written(step);
            own.extend(self.guards.guards(&step.value, self.span(&step.at), written, convention));
        }
        if !routers.is_empty() {
            return;
        }
        for mount in paths {
            let Some(text) = &mount.text else { continue };
            let prefix = join(&around.prefix, text);
            let serving = own.iter().filter(|guard| guard.class != GuardClass::PassThrough || guard.stores.is_some());
            around.guards.extend(serving.map(|guard| (prefix.clone(), guard.clone())));
        }
    }

    /// The expression of a step, if it stands in the registration itself.
    fn written<'a>(&self, step: &'a Step) -> Option<&'a At> {
        let kind = self.guards.values.project.module(step.at.module).kind(step.at.node);
        matches!(kind, Kind::Call { .. }).then_some(&step.at)
    }

    fn span(&self, at: &At) -> Span {
        self.guards.values.project.node(at.module, at.node).span
    }

    #[allow(clippy::too_many_arguments)] // the parts of one entry, taken apart by the only caller
    fn route(
        &mut self,
        method: Method,
        own: &Path,
        is_many: bool,
        steps: &[Step],
        at: &At,
        convention: Convention,
        around: &Surroundings,
    ) {
        let Some(text) = &own.text else { return };
        let Some((last, before)) = steps.split_last() else { return };
        let full = join(&around.prefix, text);
        let mut guards: Vec<Guard> =
            around.guards.iter().filter(|(prefix, _)| covers(prefix, &full)).map(|(_, guard)| guard.clone()).collect();
        let mut body_parsed = around.body_parsed;
        for step in before {
            body_parsed |= express::parses_body(&step.value);
            guards.extend(self.guards.guards(&step.value, self.span(&step.at), self.written(step), convention));
        }
        let mut handler_value = last.value.clone();
        if let Some(mut elements) = self.guards.values.elements(&last.value) {
            let Some(final_step) = elements.pop() else { return };
            for element in elements {
                guards.extend(self.guards.guards(&element, self.span(&last.at), None, convention));
            }
            handler_value = final_step;
        }
        let handler = self.guards.handler(&handler_value, self.span(&last.at), convention);
        let is_empty = text.trim_matches('/').is_empty();
        let mount = around.mount.filter(|_| is_empty);
        let span = mount.map_or(self.span(at), |(call, _)| call);
        let reach = if is_many || own.is_pattern || around.is_many || full.contains(['*', ':']) {
            Reach::Many
        } else {
            Reach::One
        };
        self.routes.push(Route {
            method,
            path: Spanned { value: full, span: mount.map_or(own.span, |(_, path)| path) },
            reach,
            guards,
            handler,
            span,
            addon: addon::in_scope(self.guards.values, self.guards.ace, at),
            body_parsed,
            deferred: around.deferred && !self.walker.ace_deferred,
            mounted: around.mounted,
            trace: around.trace.clone(),
        });
    }
}

/// Whether a middleware mounted at a prefix sees a path.
fn covers(prefix: &str, path: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
    prefix.contains(['*', ':', '('])
        || prefix.is_empty()
        || path == prefix
        || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
}

/// A mount's path and a route's, one after the other.
pub fn join(prefix: &str, path: &str) -> String {
    let prefix = prefix.trim_end_matches('/');
    let path = path.trim_start_matches('/');
    match (prefix.is_empty(), path.is_empty()) {
        (_, true) if !prefix.is_empty() => prefix.to_owned(),
        (true, _) => format!("/{path}"),
        _ => format!("{prefix}/{path}"),
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "/" } else { path }
}

/// Adds the routes of a program to the facts.
pub fn read(walker: &Walker<'_, '_, '_>, guards: &Guards<'_, '_, '_>, facts: &mut Facts) {
    facts.routes.extend(Composer::compose(walker, guards));
    facts.routes.extend(files::routes(guards));
    facts.routes.extend(functions::routes(guards));
    facts.routes.extend(nest::routes(guards));
    facts.opaque_routes.extend(walker.opaque.iter().cloned());
}
