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
        if is_build(path.rsplit('/').next().unwrap_or(path)) {
            return Interest::Always;
        }
        if Language::Python.owns(path) { Interest::Code } else { Interest::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        stacks::build_files(sources, is_build, facts);
        stacks::read(Language::Python, sources, facts);
    }
}

/// Whether a file of this name says how the app is built.
fn is_build(name: &str) -> bool {
    matches!(name, "requirements.txt" | "pyproject.toml" | "setup.py" | "Pipfile" | "manage.py")
}
