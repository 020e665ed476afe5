//! Maven: which Connect libraries a `pom.xml` depends on, and where their versions are defined.

use std::{cell::LazyCell, collections::BTreeMap};

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::{Alternative, Dependency, Facts, Part},
    frameworks,
    frameworks::ACSB,
    source::{Label, Sources, Span, Spanned},
    version::{Scheme, Version, VersionRange},
};

use pom::{Coordinates, Poms, Use};
use resolve::Definition;

mod pom;
mod resolve;
mod war;

/// Folders whose build files build no app of the tree.
const FOREIGN: [&str; 16] = [
    "test",
    "tests",
    "testdata",
    "fixture",
    "fixtures",
    "__tests__",
    "__fixtures__",
    "target",
    "build",
    "buildSrc",
    "bin",
    "out",
    "dist",
    "vendor",
    "node_modules",
    ".git",
];

/// The room.
pub(super) struct Maven;

impl Ecosystem for Maven {
    fn interest(&self, path: &str) -> Interest {
        let is_pom = path.rsplit('/').next() == Some("pom.xml");
        if is_pom && !is_foreign(path) { Interest::Always } else { Interest::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        let mut poms = Poms::default();
        for (id, file) in sources.iter().filter(|(_, file)| self.interest(&file.path) == Interest::Always) {
            facts.build_files.push(id);
            poms.read(id, file).unwrap_or_else(|error| facts.syntax_errors.push(error));
        }
        facts.context_paths.extend(poms.poms.iter().flat_map(|pom| war::context_paths(&pom.root)));
        let parts = poms.parts().map(|(user, used, is_whole)| Part { user, used, is_whole });
        facts.parts.extend(parts);
        let users = LazyCell::new(|| poms.users());
        for uses in poms.uses() {
            let (dependencies, alternatives) = dependencies(&poms, uses);
            facts.alternatives.extend(alternatives);
            for mut dependency in dependencies {
                let text = dependency.version.as_ref().map(|version| version.span);
                dependency.shared_with = text.and_then(|text| other_user(&users, &dependency.package, text));
                facts.dependencies.push(dependency);
            }
        }
    }
}

/// Whether a build file is in a folder that builds no app of the tree.
pub(super) fn is_foreign(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').any(|folder| FOREIGN.contains(&folder))
}

/// The package URL of an artifact that the framework table knows.
fn package(coordinates: &Coordinates) -> Option<String> {
    package_of(&coordinates.group, &coordinates.artifact)
}

/// The package URL of an artifact by its group and name.
pub(super) fn package_of(group: &str, artifact: &str) -> Option<String> {
    if group == "com.atlassian.connect" && artifact.starts_with("atlassian-connect-spring-boot") {
        return Some(ACSB.to_owned());
    }
    // sbt appends the Scala release: `_2.13`, `_3`
    let artifact =
        artifact.rsplit_once('_').filter(|(_, scala)| scala.starts_with(['2', '3'])).map_or(artifact, |(name, _)| name);
    let package = format!("pkg:maven/{group}/{artifact}");
    frameworks::framework(&package).map(|_| package)
}

/// What takes its version from each text: the package, if it is one of the framework table, and where.
pub(super) type Users = BTreeMap<Span, Vec<(Option<String>, Span)>>;

/// What takes its version from a text, and is no artifact of the package.
pub(super) fn other_user(users: &Users, package: &str, text: Span) -> Option<Span> {
    let mut others = users.get(&text)?.iter().filter(|(other, _)| other.as_deref() != Some(package));
    others.next().map(|(_, user)| *user)
}

/// The dependencies of one pom, and what is to be said of versions that profiles define.
fn dependencies(poms: &Poms, mut uses: Vec<Use<'_>>) -> (Vec<Dependency>, Vec<Alternative>) {
    uses.sort_by_key(|used| (used.development, rank(&used.coordinates.artifact)));
    let (mut found, mut alternatives) = (Vec::new(), Vec::new());
    for used in &uses {
        let definitions = poms.version(used).unwrap_or_default();
        alternatives.extend(definitions.iter().map(|own| alternative(used, own, &definitions)));
        let texts: Vec<_> = definitions.into_iter().map(|definition| Some(definition.text)).collect();
        let texts = if texts.is_empty() { vec![None] } else { texts };
        found.extend(texts.into_iter().filter_map(|text| dependency(used, text)));
    }
    alternatives.retain(|told| told.profile.is_some() || !told.labels.is_empty());
    (distinct(found.into_iter()), alternatives)
}

/// What is to be said of one of a version's definitions: its profile, and what the others are.
fn alternative(used: &Use<'_>, own: &Definition, all: &[Definition]) -> Alternative {
    let profile = own.profile.as_ref().or(used.profile.as_ref());
    let others = all.iter().filter(|other| other.text.span != own.text.span && other.text.value != own.text.value);
    let others = others.map(|other| {
        let by_default = other.profile.as_ref().is_some_and(|profile| profile.is_default);
        let message = match &other.profile {
            Some(profile) if by_default => {
                format!("the profile `{}`, active by default, has another", profile.id.value)
            }
            Some(profile) => format!("the profile `{}` has another", profile.id.value),
            None => "without the profile it is another".to_owned(),
        };
        Label::new(other.text.span, message)
    });
    let profile_label = profile.map(|profile| Label::new(profile.id.span, "only in this profile"));
    Alternative {
        definition: own.text.span,
        profile: profile.map(|profile| profile.id.value.clone()),
        labels: profile_label.into_iter().chain(others).collect(),
    }
}

/// One dependency for each place where a version of a package is defined.
pub(super) fn distinct(all: impl Iterator<Item = Dependency>) -> Vec<Dependency> {
    let mut dependencies: Vec<Dependency> = Vec::new();
    for dependency in all {
        let place = dependency.requirement.as_ref().map(|text| text.span);
        let is_told = |earlier: &Dependency| {
            earlier.package == dependency.package
                && (place.is_none() || earlier.requirement.as_ref().map(|text| text.span) == place)
        };
        if !dependencies.iter().any(is_told) {
            dependencies.push(dependency);
        }
    }
    let known: Vec<String> =
        dependencies.iter().filter(|known| known.requirement.is_some()).map(|known| known.package.clone()).collect();
    dependencies.retain(|dependency| dependency.requirement.is_some() || !known.contains(&dependency.package));
    dependencies
}

/// The starter stands for the artifacts it brings.
pub(super) fn rank(artifact: &str) -> usize {
    ["-starter", "-jpa-starter"]
        .iter()
        .position(|end| artifact == format!("atlassian-connect-spring-boot{end}"))
        .unwrap_or(2)
}

fn dependency(used: &Use<'_>, requirement: Option<Spanned<String>>) -> Option<Dependency> {
    let version = requirement.as_ref().and_then(|text| {
        let value = Version::parse(Scheme::Maven, &text.value)?;
        Some(Spanned { value, span: text.span })
    });
    Some(Dependency {
        package: package(&used.coordinates)?,
        declared: used.declared,
        version,
        range: requirement.as_ref().and_then(|text| VersionRange::parse(Scheme::Maven, &text.value)),
        requirement,
        locked: None,
        update: None,
        development: used.development,
        shared_with: None,
    })
}
