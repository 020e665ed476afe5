//! Maven.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    source::Sources,
};

/// The room.
pub(super) struct Maven;

impl Ecosystem for Maven {
    fn interest(&self, _path: &str) -> Interest {
        Interest::None
    }

    fn read(&self, _sources: &Sources, _facts: &mut Facts) {}
}
