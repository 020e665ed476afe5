//! The functions of the tree that stand in the chains of routes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    facts::GuardClass,
    javascript::values::{At, Value},
    source::Span,
};

/// A function of the tree that stands in a route's chain.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it stands: the span of its [guard](crate::facts::Guard) or [handler](crate::facts::Handler).
    pub span: Span,
    /// What it proves.
    pub class: GuardClass,
    /// The function.
    pub function: At,
    /// What `this` is in it.
    pub this: Option<Value>,
    /// What it is given.
    pub givens: Vec<Value>,
    /// Whether what it returns is the answer.
    pub returns_answer: bool,
}

/// All of them, in the order found.
#[derive(Debug, Default)]
pub struct Steps {
    steps: Vec<Step>,
    /// Their numbers by where they stand and what they prove.
    by_place: BTreeMap<(Span, GuardClass), Vec<usize>>,
}

impl Steps {
    /// Adds one.
    pub fn push(&mut self, step: Step) {
        self.by_place.entry((step.span, step.class)).or_default().push(self.steps.len());
        self.steps.push(step);
    }

    /// Those of a chain, by where its parts stand and what they prove.
    pub fn of(&self, chain: &BTreeSet<(Span, GuardClass)>) -> Vec<&Step> {
        let mut numbers: Vec<usize> =
            chain.iter().filter_map(|part| self.by_place.get(part)).flatten().copied().collect();
        numbers.sort_unstable();
        numbers.into_iter().filter_map(|number| self.steps.get(number)).collect()
    }
}
