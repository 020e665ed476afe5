//! Statements: which paths go on, and with what proved.

use crate::javascript::{
    bodies::{
        ActKind, Attempt, Bodies,
        state::{Key, Returns, State, either},
    },
    calls,
    ir::{Kind, NodeId},
    values::{self, At},
};

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
        let module = self.values.project.module(at.module);
        let is_of_it =
            |key: &Key| matches!(key, Key::Call(of, call) if *of == at.module && module.contains(at.node, *call));
        let mut next = next.and_then(State::reached);
        next.iter_mut().for_each(|next| next.end_statement(is_of_it));
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
                self.gives(None, &mut state);
                returns.add(Some(state), false);
                None
            }
            Kind::Throw(value) => {
                self.expression(&at.with(*value), &mut state);
                self.may_throw(&state);
                None
            }
            Kind::Jump => Some(state),
            Kind::Try { block, handler, finalizer } => {
                let (after, caught) = self.attempt(at, *block, *handler, state, returns);
                let after = either(after, caught);
                match (finalizer, after) {
                    (Some(last), Some(state)) => self.statement(&at.with(*last), state, returns),
                    (_, after) => after,
                }
            }
            Kind::Switch { subject, cases } => {
                let gain = self.expression(&at.with(*subject), &mut state);
                gain.depends.iter().for_each(|label| state.doubt(label));
                let before = self.acts.len();
                let decides = self.depends_on_surroundings(&at.with(*subject));
                let dispatch = decides
                    .then(|| calls::label(values, at, "what is done depends on the path or on the environment here"));
                dispatch.iter().for_each(|label| state.dispatch(label));
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
                dispatch.iter().for_each(|label| self.dispatch_acts(before, label));
                let after = either(after, open);
                if has_default { after } else { either(after, Some(state)) }
            }
            Kind::Loop { head, body, may_skip } => {
                for node in head {
                    self.expression(&at.with(*node), &mut state);
                }
                let mut after = self.statement(&at.with(*body), state.clone(), returns);
                if let Some(changed) = after.as_ref().and_then(|after| after.beyond(&state)) {
                    let again = state.clone().or(changed);
                    after = either(after, self.statement(&at.with(*body), again, returns));
                }
                if *may_skip { either(after, Some(state)) } else { after }
            }
            Kind::Declare { bindings, value } => {
                if let Some(value) = value {
                    let gain = self.kept(&at.with(*value), &mut state);
                    if gain.is_some() {
                        state.pending.extend(bindings.iter().map(|binding| (at.module, *binding, gain.clone())));
                    }
                }
                for binding in bindings {
                    self.name(at, *binding, value.filter(|_| bindings.len() == 1), &mut state);
                }
                Some(state)
            }
            Kind::Function(_) | Kind::Class(_) => Some(state),
            Kind::Assign { target, value, operator } => {
                let gain = match module.kind(*target) {
                    Kind::Name(_) => self.kept(&at.with(*value), &mut state),
                    _ => self.expression(&at.with(*value), &mut state),
                };
                if let (true, Kind::Name(binding)) = (gain.is_some(), module.kind(*target)) {
                    state.pending.push((at.module, *binding, gain));
                }
                match module.kind(*target) {
                    Kind::Name(binding) if *operator != "=" => state.learn(Key::Name(at.module, *binding), |_| None),
                    Kind::Name(binding) => self.name(at, *binding, Some(*value), &mut state),
                    Kind::Other(_) => state.forget(),
                    _ => {}
                }
                self.assignment(at, *target, *value, &mut state);
                Some(state)
            }
            Kind::Unary { operator: "void", operand } => {
                self.unwaited(&at.with(*operand), &mut state);
                Some(state)
            }
            _ => {
                self.unwaited(at, &mut state);
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
            (_, Kind::Number(status)) if *status >= 300.0 => state.refuse(),
            _ => {}
        }
    }

    /// A `try` block and what is done with what it throws: what is known after each.
    fn attempt(
        &mut self,
        at: &At,
        block: NodeId,
        handler: Option<NodeId>,
        state: State,
        returns: &mut Returns,
    ) -> (Option<State>, Option<State>) {
        let Some(handler) = handler else { return (self.statement(&at.with(block), state, returns), None) };
        self.attempts.push(Attempt { depth: self.calls.len(), before: state.clone(), thrown: None });
        let after = self.statement(&at.with(block), state, returns);
        let Some(Attempt { before, thrown, .. }) = self.attempts.pop() else { return (after, None) };
        let mut entry = thrown.into_iter().fold(before, State::or);
        after.as_ref().and_then(State::doubted).into_iter().for_each(|label| entry.doubt(label));
        let caught = self.statement(&at.with(handler), entry, returns);
        (after, caught)
    }

    /// What follows may throw, and end the `try` block around it.
    pub(super) fn may_throw(&mut self, state: &State) {
        let depth = self.calls.len();
        let Some(attempt) = self.attempts.last_mut().filter(|attempt| attempt.depth == depth) else { return };
        attempt.thrown = either(attempt.thrown.take(), state.beyond(&attempt.before));
    }
}
