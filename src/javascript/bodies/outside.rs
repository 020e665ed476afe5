//! Calls that lead out of the tree, and the functions they are handed.

use std::collections::BTreeSet;

use crate::javascript::{
    bodies::{
        ActKind, Bodies, is_next,
        state::{Fact, Gain, Key, State, either},
    },
    calls::{self, Meaning},
    ir::{BindingId, Function, Kind, NodeId},
    proof::Proof,
    values::{At, Value},
};
use crate::source::Label;

impl Bodies<'_, '_, '_> {
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
        let before = state.clone();
        if let Some(proof) = proved.as_ref().filter(|_| !self.gives_result(at)) {
            state.gain(proof);
        }
        let mut is_handed_on = false;
        for argument in arguments {
            let argument = at.with(*argument);
            let is_next = is_next(&values.of(&argument));
            if is_next {
                self.act(ActKind::HandsOn, span, state);
            }
            let is_own = module.function(argument.node).is_some();
            is_handed_on = is_next || self.settle(&argument, None, state) || is_own;
        }
        if proved.is_some() && is_handed_on && !calls::is_promised(value) {
            *state = before; // what was verified is told to a function, and what stands behind does not wait for it
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

    /// Whether a call is given the response, so that it can refuse by itself.
    fn is_given_response(&self, at: &At, arguments: &[NodeId]) -> bool {
        arguments.iter().any(|argument| calls::is_response_like(&self.values.of(&at.with(*argument))))
    }

    /// What is known in a function that is called with an error, or with nothing and what was verified.
    fn error_first(&self, at: &At, function: &Function, proof: &Proof, state: State) -> State {
        let name = |index: usize| function.parameters.get(index).and_then(|parameter| parameter.binding);
        let Some(error) = name(0) else { return state };
        let (mut verified, mut failed) = (state.clone(), state);
        verified.gain(proof);
        verified.learn(Key::Name(at.module, error), |_| Some(Fact::Nothing));
        failed.learn(Key::Name(at.module, error), |_| Some(Fact::Something));
        if let Some(result) = name(1) {
            failed.learn(Key::Name(at.module, result), |_| Some(Fact::Nothing));
        }
        verified.or(failed)
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
        let refuses_itself = self.is_given_response(at, arguments);
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
                if arguments.last() == Some(argument) && !calls::is_promised(&values.of(at)) {
                    inside = self.error_first(at, function, proof, inside);
                }
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
