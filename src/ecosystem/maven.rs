//! Maven: which Connect libraries a `pom.xml` depends on, and where their versions are defined.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::{Dependency, Facts},
    frameworks,
    frameworks::ACSB,
    source::Sources,
    version::{Scheme, Version, VersionRange},
};

use pom::{Coordinates, Poms, Use};

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
        facts.dependencies.extend(poms.uses().flat_map(|uses| dependencies(&poms, uses)));
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

/// The dependencies of one pom.
fn dependencies(poms: &Poms, mut uses: Vec<Use<'_>>) -> Vec<Dependency> {
    uses.sort_by_key(|used| (used.development, rank(&used.coordinates.artifact)));
    distinct(uses.iter().filter_map(|used| dependency(poms, used)))
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

fn dependency(poms: &Poms, used: &Use<'_>) -> Option<Dependency> {
    let package = package(&used.coordinates)?;
    let requirement = poms.version(used);
    let text = requirement.as_ref().map(|requirement| &requirement.text);
    let single = requirement.as_ref().filter(|requirement| requirement.is_certain);
    let version = single.and_then(|requirement| {
        let value = Version::parse(Scheme::Maven, &requirement.text.value)?;
        Some(crate::source::Spanned { value, span: requirement.text.span })
    });
    Some(Dependency {
        package,
        declared: used.declared,
        requirement: text.cloned(),
        version,
        range: requirement.as_ref().and_then(|requirement| VersionRange::parse(Scheme::Maven, &requirement.range)),
        locked: None,
        update: None,
        development: used.development,
    })
}
