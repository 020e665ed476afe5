//! What has been proved of a request at one point of a program.

use crate::{facts::GuardClass, source::Label};

/// What has been proved so far on one path.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// What was verified.
    pub class: Option<GuardClass>,
    /// Whether the token's `iss` was compared with the body's `clientKey`.
    pub is_bound: bool,
    /// Whether something was verified on some of several ways alone.
    pub is_partial: bool,
    /// A call that may have verified something but could not be followed.
    pub doubt: Option<Label>,
    /// Where the request's path or the environment decides what is done to verify.
    pub dispatch: Option<Label>,
    /// Where it was verified.
    pub evidence: Vec<Label>,
}

impl Proof {
    /// What is proved by a call alone.
    pub fn of(class: GuardClass, evidence: Label) -> Proof {
        Proof { class: Some(class), evidence: vec![evidence], ..Proof::default() }
    }

    /// What both prove together, one after the other.
    pub fn and(mut self, other: &Proof) -> Proof {
        self.class = match (self.class, other.class) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.is_bound |= other.is_bound;
        self.is_partial |= other.is_partial;
        self.doubt = self.doubt.or_else(|| other.doubt.clone());
        self.dispatch = self.dispatch.or_else(|| other.dispatch.clone());
        for label in &other.evidence {
            if !self.evidence.contains(label) {
                self.evidence.push(label.clone());
            }
        }
        self
    }

    /// What is sure if one or the other happened.
    pub fn or(self, other: &Proof) -> Proof {
        let class = match (self.class, other.class) {
            (Some(one), Some(other)) if one == other => Some(one),
            (Some(one), Some(other)) if one.is_asymmetric() && other.is_asymmetric() => Some(one.max(other)),
            (Some(one), Some(other)) if one.is_asymmetric() || other.is_asymmetric() => {
                Some(GuardClass::LegacyFallback)
            }
            (Some(one), Some(_)) => Some(one),
            _ => None,
        };
        let is_mixed = |one: GuardClass, other: GuardClass| one.is_asymmetric() != other.is_asymmetric();
        let dispatch = self.dispatch.as_ref().or(other.dispatch.as_ref()).cloned();
        let (class, doubt) = match (self.class, other.class, dispatch) {
            (Some(one), Some(other), Some(dispatch)) if is_mixed(one, other) => (None, Some(dispatch)),
            _ => (class, None),
        };
        let is_bound = self.is_bound && other.is_bound;
        let is_partial = self.is_partial || other.is_partial || self.class.is_some() != other.class.is_some();
        let both = self.and(other);
        Proof { class, is_bound, is_partial, doubt: both.doubt.clone().or(doubt), ..both }
    }

    /// The class at a place where the program acts.
    pub fn class(&self) -> GuardClass {
        match (self.class, &self.doubt) {
            (Some(GuardClass::Unbound), _) if self.is_bound => GuardClass::Asymmetric,
            (Some(class), None) => class,
            (Some(class), Some(_)) if class.is_asymmetric() => class,
            (_, Some(_)) => GuardClass::Unknown,
            (None, None) => GuardClass::Unverified,
        }
    }
}
