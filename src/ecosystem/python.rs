//! Python: Flask, FastAPI, Django.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    source::Sources,
    stacks::{self, Language},
};

/// The room.
pub(super) struct Python;

impl Ecosystem for Python {
    fn interest(&self, path: &str) -> Interest {
        if Language::Python.owns(path) { Interest::Tokens } else { Interest::None }
    }

    fn reads_programs(&self) -> bool {
        true
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        stacks::read(Language::Python, sources, facts);
    }
}
