//! Ruby: Rails, Sinatra.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    source::Sources,
    stacks::{self, Language},
};

/// The room.
pub(super) struct Ruby;

impl Ecosystem for Ruby {
    fn interest(&self, path: &str) -> Interest {
        if Language::Ruby.owns(path) { Interest::Tokens } else { Interest::None }
    }

    fn reads_programs(&self) -> bool {
        true
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        stacks::read(Language::Ruby, sources, facts);
    }
}
