//! What is known at one point of a program: the ways that lead there, and what each of them has proved.

use crate::{
    javascript::{
        ir::{BindingId, NodeId},
        project::ModuleId,
        proof::Proof,
    },
    source::Label,
};

/// How many ways are told apart.
const MOST_WAYS: usize = 8;

/// The ways that lead to one point; none where it is never reached.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) ways: Vec<Way>,
    /// Names whose truth decides whether something is proved.
    pub(super) pending: Vec<(ModuleId, BindingId, Gain)>,
}

/// One way.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    pub(super) proof: Proof,
    /// What names and calls are on this way, where that is certain.
    pub(super) facts: Vec<(Key, Fact)>,
    /// Whether the request was refused on it. That alone does not end it.
    pub(super) is_refused: bool,
}

/// What a fact is about: the name or the call of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Name(ModuleId, BindingId),
    Call(ModuleId, NodeId),
}

/// What a value is for sure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fact {
    /// `null` or `undefined`.
    Nothing,
    /// `false`.
    False,
    /// `true`.
    True,
    /// A number.
    Number(f64),
    /// Anything else that holds where it is looked at.
    Something,
}

/// What an expression adds.
#[derive(Clone, Debug, Default)]
pub(super) struct Gain {
    /// What is proved if the expression's value is looked at.
    pub(super) conditional: Option<Proof>,
    /// Where the path or the environment decides what the value is.
    pub(super) depends: Option<Label>,
    /// What is proved once the value, a promise, is waited for.
    pub(super) kept: Option<Proof>,
}

/// The paths on which a function returns.
#[derive(Default)]
pub(super) struct Returns {
    pub(super) good: Option<State>,
    pub(super) bad: Option<State>,
    pub(super) has_value: bool,
    /// Where the path or the environment decides what is returned, and nothing else.
    pub(super) depends: Option<Label>,
}

impl Default for State {
    fn default() -> State {
        State { ways: vec![Way::default()], pending: Vec::new() }
    }
}

impl State {
    /// The ways of both; those on which the same is known count as one.
    pub(super) fn or(mut self, other: State) -> State {
        for way in other.ways {
            self.add(way);
        }
        for more in other.pending {
            if !self.pending.iter().any(|known| known.0 == more.0 && known.1 == more.1) {
                self.pending.push(more);
            }
        }
        self
    }

    fn add(&mut self, way: Way) {
        let is_like = |known: &Way| {
            known.is_refused == way.is_refused
                && known.facts.len() == way.facts.len()
                && known.facts.iter().all(|fact| way.facts.contains(fact))
        };
        let place = self.ways.iter().position(is_like).or_else(|| {
            let alike = |known: &Way| known.is_refused == way.is_refused;
            (self.ways.len() >= MOST_WAYS).then(|| self.ways.iter().position(alike)).flatten()
        });
        match place.and_then(|place| self.ways.get_mut(place)) {
            Some(known) => {
                known.proof = std::mem::take(&mut known.proof).or(&way.proof);
                known.facts.retain(|fact| way.facts.contains(fact));
            }
            None => self.ways.push(way),
        }
    }

    /// What is sure on all ways.
    pub(super) fn proof(&self) -> Option<Proof> {
        sure(self.ways.iter())
    }

    /// What is sure on all ways on which the request was not refused.
    pub(super) fn unrefused(&self) -> Option<Proof> {
        sure(self.ways.iter().filter(|way| !way.is_refused))
    }

    /// Whether the request was refused on all ways.
    pub(super) fn is_refused(&self) -> bool {
        self.ways.iter().all(|way| way.is_refused)
    }

    /// The request is refused.
    pub(super) fn refuse(&mut self) {
        self.ways.iter_mut().for_each(|way| way.is_refused = true);
    }

    /// The ways on which the request was not refused, and those on which it was.
    pub(super) fn split(self) -> (Option<State>, Option<State>) {
        let (refused, others): (Vec<Way>, Vec<Way>) = self.ways.into_iter().partition(|way| way.is_refused);
        let of = |ways: Vec<Way>| (!ways.is_empty()).then(|| State { ways, pending: self.pending.clone() });
        (of(others), of(refused))
    }

    /// No way goes on.
    pub(super) fn end(&mut self) {
        self.ways.clear();
    }

    /// The state, if it is ever reached.
    pub(super) fn reached(self) -> Option<State> {
        (!self.ways.is_empty()).then_some(self)
    }

    /// Whether something was verified on some of the ways alone.
    pub(super) fn is_partial(&self) -> bool {
        self.proof().is_some_and(|proof| proof.class.is_none() && proof.is_partial)
    }

    /// Adds to what is proved.
    pub(super) fn gain(&mut self, proof: &Proof) {
        for way in &mut self.ways {
            way.proof = std::mem::take(&mut way.proof).and(proof);
        }
    }

    /// Something is not known from here on.
    pub(super) fn doubt(&mut self, label: &Label) {
        for way in &mut self.ways {
            way.proof.doubt.get_or_insert_with(|| label.clone());
        }
    }

    /// What is done from here on depends on the path or on the environment.
    pub(super) fn dispatch(&mut self, label: &Label) {
        for way in &mut self.ways {
            way.proof.dispatch.get_or_insert_with(|| label.clone());
        }
    }

    /// What is not known.
    pub(super) fn doubted(&self) -> Option<&Label> {
        self.ways.iter().find_map(|way| way.proof.doubt.as_ref())
    }

    /// Whether the token's issuer was compared with the body's `clientKey`.
    pub(super) fn is_bound(&self) -> bool {
        self.ways.iter().any(|way| way.proof.is_bound)
    }

    /// The token's issuer was compared with the body's `clientKey`.
    pub(super) fn bind(&mut self) {
        self.ways.iter_mut().for_each(|way| way.proof.is_bound = true);
    }

    /// The ways on which the request was refused are those on which that comparison failed.
    pub(super) fn unbind_refused(&mut self) {
        self.ways.iter_mut().filter(|way| way.is_refused).for_each(|way| way.proof.is_bound = false);
    }

    /// Notes what a name or a call is on every way; `None` if that is not known.
    pub(super) fn learn(&mut self, key: Key, fact: impl Fn(&Way) -> Option<Fact>) {
        for way in &mut self.ways {
            let fact = fact(way);
            way.facts.retain(|(known, _)| *known != key);
            way.facts.extend(fact.map(|fact| (key, fact)));
        }
    }

    /// Nothing is certain of names and calls from here on.
    pub(super) fn forget(&mut self) {
        self.ways.iter_mut().for_each(|way| way.facts.clear());
        self.merge();
    }

    /// Keeps only what was known before already of names and calls: those of a function that was called are gone.
    pub(super) fn leave(&mut self, before: &[Key]) {
        self.ways.iter_mut().for_each(|way| way.facts.retain(|(key, _)| before.contains(key)));
        self.merge();
    }

    /// A statement is over: what its calls gave is no longer asked for.
    pub(super) fn end_statement(&mut self, is_of_it: impl Fn(&Key) -> bool) {
        if self.ways.iter().any(|way| way.facts.iter().any(|(key, _)| is_of_it(key))) {
            self.ways.iter_mut().for_each(|way| way.facts.retain(|(key, _)| !is_of_it(key)));
            self.merge();
        }
    }

    /// What something is known of on any way.
    pub(super) fn keys(&self) -> Vec<Key> {
        self.ways.iter().flat_map(|way| way.facts.iter().map(|(key, _)| *key)).collect()
    }

    /// The ways on which something else is known of names and calls than on all ways of another state.
    pub(super) fn beyond(&self, other: &State) -> Option<State> {
        let is_new = |way: &&Way| !other.ways.iter().any(|known| known.facts == way.facts);
        let ways: Vec<Way> = self.ways.iter().filter(is_new).cloned().collect();
        State { ways, pending: self.pending.clone() }.reached()
    }

    fn merge(&mut self) {
        for way in std::mem::take(&mut self.ways) {
            self.add(way);
        }
    }
}

impl Way {
    /// What a name or a call is.
    pub(super) fn fact(&self, key: Key) -> Option<Fact> {
        self.facts.iter().find(|(known, _)| *known == key).map(|(_, fact)| *fact)
    }
}

impl Fact {
    /// Whether a condition that asks for it holds.
    pub(super) fn holds(self) -> bool {
        match self {
            Fact::Nothing | Fact::False => false,
            Fact::Number(number) => number != 0.0,
            Fact::True | Fact::Something => true,
        }
    }
}

impl Gain {
    /// Whether it adds anything.
    pub(super) fn is_some(&self) -> bool {
        self.conditional.is_some() || self.depends.is_some() || self.kept.is_some()
    }

    pub(super) fn and(self, other: Gain) -> Gain {
        let conditional = match (self.conditional, other.conditional) {
            (Some(one), Some(other)) => Some(one.and(&other)),
            (one, other) => one.or(other),
        };
        Gain { conditional, depends: self.depends.or(other.depends), kept: None }
    }

    pub(super) fn or(self, other: Gain) -> Gain {
        let conditional = match (self.conditional, other.conditional) {
            (Some(one), Some(other)) => Some(one.or(&other)),
            _ => None,
        };
        Gain { conditional, depends: self.depends.or(other.depends), kept: None }
    }
}

fn sure<'w>(ways: impl Iterator<Item = &'w Way>) -> Option<Proof> {
    ways.map(|way| way.proof.clone()).reduce(|one, other| one.or(&other))
}

/// Either of two, if they are reached.
pub(super) fn either(one: Option<State>, other: Option<State>) -> Option<State> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.or(other)),
        (one, other) => one.or(other),
    }
}
