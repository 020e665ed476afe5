//! Which routes a program registers: its files are gone through in the order they would run.
//!
//! Every framework's own room turns one call into [`Entry`]s; here they are collected by router, and put together
//! along the mounts.

use crate::{
    facts::{Facts, Method},
    javascript::{
        guards::{Convention, Guards},
        ir::NodeId,
        project::ModuleId,
        values::{At, Value},
    },
    source::Span,
};

mod addon;
mod compose;
pub mod express;
pub mod fastify;
pub mod files;
pub mod functions;
pub mod nest;
mod parsers;
pub mod routers;
mod standing;
mod walk;

pub use compose::{Composer, join};
pub use parsers::When;
pub use walk::Walker;

/// What tells a router from all others: where it was made, in which call.
pub type RouterKey = (ModuleId, NodeId, u32);

/// A step in a chain of handlers: its value, and the expression in the registration.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it stands for.
    pub value: Value,
    /// The expression.
    pub at: At,
}

/// What is registered on a router, in order.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A route.
    Route {
        /// Which requests it answers.
        method: Method,
        /// The paths; empty text for the router's own.
        paths: Vec<Path>,
        /// The chain.
        steps: Vec<Step>,
        /// The registration.
        at: At,
        /// How the steps are called.
        convention: Convention,
    },
    /// Middlewares and routers under a path.
    Use {
        /// The paths.
        paths: Vec<Path>,
        /// The chain.
        steps: Vec<Step>,
        /// Routers among the steps.
        routers: Vec<RouterKey>,
        /// The registration.
        at: At,
        /// How the steps are called.
        convention: Convention,
    },
}

/// A registration, and when it is made.
#[derive(Clone, Debug)]
pub struct Registered {
    /// What is registered.
    pub entry: Entry,
    /// When.
    pub when: When,
}

/// A path as registered.
#[derive(Clone, Debug)]
pub struct Path {
    /// The text; `None` if it is not known.
    pub text: Option<String>,
    /// Where it is written.
    pub span: Span,
    /// Whether it is a pattern.
    pub is_pattern: bool,
}

/// A router, and what is registered on it.
#[derive(Clone, Debug, Default)]
pub struct Router {
    /// In the order registered.
    pub entries: Vec<Registered>,
    /// Whether it is an app that listens by itself.
    pub is_app: bool,
    /// The prefix it was made with.
    pub prefix: Option<String>,
    /// Whether only its name says that it is a router.
    pub is_guess: bool,
}

/// Adds the routes of a program to the facts.
pub fn read(walker: &Walker<'_, '_, '_>, guards: &Guards<'_, '_, '_>, facts: &mut Facts) {
    facts.routes.extend(Composer::compose(walker, guards));
    facts.routes.extend(files::routes(guards));
    facts.routes.extend(functions::routes(guards));
    facts.routes.extend(nest::routes(guards));
    facts.opaque_routes.extend(walker.opaque.iter().cloned());
    if !walker.hands_away {
        facts.ace_setups.extend(walker.ace_setups.iter().copied());
    }
}
