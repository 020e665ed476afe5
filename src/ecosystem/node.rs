//! Node.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    source::Sources,
};

/// The room.
pub(super) struct Node;

impl Ecosystem for Node {
    fn interest(&self, _path: &str) -> Interest {
        Interest::None
    }

    fn read(&self, _sources: &Sources, _facts: &mut Facts) {}
}
