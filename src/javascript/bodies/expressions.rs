//! Expressions, in the order they are evaluated, and the calls among them.

use std::collections::BTreeSet;

use crate::javascript::{
    bodies::{
        ActKind, Bodies, inline, is_next,
        state::{Gain, Returns, State, either},
    },
    calls::{self, Meaning},
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
                let was_bound = state.is_bound();
                let test = at.with(*test);
                let gain = self.expression(&test, state);
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
                let first = self.expression(&left, state);
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
        match (returns.good, returns.bad) {
            (Some(good), None) => *state = good,
            (Some(good), Some(mut bad)) => {
                gain.conditional = good.proof();
                bad.ways.iter_mut().for_each(|way| way.is_refused = false);
                *state = good.or(bad);
            }
            (None, Some(bad)) => *state = bad,
            (None, None) => state.end(), // it throws
        }
        gain
    }

    /// A call that leads out of the tree.
    pub(super) fn outside(
        &mut self,
        at: &At,
        value: &Value,
        arguments: &[NodeId],
        state: &mut State,
        inner: Gain,
    ) -> Gain {
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
            Meaning::Decodes => {
                let label = calls::label(values, at, "the token is only decoded here");
                state.ways.iter_mut().for_each(|way| way.proof.evidence.push(label.clone()));
            }
            Meaning::Answers => self.act(ActKind::Answers, span, state),
            Meaning::Stores => self.act(ActKind::Stores, span, state),
            Meaning::HandsOn => self.act(ActKind::HandsOn, span, state),
            Meaning::Refuses if self.is_named(at, "throw") => state.end(),
            Meaning::Refuses => state.refuse(),
            Meaning::MayVerify => {
                let doubt = calls::label(values, at, "this call is given the request and could not be followed");
                self.doubt.get_or_insert_with(|| doubt.clone());
                may_verify = Some(Proof { doubt: Some(doubt), ..Proof::default() });
            }
            Meaning::Nothing => {}
        }
        if let Some(depends) =
            inner.depends.as_ref().filter(|_| arguments.iter().any(|node| module.function(*node).is_some()))
        {
            state.doubt(depends); // what is handed on to the function may be it
        }
        let depends = self.callbacks(at, arguments, state, proved.as_ref());
        let inner = Gain { depends, ..Gain::default() }.and(inner);
        if let Some(proof) = proved.as_ref().filter(|_| !self.gives_result(at)) {
            state.gain(proof);
        }
        if arguments.iter().any(|argument| is_next(&values.of(&at.with(*argument)))) && !self.is_named(at, "catch") {
            self.act(ActKind::HandsOn, span, state);
        }
        match proved {
            Some(proof) if self.gives_result(at) => Gain { conditional: Some(proof), ..Gain::default() },
            Some(_) => Gain::default(),
            None => match may_verify {
                Some(doubt) if is_awaited || self.may_refuse(at, arguments) => {
                    state.gain(&doubt);
                    inner
                }
                doubt => inner.and(Gain { conditional: doubt, ..Gain::default() }),
            },
        }
    }

    /// Whether a call that could not be followed may end the request by itself: it is given the response too, or its
    /// name says that it verifies.
    pub(super) fn may_refuse(&self, at: &At, arguments: &[NodeId]) -> bool {
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
    pub(super) fn is_named(&self, at: &At, name: &str) -> bool {
        let module = self.values.project.module(at.module);
        let Kind::Call { callee, .. } = module.kind(at.node) else { return false };
        matches!(module.kind(*callee), Kind::Member { property, .. } if property == name)
    }

    /// Whether a verifying call says by its result, not by throwing, whether a token is right.
    pub(super) fn gives_result(&self, at: &At) -> bool {
        let Value::Chain(chain) = self.values.of(at) else { return false };
        matches!(chain.package(), Some("crypto" | "node:crypto"))
    }

    /// Functions that are handed to a call from outside are run by it. Gives what decides the values they return.
    pub(super) fn callbacks(
        &mut self,
        at: &At,
        arguments: &[NodeId],
        state: &mut State,
        proved: Option<&Proof>,
    ) -> Option<Label> {
        let values = self.values;
        let mut depends = None;
        let module = values.project.module(at.module);
        // a middleware that is given the response refuses by itself: what it is given to call next runs when it is content
        let refuses_itself = arguments.iter().any(|argument| calls::is_response_like(&values.of(&at.with(*argument))));
        for argument in arguments {
            let Some(function) = module.function(*argument) else { continue };
            let mut inside = state.clone();
            if let Some(proof) = proved.filter(|_| refuses_itself) {
                inside.gain(proof);
            } else if let Some(proof) = proved {
                let names: BTreeSet<BindingId> =
                    function.parameters.iter().filter_map(|parameter| parameter.binding).collect();
                let gain = Gain { conditional: Some(proof.clone()), ..Gain::default() };
                inside.pending.extend(names.into_iter().map(|name| (at.module, name, gain.clone())));
            }
            let unknown = function.parameters.iter().map(|_| Value::unknown("")).collect();
            let (before, known) = (self.acts.len(), inside.proof().unwrap_or_default());
            let mut returns = self.function(&at.with(*argument), None, unknown, Some(at), inside);
            depends = depends.or(self.depends(&mut returns, before, &known));
            if let (None, Some(end)) = (proved, either(returns.good, returns.bad)) {
                end.doubted().into_iter().for_each(|label| state.doubt(label));
            }
        }
        depends
    }
}
