//! JavaScript and TypeScript; the reading itself is in [`crate::javascript`].

use crate::{
    ecosystem::{Ecosystem, Follow, Interest, Named},
    facts::Facts,
    javascript,
    literals::{Hit, Literals, Relevance},
    source::Sources,
};

/// The room.
pub(super) struct JavaScript;

impl Ecosystem for JavaScript {
    fn own_endings(&self) -> &'static [&'static str] {
        &javascript::project::SUFFIXES
    }

    fn interest(&self, path: &str) -> Interest {
        if javascript::is_configuration(path) {
            return Interest::Always;
        }
        if javascript::project::is_part_of_app(path) { Interest::Code } else { Interest::None }
    }

    fn words(&self) -> &'static Literals {
        &javascript::relevance::WORDS
    }

    fn relevance(&self, path: &str, text: &str, hits: &[Hit]) -> Relevance {
        javascript::relevance::relevance(path, text, hits)
    }

    fn follow<'s>(&self, sources: &'s Sources) -> Option<Follow<'s>> {
        let imported = javascript::follow(sources);
        Some(Box::new(move |file| {
            let folder = javascript::lists_folder(file).then(|| Named::Folder(file.folder().to_owned()));
            imported(file).into_iter().map(Named::File).chain(folder).collect()
        }))
    }

    fn reads_programs(&self) -> bool {
        true
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        javascript::read(sources, facts);
    }
}
