//! Goes through a program in the order it would run, as far as that registers routes.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use crate::{
    javascript::{
        ir::{Body, Kind, Module, NodeId, Role},
        modules::Target,
        project::ModuleId,
        routes::{
            Entry, Registered, Router, RouterKey, express,
            parsers::When,
            routers::{self, Found},
        },
        values::{At, Scope, Value, Values},
    },
    source::{Label, Span},
};

mod branches;
mod folders;

use branches::{is_optional, may_leave, optional_parts};

/// Goes through the program.
pub struct Walker<'v, 'p, 's> {
    /// What expressions stand for.
    pub values: &'v Values<'p, 's>,
    /// Everything registered.
    pub routers: BTreeMap<RouterKey, Router>,
    /// Whether ACE itself is set up only after something was awaited: its own route does not come first then.
    pub(super) ace_deferred: bool,
    /// Where ACE is set up.
    pub(super) ace_setups: Vec<Span>,
    /// Whether a router is given to something that could not be followed, or something such is used on one.
    pub(super) hands_away: bool,
    /// Registrations whose path or chain is not known.
    pub opaque: Vec<Label>,
    entered: BTreeSet<ModuleId>,
    /// Files that may register something, or that lead to one that does.
    registering: BTreeSet<ModuleId>,
    visited: BTreeSet<(ModuleId, NodeId)>,
    running: Vec<(ModuleId, NodeId)>,
    /// The parts around that may be left out, each by a number of its own.
    branches: Vec<u32>,
    last_branch: u32,
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
            ace_setups: Vec::new(),
            hands_away: false,
            opaque: Vec::new(),
            entered: BTreeSet::new(),
            registering: registering(values),
            visited: BTreeSet::new(),
            running: Vec::new(),
            branches: Vec::new(),
            last_branch: 0,
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
            for function in module.index.functions.iter() {
                let is_open = !self.visited.contains(&(id, function));
                if is_open && module.own(function).any(|node| is_candidate(module, node)) {
                    self.values.refuel();
                    let at = self.values.at_top(id, function);
                    self.perhaps(|walker| walker.body(&at, at.scope.clone(), false));
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
        let module = self.values.project.module(at.module);
        let outer = self.branches.len();
        for statement in list {
            deferred |= self.statement(&at.with(*statement), deferred);
            if self.branches.len() == outer && may_leave(module, *statement) {
                self.begin_branch();
            }
        }
        self.branches.truncate(outer);
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
                let awaited = self.expression(&at.with(*test), deferred);
                let parts = match known {
                    Some(true) => return awaited | self.statement(&at.with(*yes), deferred),
                    Some(false) => return awaited | no.is_some_and(|no| self.statement(&at.with(no), deferred)),
                    None => std::iter::once(*yes).chain(*no),
                };
                let walk = |part| self.perhaps(|walker| walker.statement(&at.with(part), deferred));
                parts.map(walk).fold(awaited, |awaited, part| awaited | part)
            }
            Kind::Try { block, handler, finalizer } => {
                let mut deferred = deferred | self.statement(&at.with(*block), deferred);
                if let Some(handler) = handler {
                    deferred |= self.perhaps(|walker| walker.statement(&at.with(*handler), deferred));
                }
                finalizer.is_some_and(|last| self.statement(&at.with(last), deferred)) | deferred
            }
            Kind::Loop { head, body, .. } => self.repetition(at, head, *body, deferred),
            Kind::Switch { cases, .. } => {
                for (_, body) in cases {
                    self.perhaps(|walker| walker.statements(at, body, deferred));
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
                self.perhaps(|walker| walker.statement(&at.with(body), deferred));
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
        let parts = optional_parts(module, at.node);
        let mut awaited = false;
        for node in nodes {
            match module.kind(node) {
                Kind::Await(_) => awaited = true,
                _ if is_optional(module, &parts, node) => {
                    self.perhaps(|walker| walker.call(&at.with(node), deferred || awaited));
                }
                _ => self.call(&at.with(node), deferred || awaited),
            }
        }
        awaited
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
        if is_ace(&values.of(&at.with(callee))) {
            self.ace_deferred |= deferred;
            self.ace_setups.push(module.span(at.node));
        }
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
            called => {
                self.hands_away |= !keeps_routers(&called) && self.gives_router(at, arguments);
                for argument in arguments {
                    if let Value::Literal(function) = values.of(&at.with(*argument)) {
                        self.perhaps(|walker| walker.body(&function, function.scope.clone(), true));
                    }
                }
            }
        }
    }

    /// Whether one of a call's arguments is a router.
    fn gives_router(&self, at: &At, arguments: &[NodeId]) -> bool {
        let is_router = |argument: &NodeId| routers::find(self.values, &self.values.of(&at.with(*argument))).is_some();
        arguments.iter().any(is_router)
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
                let constructor = class.members.iter().find(|member| member.role == Role::Constructor);
                let Some(construct) = constructor.and_then(|member| member.value) else { return };
                let this = Value::Instance(function.clone(), Rc::new(given.clone()));
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
        let when = When { deferred, branches: self.branches.as_slice().into() };
        self.routers.entry(router).or_default().entries.push(Registered { entry, when });
    }
}

/// Whether a function of a package registers nothing of its own on the routers that it is given.
fn keeps_routers(function: &Value) -> bool {
    let Value::Chain(chain) = function else { return false };
    matches!(chain.package(), Some("atlassian-connect-express" | "http" | "https" | "node:http" | "node:https"))
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
