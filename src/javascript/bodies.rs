//! What a function proves of a request before it acts, found by going through every path of its body.

use std::collections::BTreeSet;

use crate::{
    javascript::{
        ace::Ace,
        calls::{self, Meaning},
        ir::{BindingId, Body, Kind, NodeId, Property},
        project::ModuleId,
        proof::Proof,
        values::{self, At, Given, Root, Value, Values},
    },
    source::{Label, Span},
};

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
    pending: Vec<(ModuleId, BindingId, Proof)>,
    /// Whether the request was refused already.
    is_refused: bool,
}

/// What an expression adds.
#[derive(Clone, Debug, Default)]
struct Gain {
    /// What is proved if the expression's value is looked at.
    conditional: Option<Proof>,
}

/// The paths on which a function returns.
#[derive(Default)]
struct Returns {
    good: Option<State>,
    bad: Option<State>,
    has_value: bool,
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
        returns
    }

    /// A `return` of a value.
    fn give_back(&mut self, at: &At, mut state: State, returns: &mut Returns) {
        let before = self.acts.len();
        let gain = self.expression(at, &mut state);
        let is_outermost = self.calls.len() == 1;
        let failing = self.is_failing(at);
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

    fn statements(&mut self, at: &At, list: &[NodeId], state: State, returns: &mut Returns) -> Option<State> {
        let mut state = Some(state);
        for statement in list {
            state = self.statement(&at.with(*statement), state?, returns);
        }
        state
    }

    fn statement(&mut self, at: &At, state: State, returns: &mut Returns) -> Option<State> {
        if !self.step() {
            return Some(state);
        }
        self.depth += 1;
        let next = self.statement_inside(at, state, returns);
        self.depth -= 1;
        next
    }

    fn statement_inside(&mut self, at: &At, mut state: State, returns: &mut Returns) -> Option<State> {
        let values = self.values;
        let module = values.project.module(at.module);
        match module.kind(at.node) {
            Kind::Block(statements) => self.statements(at, statements, state, returns),
            Kind::If { test, yes, no } => self.branch(at, *test, *yes, *no, state, returns),
            Kind::Return(Some(value)) => {
                self.give_back(&at.with(*value), state, returns);
                None
            }
            Kind::Return(None) => {
                if state.is_refused {
                    returns.bad = either(returns.bad.take(), Some(state));
                } else {
                    returns.good = either(returns.good.take(), Some(state));
                }
                None
            }
            Kind::Throw(value) => {
                self.expression(&at.with(*value), &mut state);
                None
            }
            Kind::Jump => Some(state),
            Kind::Try { block, handler, finalizer } => {
                let before = state.clone();
                let after = self.statement(&at.with(*block), state, returns);
                let caught = match handler {
                    Some(handler) => {
                        let mut entry = before;
                        entry.proof.doubt =
                            entry.proof.doubt.or_else(|| after.as_ref().and_then(|after| after.proof.doubt.clone()));
                        self.statement(&at.with(*handler), entry, returns)
                    }
                    None => None,
                };
                let after = either(after, caught);
                match (finalizer, after) {
                    (Some(last), Some(state)) => self.statement(&at.with(*last), state, returns),
                    (_, after) => after,
                }
            }
            Kind::Switch { subject, cases } => {
                self.expression(&at.with(*subject), &mut state);
                let mut after = None;
                let mut open: Option<State> = None;
                let has_default = cases.iter().any(|(test, _)| test.is_none());
                let subject = values.of(&at.with(*subject));
                let known = cases.iter().position(|(test, _)| {
                    test.is_some_and(|test| values::same(&subject, &values.of(&at.with(test))) == Some(true))
                });
                let impossible = |test: Option<NodeId>| {
                    test.is_some_and(|test| values::same(&subject, &values.of(&at.with(test))) == Some(false))
                };
                let has_default = has_default || known.is_some();
                for (number, (test, body)) in cases.iter().enumerate() {
                    if open.is_none() && (impossible(*test) || known.is_some_and(|known| known != number)) {
                        continue;
                    }
                    let entry = either(open.take(), Some(state.clone()).filter(|_| !impossible(*test)));
                    let ends = body.iter().any(|node| matches!(module.kind(*node), Kind::Jump));
                    let end = entry.and_then(|entry| self.statements(at, body, entry, returns));
                    if ends { after = either(after, end) } else { open = end }
                }
                let after = either(after, open);
                if has_default { after } else { either(after, Some(state)) }
            }
            Kind::Loop { head, body, may_skip } => {
                for node in head {
                    self.expression(&at.with(*node), &mut state);
                }
                let after = self.statement(&at.with(*body), state.clone(), returns);
                if *may_skip { either(after, Some(state)) } else { after }
            }
            Kind::Declare { bindings, value } => {
                if let Some(value) = value {
                    let gain = self.expression(&at.with(*value), &mut state);
                    if let Some(proof) = gain.conditional {
                        state.pending.extend(bindings.iter().map(|binding| (at.module, *binding, proof.clone())));
                    }
                }
                Some(state)
            }
            Kind::Function(_) | Kind::Class(_) => Some(state),
            Kind::Assign { target, value, .. } => {
                let gain = self.expression(&at.with(*value), &mut state);
                if let (Some(proof), Kind::Name(binding)) = (gain.conditional, module.kind(*target)) {
                    state.pending.push((at.module, *binding, proof));
                }
                self.assignment(at, *target, *value, &mut state);
                Some(state)
            }
            _ => {
                self.expression(at, &mut state);
                Some(state)
            }
        }
    }

    /// `ctx.body = …` and `ctx.status = 401` are answers too.
    fn assignment(&mut self, at: &At, target: NodeId, value: NodeId, state: &mut State) {
        let module = self.values.project.module(at.module);
        let Kind::Member { object, property, .. } = module.kind(target) else { return };
        let is_answer = matches!(property.as_str(), "body" | "status" | "statusCode");
        if !is_answer || !calls::is_response_like(&self.values.of(&at.with(*object))) {
            return;
        }
        match (property.as_str(), module.kind(value)) {
            ("body", _) => self.act(ActKind::Answers, module.span(at.node), state),
            (_, Kind::Number(status)) if *status >= 300.0 => state.is_refused = true,
            _ => {}
        }
    }

    fn branch(
        &mut self,
        at: &At,
        test: NodeId,
        yes: NodeId,
        no: Option<NodeId>,
        mut state: State,
        returns: &mut Returns,
    ) -> Option<State> {
        let test = at.with(test);
        let known = self.values.truth(&test);
        let gain = self.expression(&test, &mut state);
        let (mut if_yes, mut if_no) = (state.clone(), state);
        if let Some(proof) = &gain.conditional {
            if self.is_negative(&test) { if_no.gain(proof) } else { if_yes.gain(proof) }
        }
        let before = self.acts.len();
        let yes = (known != Some(false)).then(|| self.statement(&at.with(yes), if_yes, returns)).flatten();
        let no = (known != Some(true)).then(|| match no {
            Some(no) => self.statement(&at.with(no), if_no, returns),
            None => Some(if_no),
        });
        let mut no = no.flatten();
        let mut yes = yes;
        if known.is_none() && (yes.is_none() || no.is_none()) && self.depends_on_surroundings(&test) {
            let doubt = calls::label(self.values, &test, "what holds here depends on the path or on the environment");
            self.doubt.get_or_insert_with(|| doubt.clone());
            let later = self.acts[before..].iter_mut().map(|act| &mut act.proof);
            let next = yes.iter_mut().chain(no.iter_mut()).map(|state| &mut state.proof);
            later.chain(next).for_each(|proof| {
                proof.doubt.get_or_insert_with(|| doubt.clone());
            });
        }
        either(yes, no)
    }

    /// Whether a condition asks for the request's path or for an environment variable.
    fn depends_on_surroundings(&self, at: &At) -> bool {
        let module = self.values.project.module(at.module);
        module.own(at.node).any(|node| {
            let is_name = matches!(module.kind(node), Kind::Member { .. } | Kind::Name(_));
            is_name && calls::is_path_or_environment(&self.values.of(&at.with(node)))
        })
    }

    /// Whether a condition holds when something is wrong.
    fn is_negative(&self, at: &At) -> bool {
        let module = self.values.project.module(at.module);
        let sounds_wrong = |name: &str| {
            let name = name.to_ascii_lowercase();
            ["err", "invalid", "fail", "expired", "unauthorized", "denied"].iter().any(|word| name.contains(word))
        };
        match module.kind(at.node) {
            Kind::Unary { operator: "!", operand } => !self.is_negative(&at.with(*operand)),
            Kind::Binary { operator: "===" | "==", left, right } => {
                let is_wrong = |node: &NodeId| matches!(module.kind(*node), Kind::Bool(false) | Kind::Null);
                is_wrong(left) || is_wrong(right)
            }
            Kind::Binary { operator: "!==" | "!=", left, right } => {
                let is_nothing = |node: &NodeId| matches!(module.kind(*node), Kind::Bool(false) | Kind::Null);
                !(is_nothing(left) || is_nothing(right))
            }
            Kind::Binary { operator: "<" | ">" | "<=" | ">=", .. } => true,
            Kind::Logical { left, right, operator } => match *operator {
                "||" => self.is_negative(&at.with(*left)) || self.is_negative(&at.with(*right)),
                _ => self.is_negative(&at.with(*left)),
            },
            Kind::Name(binding) => sounds_wrong(&module.binding(*binding).name),
            Kind::Member { property, .. } => sounds_wrong(property),
            Kind::Await(operand) => self.is_negative(&at.with(*operand)),
            Kind::Call { callee, .. } => match module.kind(*callee) {
                Kind::Member { property, .. } => sounds_wrong(property),
                Kind::Name(binding) => sounds_wrong(&module.binding(*binding).name),
                _ => false,
            },
            _ => false,
        }
    }

    /// Goes through an expression in the order it is evaluated.
    fn expression(&mut self, at: &At, state: &mut State) -> Gain {
        if !self.step() {
            return Gain::default();
        }
        self.depth += 1;
        let gain = self.expression_inside(at, state);
        self.depth -= 1;
        gain
    }

    fn all(&mut self, at: &At, nodes: &[NodeId], state: &mut State) -> Gain {
        let mut total = Gain::default();
        for node in nodes {
            total = total.and(self.expression(&at.with(*node), state));
        }
        total
    }

    fn expression_inside(&mut self, at: &At, state: &mut State) -> Gain {
        let values = self.values;
        let module = values.project.module(at.module);
        match module.kind(at.node) {
            Kind::Call { callee, arguments } => self.call(at, *callee, arguments, state),
            Kind::New { callee, arguments } => self.call(at, *callee, arguments, state),
            Kind::Await(operand) | Kind::Spread(operand) | Kind::Unary { operand, .. } | Kind::Import(operand) => {
                self.expression(&at.with(*operand), state)
            }
            Kind::Member { object, .. } => self.expression(&at.with(*object), state),
            Kind::Index { object, index } => self.all(at, &[*object, *index], state),
            Kind::Name(binding) => self.pending(at.module, *binding, state),
            Kind::Template { values, .. } => self.all(at, values, state),
            Kind::Array(nodes) | Kind::Sequence(nodes) | Kind::Other(nodes) => self.all(at, nodes, state),
            Kind::Object(properties) => {
                for property in properties {
                    match property {
                        Property::Named { value, .. } | Property::Computed { value, .. } | Property::Spread(value) => {
                            self.expression(&at.with(*value), state);
                        }
                        Property::Getter { .. } => {}
                    }
                }
                Gain::default()
            }
            Kind::Assign { .. } => {
                self.statement(at, state.clone(), &mut Returns::default()).into_iter().for_each(|next| *state = next);
                Gain::default()
            }
            Kind::Conditional { test, yes, no } => {
                let gain = self.expression(&at.with(*test), state);
                let (mut if_yes, mut if_no) = (state.clone(), state.clone());
                if let Some(proof) = &gain.conditional {
                    if self.is_negative(&at.with(*test)) { if_no.gain(proof) } else { if_yes.gain(proof) }
                }
                let one = self.expression(&at.with(*yes), &mut if_yes);
                let other = self.expression(&at.with(*no), &mut if_no);
                *state = if_yes.or(if_no);
                one.or(other)
            }
            Kind::Logical { operator, left, right } => {
                let first = self.expression(&at.with(*left), state);
                let mut if_right = state.clone();
                if let Some(proof) = &first.conditional {
                    let negative = self.is_negative(&at.with(*left));
                    if negative == (*operator != "&&") {
                        if_right.gain(proof);
                    }
                }
                let second = self.expression(&at.with(*right), &mut if_right);
                *state = State { proof: state.proof.clone().or(&if_right.proof), ..if_right };
                first.and(second)
            }
            Kind::Binary { left, right, operator } => {
                let gain = self.all(at, &[*left, *right], state);
                if matches!(*operator, "===" | "!==" | "==" | "!=") && self.binds(at, *left, *right) {
                    state.proof.is_bound = true;
                }
                gain
            }
            _ => Gain::default(),
        }
    }

    fn pending(&self, module: ModuleId, binding: BindingId, state: &State) -> Gain {
        let found = state.pending.iter().rev().find(|(of, name, _)| *of == module && *name == binding);
        Gain { conditional: found.map(|(_, _, proof)| proof.clone()) }
    }

    /// Whether a comparison holds the token's issuer against the body's `clientKey`.
    fn binds(&self, at: &At, left: NodeId, right: NodeId) -> bool {
        let text = |node: NodeId| self.values.project.text(at.module, node).to_ascii_lowercase();
        let (left, right) = (text(left), text(right));
        let is_issuer = |text: &str| text.contains("iss");
        let is_key = |text: &str| text.contains("clientkey") || text.contains("client_key");
        is_issuer(&left) && is_key(&right) || is_issuer(&right) && is_key(&left)
    }

    fn call(&mut self, at: &At, callee: NodeId, arguments: &[NodeId], state: &mut State) -> Gain {
        let values = self.values;
        let module = values.project.module(at.module);
        let inner = self.expression(&at.with(callee), state);
        let mut gain = Gain::default();
        for argument in arguments {
            if !matches!(module.kind(*argument), Kind::Function(_)) {
                gain = gain.and(self.expression(&at.with(*argument), state));
            }
        }
        if let Some(function) = inline(module, callee) {
            let given = values.arguments(at, arguments);
            return self.called(&at.with(function), None, given, at, state);
        }
        match values.of(&at.with(callee)) {
            Value::Literal(function) if values.project.module(function.module).function(function.node).is_some() => {
                let given = values.arguments(at, arguments);
                self.called(&function, None, given, at, state)
            }
            Value::Method(function, this) => {
                let given = values.arguments(at, arguments);
                self.called(&function, Some((*this).clone()), given, at, state)
            }
            Value::Choice(choices) => self.any_of(at, &choices, arguments, state),
            _ => {
                let value = values.of(at);
                let outer = self.outside(at, &value, arguments, state, inner);
                gain.and(outer)
            }
        }
    }

    fn any_of(&mut self, at: &At, choices: &[Value], arguments: &[NodeId], state: &mut State) -> Gain {
        let mut after = None;
        for choice in choices {
            let mut next = state.clone();
            match choice {
                Value::Literal(function) => {
                    let given = self.values.arguments(at, arguments);
                    self.called(function, None, given, at, &mut next);
                }
                Value::Method(function, this) => {
                    let given = self.values.arguments(at, arguments);
                    self.called(function, Some((**this).clone()), given, at, &mut next);
                }
                Value::Null | Value::Bool(_) => continue,
                other => {
                    let value = self.values.apply(other, at, arguments);
                    self.outside(at, &value, arguments, &mut next, Gain::default());
                }
            }
            after = either(after, Some(next));
        }
        *state = after.unwrap_or_else(|| state.clone());
        Gain::default()
    }

    /// A call of a function of the tree.
    fn called(&mut self, function: &At, this: Option<Value>, given: Vec<Value>, call: &At, state: &mut State) -> Gain {
        let returns = self.function(function, this, given, Some(call), state.clone());
        let mut gain = Gain::default();
        match (returns.good, returns.bad) {
            (Some(good), None) => *state = good,
            (Some(good), Some(bad)) => {
                gain.conditional = Some(good.proof.clone());
                let is_refused = false;
                *state = State { is_refused, ..State { is_refused, ..good }.or(State { is_refused, ..bad }) };
            }
            (None, Some(bad)) => *state = bad,
            (None, None) => {}
        }
        gain
    }

    /// A call that leads out of the tree.
    fn outside(&mut self, at: &At, value: &Value, arguments: &[NodeId], state: &mut State, inner: Gain) -> Gain {
        let values = self.values;
        let module = values.project.module(at.module);
        let span = module.span(at.node);
        let is_awaited = at.node.index() > 0
            && module.nodes[..at.node.index()].last().is_some_and(|node| matches!(node.kind, Kind::Await(_)));
        let meaning = calls::meaning(values, self.ace, at, value, arguments, is_awaited);
        let mut proved = None;
        let mut may_verify = None;
        match &meaning {
            Meaning::Verifies(class) => {
                proved = Some(Proof::of(*class, calls::label(values, at, "the token is verified here")));
            }
            Meaning::Decodes => state.proof.evidence.push(calls::label(values, at, "the token is only decoded here")),
            Meaning::Answers => self.act(ActKind::Answers, span, state),
            Meaning::Stores => self.act(ActKind::Stores, span, state),
            Meaning::HandsOn => self.act(ActKind::HandsOn, span, state),
            Meaning::Refuses => state.is_refused = true,
            Meaning::MayVerify => {
                let doubt = calls::label(values, at, "this call is given the request and could not be followed");
                self.doubt.get_or_insert_with(|| doubt.clone());
                may_verify = Some(Proof { doubt: Some(doubt), ..Proof::default() });
            }
            Meaning::Nothing => {}
        }
        self.callbacks(at, arguments, state, proved.as_ref());
        if let Some(proof) = proved.as_ref().filter(|_| !self.gives_result(at)) {
            state.gain(proof);
        }
        if arguments.iter().any(|argument| is_next(&values.of(&at.with(*argument)))) && !self.is_named(at, "catch") {
            self.act(ActKind::HandsOn, span, state);
        }
        match proved {
            Some(proof) if self.gives_result(at) => Gain { conditional: Some(proof) },
            Some(_) => Gain::default(),
            None => match may_verify {
                Some(doubt) if is_awaited || self.may_refuse(at, arguments) => {
                    state.gain(&doubt);
                    inner
                }
                doubt => inner.and(Gain { conditional: doubt }),
            },
        }
    }

    /// Whether a call that could not be followed may end the request by itself: it is given the response too, or its
    /// name says that it verifies.
    fn may_refuse(&self, at: &At, arguments: &[NodeId]) -> bool {
        let module = self.values.project.module(at.module);
        let (Kind::Call { callee, .. } | Kind::New { callee, .. }) = module.kind(at.node) else { return true };
        let name = self.values.project.text(at.module, *callee).to_ascii_lowercase();
        let is_named = ["verif", "valid", "auth", "jwt", "token", "check", "assert", "guard", "claims", "decode"]
            .iter()
            .any(|word| name.contains(word));
        let given = arguments.iter().map(|argument| self.values.of(&at.with(*argument)));
        let mut answers = given.filter(|value| calls::is_response_like(value) || is_next(value));
        is_named || answers.next().is_some()
    }

    /// Whether a call's callee is a member of this name.
    fn is_named(&self, at: &At, name: &str) -> bool {
        let module = self.values.project.module(at.module);
        let Kind::Call { callee, .. } = module.kind(at.node) else { return false };
        matches!(module.kind(*callee), Kind::Member { property, .. } if property == name)
    }

    /// Whether a verifying call says by its result, not by throwing, whether a token is right.
    fn gives_result(&self, at: &At) -> bool {
        let Value::Chain(chain) = self.values.of(at) else { return false };
        matches!(chain.package(), Some("crypto" | "node:crypto"))
    }

    /// Functions that are handed to a call from outside are run by it.
    fn callbacks(&mut self, at: &At, arguments: &[NodeId], state: &mut State, proved: Option<&Proof>) {
        let values = self.values;
        let module = values.project.module(at.module);
        for argument in arguments {
            let Some(function) = module.function(*argument) else { continue };
            let mut inside = state.clone();
            if let Some(proof) = proved {
                let names: BTreeSet<BindingId> =
                    function.parameters.iter().filter_map(|parameter| parameter.binding).collect();
                inside.pending.extend(names.into_iter().map(|name| (at.module, name, proof.clone())));
            }
            let unknown = function.parameters.iter().map(|_| Value::unknown("")).collect();
            let returns = self.function(&at.with(*argument), None, unknown, Some(at), inside);
            if let (None, Some(end)) = (proved, either(returns.good, returns.bad)) {
                let is_refused = state.is_refused;
                state.proof.doubt = state.proof.doubt.take().or_else(|| end.proof.doubt.clone());
                state.is_refused = is_refused;
            }
        }
    }
}

impl Gain {
    fn and(self, other: Gain) -> Gain {
        let conditional = match (self.conditional, other.conditional) {
            (Some(one), Some(other)) => Some(one.and(&other)),
            (one, other) => one.or(other),
        };
        Gain { conditional }
    }

    fn or(self, other: Gain) -> Gain {
        let conditional = match (self.conditional, other.conditional) {
            (Some(one), Some(other)) => Some(one.or(&other)),
            _ => None,
        };
        Gain { conditional }
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
