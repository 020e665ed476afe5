//! What the user says of the app where its files cannot: guards that do not resolve, and the oldest releases to accept.

use crate::{
    facts::{Facts, GuardClass},
    patterns::Scoped,
    source::Sources,
    version::Version,
};

/// What the user declares.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Guards by name, and what each verifies.
    pub authenticators: Scoped<GuardClass>,
    /// Package URLs, and the oldest release that the user accepts of each.
    pub floors: Scoped<Version>,
}

/// The words that declare what a guard verifies.
pub const CLASSES: [(&str, GuardClass); 4] = [
    ("asymmetric", GuardClass::Asymmetric),
    ("symmetric", GuardClass::Symmetric),
    ("none", GuardClass::Unverified),
    ("pass-through", GuardClass::PassThrough),
];

impl Declared {
    /// Settles the guards that could not be resolved and are declared.
    pub fn settle(&self, facts: &mut Facts, sources: &Sources) {
        for route in &mut facts.routes {
            let path = &sources.file(route.span.file).path;
            for guard in route.guards.iter_mut().filter(|guard| guard.class == GuardClass::Unknown) {
                guard.class = self.class(path, &guard.name).unwrap_or(GuardClass::Unknown);
            }
        }
    }

    /// What a guard is declared to verify: `addon.guards.requireJwt("install")` is declared as `requireJwt`, or whole.
    fn class(&self, path: &str, written: &str) -> Option<GuardClass> {
        let callee = written.split(['(', ' ']).next().unwrap_or(written);
        let name = callee.rsplit('.').next().unwrap_or(callee);
        [written, callee, name].iter().find_map(|name| self.authenticators.get(path, name)).copied()
    }
}
