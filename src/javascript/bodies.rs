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

mod expressions;
mod statements;

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

/// Goes through the bodies of functions.
pub struct Bodies<'v, 'p, 's> {
    values: &'v Values<'p, 's>,
    ace: &'v Ace<'p>,
    acts: Vec<Act>,
    doubt: Option<Label>,
    calls: Vec<(ModuleId, NodeId)>,
    budget: u32,
    depth: usize,
    /// Whether what the outermost function returns is the answer.
    returns_answer: bool,
    is_cut: bool,
}

/// What is known at one point of a path.
#[derive(Clone, Debug, Default)]
struct State {
    proof: Proof,
    /// Names whose truth decides whether something is proved.
    pending: Vec<(ModuleId, BindingId, Gain)>,
    /// Whether the request was refused already.
    is_refused: bool,
}

/// What an expression adds.
#[derive(Clone, Debug, Default)]
struct Gain {
    /// What is proved if the expression's value is looked at.
    conditional: Option<Proof>,
    /// Where the path or the environment decides what the value is.
    depends: Option<Label>,
}

/// The paths on which a function returns.
#[derive(Default)]
struct Returns {
    good: Option<State>,
    bad: Option<State>,
    has_value: bool,
    /// Where the path or the environment decides what is returned, and nothing else.
    depends: Option<Label>,
}

impl State {
    /// Either of two paths; one on which the request was refused does not count.
    fn or(self, other: State) -> State {
        if self.is_refused != other.is_refused {
            return if self.is_refused { other } else { self };
        }
        let mut pending = self.pending;
        for more in other.pending {
            if !pending.iter().any(|known| known.0 == more.0 && known.1 == more.1) {
                pending.push(more);
            }
        }
        State { proof: self.proof.or(&other.proof), pending, is_refused: self.is_refused }
    }

    fn gain(&mut self, proof: &Proof) {
        self.proof = std::mem::take(&mut self.proof).and(proof);
    }
}

fn either(one: Option<State>, other: Option<State>) -> Option<State> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.or(other)),
        (one, other) => one.or(other),
    }
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
            budget: BUDGET,
            depth: 0,
            returns_answer,
            is_cut: false,
        };
        let returns = bodies.function(function, this, arguments, None, State::default());
        if returns_answer {
            let span = values.project.node(function.module, function.node).span;
            if let Some(state) = returns.good.filter(|state| !state.is_refused && !returns.has_value) {
                bodies.act(ActKind::Answers, Span { start: span.end, ..span }, &state);
            }
        }
        Outcome { acts: bodies.acts, doubt: bodies.doubt, is_cut: bodies.is_cut }
    }

    fn act(&mut self, kind: ActKind, span: Span, state: &State) {
        if !state.is_refused && self.acts.len() < 64 {
            self.acts.push(Act { kind, span, proof: state.proof.clone() });
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
        let before = self.acts.len();
        let scope = self.values.frame(function, arguments, this, call.map(|call| (call, 0)));
        let inside = |node: NodeId| At { module: function.module, node, scope: scope.clone() };
        match &definition.body {
            Body::Expression(value) => {
                self.give_back(&inside(*value), state, &mut returns);
            }
            Body::Statements(statements) => {
                let end = self.statements(&inside(function.node), statements, state, &mut returns);
                if let Some(end) = end {
                    if end.is_refused {
                        returns.bad = either(returns.bad.take(), Some(end));
                    } else if !returns.has_value {
                        returns.good = either(returns.good.take(), Some(end));
                    } else {
                        returns.bad = either(returns.bad.take(), Some(end));
                    }
                }
            }
            Body::Absent => returns.good = Some(state),
        }
        self.calls.pop();
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
            let Proof { class, evidence, doubt, .. } = &end.proof;
            !end.is_refused
                && *class == before.class
                && evidence.len() == before.evidence.len()
                && *doubt == before.doubt
        };
        let is_quiet = [&returns.good, &returns.bad].into_iter().flatten().all(is_unchanged);
        if is_quiet && self.acts.len() == acts {
            return Some(depends);
        }
        let ends = [&mut returns.good, &mut returns.bad].into_iter().flatten().map(|end| &mut end.proof);
        let done = self.acts[acts..].iter_mut().map(|act| &mut act.proof);
        ends.chain(done).for_each(|proof| {
            proof.doubt.get_or_insert_with(|| depends.clone());
        });
        self.doubt.get_or_insert(depends);
        None
    }

    /// A `return` of a value.
    fn give_back(&mut self, at: &At, mut state: State, returns: &mut Returns) {
        let before = self.acts.len();
        let gain = self.expression(at, &mut state);
        let is_outermost = self.calls.len() == 1;
        let failing = self.is_failing(at);
        match gain.depends {
            Some(depends) if is_outermost => state.proof.doubt = state.proof.doubt.or(Some(depends)),
            depends => returns.depends = returns.depends.take().or(depends),
        }
        if let Some(proof) = gain.conditional {
            returns.bad = either(returns.bad.take(), Some(state.clone()));
            state.gain(&proof);
        }
        if is_outermost && self.returns_answer && self.acts.len() == before {
            self.answer_by_value(at, &state, failing);
        }
        if failing || state.is_refused {
            returns.bad = either(returns.bad.take(), Some(state));
        } else {
            returns.has_value |= !self.is_nothing(at);
            returns.good = either(returns.good.take(), Some(state));
        }
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

impl Gain {
    fn and(self, other: Gain) -> Gain {
        let conditional = match (self.conditional, other.conditional) {
            (Some(one), Some(other)) => Some(one.and(&other)),
            (one, other) => one.or(other),
        };
        Gain { conditional, depends: self.depends.or(other.depends) }
    }

    fn or(self, other: Gain) -> Gain {
        let conditional = match (self.conditional, other.conditional) {
            (Some(one), Some(other)) => Some(one.or(&other)),
            _ => None,
        };
        Gain { conditional, depends: self.depends.or(other.depends) }
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
