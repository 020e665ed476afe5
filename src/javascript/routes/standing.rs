//! Guards that stand in front of what is registered behind them.

use crate::{
    facts::{Guard, GuardClass},
    javascript::routes::When,
    source::Label,
};

/// A guard, and for what it stands.
#[derive(Clone)]
pub(super) struct Standing {
    /// The path below which it stands.
    pub(super) prefix: String,
    guard: Guard,
    when: When,
}

impl Standing {
    /// A guard that is registered at a path.
    pub(super) fn new(prefix: &str, guard: Guard, when: &When) -> Standing {
        Standing { prefix: prefix.to_owned(), guard, when: when.clone() }
    }

    /// Within a router that is mounted, what is sure where it is mounted is sure.
    pub(super) fn enter(&mut self, mount: &When) {
        if self.when.holds_for(mount) {
            self.when = When::default();
        }
    }

    /// The guard as it stands before a route: it is not known whether it does where it may be left out while the route
    /// is not, or where the route is there before it.
    pub(super) fn before(&self, route: &When) -> Guard {
        let guard = self.guard.clone();
        if !guard.class.is_asymmetric() || self.when.holds_for(route) {
            return guard;
        }
        let label = Label::new(guard.span, "it may be left out, or be put in front too late");
        let evidence = guard.evidence.into_iter().chain([label]).collect();
        Guard { class: GuardClass::Unknown, evidence, ..guard }
    }
}
