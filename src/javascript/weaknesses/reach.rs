//! Everything that a route's functions run, as far as the tree holds it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    facts::{GuardClass, Route},
    javascript::{
        ace::Ace,
        authenticators::Authenticator,
        calls,
        guards::Guards,
        ir::{Kind, Module, NodeId, Origin, Step},
        project::ModuleId,
        values::{At, Chain, Given, Link, Root, Value, Values},
    },
    source::Span,
};

/// How many nodes are looked at for one route.
const MOST_NODES: usize = 30_000;

/// How deep calls are followed.
const DEEPEST: usize = 14;

/// A call, and what it gives.
pub(super) struct Call {
    /// The call.
    pub at: At,
    /// What is called.
    pub callee: NodeId,
    /// The arguments.
    pub arguments: Vec<NodeId>,
    /// What it gives.
    pub value: Value,
}

/// What a route runs.
pub(super) struct Reach<'v, 'p, 's> {
    /// What expressions stand for.
    pub values: &'v Values<'p, 's>,
    /// What ACE's own guards prove.
    pub ace: &'v Ace<'p>,
    /// Every node that may be run, in the order found.
    pub nodes: Vec<At>,
    /// The calls among them.
    pub calls: Vec<Call>,
    /// The functions gone through.
    pub functions: Vec<At>,
    /// The function that answers, if it is one of the tree.
    pub handler: Option<At>,
    /// Whether what it returns is the answer.
    pub returns_answer: bool,
    /// Which functions a function is called from.
    pub callers: BTreeMap<(ModuleId, NodeId), BTreeSet<(ModuleId, NodeId)>>,
    /// Whether some of it was left out.
    pub is_cut: bool,
    seen: BTreeSet<(ModuleId, NodeId, u32)>,
    depth: usize,
}

/// A call that verifies a token or reads one.
pub(super) struct TokenCall<'r> {
    /// The call.
    pub call: &'r Call,
    /// Its entry in the table.
    pub entry: &'static Authenticator,
    /// What it proves; `None` if that is not known.
    pub class: Option<GuardClass>,
}

impl<'v, 'p, 's> Reach<'v, 'p, 's> {
    /// Of a route's chain.
    pub(super) fn of(guards: &Guards<'v, 'p, 's>, route: &Route) -> Reach<'v, 'p, 's> {
        let mut reach = Reach {
            values: guards.values,
            ace: guards.ace,
            nodes: Vec::new(),
            calls: Vec::new(),
            functions: Vec::new(),
            handler: None,
            returns_answer: false,
            callers: BTreeMap::new(),
            is_cut: false,
            seen: BTreeSet::new(),
            depth: 0,
        };
        let chain = route.guards.iter().map(|guard| (guard.span, guard.class));
        let chain: BTreeSet<(Span, GuardClass)> = chain.chain([(route.handler.span, route.handler.class)]).collect();
        for step in guards.steps.borrow().of(&chain) {
            reach.values.refuel();
            let before = reach.functions.len();
            reach.enter(&step.function, step.this.clone(), step.givens.clone(), None);
            if step.span == route.handler.span && step.class == route.handler.class {
                reach.handler = reach.functions.get(before).cloned();
                reach.returns_answer = step.returns_answer;
            }
        }
        reach
    }

    fn enter(&mut self, function: &At, this: Option<Value>, given: Vec<Value>, call: Option<&At>) {
        let module = self.values.project.module(function.module);
        if module.function(function.node).is_none() {
            return;
        }
        if self.depth >= DEEPEST || self.nodes.len() >= MOST_NODES {
            self.is_cut = true;
            return;
        }
        let scope = self.values.frame(function, given, this, call.map(|call| (call, 0)));
        let inside = At { scope, ..function.clone() };
        if !self.seen.insert(inside.key()) {
            return;
        }
        self.depth += 1;
        let nodes = self.live(module, &inside);
        self.functions.push(inside.clone());
        self.nodes.extend(nodes.iter().map(|node| inside.with(*node)));
        for node in nodes {
            if let Kind::Call { callee, arguments } | Kind::New { callee, arguments } = module.kind(node) {
                self.call(&inside, node, *callee, arguments);
            }
        }
        self.depth -= 1;
    }

    /// The nodes of a function that may be run: a branch whose condition is known never to hold is left out.
    fn live(&self, module: &Module, function: &At) -> Vec<NodeId> {
        let end = module.node(function.node).end;
        let mut dead = BTreeSet::new();
        let mut nodes = Vec::new();
        let mut next = NodeId(function.node.0 + 1);
        while next < end && nodes.len() < MOST_NODES {
            let node = next;
            if dead.contains(&node) {
                next = module.node(node).end;
                continue;
            }
            match module.kind(node) {
                Kind::If { test, yes, no } => match self.values.truth(&function.with(*test)) {
                    Some(true) => dead.extend(*no),
                    Some(false) => dead.extend([*yes]),
                    None => {}
                },
                Kind::Conditional { test, yes, no } => match self.values.truth(&function.with(*test)) {
                    Some(true) => dead.extend([*no]),
                    Some(false) => dead.extend([*yes]),
                    None => {}
                },
                _ => {}
            }
            nodes.push(node);
            next = NodeId(node.0 + 1);
        }
        nodes
    }

    fn call(&mut self, inside: &At, node: NodeId, callee: NodeId, arguments: &[NodeId]) {
        let values = self.values;
        let at = inside.with(node);
        let value = values.of(&at);
        let is_log = super::logs::is_log(values, inside, callee);
        self.calls.push(Call { at: at.clone(), callee, arguments: arguments.to_vec(), value });
        if is_log {
            return;
        }
        let called = values.of(&inside.with(callee));
        for callee in choices(&called) {
            let (Value::Literal(function) | Value::Method(function, _)) = callee else { continue };
            let this = if let Value::Method(_, this) = callee { Some((**this).clone()) } else { None };
            self.edge(inside, function);
            self.enter(function, this, values.arguments(&at, arguments), Some(&at));
        }
        let module = values.project.module(inside.module);
        for argument in
            arguments.iter().filter(|argument| matches!(module.kind(**argument), Kind::Name(_) | Kind::Member { .. }))
        {
            if let Value::Literal(function) | Value::Method(function, _) = values.of(&inside.with(*argument)) {
                self.edge(inside, &function);
                self.enter(&function, None, Vec::new(), Some(&at));
            }
        }
    }

    fn edge(&mut self, from: &At, to: &At) {
        self.callers.entry((to.module, to.node)).or_default().insert((from.module, from.node));
    }

    /// A file.
    pub(super) fn module(&self, at: &At) -> &'v Module {
        self.values.project.module(at.module)
    }

    /// What a node is.
    pub(super) fn kind(&self, at: &At) -> &'v Kind {
        self.module(at).kind(at.node)
    }

    /// Where a node is written.
    pub(super) fn span(&self, at: &At) -> Span {
        self.module(at).span(at.node)
    }

    /// A node's text.
    pub(super) fn text(&self, at: &At) -> &'v str {
        self.values.project.text(at.module, at.node)
    }

    /// The calls of libraries that verify tokens or read them.
    pub(super) fn token_calls(&self) -> impl Iterator<Item = TokenCall<'_>> {
        self.calls.iter().filter_map(|call| {
            let chain = call.outside()?;
            let (entry, given) = calls::authenticator(chain).filter(|(entry, _)| !entry.guard)?;
            let class = calls::proves(self.values, self.ace, entry, given, call.at.module);
            Some(TokenCall { call, entry, class })
        })
    }

    /// The object literal that a node stands for: where it is written, if all of its members are known.
    pub(super) fn object(&self, at: &At) -> Option<At> {
        let Value::Literal(object) = self.values.of(at) else { return None };
        matches!(self.kind(&object), Kind::Object(_)).then_some(object)
    }

    /// A member of an object literal: its value's node. `Err` if a spread or a computed key may hold it.
    pub(super) fn property(&self, object: &At, name: &str) -> Result<Option<At>, ()> {
        use crate::javascript::ir::Property;
        let Kind::Object(properties) = self.kind(object) else { return Err(()) };
        for property in properties.iter().rev() {
            match property {
                Property::Named { key, value, .. } if key == name => return Ok(Some(object.with(*value))),
                Property::Named { .. } | Property::Getter { .. } => {}
                Property::Computed { .. } | Property::Spread(_) => return Err(()),
            }
        }
        Ok(None)
    }

    /// Whether the code that runs has a name, member or text of which this is true.
    pub(super) fn mentions(&self, is_it: impl Fn(&str) -> bool) -> bool {
        let in_nodes = self.nodes.iter().any(|at| match self.kind(at) {
            Kind::Member { property, .. } => is_it(property),
            Kind::Text(text) | Kind::Global(text) => is_it(text),
            Kind::Name(binding) => is_it(&self.module(at).binding(*binding).name),
            Kind::Object(properties) => properties.iter().any(|property| match property {
                crate::javascript::ir::Property::Named { key, .. } => is_it(key),
                _ => false,
            }),
            _ => false,
        });
        in_nodes || self.functions.iter().any(|function| self.declares(function, &is_it))
    }

    /// Whether one of these members is taken apart into a name of its own.
    pub(super) fn declares_any(&self, names: &[&str]) -> bool {
        self.functions.iter().any(|function| self.declares(function, &|word: &str| names.contains(&word)))
    }

    /// Whether a name declared inside a function, or the member it is taken from, is one of which this is true.
    fn declares(&self, function: &At, is_it: &impl Fn(&str) -> bool) -> bool {
        let span = self.span(function);
        let module = self.module(function);
        let declared = &module.index.declared;
        let first = declared.partition_point(|id| module.binding(*id).span.start < span.start);
        let behind = declared[first..].iter().map(|id| module.binding(*id));
        let inside = behind.take_while(|binding| binding.span.start < span.end);
        inside.filter(|binding| binding.span.end <= span.end).any(|binding| {
            let path = match &binding.origin {
                Origin::Value { path, .. } | Origin::Parameter { path, .. } => &path[..],
                _ => &[],
            };
            is_it(&binding.name) || path.iter().any(|step| matches!(step, Step::Member(name) if is_it(name)))
        })
    }
}

impl Call {
    /// The chain, if the call leads out of the tree.
    pub(super) fn outside(&self) -> Option<&Chain> {
        let Value::Chain(chain) = &self.value else { return None };
        match chain.links.last() {
            Some(Link::Call { at, .. }) if at.key() == self.at.key() => Some(chain),
            _ => None,
        }
    }
}

/// The values that one may be.
pub(super) fn choices(value: &Value) -> &[Value] {
    match value {
        Value::Choice(values) => values,
        value => std::slice::from_ref(value),
    }
}

/// The chains in a value: its own, and those in the arguments of its calls. At most so many.
pub(super) fn chains(value: &Value) -> Vec<&Chain> {
    let mut open = vec![value];
    let mut chains = Vec::new();
    while let Some(value) = open.pop() {
        match value {
            Value::Chain(chain) if chains.len() < 200 => {
                chains.push(&**chain);
                for link in &chain.links {
                    if let Link::Call { arguments, .. } = link {
                        open.extend(arguments.iter().take(4));
                    }
                }
            }
            Value::Choice(values) | Value::List(values) => open.extend(values.iter().take(8)),
            _ => {}
        }
    }
    chains
}

/// Whether a chain comes from a part of the request's body, or is all of it: the members after the body.
pub(super) fn body_members<'a>(chain: &'a Chain) -> Option<Vec<&'a str>> {
    let member = |link: &'a Link| match link {
        Link::Member(name) => Some(name.as_str()),
        Link::Call { .. } => None,
    };
    after_body(chain)?.iter().map(member).collect()
}

/// What follows the body in a chain: `request.body`, `await request.json()`, or what h3 reads of an event.
fn after_body(chain: &Chain) -> Option<&[Link]> {
    let named = |link: &Link, names: &[&str]| matches!(link, Link::Member(name) if names.contains(&name.as_str()));
    let is_event = |value: &Value| matches!(value, Value::Chain(event) if matches!(event.root, Root::Given(_)));
    match (&chain.root, chain.links.as_slice()) {
        (Root::Given(Given::Request | Given::Context), links) => {
            let is_request = |link: &&Link| named(link, &["request", "req"]);
            let (before, links) = links.split_at(links.iter().take_while(is_request).count());
            match links {
                [body, rest @ ..] if named(body, &["body"]) => Some(rest),
                [json, Link::Call { .. }, rest @ ..] if named(json, &["json"]) => {
                    let is_request = matches!(chain.root, Root::Given(Given::Request)) || !before.is_empty();
                    is_request.then_some(rest) // a context's own `json` answers
                }
                _ => None,
            }
        }
        (Root::Package(package), [read, Link::Call { arguments, .. }, rest @ ..])
            if package == "h3" && named(read, &["readBody"]) && arguments.first().is_some_and(is_event) =>
        {
            Some(rest)
        }
        (Root::Global(name), [Link::Call { arguments, .. }, rest @ ..])
            if name == "readBody" && arguments.first().is_some_and(is_event) =>
        {
            Some(rest) // Nuxt puts it in scope
        }
        _ => None,
    }
}

/// The last member taken, if nothing is called after it.
pub(super) fn last_member(chain: &Chain) -> Option<&str> {
    match chain.links.last()? {
        Link::Member(name) => Some(name),
        Link::Call { .. } => None,
    }
}
