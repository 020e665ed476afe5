//! Statements: which paths go on, and with what proved.

use crate::javascript::{
    bodies::{ActKind, Bodies, Gain, Returns, State, either},
    calls,
    ir::{Kind, NodeId},
    values::{self, At, Value},
};
use crate::source::Label;

impl Bodies<'_, '_, '_> {
    pub(super) fn statements(
        &mut self,
        at: &At,
        list: &[NodeId],
        state: State,
        returns: &mut Returns,
    ) -> Option<State> {
        let mut state = Some(state);
        for statement in list {
            state = self.statement(&at.with(*statement), state?, returns);
        }
        state
    }

    pub(super) fn statement(&mut self, at: &At, state: State, returns: &mut Returns) -> Option<State> {
        if !self.step() {
            return Some(state);
        }
        self.depth += 1;
        let next = self.statement_inside(at, state, returns);
        self.depth -= 1;
        next
    }

    pub(super) fn statement_inside(&mut self, at: &At, mut state: State, returns: &mut Returns) -> Option<State> {
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
                let gain = self.expression(&at.with(*subject), &mut state);
                state.proof.doubt = state.proof.doubt.or(gain.depends);
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
                    if gain.conditional.is_some() || gain.depends.is_some() {
                        state.pending.extend(bindings.iter().map(|binding| (at.module, *binding, gain.clone())));
                    }
                }
                Some(state)
            }
            Kind::Function(_) | Kind::Class(_) => Some(state),
            Kind::Assign { target, value, .. } => {
                let gain = self.expression(&at.with(*value), &mut state);
                if let (true, Kind::Name(binding)) =
                    (gain.conditional.is_some() || gain.depends.is_some(), module.kind(*target))
                {
                    state.pending.push((at.module, *binding, gain));
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
    pub(super) fn assignment(&mut self, at: &At, target: NodeId, value: NodeId, state: &mut State) {
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
        let gain = self.expression(&test, &mut state);
        let (mut if_yes, mut if_no) = (state.clone(), state);
        if let Some(proof) = &gain.conditional {
            if self.is_negative(&test) { if_no.gain(proof) } else { if_yes.gain(proof) }
        }
        let before = self.acts.len();
        let branches = [Some(yes), no];
        let yes = (known != Some(false)).then(|| self.statement(&at.with(yes), if_yes, returns)).flatten();
        let no = (known != Some(true)).then(|| match no {
            Some(no) => self.statement(&at.with(no), if_no, returns),
            None => Some(if_no),
        });
        let mut no = no.flatten();
        let mut yes = yes;
        let depends = (known.is_none() && (yes.is_none() || no.is_none())).then(|| self.depends_on(&test, gain));
        if let Some(doubt) = depends.flatten() {
            if self.calls.len() > 1 && self.acts.len() == before && !self.throws(at, &branches) {
                returns.depends.get_or_insert(doubt);
                return either(yes, no);
            }
            self.doubt.get_or_insert_with(|| doubt.clone());
            let later = self.acts[before..].iter_mut().map(|act| &mut act.proof);
            let next = yes.iter_mut().chain(no.iter_mut()).map(|state| &mut state.proof);
            later.chain(next).for_each(|proof| {
                proof.doubt.get_or_insert_with(|| doubt.clone());
            });
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
}
