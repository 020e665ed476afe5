//! Which folders of a tree are apps.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::parts::Parts;
use crate::{
    facts::{Dependency, Descriptor, Facts},
    frameworks::framework,
    source::{FileId, Sources},
};

/// Keeps one of several descriptors of the same text that no build file sets apart: the one in `src/main/resources`,
/// else the least deep one.
pub(super) fn remove_copies(facts: &mut Facts, sources: &Sources) {
    let builds = builds(facts, sources);
    let rank = |descriptor: &Descriptor| {
        let file = sources.file(descriptor.file);
        let is_resource = format!("/{}/", file.folder()).contains("/src/main/resources/");
        (Reverse(is_resource), file.path.matches('/').count(), descriptor.file)
    };
    let place = |descriptor: &Descriptor| {
        let file = sources.file(descriptor.file);
        (&*file.text, built_at(&builds, file.folder()))
    };
    let mut best = BTreeMap::new();
    for descriptor in &facts.descriptors {
        let kept = best.entry(place(descriptor)).or_insert_with(|| rank(descriptor));
        *kept = rank(descriptor).min(*kept);
    }
    let best: BTreeSet<FileId> = best.into_values().map(|(_, _, file)| file).collect();
    facts.descriptors.retain(|descriptor| best.contains(&descriptor.file));
}

/// The folders of the tree's apps, in order. A module without a descriptor that another one is made from is no app.
pub(super) fn roots(facts: &Facts, sources: &Sources, parts: &Parts) -> Vec<String> {
    let folder = |file: FileId| sources.file(file).folder().to_owned();
    let builds = builds(facts, sources);
    let home = |file: FileId| {
        let own = folder(file);
        built_at(&builds, &own).map_or(own.clone(), str::to_owned)
    };
    let broken = facts.syntax_errors.iter().map(|error| error.span.file);
    let broken = broken.filter(|file| {
        let file = sources.file(*file);
        file.name().starts_with("atlassian-connect") || file.text.contains("atlassian-connect")
    });
    let described: BTreeSet<_> =
        facts.descriptors.iter().map(|descriptor| descriptor.file).chain(broken).map(home).collect();
    let evidence = |dependency: &&Dependency| framework(&dependency.package).is_some_and(|known| known.evidence);
    let depending = facts.dependencies.iter().filter(evidence).map(|dependency| dependency.declared.file);
    let undescribed = depending.chain(facts.mentions.iter().map(|span| span.file)).map(home);
    let apart = |root: &String| !ancestors(root).any(|ancestor| described.contains(ancestor));
    let undescribed: BTreeSet<_> = undescribed.filter(apart).collect();
    let all: BTreeSet<_> = described.union(&undescribed).cloned().collect();
    let is_part = |folder: &String| {
        let holds = |other: &&String| parts.holds(other, folder) && !parts.holds(folder, other);
        !described.contains(folder) && all.iter().any(|other| holds(&other))
    };
    all.iter().filter(|folder| !is_part(folder)).cloned().collect()
}

/// The folders with a build file.
fn builds<'a>(facts: &Facts, sources: &'a Sources) -> BTreeSet<&'a str> {
    facts.build_files.iter().map(|file| sources.file(*file).folder()).collect()
}

/// The nearest folder from one upward that has a build file.
fn built_at<'folder>(builds: &BTreeSet<&str>, folder: &'folder str) -> Option<&'folder str> {
    ancestors(folder).find(|ancestor| builds.contains(ancestor))
}

/// A folder and those above it, up to the root, which is empty.
pub(super) fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folder);
    std::iter::from_fn(move || {
        let current = next?;
        next = if current.is_empty() { None } else { Some(current.rsplit_once('/').map_or("", |(above, _)| above)) };
        Some(current)
    })
}
