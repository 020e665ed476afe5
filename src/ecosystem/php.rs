//! PHP: Laravel, Symfony.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    source::Sources,
    stacks::{self, Language},
};

/// The room.
pub(super) struct Php;

impl Ecosystem for Php {
    fn interest(&self, path: &str) -> Interest {
        if Language::Php.owns(path) { Interest::Tokens } else { Interest::None }
    }

    fn reads_programs(&self) -> bool {
        true
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        stacks::read(Language::Php, sources, facts);
    }
}
