//! What the resolved release of Atlassian Connect Express verifies.

use crate::{
    facts::{Dependency, Facts, GuardClass},
    javascript::project::{ModuleId, Project},
    tree::Node,
    version::{Scheme, Version, VersionRange},
};

/// The package URL of ACE.
pub const PACKAGE: &str = "pkg:npm/atlassian-connect-express";

/// Knows the releases of ACE that the tree's apps depend on.
#[derive(Debug)]
pub struct Ace<'f> {
    project: &'f Project<'f>,
    facts: &'f Facts,
}

impl<'f> Ace<'f> {
    /// From what the manifests said.
    pub fn new(project: &'f Project<'f>, facts: &'f Facts) -> Ace<'f> {
        Ace { project, facts }
    }

    /// The dependency on a package that holds for a file: that of the nearest manifest above it.
    pub fn dependency(&self, package: &str, module: ModuleId) -> Option<&'f Dependency> {
        let path = self.project.path(module);
        let folder = |dependency: &&Dependency| self.project.sources.file(dependency.declared.file).folder();
        let holds = |dependency: &&Dependency| {
            let folder = folder(dependency);
            dependency.package == package
                && (folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
        };
        self.facts.dependencies.iter().filter(holds).max_by_key(|dependency| folder(dependency).len())
    }

    /// What `authenticateInstall()` proves in the release that holds for a file.
    pub fn install_class(&self, module: ModuleId) -> GuardClass {
        let Some(dependency) = self.dependency(PACKAGE, module) else { return GuardClass::Asymmetric };
        let legacy = if self.is_forced(module) { GuardClass::Asymmetric } else { GuardClass::LegacyFallback };
        let classes =
            [(">=7.5.0", GuardClass::Asymmetric), (">=7.4.1 <7.5.0", legacy), (">=7.0.0 <7.4.1", GuardClass::Unbound)];
        let ranges =
            classes.iter().filter_map(|(range, class)| Some((VersionRange::parse(Scheme::Npm, range)?, *class)));
        let known = dependency.installed().map(|locked| &locked.value);
        let literal = dependency.version.as_ref().map(|version| &version.value);
        let admitting =
            |version: &Version| ranges.clone().find(|(range, _)| range.admits(version)).map(|(_, class)| class);
        let by_range = || {
            let admitted = dependency.range.as_ref()?;
            ranges.clone().find(|(range, _)| admitted.is_within(range)).map(|(_, class)| class)
        };
        known
            .and_then(admitting)
            .or_else(by_range)
            .or_else(|| literal.and_then(admitting))
            .unwrap_or(GuardClass::Asymmetric)
    }

    /// Whether ACE's `config.json` accepts signed installs alone.
    fn is_forced(&self, module: ModuleId) -> bool {
        let path = self.project.path(module);
        let above = |file| {
            let folder = self.project.sources.file(file).folder();
            folder.is_empty() || path.starts_with(&format!("{folder}/"))
        };
        let forced = |tree: &Node| tree.at(&["signed-install"]).and_then(Node::as_str) == Some("force");
        self.facts.ace_configs.iter().any(|config| above(config.tree.span.file) && forced(&config.tree))
    }
}
