//! Connect.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    source::Sources,
};

/// The room.
pub(super) struct Connect;

impl Ecosystem for Connect {
    fn interest(&self, _path: &str) -> Interest {
        Interest::None
    }

    fn read(&self, _sources: &Sources, _facts: &mut Facts) {}
}
