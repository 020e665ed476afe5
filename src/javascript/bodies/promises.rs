//! What is known once a promise is kept, where one is waited for; and nothing of one that no one waits for.

use crate::javascript::{
    bodies::{
        ActKind, Bodies, Settling, inline, is_next,
        state::{Fact, Gain, Key, State, either},
    },
    calls,
    ir::{Body, Kind, Module, NodeId},
    values::{At, Value},
};

/// How deep it is looked whether a function gives a promise that another gives it.
const DEEPEST_PROMISE: usize = 3;

impl Bodies<'_, '_, '_> {
    /// Goes through an expression whose value no one looks at: what a promise proves that is not waited for does not hold.
    pub(super) fn unwaited(&mut self, at: &At, state: &mut State) -> Gain {
        if let Kind::Name(name) = self.values.project.module(at.module).kind(at.node)
            && self.pending(at.module, *name, state).kept.is_some()
        {
            return Gain::default();
        }
        let before = state.clone();
        let gain = self.expression(at, state);
        if !self.is_promise(at, 0) {
            return gain;
        }
        *state = before;
        self.forget_assigned(at, state);
        state.learn(Key::Call(at.module, at.node), |_| Some(Fact::Something));
        Gain::default()
    }

    /// Goes through a value that a name is given: a promise may be waited for later.
    pub(super) fn kept(&mut self, at: &At, state: &mut State) -> Gain {
        let before = state.clone();
        let gain = self.expression(at, state);
        if !self.is_promise(at, 0) {
            return gain;
        }
        let kept = std::mem::replace(state, before).proof();
        self.forget_assigned(at, state);
        Gain { kept, ..gain }
    }

    /// Whether an expression is a promise for sure.
    pub(super) fn is_promise(&self, at: &At, hops: usize) -> bool {
        let module = self.values.project.module(at.module);
        match module.kind(at.node) {
            Kind::Call { callee, arguments } => {
                if settles(module, *callee).is_some_and(|(_, name)| name == "then" || !arguments.is_empty()) {
                    return true;
                }
                match inline(module, *callee) {
                    Some(function) => self.gives_promise(&at.with(function), hops),
                    None => match self.values.of(&at.with(*callee)) {
                        Value::Literal(function) | Value::Method(function, _) => self.gives_promise(&function, hops),
                        _ => calls::is_promised(&self.values.of(at)),
                    },
                }
            }
            Kind::New { callee, .. } => is_promise_class(module, *callee),
            _ => false,
        }
    }

    fn gives_promise(&self, function: &At, hops: usize) -> bool {
        let module = self.values.project.module(function.module);
        let Some(definition) = module.function(function.node).filter(|_| hops < DEEPEST_PROMISE) else { return false };
        let is_promise = |value: NodeId| self.is_promise(&function.with(value), hops + 1);
        definition.is_async
            || match &definition.body {
                Body::Expression(value) => is_promise(*value),
                Body::Statements(statements) => match statements.last().map(|last| module.kind(*last)) {
                    Some(Kind::Return(Some(value))) => is_promise(*value),
                    _ => false,
                },
                Body::Absent => false,
            }
    }

    /// `promise.then(…)`, `promise.catch(…)`, `promise.finally(…)`: what is known once it is settled. `None` for any
    /// other call.
    pub(super) fn settled(&mut self, at: &At, callee: NodeId, given: &[NodeId], state: &mut State) -> Option<Gain> {
        let module = self.values.project.module(at.module);
        let (promise, name) = settles(module, callee).filter(|_| !given.is_empty())?;
        let before = state.clone();
        let mut gain = self.expression(&at.with(promise), state);
        for handler in given.iter().filter(|handler| module.function(**handler).is_none()) {
            self.expression(&at.with(*handler), &mut before.clone()); // `then(next())` does not wait
        }
        if let Some(depends) = gain.depends.take() {
            state.doubt(&depends);
        }
        let own = |state: &mut State| {
            let (key, promise) = (Key::Call(at.module, at.node), Key::Call(at.module, promise));
            state.learn(key, |way| way.fact(promise));
        };
        let mut failed = before;
        state.doubted().into_iter().for_each(|label| failed.doubt(label));
        let kept = state.clone().reached();
        let after = match name {
            "catch" => {
                let mut kept = kept;
                kept.iter_mut().for_each(own);
                let caught = self.handed(at, given[0], failed, true);
                let key = Key::Call(at.module, at.node);
                let is_false =
                    |caught: &State| caught.ways.iter().all(|way| way.fact(key).is_some_and(|fact| !fact.holds()));
                gain.conditional = gain.conditional.filter(|_| caught.as_ref().is_none_or(is_false));
                either(kept, caught)
            }
            "finally" => {
                let either_way = either(kept.clone(), Some(failed));
                either_way.and_then(|state| self.handed(at, given[0], state, false));
                let mut kept = kept;
                kept.iter_mut().for_each(own);
                kept
            }
            _ => {
                let after = kept.and_then(|state| self.handed(at, given[0], state, false));
                gain = Gain::default();
                match given.get(1) {
                    Some(handler) => either(after, self.handed(at, *handler, failed, true)),
                    None => after,
                }
            }
        };
        match after {
            Some(after) => *state = after,
            None => state.end(),
        }
        Some(gain)
    }

    /// Runs a function that is handed to a promise.
    fn handed(&mut self, at: &At, handler: NodeId, mut state: State, has_failed: bool) -> Option<State> {
        let module = self.values.project.module(at.module);
        let value = match module.kind(handler) {
            Kind::Function(_) => Value::Literal(at.with(handler)),
            _ => self.values.of(&at.with(handler)),
        };
        match value {
            Value::Literal(function) | Value::Method(function, _)
                if self.values.project.module(function.module).function(function.node).is_some() =>
            {
                let definition = self.values.project.module(function.module).function(function.node);
                let unknown = definition.map_or(0, |function| function.parameters.len());
                let given = vec![Value::unknown(""); unknown];
                let name = definition.and_then(|function| function.parameters.first()?.binding);
                if let (Some(name), Kind::Call { callee, .. }) = (name, module.kind(at.node))
                    && let Some((promise, _)) = settles(module, *callee)
                {
                    let given = Key::Call(at.module, promise);
                    let is_error = has_failed.then_some(Fact::Something);
                    state.learn(Key::Name(function.module, name), |way| is_error.or_else(|| way.fact(given)));
                }
                let (before, known) = (self.acts.len(), state.proof().unwrap_or_default());
                let mut returns = self.function(&function, None, given, Some(at), state);
                if let Some(depends) = self.depends(&mut returns, before, &known) {
                    returns.good.iter_mut().chain(returns.bad.iter_mut()).for_each(|state| state.doubt(&depends));
                }
                either(returns.good, returns.bad)
            }
            value if is_next(&value) && has_failed => {
                state.refuse();
                Some(state)
            }
            value if is_next(&value) => {
                self.act(ActKind::HandsOn, module.span(at.node), &state);
                Some(state)
            }
            _ if self.settle(&at.with(handler), None, &state) => Some(state),
            value if has_failed && !calls::is_log(&value) => {
                state.doubt(&calls::label(self.values, at, "what is done here if it fails could not be followed"));
                Some(state)
            }
            _ => Some(state),
        }
    }

    /// `new Promise((resolve, reject) => …)`: what is known where it is resolved. Says whether it was.
    pub(super) fn promised(&mut self, at: &At, callee: NodeId, given: &[NodeId], state: &mut State) -> bool {
        let module = self.values.project.module(at.module);
        let executor = given.first().and_then(|executor| Some((*executor, module.function(*executor)?)));
        let Some((executor, function)) = executor.filter(|_| is_promise_class(module, callee)) else { return false };
        let name = |index: usize| function.parameters.get(index).and_then(|parameter| parameter.binding);
        let Some(resolve) = name(0) else { return false };
        let known = state.keys();
        let call = Key::Call(at.module, at.node);
        self.settling.push(Settling { module: at.module, resolve, reject: name(1), call, settled: None });
        let unknown = vec![Value::unknown(""); function.parameters.len()];
        let mut returns = self.function(&at.with(executor), None, unknown, None, state.clone());
        let settled = self.settling.pop().and_then(|settling| settling.settled);
        let ends = returns.good.iter_mut().chain(returns.bad.iter_mut());
        ends.filter_map(|end| end.doubted()).for_each(|label| state.doubt(label));
        if let Some(mut settled) = settled {
            settled.leave(&[&known[..], &[call]].concat());
            *state = settled;
        }
        true
    }

    /// Whether a value is one of the two functions that settle a promise; notes what is known then.
    pub(super) fn settle(&mut self, at: &At, value: Option<&At>, state: &State) -> bool {
        let Kind::Name(name) = self.values.project.module(at.module).kind(at.node) else { return false };
        let place = self
            .settling
            .iter()
            .rposition(|known| known.module == at.module && (known.resolve == *name || known.reject == Some(*name)));
        let Some(place) = place else { return false };
        let Settling { module, resolve, call, .. } = self.settling[place];
        if resolve == *name {
            let mut state = state.clone();
            state.ways.retain(|way| way.fact(Key::Name(module, resolve)).is_none());
            state.learn(call, |way| value.and_then(|value| self.fact_on(way, value)));
            let settled = self.settling[place].settled.take();
            self.settling[place].settled = either(settled, state.reached());
        }
        true
    }

    /// A promise is rejected where this name is called: to resolve it later has no effect.
    pub(super) fn reject(&self, at: &At, state: &mut State) {
        let Kind::Name(name) = self.values.project.module(at.module).kind(at.node) else { return };
        let rejected =
            self.settling.iter().rev().find(|known| known.module == at.module && known.reject == Some(*name));
        if let Some(Settling { module, resolve, .. }) = rejected {
            state.learn(Key::Name(*module, *resolve), |_| Some(Fact::False));
        }
    }

    /// `Promise.all([…])`: each begins before any other has ended; once it is kept, all have. Says whether it is one.
    pub(super) fn together(&mut self, at: &At, callee: NodeId, given: &[NodeId], state: &mut State) -> bool {
        let module = self.values.project.module(at.module);
        let Kind::Member { object, property, .. } = module.kind(callee) else { return false };
        let list = given.first().map(|list| module.kind(*list));
        let (true, Some(Kind::Array(promises))) = (is_promise_class(module, *object), list) else { return false };
        if !matches!(property.as_str(), "all" | "allSettled") {
            return false;
        }
        let before = state.clone();
        for promise in promises {
            let mut own = before.clone();
            self.expression(&at.with(*promise), &mut own);
            let proof = own.proof().unwrap_or_default();
            if property == "all" {
                state.gain(&proof);
            } else if proof.class.is_some() {
                state.doubt(&calls::label(self.values, at, "what this gives tells what was verified"));
            }
        }
        self.forget_assigned(at, state);
        true
    }
}

/// The promise and the member of `promise.then`, `promise.catch` and `promise.finally`.
fn settles(module: &Module, callee: NodeId) -> Option<(NodeId, &str)> {
    let Kind::Member { object, property, .. } = module.kind(callee) else { return None };
    matches!(property.as_str(), "then" | "catch" | "finally").then_some((*object, property.as_str()))
}

pub(super) fn is_promise_class(module: &Module, callee: NodeId) -> bool {
    matches!(module.kind(callee), Kind::Global(name) if name == "Promise")
}
