//! Java and Kotlin; the reading itself is in [`crate::jvm`].

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    jvm,
    source::Sources,
};

/// The room.
pub(super) struct Jvm;

impl Ecosystem for Jvm {
    fn interest(&self, path: &str) -> Interest {
        if jvm::is_part_of_app(path) { Interest::Code } else { Interest::None }
    }

    fn wanted(&self, sources: &Sources, is_fresh: &dyn Fn(&str) -> bool) -> Vec<String> {
        jvm::wanted(sources, is_fresh)
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        jvm::read(sources, facts);
    }
}
