//! What a function proves of a request before it acts, found by going through every path of its body.

use crate::{
    javascript::{
        ace::Ace,
        ir::{BindingId, Body, Kind, NodeId, Property},
        project::ModuleId,
        proof::Proof,
        values::{At, Given, Root, Value, Values},
    },
    source::{Label, Span},
};

mod conditions;
mod expressions;
mod outside;
mod promises;
mod state;
mod statements;

use state::{Fact, Key, Returns, State, either};

/// How many statements and expressions are looked at for one function.
const BUDGET: u32 = 40_000;

/// How deep calls of functions of the tree are followed.
const DEEPEST_CALL: usize = 14;

/// How deep statements and expressions are followed in each other.
const DEEPEST: usize = 300;

/// Something a function does.
#[derive(Clone, Debug)]
pub struct Act {
    /// What it does.
    pub kind: ActKind,
    /// Where.
    pub span: Span,
    /// What was proved before.
    pub proof: Proof,
}

/// What a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActKind {
    /// It answers.
    Answers,
    /// It keeps a part of the body.
    Stores,
    /// It hands on.
    HandsOn,
}

/// Everything a function does.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What it does, in the order found.
    pub acts: Vec<Act>,
    /// The first call that may have verified something.
    pub doubt: Option<Label>,
    /// Whether some of it was left out.
    pub is_cut: bool,
}

/// A `try` block that is gone through.
struct Attempt {
    /// How many calls it stands in.
    depth: usize,
    /// What is known before it.
    before: State,
    /// What is known where something in it may throw, as far as names or calls are others by then.
    thrown: Option<State>,
}

/// A promise that a function settles.
struct Settling {
    module: ModuleId,
    /// The name of the function that keeps it.
    resolve: BindingId,
    /// The name of the function that breaks it.
    reject: Option<BindingId>,
    /// Where it is made.
    call: Key,
    /// What is known where it is kept.
    settled: Option<State>,
}

/// Goes through the bodies of functions.
pub struct Bodies<'v, 'p, 's> {
    values: &'v Values<'p, 's>,
    ace: &'v Ace<'p>,
    acts: Vec<Act>,
    doubt: Option<Label>,
    calls: Vec<(ModuleId, NodeId)>,
    /// The calls whose functions these are.
    results: Vec<Option<Key>>,
    /// The `try` blocks around.
    attempts: Vec<Attempt>,
    /// The promises around.
    settling: Vec<Settling>,
    budget: u32,
    depth: usize,
    /// Whether what the outermost function returns is the answer.
    returns_answer: bool,
    is_cut: bool,
}

impl<'v, 'p, 's> Bodies<'v, 'p, 's> {
    /// Goes through a function that is given `arguments`, and returns what it does.
    pub fn run(
        values: &'v Values<'p, 's>,
        ace: &'v Ace<'p>,
        function: &At,
        this: Option<Value>,
        arguments: Vec<Value>,
        returns_answer: bool,
    ) -> Outcome {
        let mut bodies = Bodies {
            values,
            ace,
            acts: Vec::new(),
            doubt: None,
            calls: Vec::new(),
            results: Vec::new(),
            attempts: Vec::new(),
            settling: Vec::new(),
            budget: BUDGET,
            depth: 0,
            returns_answer,
            is_cut: false,
        };
        let returns = bodies.function(function, this, arguments, None, State::default());
        if returns_answer {
            let span = values.project.node(function.module, function.node).span;
            if let Some(state) = returns.good.filter(|_| !returns.has_value) {
                bodies.act(ActKind::Answers, Span { start: span.end, ..span }, &state);
            }
        }
        Outcome { acts: bodies.acts, doubt: bodies.doubt, is_cut: bodies.is_cut }
    }

    fn act(&mut self, kind: ActKind, span: Span, state: &State) {
        let proof = match kind {
            // a second answer comes too late
            ActKind::Answers => state.unrefused(),
            // what is noted of a request while it is refused
            ActKind::Stores if state.is_refused() => None,
            ActKind::Stores | ActKind::HandsOn => state.proof(),
        };
        if let Some(proof) = proof.filter(|_| self.acts.len() < 64) {
            self.acts.push(Act { kind, span, proof });
        }
    }

    /// Whether the budget allows another step.
    fn step(&mut self) -> bool {
        if self.budget == 0 || self.depth >= DEEPEST {
            self.is_cut = true;
            return false;
        }
        self.budget -= 1;
        true
    }

    fn function(
        &mut self,
        function: &At,
        this: Option<Value>,
        arguments: Vec<Value>,
        call: Option<&At>,
        state: State,
    ) -> Returns {
        let mut returns = Returns::default();
        let module = self.values.project.module(function.module);
        let Some(definition) = module.function(function.node) else { return returns };
        let key = (function.module, function.node);
        if self.calls.len() >= DEEPEST_CALL || self.calls.contains(&key) {
            returns.good = Some(state);
            return returns;
        }
        self.calls.push(key);
        self.results.push(call.map(|call| Key::Call(call.module, call.node)));
        let before = self.acts.len();
        let is_own = |key: &Key| {
            let mut names = definition.parameters.iter().filter_map(|parameter| parameter.binding);
            matches!(key, Key::Name(of, name) if *of == function.module && names.any(|own| own == *name))
        };
        let mut known = state.keys();
        known.retain(|key| !is_own(key));
        known.extend(call.map(|call| Key::Call(call.module, call.node)));
        let scope = self.values.frame(function, arguments, this, call.map(|call| (call, 0)));
        let inside = |node: NodeId| At { module: function.module, node, scope: scope.clone() };
        match &definition.body {
            Body::Expression(value) => {
                self.give_back(&inside(*value), state, &mut returns);
            }
            Body::Statements(statements) => {
                let mut end = self.statements(&inside(function.node), statements, state, &mut returns);
                end.iter_mut().for_each(|end| self.gives(None, end));
                let is_bad = returns.has_value;
                returns.add(end, is_bad);
            }
            Body::Absent => returns.good = Some(state),
        }
        self.calls.pop();
        self.results.pop();
        [&mut returns.good, &mut returns.bad].into_iter().flatten().for_each(|end| end.leave(&known));
        if let Some(call) = call {
            self.bring_home(before, call);
        }
        returns
    }

    /// Speaks of what a call stores in another file as done where the call stands.
    fn bring_home(&mut self, before: usize, call: &At) {
        let span = self.values.project.node(call.module, call.node).span;
        for act in self.acts.iter_mut().skip(before) {
            if act.kind == ActKind::Stores && act.span.file != span.file {
                act.span = span;
            }
        }
    }

    /// What the path or the environment decides in a function that was called. A function that only gives a value leaves
    /// it to whoever looks at the value; after one that acts, refuses or verifies, it is not known what holds.
    fn depends(&mut self, returns: &mut Returns, acts: usize, before: &Proof) -> Option<Label> {
        let depends = returns.depends.take()?;
        let is_unchanged = |end: &State| {
            let Proof { class, evidence, doubt, .. } = &end.proof().unwrap_or_default();
            !end.ways.iter().any(|way| way.is_refused)
                && *class == before.class
                && evidence.len() == before.evidence.len()
                && *doubt == before.doubt
        };
        let is_quiet = [&returns.good, &returns.bad].into_iter().flatten().all(is_unchanged);
        if is_quiet && self.acts.len() == acts {
            return Some(depends);
        }
        [&mut returns.good, &mut returns.bad].into_iter().flatten().for_each(|end| end.doubt(&depends));
        self.doubt_acts(acts, &depends);
        self.doubt.get_or_insert(depends);
        None
    }

    /// Notes what the function that is gone through gives.
    fn gives(&self, value: Option<&At>, state: &mut State) {
        let Some(Some(key)) = self.results.last() else { return };
        state.learn(*key, |way| match value {
            Some(value) => self.fact_on(way, value),
            None => (!self.is_cut).then_some(Fact::Nothing),
        });
    }

    /// It is not known whether what was done since `before` was.
    fn doubt_acts(&mut self, before: usize, label: &Label) {
        for act in self.acts.iter_mut().skip(before) {
            act.proof.doubt.get_or_insert_with(|| label.clone());
        }
    }

    /// Whether what was done since `before` was depends on the path or on the environment.
    fn dispatch_acts(&mut self, before: usize, label: &Label) {
        for act in self.acts.iter_mut().skip(before) {
            act.proof.dispatch.get_or_insert_with(|| label.clone());
        }
    }

    /// A `return` of a value.
    fn give_back(&mut self, at: &At, mut state: State, returns: &mut Returns) {
        let before = self.acts.len();
        let gain = self.expression(at, &mut state);
        self.gives(Some(at), &mut state);
        let is_outermost = self.calls.len() == 1;
        let failing = self.is_failing(at);
        match gain.depends {
            Some(depends) if is_outermost => state.doubt(&depends),
            depends => returns.depends = returns.depends.take().or(depends),
        }
        if let Some(proof) = gain.conditional {
            returns.bad = either(returns.bad.take(), Some(state.clone()));
            state.gain(&proof);
        }
        if is_outermost && self.returns_answer && self.acts.len() == before {
            self.answer_by_value(at, &state, failing);
        }
        returns.has_value |= !failing && !state.is_refused() && !self.is_nothing(at);
        returns.add(Some(state), failing);
    }

    fn answer_by_value(&mut self, at: &At, state: &State, failing: bool) {
        let module = self.values.project.module(at.module);
        let is_false = failing && matches!(module.kind(at.node), Kind::Bool(false));
        let refuses = self.status_of(at).is_some_and(|status| status >= 300.0);
        if !refuses && !is_false {
            self.act(ActKind::Answers, module.span(at.node), state);
        }
    }

    fn status_of(&self, at: &At) -> Option<f64> {
        let value = self.values.of(at);
        ["statusCode", "status"].iter().find_map(|key| match self.values.member(&value, key) {
            Value::Number(status) => Some(status),
            _ => None,
        })
    }

    fn is_nothing(&self, at: &At) -> bool {
        matches!(self.values.project.module(at.module).kind(at.node), Kind::Null)
    }

    /// Whether a returned value says that something went wrong.
    fn is_failing(&self, at: &At) -> bool {
        let module = self.values.project.module(at.module);
        match module.kind(at.node) {
            Kind::Bool(false) => true,
            Kind::Null => true,
            Kind::Object(properties) => properties.iter().any(|property| match property {
                Property::Named { key, value, .. } => match module.kind(*value) {
                    Kind::Bool(false) => {
                        matches!(key.as_str(), "valid" | "isValid" | "success" | "ok" | "verified" | "authenticated")
                    }
                    Kind::Number(status) => {
                        matches!(key.as_str(), "status" | "statusCode" | "code") && *status >= 400.0
                    }
                    Kind::Null => false,
                    _ => matches!(key.as_str(), "error" | "err" | "errors"),
                },
                _ => false,
            }),
            Kind::Await(operand) => self.is_failing(&at.with(*operand)),
            _ => false,
        }
    }
}

impl Returns {
    /// A way on which the function returns; one on which the request was refused is always a bad one.
    fn add(&mut self, end: Option<State>, is_bad: bool) {
        let (others, refused) = end.map_or((None, None), State::split);
        let (good, bad) = if is_bad { (None, others) } else { (others, None) };
        self.good = either(self.good.take(), good);
        self.bad = either(either(self.bad.take(), bad), refused);
    }
}

/// Whether a value is the function that hands on.
fn is_next(value: &Value) -> bool {
    matches!(value, Value::Chain(chain) if matches!(chain.root, Root::Given(Given::Next)) && chain.links.is_empty())
}

/// A function that is called where it is written.
fn inline(module: &crate::javascript::ir::Module, callee: NodeId) -> Option<NodeId> {
    module.function(callee).map(|_| callee)
}
