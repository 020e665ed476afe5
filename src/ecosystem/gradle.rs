//! Gradle: which Connect libraries build scripts depend on, and where their versions are defined.
//!
//! Scripts are read as words, strings and brackets, never run: a value that is composed or computed is unknown.

use std::cell::LazyCell;

use crate::{
    ecosystem::{Ecosystem, Interest, maven},
    facts::{Dependency, Facts, Part},
    source::{Sources, Spanned},
    version::{Scheme, Version, VersionRange},
};

use resolve::{Artifact, Build, Builds, Requirement};

mod arguments;
mod catalog;
mod expression;
mod resolve;
mod script;
mod tokens;

/// The room.
pub(super) struct Gradle;

impl Ecosystem for Gradle {
    fn interest(&self, path: &str) -> Interest {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_read = is_build(name)
            || name.starts_with("settings.gradle")
            || name == "gradle.properties"
            || catalog::place(path).is_some();
        if is_read && !maven::is_foreign(path) { Interest::Always } else { Interest::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        let mut builds = Builds::default();
        for (id, file) in sources.iter().filter(|(_, file)| self.interest(&file.path) == Interest::Always) {
            if is_build(file.name()) {
                facts.build_files.push(id);
                builds.script(id, file);
            } else if file.name() == "gradle.properties" {
                builds.properties(id, file);
            } else if let Err(error) = builds.catalog(id, file) {
                facts.syntax_errors.push(error);
            }
        }
        let parts = builds.parts().into_iter().map(|(user, used, is_whole)| Part { user, used, is_whole });
        facts.parts.extend(parts);
        let users = LazyCell::new(|| builds.users());
        for mut dependency in builds.scripts.iter().flat_map(|build| dependencies(&builds, build)) {
            let text = dependency.version.as_ref().map(|version| version.span);
            dependency.shared_with = text.and_then(|text| maven::other_user(&users, &dependency.package, text));
            facts.dependencies.push(dependency);
        }
    }
}

fn is_build(name: &str) -> bool {
    name == "build.gradle" || name == "build.gradle.kts"
}

/// An artifact of the framework table, where a script asks for it.
struct Known {
    package: String,
    artifact: Artifact,
    declared: crate::source::Span,
    development: bool,
    managed: bool,
}

/// The dependencies of one script; what asks for no version gets the one that is managed.
fn dependencies(builds: &Builds, build: &Build) -> Vec<Dependency> {
    let mut found = known(builds, build);
    found.sort_by_key(|known| (known.development, maven::rank(&known.artifact.name)));
    let managed = |package: &str| {
        let managing = found.iter().filter(|known| known.managed && known.package == package);
        managing.filter_map(|known| known.artifact.version.clone()).next()
    };
    let uses = found.iter().filter(|known| !known.managed);
    maven::distinct(uses.map(|known| {
        let version = known.artifact.version.clone().or_else(|| managed(&known.package));
        dependency(known, version)
    }))
}

fn known(builds: &Builds, build: &Build) -> Vec<Known> {
    let uses = build.declarations.uses.iter();
    let artifacts =
        uses.flat_map(|used| builds.artifacts(build, used).into_iter().map(move |artifact| (used, artifact)));
    let known = artifacts.filter_map(|(used, artifact)| {
        Some(Known {
            package: maven::package_of(&artifact.group, &artifact.name)?,
            artifact,
            declared: build.span(&used.declared),
            development: used.development,
            managed: used.managed,
        })
    });
    known.collect()
}

fn dependency(known: &Known, requirement: Option<Requirement>) -> Dependency {
    let single = requirement.as_ref().filter(|requirement| requirement.values.len() == 1);
    let version = single.and_then(|requirement| {
        let value = Version::parse(Scheme::Maven, &requirement.text.value)?;
        Some(Spanned { value, span: requirement.text.span })
    });
    let range = requirement.as_ref().map(|requirement| Vec::from_iter(requirement.values.iter().cloned()).join(" || "));
    Dependency {
        package: known.package.clone(),
        declared: known.declared,
        version,
        range: range.and_then(|range| VersionRange::parse(Scheme::Maven, &range)),
        requirement: requirement.map(|requirement| requirement.text),
        locked: None,
        update: None,
        development: known.development,
        shared_with: None,
    }
}
