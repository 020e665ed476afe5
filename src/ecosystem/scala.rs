//! Scala: what reads an install callback. Its routes are not read.

use crate::{
    ecosystem::{Ecosystem, Interest, callback, maven},
    facts::Facts,
    source::Sources,
    syntax::words,
};

/// The room.
pub(super) struct Scala;

impl Ecosystem for Scala {
    fn interest(&self, path: &str) -> Interest {
        // Play's configuration may name the key host
        if owns(path) || path.ends_with(".conf") { Interest::Code } else { Interest::None }
    }

    fn reads_programs(&self) -> bool {
        true
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        callback::read(sources, owns, words::SCALA, facts);
    }
}

/// Whether a path names code of an app.
fn owns(path: &str) -> bool {
    let is_test = ["Spec.scala", "Test.scala", "Suite.scala"].iter().any(|end| path.ends_with(end));
    path.ends_with(".scala") && !is_test && !maven::is_foreign(path)
}
