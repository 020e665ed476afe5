//! .NET: ASP.NET.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    source::Sources,
    stacks::{self, Language},
};

/// The room.
pub(super) struct Dotnet;

impl Ecosystem for Dotnet {
    fn interest(&self, path: &str) -> Interest {
        if is_build(path.rsplit('/').next().unwrap_or(path)) {
            return Interest::Always;
        }
        if Language::CSharp.owns(path) { Interest::Tokens } else { Interest::None }
    }

    fn reads_programs(&self) -> bool {
        true
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        stacks::build_files(sources, is_build, facts);
        stacks::read(Language::CSharp, sources, facts);
    }
}

/// Whether a file of this name says how the app is built.
fn is_build(name: &str) -> bool {
    name.ends_with(".csproj")
}
