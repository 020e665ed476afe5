//! The code of one language in a tree.

use crate::{
    source::Sources,
    stacks::{
        Language,
        code::{Code, NodeId},
        definitions::{Definition, Definitions},
        evidence::{Evidence, Strength, word_strength},
    },
};

/// Every file of a language.
#[derive(Debug)]
pub struct Project<'s> {
    /// Its files.
    pub files: Vec<Code<'s>>,
    /// What they define.
    pub definitions: Definitions<'s>,
    /// What all of them together know of signatures.
    pub overall: Evidence,
}

impl<'s> Project<'s> {
    /// Reads the files that are part of an app.
    pub fn read(language: Language, sources: &'s Sources) -> Project<'s> {
        let asked = sources.iter().filter(|(_, file)| language.owns(&file.path));
        let files: Vec<_> = asked.filter_map(|(id, file)| Code::parse(language, id, file)).collect();
        let mut definitions = Definitions::default();
        let mut overall = Evidence::default();
        for (index, code) in files.iter().enumerate() {
            definitions.add(index, code);
            for node in code.ids() {
                overall.note(word_strength(code, node), code.span(node));
            }
        }
        Project { files, definitions, overall }
    }

    /// Whether signatures are checked with HS256, and nothing anywhere can check another.
    pub fn is_symmetric_only(&self) -> bool {
        self.overall.symmetric.is_some() && self.overall.asymmetric.is_none()
    }

    /// What a piece of code, and what it calls, shows of verification.
    pub fn evidence(&self, file: usize, node: NodeId) -> Evidence {
        let mut search = Search { project: self, seen: Vec::new(), evidence: Evidence::default() };
        search.visit(file, node, 0);
        search.evidence
    }

    /// What a definition shows.
    pub fn evidence_of(&self, definition: &Definition<'s>) -> Evidence {
        self.evidence(definition.file, definition.node)
    }
}

/// How far calls are followed.
const DEEPEST: usize = 3;

/// How many definitions one search reads.
const MOST: usize = 60;

/// How many definitions of one name are all taken for the one that is called.
const AMBIGUOUS: usize = 3;

struct Search<'p, 's> {
    project: &'p Project<'s>,
    seen: Vec<(usize, NodeId)>,
    evidence: Evidence,
}

impl Search<'_, '_> {
    fn visit(&mut self, file: usize, node: NodeId, depth: usize) {
        if self.seen.len() > MOST || self.seen.contains(&(file, node)) {
            return;
        }
        self.seen.push((file, node));
        let project = self.project;
        let Some(code) = project.files.get(file) else { return };
        for below in code.below(node) {
            let strength = word_strength(code, below);
            if strength != Strength::Suspicious || depth < 2 {
                self.evidence.note(strength, code.span(below));
            }
            if code.is_name(below) && depth < DEEPEST {
                self.follow(code.text(below).trim_start_matches(':'), (file, node), depth);
            }
        }
    }

    /// Reads what a name may refer to, unless too many things have it.
    fn follow(&mut self, name: &str, from: (usize, NodeId), depth: usize) {
        let project = self.project;
        let named = project.definitions.named(name);
        if named.len() > AMBIGUOUS {
            return;
        }
        for definition in named.iter().filter(|definition| (definition.file, definition.node) != from) {
            if definition.is_class {
                let serve = project.definitions.functions("ServeHTTP").find(|method| method.class == name);
                if let Some(serve) = serve {
                    self.visit(serve.file, serve.node, depth + 1);
                }
                continue;
            }
            self.visit(definition.file, definition.node, depth + 1);
        }
    }
}
