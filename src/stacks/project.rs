//! The code of one language in a tree.

use std::collections::BTreeSet;

use crate::{
    facts::{Event, Facts},
    source::{Sources, Span},
    stacks::{
        Language,
        code::{Code, NodeId},
        definitions::{Definition, Definitions},
        descriptors,
        evidence::{Evidence, word_strength},
        reading::{self, Reading},
        values::{At, Values},
    },
    tree::Node,
};

/// Every file of a language.
#[derive(Debug)]
pub struct Project<'s> {
    /// Its files.
    pub files: Vec<Code<'s>>,
    /// What they define.
    pub definitions: Definitions<'s>,
    /// What they assign.
    pub values: Values<'s>,
    /// What all of them together know of signatures.
    pub overall: Evidence,
    /// The last segments of the paths that a descriptor declares; no other route is of interest.
    pub wanted: BTreeSet<String>,
    /// The paths that descriptors declare for events.
    pub declared: BTreeSet<String>,
    /// The beginnings of files that are too large, nest too deep or take too long to be read.
    pub unread: Vec<Span>,
    /// Whether a token library in the lockfile takes the algorithm of the header if it is told none.
    pub takes_any_algorithm: bool,
}

impl<'s> Project<'s> {
    /// Reads the files that are part of an app.
    pub fn read(language: Language, sources: &'s Sources, facts: &Facts) -> Project<'s> {
        let (mut files, mut unread) = (Vec::new(), Vec::new());
        for (id, file) in sources.iter().filter(|(_, file)| language.owns(&file.path)) {
            match Code::parse(language, id, file) {
                Some(code) => files.push(code),
                None => unread.push(Span { file: id, start: 0, end: 0 }),
            }
        }
        let mut definitions = Definitions::default();
        let mut values = Values::default();
        let mut overall = Evidence::default();
        for (index, code) in files.iter().enumerate() {
            definitions.add(index, code);
            values.add(index, code);
            for node in code.ids() {
                overall.note(word_strength(code, node), code.span(node));
            }
        }
        let takes_any_algorithm = language == Language::Ruby && locks_old_jwt(sources);
        let mut project = Project {
            files,
            definitions,
            values,
            overall,
            wanted: BTreeSet::new(),
            declared: declared(facts),
            unread,
            takes_any_algorithm,
        };
        project.wanted = wanted(&project, facts);
        project
    }

    /// Whether a route may serve what a descriptor declares, by the last segment of its path.
    pub fn wants(&self, path: &str) -> bool {
        let segment = last_segment(path);
        segment.is_empty() || self.wanted.contains(&segment)
    }

    /// The text that an expression is known to have: a literal, what a name stands for, parts that are added.
    pub fn text(&self, at: At) -> Option<String> {
        self.text_within(at, 0)
    }

    fn text_within(&self, at: At, depth: usize) -> Option<String> {
        let code = self.files.get(at.file).filter(|_| depth < 6)?;
        if let Some(text) = code.string(at.node) {
            return Some(text.to_owned());
        }
        if matches!(code.kind(at.node), "binary_operator" | "binary" | "binary_expression") {
            let side = |name: &str| self.text_within(At { node: code.field(at.node, name)?, ..at }, depth + 1);
            return Some(side("left")? + &side("right")?);
        }
        self.text_within(self.values.of(code, at)?, depth + 1)
    }

    /// What a piece of code, and what it calls, does with a request.
    pub fn reading(&self, file: usize, node: NodeId) -> Reading {
        reading::read(self, At { file, node }, false)
    }

    /// What a step before a handler does; Ruby's frameworks do not look at what theirs return.
    pub fn step(&self, file: usize, node: NodeId) -> Reading {
        let is_dropped = self.files.get(file).is_some_and(|code| code.language == Language::Ruby);
        reading::read(self, At { file, node }, is_dropped)
    }

    /// What a definition does.
    pub fn reading_of(&self, definition: &Definition<'s>) -> Reading {
        self.reading(definition.file, definition.node)
    }
}

/// The paths that descriptors declare for events.
fn declared(facts: &Facts) -> BTreeSet<String> {
    let events = facts.descriptors.iter().flat_map(|descriptor| descriptor.lifecycle().collect::<Vec<_>>());
    events.filter_map(|(_, member)| member.value.as_str()).map(str::to_owned).collect()
}

/// The last segments of everything that a descriptor says, in files or in code, and the events' own names.
fn wanted(project: &Project<'_>, facts: &Facts) -> BTreeSet<String> {
    let built = descriptors::descriptors(project);
    let mut wanted: BTreeSet<String> = Event::ALL.iter().map(|event| event.key().to_owned()).collect();
    let mut open: Vec<&Node> = facts.descriptors.iter().chain(&built).map(|descriptor| &descriptor.tree).collect();
    while let Some(node) = open.pop() {
        wanted.extend(node.as_str().filter(|text| text.len() < 200).map(last_segment));
        open.extend(node.members().iter().map(|member| &member.value).chain(node.elements()));
    }
    wanted
}

/// The last part of a path, in lower case, without a query.
fn last_segment(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    path.trim_end_matches(['/', '$', '?']).rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
}

/// Whether a `Gemfile.lock` holds a ruby-jwt before 2.0, which verifies by whatever algorithm a token's header names.
fn locks_old_jwt(sources: &Sources) -> bool {
    let locks = sources.iter().filter(|(_, file)| file.name() == "Gemfile.lock");
    let mut lines = locks.flat_map(|(_, file)| file.text.lines());
    lines.any(|line| {
        let release = line.trim().strip_prefix("jwt (").filter(|release| release.ends_with(')'));
        release.is_some_and(|release| release.starts_with(['0', '1']))
    })
}
