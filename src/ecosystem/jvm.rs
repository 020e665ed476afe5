//! Java and Kotlin; the reading itself is in [`crate::jvm`].

use crate::{
    ecosystem::{Ecosystem, Follow, Interest, Named},
    facts::Facts,
    jvm,
    source::{SourceFile, Sources},
};

/// The room.
pub(super) struct Jvm;

impl Ecosystem for Jvm {
    fn own_endings(&self) -> &'static [&'static str] {
        &["java", "kt"]
    }

    fn interest(&self, path: &str) -> Interest {
        match path {
            _ if jvm::is_table(path) || is_build(path) => Interest::Always,
            _ if jvm::is_part_of_app(path) => Interest::Code,
            _ => Interest::None,
        }
    }

    fn follow<'s>(&self, _sources: &'s Sources) -> Option<Follow<'s>> {
        Some(Box::new(|file: &SourceFile| jvm::references::references(file).into_iter().map(Named::File).collect()))
    }

    fn reads_programs(&self) -> bool {
        true
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        facts.build_files.extend(sources.iter().filter(|(_, file)| is_build(&file.path)).map(|(id, _)| id));
        jvm::read(sources, facts);
    }
}

/// Whether a file builds a Play app.
fn is_build(path: &str) -> bool {
    path == "build.sbt" || path.ends_with("/build.sbt")
}
