//! The ways of starting a Spring app that its tree shows, and which settings are in effect in each.
//!
//! Spring Boot's order of property sources decides: arguments, `SPRING_APPLICATION_JSON`, system properties, environment,
//! then configuration files: those beside the app before packaged ones, among them those of a profile before the
//! others, `config/` before its parent, properties before YAML, later documents before earlier ones.

use std::collections::BTreeMap;

use crate::{
    app::App,
    facts::{
        SpringDocument, Variable,
        spring::{Setting, Written, names_development, truth, written},
    },
    source::{FileId, Span, Spanned},
};

mod opening;
mod setup;

pub use opening::{Opening, Reach};
use setup::setups;

/// How deep placeholders in the values of placeholders are followed.
const PLACEHOLDER_DEPTH: usize = 8;

/// How many folders, profiles and files with variables are looked at, each; real apps have a handful.
const LIMIT: usize = 50;

/// The property that chooses profiles.
const ACTIVE: &str = "spring.profiles.active";

/// A way of starting the app.
#[derive(Clone, Debug)]
pub struct Launch<'app> {
    /// The active profiles, the one that wins last.
    pub profiles: Vec<String>,
    /// What chose them.
    pub choice: Choice,
    /// The variable of the tree that chose them.
    pub chosen_at: Option<Span>,
    /// The folder of configuration files that are beside the app, if any are.
    pub outside: Option<&'app str>,
    /// What is set from outside: the environment, system properties, arguments.
    variables: Vec<&'app Variable>,
    /// The documents that count, the one that wins last.
    documents: Vec<&'app SpringDocument>,
}

/// What chose the profiles of a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The configuration itself: nothing comes from outside.
    Configuration,
    /// Somebody chose a profile that no file of the tree names.
    Unnamed,
    /// Somebody chose a profile that files of the tree name.
    Named,
    /// A file of the tree that sets variables or arguments.
    Variables,
}

/// Where a setting gets its value from.
#[derive(Clone, Debug)]
pub enum Definition<'app> {
    /// A configuration file.
    Document(&'app SpringDocument, Setting),
    /// The environment, a system property, an argument.
    Variable(&'app Variable),
}

/// What decides a setting in one launch.
#[derive(Clone, Debug)]
pub struct Decision<'app> {
    /// Where it is defined.
    pub definition: Definition<'app>,
    /// Its truth value, if the tree settles it.
    pub value: Option<bool>,
}

impl Definition<'_> {
    /// The key, or all of the variable.
    pub fn span(&self) -> Span {
        match self {
            Definition::Document(_, setting) => setting.0.key.span,
            Definition::Variable(variable) => variable.span,
        }
    }
}

impl<'app> Launch<'app> {
    /// What decides a setting.
    pub fn decide(&self, key: &str) -> Option<Decision<'app>> {
        let definition = self.definition(key)?;
        let text = match &definition {
            Definition::Document(_, setting) => setting.0.value.scalar(),
            Definition::Variable(variable) => Some(variable.value.value.clone()),
        };
        let value = text.and_then(|text| self.settled(&text, PLACEHOLDER_DEPTH)).as_deref().and_then(truth);
        Some(Decision { definition, value })
    }

    /// The texts of a setting that may be a list. Those of a variable all stand at its value.
    pub fn list(&self, key: &str) -> Vec<Spanned<String>> {
        if let Some(Spanned { value, span }) = self.variable(key).map(|variable| &variable.value) {
            let texts = value.split(',').map(str::trim).filter(|text| !text.is_empty());
            return texts.map(|text| Spanned { value: text.to_owned(), span: *span }).collect();
        }
        let mut lists = self.documents.iter().rev().map(|document| document.list(key));
        lists.find(|list| !list.is_empty()).unwrap_or_default()
    }

    /// The documents that count, the one that wins last.
    pub fn documents(&self) -> impl Iterator<Item = &'app SpringDocument> {
        self.documents.iter().copied()
    }

    /// Whether it is for development or tests.
    pub fn is_for_development(&self) -> bool {
        let named = self.profiles.iter().any(|profile| names_development(profile));
        named
            || self.outside.is_some_and(names_development)
            || self.variables.iter().any(|variable| variable.is_for_development())
    }

    fn variable(&self, key: &str) -> Option<&'app Variable> {
        let own = self.variables.iter().filter(|variable| variable.is_property(key));
        own.max_by_key(|variable| variable.source).copied()
    }

    fn definition(&self, key: &str) -> Option<Definition<'app>> {
        let in_documents = || self.documents.iter().rev().find_map(|document| Some((*document, document.find(key)?)));
        match self.variable(key) {
            Some(variable) => Some(Definition::Variable(variable)),
            None => in_documents().map(|(document, setting)| Definition::Document(document, setting)),
        }
    }

    /// The text that a value stands for, placeholders followed; nothing where something outside decides.
    fn settled(&self, value: &str, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match written(value) {
            Written::Plain(text) => Some(text.to_owned()),
            Written::Open => None,
            Written::Placeholder(name, default) => match self.definition(name) {
                Some(Definition::Variable(variable)) => self.settled(&variable.value.value, depth),
                Some(Definition::Document(_, setting)) => self.settled(&setting.0.value.scalar()?, depth),
                None => self.settled(default?, depth),
            },
        }
    }
}

/// Every way of starting an app that its tree shows, the plain one first.
pub fn launches(app: &App) -> Vec<Launch<'_>> {
    let mut given: BTreeMap<(FileId, &Option<String>), Vec<&Variable>> = BTreeMap::new();
    for variable in app.facts.variables.iter().filter(|variable| variable.is_for_spring()) {
        given.entry((variable.span.file, &variable.place)).or_default().push(variable);
    }
    let given: Vec<_> = given.into_values().take(LIMIT).collect();
    setups(app).iter().flat_map(|setup| setup.launches(&given)).collect()
}
