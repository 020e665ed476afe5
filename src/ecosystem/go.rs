//! Go.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    source::Sources,
    stacks::{self, Language},
};

/// The room.
pub(super) struct Go;

impl Ecosystem for Go {
    fn own_endings(&self) -> &'static [&'static str] {
        &["go"]
    }

    fn interest(&self, path: &str) -> Interest {
        if Language::Go.owns(path) { Interest::Tokens } else { Interest::None }
    }

    fn reads_programs(&self) -> bool {
        true
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        stacks::read(Language::Go, sources, facts);
    }
}
