//! Expressions, in the order they are evaluated, and the calls among them.

use crate::javascript::{
    bodies::{
        Bodies, inline,
        state::{Gain, Key, Returns, State, either},
    },
    calls,
    ir::{BindingId, Kind, NodeId, Property},
    project::ModuleId,
    proof::Proof,
    values::{At, Value},
};
use crate::source::Label;

impl Bodies<'_, '_, '_> {
    /// Goes through an expression in the order it is evaluated.
    pub(super) fn expression(&mut self, at: &At, state: &mut State) -> Gain {
        if !self.step() {
            return Gain::default();
        }
        self.depth += 1;
        let gain = self.expression_inside(at, state);
        self.depth -= 1;
        gain
    }

    pub(super) fn all(&mut self, at: &At, nodes: &[NodeId], state: &mut State) -> Gain {
        let mut total = Gain::default();
        for node in nodes {
            total = total.and(self.expression(&at.with(*node), state));
        }
        total
    }

    pub(super) fn expression_inside(&mut self, at: &At, state: &mut State) -> Gain {
        let values = self.values;
        let module = values.project.module(at.module);
        match module.kind(at.node) {
            Kind::Call { callee, arguments } => self.call(at, *callee, arguments, state),
            Kind::New { callee, arguments } if self.promised(at, *callee, arguments, state) => Gain::default(),
            Kind::New { callee, arguments } => self.call(at, *callee, arguments, state),
            Kind::Unary { operator: "!", operand } => self.unwaited(&at.with(*operand), state),
            Kind::Await(operand) | Kind::Spread(operand) | Kind::Unary { operand, .. } | Kind::Import(operand) => {
                self.expression(&at.with(*operand), state)
            }
            Kind::Member { object, .. } => self.expression(&at.with(*object), state),
            Kind::Index { object, index } => self.all(at, &[*object, *index], state),
            Kind::Name(binding) => {
                let gain = self.pending(at.module, *binding, state);
                gain.kept.iter().for_each(|proof| state.gain(proof));
                Gain { kept: None, ..gain }
            }
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
                let was_bound = state.is_bound();
                let test = at.with(*test);
                let gain = self.unwaited(&test, state);
                let binds = !was_bound && state.is_bound();
                let (mut if_yes, mut if_no) = self.fork(&test, &gain, state.clone());
                let before = self.acts.len();
                let one = self.expression(&at.with(*yes), &mut if_yes);
                let other = self.expression(&at.with(*no), &mut if_no);
                if binds {
                    if self.is_mismatch(&test) { if_yes.unbind_refused() } else { if_no.unbind_refused() }
                }
                *state = if_yes.or(if_no);
                self.decided(gain.depends.as_ref(), before, state);
                Gain { depends: gain.depends, ..Gain::default() }.and(one.or(other))
            }
            Kind::Logical { operator, left, right } => {
                let left = at.with(*left);
                let was_bound = state.is_bound();
                let first = self.unwaited(&left, state);
                let binds = !was_bound && state.is_bound();
                let (if_yes, if_no) = self.fork(&left, &Gain::default(), state.clone());
                let is_and = *operator == "&&";
                let (mut if_right, mut if_left) = if is_and { (if_yes, if_no) } else { (if_no, if_yes) };
                if let Some(proof) = first.conditional.as_ref().filter(|_| self.is_negative(&left) != is_and) {
                    if_right.gain(proof);
                }
                let before = self.acts.len();
                let second = self.expression(&at.with(*right), &mut if_right);
                self.decided(first.depends.as_ref(), before, &mut if_right);
                if binds && self.is_mismatch(&left) == is_and {
                    if_right.unbind_refused();
                }
                let is_bound = self.binds_by(&at.with(*right), operator);
                for state in [&mut if_left, &mut if_right].into_iter().filter(|_| is_bound) {
                    state.bind();
                }
                *state = if_left.or(if_right);
                first.and(second)
            }
            Kind::Binary { left, right, operator } => {
                let gain = self.all(at, &[*left, *right], state);
                if matches!(*operator, "===" | "!==" | "==" | "!=") && self.binds(at, *left, *right) {
                    state.bind();
                }
                gain
            }
            _ => Gain::default(),
        }
    }

    pub(super) fn pending(&self, module: ModuleId, binding: BindingId, state: &State) -> Gain {
        let found = state.pending.iter().rev().find(|(of, name, _)| *of == module && *name == binding);
        found.map(|(_, _, gain)| gain.clone()).unwrap_or_default()
    }

    /// What was done since `before` only if a value is one that the path or the environment decides.
    pub(super) fn decided(&mut self, depends: Option<&Label>, before: usize, state: &mut State) {
        let Some(depends) = depends.filter(|_| self.acts.len() > before) else { return };
        self.doubt.get_or_insert_with(|| depends.clone());
        self.doubt_acts(before, depends);
        state.doubt(depends);
    }

    /// Whether one of the conditions joined by an operator is the comparison with the body's `clientKey`, so that the
    /// branch that all of them decide is bound: `a !== b || iss !== clientKey`, `a === b && iss === clientKey`.
    fn binds_by(&self, at: &At, joining: &str) -> bool {
        match self.values.project.module(at.module).kind(at.node) {
            Kind::Logical { operator, left, right } if *operator == joining => {
                self.binds_by(&at.with(*left), joining) || self.binds_by(&at.with(*right), joining)
            }
            Kind::Binary { operator, left, right } => {
                let is_it = matches!((joining, *operator), ("||", "!==" | "!=") | ("&&", "===" | "=="));
                is_it && self.binds(at, *left, *right)
            }
            _ => false,
        }
    }

    /// Whether a comparison holds the token's issuer against the body's `clientKey`.
    pub(super) fn binds(&self, at: &At, left: NodeId, right: NodeId) -> bool {
        let text = |node: NodeId| self.values.project.text(at.module, node).to_ascii_lowercase();
        let (left, right) = (text(left), text(right));
        let is_issuer = |text: &str| text.contains("iss");
        let is_key = |text: &str| text.contains("clientkey") || text.contains("client_key");
        is_issuer(&left) && is_key(&right) || is_issuer(&right) && is_key(&left)
    }

    pub(super) fn call(&mut self, at: &At, callee: NodeId, arguments: &[NodeId], state: &mut State) -> Gain {
        let values = self.values;
        let module = values.project.module(at.module);
        self.may_throw(state);
        if let Some(gain) = self.settled(at, callee, arguments, state) {
            return gain;
        }
        if self.together(at, callee, arguments, state) {
            return Gain::default();
        }
        let inner = self.expression(&at.with(callee), state);
        let mut gain = Gain::default();
        for argument in arguments {
            if !matches!(module.kind(*argument), Kind::Function(_)) {
                gain = gain.and(self.expression(&at.with(*argument), state));
            }
        }
        let resolved = arguments.first().map(|argument| at.with(*argument));
        if self.settle(&at.with(callee), resolved.as_ref(), state) {
            self.reject(&at.with(callee), state);
            return Gain::default();
        }
        if let Some(function) = inline(module, callee) {
            let given = values.arguments(at, arguments);
            return self.called(&at.with(function), None, given, at, state);
        }
        let gain = match values.of(&at.with(callee)) {
            Value::Literal(function) if values.project.module(function.module).function(function.node).is_some() => {
                let given = values.arguments(at, arguments);
                self.hand_over(&function, at, arguments, state);
                self.called(&function, None, given, at, state)
            }
            Value::Method(function, this) => {
                let given = values.arguments(at, arguments);
                self.hand_over(&function, at, arguments, state);
                self.called(&function, Some((*this).clone()), given, at, state)
            }
            Value::Choice(choices) => self.any_of(at, &choices, arguments, state),
            _ => {
                let value = values.of(at);
                let outer = self.outside(at, &value, arguments, state, inner);
                gain.and(outer)
            }
        };
        for argument in arguments.iter().filter(|argument| module.function(**argument).is_some()) {
            self.forget_assigned(&at.with(*argument), state); // it may run later
        }
        gain
    }

    pub(super) fn any_of(&mut self, at: &At, choices: &[Value], arguments: &[NodeId], state: &mut State) -> Gain {
        let mut after = None;
        let mut depends = None;
        for choice in choices {
            let mut next = state.clone();
            let gain = match choice {
                Value::Literal(function) => {
                    let given = self.values.arguments(at, arguments);
                    self.called(function, None, given, at, &mut next)
                }
                Value::Method(function, this) => {
                    let given = self.values.arguments(at, arguments);
                    self.called(function, Some((**this).clone()), given, at, &mut next)
                }
                Value::Null | Value::Bool(_) => continue,
                other => {
                    let value = self.values.apply(other, at, arguments);
                    self.outside(at, &value, arguments, &mut next, Gain::default())
                }
            };
            depends = depends.or(gain.depends);
            after = either(after, Some(next));
        }
        *state = after.unwrap_or_else(|| state.clone());
        Gain { depends, ..Gain::default() }
    }

    /// What a call gives tells, in a way that cannot be followed, whether something was verified.
    fn told_by(&self, call: &At) -> Proof {
        let doubt = calls::label(self.values, call, "what this gives tells what was verified");
        Proof { doubt: Some(doubt), is_partial: true, ..Proof::default() }
    }

    /// What is known of the arguments of a call is known of the parameters.
    fn hand_over(&self, function: &At, call: &At, arguments: &[NodeId], state: &mut State) {
        let Some(definition) = self.values.project.module(function.module).function(function.node) else { return };
        for (parameter, argument) in definition.parameters.iter().zip(arguments) {
            if let Some(name) = parameter.binding.filter(|_| !parameter.is_rest) {
                let argument = call.with(*argument);
                state.learn(Key::Name(function.module, name), |way| self.fact_on(way, &argument));
            }
        }
    }

    /// A call of a function of the tree.
    pub(super) fn called(
        &mut self,
        function: &At,
        this: Option<Value>,
        given: Vec<Value>,
        call: &At,
        state: &mut State,
    ) -> Gain {
        let before = self.acts.len();
        let mut returns = self.function(function, this, given, Some(call), state.clone());
        let depends = self.depends(&mut returns, before, &state.proof().unwrap_or_default());
        let mut gain = Gain { depends, ..Gain::default() };
        let was_partial = state.is_partial();
        match (returns.good, returns.bad) {
            (Some(good), None) => {
                if returns.has_value && !was_partial && good.is_partial() {
                    gain.conditional = Some(self.told_by(call));
                }
                *state = good;
            }
            (Some(good), Some(bad)) => {
                let class = |state: &State| state.proof().and_then(|proof| proof.class);
                let is_told = returns.has_value && class(&good).is_none() && class(&bad).is_some();
                gain.conditional = if is_told { Some(self.told_by(call)) } else { good.proof() };
                *state = good.or(bad);
            }
            (None, Some(bad)) => *state = bad,
            (None, None) => state.end(), // it throws
        }
        gain
    }
}
