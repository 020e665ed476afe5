//! JavaScript and TypeScript; the reading itself is in [`crate::javascript`].

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    javascript,
    source::Sources,
};

/// The room.
pub(super) struct JavaScript;

impl Ecosystem for JavaScript {
    fn interest(&self, path: &str) -> Interest {
        if javascript::is_configuration(path) {
            return Interest::Always;
        }
        if javascript::project::is_part_of_app(path) { Interest::Code } else { Interest::None }
    }

    fn wanted(&self, sources: &Sources, is_fresh: &dyn Fn(&str) -> bool) -> Vec<String> {
        javascript::wanted(sources, is_fresh)
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        javascript::read(sources, facts);
    }
}
