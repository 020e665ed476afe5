//! Conditions: what holds in the branches that they decide.

use crate::javascript::{
    bodies::{
        Bodies,
        promises::is_promise_class,
        state::{Fact, Gain, Key, Returns, State, Way, either},
    },
    calls,
    ir::{BindingId, Kind, NodeId, Origin},
    values::{At, Value},
};
use crate::source::Label;

impl Bodies<'_, '_, '_> {
    pub(super) fn branch(
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
        let was_bound = state.is_bound();
        let gain = self.unwaited(&test, &mut state);
        let binds = !was_bound && state.is_bound();
        let (if_yes, if_no) = self.fork(&test, &gain, state);
        let (if_yes, if_no) = (if_yes.reached(), if_no.reached());
        let before = self.acts.len();
        let branches = [Some(yes), no];
        let if_yes = if_yes.filter(|_| known != Some(false));
        let mut yes = if_yes.and_then(|state| self.statement(&at.with(yes), state, returns));
        let if_no = if_no.filter(|_| known != Some(true));
        let mut no = if_no.and_then(|state| match no {
            Some(no) => self.statement(&at.with(no), state, returns),
            None => Some(state),
        });
        let failed = if self.is_mismatch(&test) { &mut yes } else { &mut no };
        failed.iter_mut().filter(|_| binds).for_each(State::unbind_refused);
        let class = |state: &Option<State>| state.as_ref().and_then(State::proof).and_then(|proof| proof.class);
        let verifies = self.acts.len() > before || class(&yes) != class(&no);
        if known.is_none() && verifies && self.depends_on_surroundings(&test) {
            let label = calls::label(self.values, &test, "what is done depends on the path or on the environment here");
            yes.iter_mut().chain(no.iter_mut()).for_each(|state| state.dispatch(&label));
            self.dispatch_acts(before, &label);
        }
        let depends = (known.is_none() && (yes.is_none() || no.is_none())).then(|| self.depends_on(&test, gain));
        if let Some(doubt) = depends.flatten() {
            if self.calls.len() > 1 && self.acts.len() == before && !self.throws(at, &branches) {
                returns.depends.get_or_insert(doubt);
                return either(yes, no);
            }
            self.doubt.get_or_insert_with(|| doubt.clone());
            self.doubt_acts(before, &doubt);
            yes.iter_mut().chain(no.iter_mut()).for_each(|state| state.doubt(&doubt));
        }
        either(yes, no)
    }

    /// Where the request's path or an environment variable decides whether a condition holds.
    fn depends_on(&self, test: &At, gain: Gain) -> Option<Label> {
        let label = || calls::label(self.values, test, "what holds here depends on the path or on the environment");
        gain.depends.or_else(|| self.depends_on_surroundings(test).then(label))
    }

    /// Whether one of these statements throws by itself.
    fn throws(&self, at: &At, branches: &[Option<NodeId>]) -> bool {
        let module = self.values.project.module(at.module);
        let mut nodes = branches.iter().flatten().flat_map(|branch| module.own(*branch));
        nodes.any(|node| matches!(module.kind(node), Kind::Throw(_)))
    }

    /// Whether a condition asks for the request's path or for an environment variable, other than to compare it with what
    /// a token says of itself.
    pub(super) fn depends_on_surroundings(&self, at: &At) -> bool {
        let module = self.values.project.module(at.module);
        let mut open = vec![at.node];
        while let Some(part) = open.pop() {
            match module.kind(part) {
                Kind::Logical { left, right, .. } => open.extend([*left, *right]),
                Kind::Unary { operand, .. } | Kind::Await(operand) => open.push(*operand),
                _ => {
                    let names = |node: &NodeId| matches!(module.kind(*node), Kind::Member { .. } | Kind::Name(_));
                    let is_any = |is_it: fn(&Value) -> bool| {
                        module.own(part).filter(names).any(|node| is_it(&self.values.of(&at.with(node))))
                    };
                    if is_any(calls::is_path_or_environment) && !is_any(calls::is_public_claim) {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Whether a condition holds when something is wrong.
    pub(super) fn is_negative(&self, at: &At) -> bool {
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

    /// What is known if a condition holds, and if it does not.
    pub(super) fn fork(&self, test: &At, gain: &Gain, state: State) -> (State, State) {
        let (mut if_yes, mut if_no) = (state.clone(), state);
        if_yes.ways.retain(|way| self.truth_on(way, test) != Some(false));
        if_no.ways.retain(|way| self.truth_on(way, test) != Some(true));
        if let Some(proof) = &gain.conditional {
            if proof.is_partial && proof.class.is_none() {
                if_yes.gain(proof);
                if_no.gain(proof);
            } else if self.is_negative(test) {
                if_no.gain(proof)
            } else {
                if_yes.gain(proof)
            }
        }
        (if_yes, if_no)
    }

    /// Whether the comparison of the issuer with the `clientKey` in a condition failed if the condition holds.
    pub(super) fn is_mismatch(&self, at: &At) -> bool {
        match self.values.project.module(at.module).kind(at.node) {
            Kind::Unary { operator: "!", operand } => !self.is_mismatch(&at.with(*operand)),
            Kind::Binary { operator, .. } => matches!(*operator, "!==" | "!="),
            Kind::Logical { operator, .. } => *operator == "||",
            _ => false,
        }
    }

    /// Notes what a name is that is given a value, or none. Only names that are set in one function alone are looked at,
    /// and in those written where they are handed to a call.
    pub(super) fn name(&self, at: &At, name: BindingId, value: Option<NodeId>, state: &mut State) {
        let module = self.values.project.module(at.module);
        let around = |node: NodeId| module.index.functions.around(node);
        let assigned = &module.binding(name).assigned;
        let declared = module.binding(name).span;
        let own = around(at.node).find(|function| module.span(*function).start <= declared.start);
        let is_handed = |function: NodeId| {
            let calls = own.into_iter().flat_map(|own| module.within(own));
            calls.into_iter().any(|call| match module.kind(call) {
                Kind::Call { arguments, .. } => arguments.contains(&function),
                _ => false,
            })
        };
        let is_own = |value: &NodeId| {
            let mut inner = around(*value).take_while(|function| Some(*function) != own);
            own.is_some_and(|own| module.contains(own, *value)) && inner.all(is_handed)
        };
        if assigned.is_empty() && value.is_none() || !assigned.iter().all(is_own) {
            return;
        }
        let value = value.map(|value| at.with(value));
        let is_promise = value.as_ref().is_some_and(|value| self.is_promise(value, 0));
        state.learn(Key::Name(at.module, name), |way| match &value {
            Some(_) if is_promise => None,
            Some(value) => self.fact_on(way, value),
            None => Some(Fact::Nothing),
        });
    }

    /// Nothing is certain of the names that are set somewhere in an expression.
    pub(super) fn forget_assigned(&self, at: &At, state: &mut State) {
        let module = self.values.project.module(at.module);
        for key in state.keys() {
            let Key::Name(of, name) = key else { continue };
            let is_assigned = |value: &NodeId| module.contains(at.node, *value);
            if of == at.module && module.binding(name).assigned.iter().any(is_assigned) {
                state.learn(key, |_| None);
            }
        }
    }

    /// What a value is on one way.
    pub(super) fn fact_on(&self, way: &Way, at: &At) -> Option<Fact> {
        let module = self.values.project.module(at.module);
        match module.kind(at.node) {
            Kind::Null => Some(Fact::Nothing),
            Kind::Bool(true) => Some(Fact::True),
            Kind::Bool(false) => Some(Fact::False),
            Kind::Number(number) => Some(Fact::Number(*number)),
            Kind::Text(text) if !text.is_empty() => Some(Fact::Something),
            Kind::Object(_) | Kind::Array(_) | Kind::Function(_) => Some(Fact::Something),
            Kind::Name(name) => {
                let binding = module.binding(*name);
                let is_caught = matches!(binding.origin, Origin::Open) && binding.assigned.is_empty();
                way.fact(Key::Name(at.module, *name)).or(is_caught.then_some(Fact::Something))
            }
            Kind::Await(operand) => self.fact_on(way, &at.with(*operand)),
            Kind::New { callee, .. } if !is_promise_class(module, *callee) => Some(Fact::Something),
            Kind::Call { .. } | Kind::New { .. } => way.fact(Key::Call(at.module, at.node)),
            Kind::Unary { operator: "!", .. } => {
                self.truth_on(way, at).map(|holds| if holds { Fact::True } else { Fact::False })
            }
            _ => None,
        }
    }

    /// Whether a condition holds on one way; `None` if that is not known.
    pub(super) fn truth_on(&self, way: &Way, at: &At) -> Option<bool> {
        if way.facts.is_empty() && !way.is_refused {
            return None;
        }
        let truth = |node: NodeId| self.truth_on(way, &at.with(node));
        let module = self.values.project.module(at.module);
        match module.kind(at.node) {
            Kind::Unary { operator: "!", operand } => truth(*operand).map(|holds| !holds),
            Kind::Await(operand) => truth(*operand),
            Kind::Logical { operator: "&&", left, right } => match (truth(*left), truth(*right)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Kind::Logical { operator: "||", left, right } => match (truth(*left), truth(*right)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Kind::Binary { operator: operator @ ("===" | "==" | "!==" | "!="), left, right } => {
                let fact = self.fact_on(way, &at.with(*left))?;
                let is_same = match (module.kind(*right), fact) {
                    (Kind::Null, fact) => fact == Fact::Nothing,
                    (Kind::Number(one), Fact::Number(other)) => *one == other,
                    (Kind::Bool(true), Fact::Something) => return None,
                    (Kind::Bool(true), fact) => fact == Fact::True,
                    (Kind::Bool(false), fact) => fact == Fact::False,
                    _ => return None,
                };
                Some(is_same == operator.starts_with('='))
            }
            Kind::Name(name) => way.fact(Key::Name(at.module, *name)).map(Fact::holds),
            Kind::Call { .. } | Kind::New { .. } => way.fact(Key::Call(at.module, at.node)).map(Fact::holds),
            Kind::Member { object, property, .. } if way.is_refused => {
                let is_answered = matches!(property.as_str(), "headersSent" | "writableEnded" | "finished" | "sent");
                (is_answered && calls::is_response_like(&self.values.of(&at.with(*object)))).then_some(true)
            }
            _ => None,
        }
    }
}
