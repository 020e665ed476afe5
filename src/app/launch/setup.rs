//! Configuration files that are used together, and the launches that they allow.

use std::collections::BTreeSet;

use super::{ACTIVE, Choice, LIMIT, Launch, PLACEHOLDER_DEPTH};
use crate::{
    app::App,
    facts::{
        SpringDocument, Variable,
        spring::{Group, Written, written},
    },
    source::FileId,
};

/// The property that brings further profiles along.
const INCLUDE: &str = "spring.profiles.include";

/// The profile that is active while none is chosen.
const DEFAULT_PROFILE: &str = "default";

/// Configuration files that are used together.
pub(super) struct Setup<'app> {
    outside: Option<&'app str>,
    documents: Vec<&'app SpringDocument>,
}

/// What is packaged, alone and with each folder that may be beside the app.
pub(super) fn setups(app: &App) -> Vec<Setup<'_>> {
    let documents = &app.facts.spring;
    let of = |is_outside: bool| {
        documents.iter().filter(move |document| is_outside == (document.location.group() == Group::Outside))
    };
    let mut packaged: BTreeSet<&str> = of(false).map(|document| document.location.folder()).collect();
    let described = |folder: &&str| {
        let file = |file: FileId| app.sources.file(file).folder();
        let is_below =
            |own: &str| own == *folder || own.strip_prefix(*folder).is_some_and(|rest| rest.starts_with('/'));
        app.affected_descriptors().any(|descriptor| is_below(file(descriptor.file)))
    };
    if packaged.iter().any(described) {
        packaged.retain(|folder| described(folder));
    }
    let speaks = |document: &&SpringDocument| document.block_span("atlassian.connect").is_some();
    let counts = |document: &&SpringDocument| packaged.is_empty() || speaks(document);
    let outside: BTreeSet<&str> = of(true).filter(counts).map(|document| document.location.folder()).collect();
    let bare = if packaged.is_empty() { vec![None] } else { packaged.into_iter().map(Some).collect() };
    let mut found = Vec::new();
    for folder in bare.into_iter().take(LIMIT) {
        for outside in std::iter::once(None).chain(outside.iter().copied().map(Some)).take(LIMIT) {
            let documents = of(false).filter(|document| Some(document.location.folder()) == folder);
            let beside = of(true).filter(|document| Some(document.location.folder()) == outside);
            found.push(Setup { outside, documents: documents.chain(beside).collect() });
        }
    }
    if found.len() > 1 && found[0].documents.is_empty() {
        found.remove(0); // what is beside the app is all there is
    }
    found
}

impl<'app> Setup<'app> {
    /// The launches of these files, alone and with each group of variables.
    pub(super) fn launches(&self, given: &[Vec<&'app Variable>]) -> Vec<Launch<'app>> {
        let plain = self.launch(&[], Choice::Configuration, &[]);
        let mut found = Vec::new();
        if !self.texts(ACTIVE).is_empty() {
            found.push(self.launch(&[String::new()], Choice::Unnamed, &[]));
        }
        let names = self.names(&plain);
        found.extend(names.into_iter().map(|name| self.launch(&[name], Choice::Named, &[])));
        found.extend(given.iter().map(|variables| self.launch(&[], Choice::Variables, variables)));
        found.insert(0, plain);
        found
    }

    /// The profiles that somebody may choose: all that documents ask for, but for those that others bring along.
    fn names(&self, plain: &Launch) -> BTreeSet<String> {
        let all = self.documents.iter().flat_map(|document| document.profiles());
        let all: BTreeSet<&str> = all.filter(|name| *name != DEFAULT_PROFILE).collect();
        let mut names: BTreeSet<String> = all.into_iter().take(LIMIT).map(str::to_owned).collect();
        let brought: Vec<String> = names.iter().flat_map(|name| self.members(name)).collect();
        names.retain(|name| !plain.profiles.contains(name) && !brought.contains(name));
        names
    }

    fn members(&self, profile: &str) -> Vec<String> {
        self.texts(&format!("spring.profiles.group.{profile}"))
    }

    /// The texts of a list in the last of the base documents that has it.
    fn texts(&self, key: &str) -> Vec<String> {
        self.lists(key).into_iter().rev().find(|list| !list.is_empty()).unwrap_or_default()
    }

    /// The texts of a list in each of the base documents, placeholders replaced by their defaults.
    fn lists(&self, key: &str) -> Vec<Vec<String>> {
        let mut base: Vec<_> = self.documents.iter().filter(|document| document.is_base()).collect();
        base.sort_by_key(|document| (&document.location, document.order));
        let texts = |document: &&&SpringDocument| {
            let list = document.list(key);
            list.iter().filter_map(|text| default_text(&text.value, PLACEHOLDER_DEPTH)).collect()
        };
        base.iter().map(texts).collect()
    }

    /// The launch with the profiles given; where none are, with those that variables or the configuration choose.
    fn launch(&self, chosen: &[String], choice: Choice, variables: &[&'app Variable]) -> Launch<'app> {
        let exported = |key: &str| {
            let own = variables.iter().filter(|variable| variable.is_property(key));
            let variable = own.max_by_key(|variable| variable.source)?;
            let names = variable.value.value.split(',');
            let names: Vec<_> = names.filter_map(|name| default_text(name, PLACEHOLDER_DEPTH)).collect();
            (!names.is_empty()).then_some((variable.span, names))
        };
        let active = exported(ACTIVE);
        let chosen_at = active.as_ref().map(|(span, _)| *span);
        let active = match chosen {
            [] => active.map_or_else(|| self.texts(ACTIVE), |(_, names)| names),
            _ => chosen.to_vec(),
        };
        let included = self.lists(INCLUDE).into_iter().flatten();
        let included: Vec<_> = included.chain(exported(INCLUDE).into_iter().flat_map(|(_, names)| names)).collect();
        let mut profiles: Vec<String> = Vec::new();
        for profile in included.into_iter().chain(active) {
            for name in std::iter::once(profile.clone()).chain(self.members(&profile)) {
                if !profiles.contains(&name) {
                    profiles.push(name);
                }
            }
        }
        let documents = self.counting(&profiles);
        Launch { profiles, choice, chosen_at, outside: self.outside, variables: variables.to_vec(), documents }
    }

    /// The documents that count while some profiles are active, the one that wins last.
    fn counting(&self, profiles: &[String]) -> Vec<&'app SpringDocument> {
        let is_active = |name: &str| match profiles {
            [] => name == DEFAULT_PROFILE,
            _ => profiles.iter().any(|profile| profile == name),
        };
        let mut counting: Vec<_> =
            self.documents.iter().copied().filter(|document| document.is_active(&is_active)).collect();
        let rank = |document: &SpringDocument| {
            let place =
                |name: &String| profiles.iter().position(|profile| profile == name).map_or(1, |place| place + 1);
            document.file_profile.as_ref().map_or(0, place)
        };
        counting
            .sort_by_key(|document| (document.location.group(), rank(document), &document.location, document.order));
        counting
    }
}

/// A text, or the default of a placeholder; nothing where something outside decides.
fn default_text(text: &str, depth: usize) -> Option<String> {
    match written(text) {
        Written::Plain(text) => (!text.is_empty()).then(|| text.to_owned()),
        Written::Placeholder(_, default) => default_text(default?, depth.checked_sub(1)?),
        Written::Open => None,
    }
}
