//! What the ecosystems read out of a tree, and the rules ask for.
//!
//! A fact says what is written and where; it does not judge. Whatever the text leaves open is `None` or `Unknown`.

use crate::{
    source::{FileId, Label, Span, Spanned},
    syntax::SyntaxError,
    tree::Node,
    version::{Version, VersionRange},
};

pub mod descriptor;
pub mod route;
pub mod spring;
pub mod weakness;
pub mod spring_code;

pub use descriptor::{Authentication, Descriptor, Event, Origin};
pub use route::{AceCall, Guard, GuardClass, Handler, Method, Reach, Route};
pub use spring::SpringDocument;
pub use spring_code::{ControllerWork, JwtExemption, PermittedPath, SpringClass};
pub use weakness::{Algorithms, Audience, KeySource, PrivateGuard, Weakness, WeaknessKind};

/// The facts of a whole tree, or of one app in it.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Connect descriptors.
    pub descriptors: Vec<Descriptor>,
    /// Every build file, whatever it declares: the folder of one can be an app's root.
    pub build_files: Vec<FileId>,
    /// Packages that the framework table knows.
    pub dependencies: Vec<Dependency>,
    /// How the modules of multi-module builds are made from each other.
    pub parts: Vec<Part>,
    /// What is to be said of versions that differ from one build to another.
    pub alternatives: Vec<Alternative>,
    /// ACE's `config.json` files.
    pub ace_configs: Vec<AceConfig>,
    /// Spring configuration documents.
    pub spring: Vec<SpringDocument>,
    /// Environment variables set in files.
    pub variables: Vec<Variable>,
    /// Routes that a POST reaches.
    pub routes: Vec<Route>,
    /// What code that routes lead to does with tokens, keys and secrets.
    pub weaknesses: Vec<Weakness>,
    /// Controllers and application classes of Spring apps.
    pub spring_classes: Vec<SpringClass>,
    /// Annotations that take a controller's route out of ACSB's verification.
    pub jwt_exemptions: Vec<JwtExemption>,
    /// Paths below which a servlet container serves every route of an app: `/calendar` of `calendar.war`.
    pub context_paths: Vec<Spanned<String>>,
    /// What the methods of controllers do.
    pub controller_work: Vec<ControllerWork>,
    /// Paths that Spring Security lets anyone reach.
    pub permitted_paths: Vec<PermittedPath>,
    /// Places where routes may be registered that could not be read: a computed path, a file with errors.
    pub opaque_routes: Vec<Label>,
    /// Where ACE is set up in a program that gives its routers to nothing unread: what it registers is all there is.
    pub ace_setups: Vec<Span>,
    /// Files that could not be read as the code that they should be.
    pub unread_code: Vec<Span>,
    /// The beginnings of files that were put aside, with what stood in the way: what they say is missing.
    pub put_aside: Vec<Label>,
    /// Places where code changes the descriptor before it is served (`descriptorTransformer`).
    pub transformers: Vec<Span>,
    /// Places that name Connect in code: a key host, a Connect library that is imported.
    pub mentions: Vec<Span>,
    /// Places that read the secret of an install callback, in projects that know no RS256.
    pub secret_reads: Vec<Span>,
    /// Text that is not in its format.
    pub syntax_errors: Vec<SyntaxError>,
}

impl Facts {
    /// Parts the facts into so many sets, by the number that `set_of` gives the file of each.
    pub fn split(self, sets: usize, set_of: impl Fn(FileId) -> usize) -> Vec<Facts> {
        let mut split: Vec<Facts> = (0..sets).map(|_| Facts::default()).collect();
        macro_rules! part {
            ($($list:ident by $file:expr),* $(,)?) => {
                $(for fact in self.$list {
                    let file: FileId = $file(&fact);
                    if let Some(set) = split.get_mut(set_of(file)) {
                        set.$list.push(fact);
                    }
                })*
            };
        }
        part! {
            descriptors by |fact: &Descriptor| fact.file,
            build_files by |file: &FileId| *file,
            dependencies by |fact: &Dependency| fact.declared.file,
            parts by |fact: &Part| fact.user,
            alternatives by |fact: &Alternative| fact.definition.file,
            ace_configs by |fact: &AceConfig| fact.tree.span.file,
            spring by |fact: &SpringDocument| fact.tree.span.file,
            variables by |fact: &Variable| fact.span.file,
            routes by |fact: &Route| fact.span.file,
            weaknesses by |fact: &Weakness| fact.route.span.file,
            spring_classes by |fact: &SpringClass| fact.span.file,
            jwt_exemptions by |fact: &JwtExemption| fact.route.file,
            context_paths by |fact: &Spanned<String>| fact.span.file,
            controller_work by |fact: &ControllerWork| fact.route.file,
            permitted_paths by |fact: &PermittedPath| fact.pattern.span.file,
            opaque_routes by |fact: &Label| fact.span.file,
            ace_setups by |span: &Span| span.file,
            unread_code by |span: &Span| span.file,
            put_aside by |label: &Label| label.span.file,
            transformers by |span: &Span| span.file,
            mentions by |span: &Span| span.file,
            secret_reads by |span: &Span| span.file,
            syntax_errors by |error: &SyntaxError| error.span.file,
        }
        split
    }

    /// Moves another set of facts in.
    pub fn extend(&mut self, other: Facts) {
        self.descriptors.extend(other.descriptors);
        self.build_files.extend(other.build_files);
        self.dependencies.extend(other.dependencies);
        self.parts.extend(other.parts);
        self.alternatives.extend(other.alternatives);
        self.ace_configs.extend(other.ace_configs);
        self.spring.extend(other.spring);
        self.variables.extend(other.variables);
        self.routes.extend(other.routes);
        self.weaknesses.extend(other.weaknesses);
        self.spring_classes.extend(other.spring_classes);
        self.jwt_exemptions.extend(other.jwt_exemptions);
        self.context_paths.extend(other.context_paths);
        self.controller_work.extend(other.controller_work);
        self.permitted_paths.extend(other.permitted_paths);
        self.opaque_routes.extend(other.opaque_routes);
        self.ace_setups.extend(other.ace_setups);
        self.unread_code.extend(other.unread_code);
        self.put_aside.extend(other.put_aside);
        self.transformers.extend(other.transformers);
        self.mentions.extend(other.mentions);
        self.secret_reads.extend(other.secret_reads);
        self.syntax_errors.extend(other.syntax_errors);
    }
}

/// A package that the app depends on.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// Its package URL without a version: `pkg:npm/atlassian-connect-express`.
    pub package: String,
    /// Where the app says that it depends on the package; the key of a manifest's member, the `artifactId`.
    pub declared: Span,
    /// What is asked for, as written: `^7.4.4`, `2.2.3`; its span is the text without quotes. In Maven the place
    /// where the version is defined, which may be a property, in another file.
    pub requirement: Option<Spanned<String>>,
    /// The one version that the requirement names. Its span is exactly the digits, so that replacing it keeps
    /// operators, quotes and element names. `None` for `*`, `git+ssh://…`, `>=6 <8`.
    pub version: Option<Spanned<Version>>,
    /// Which releases the requirement admits; `None` where it does not say (`*`, `latest`, `file:`, `git:`).
    pub range: Option<VersionRange>,
    /// What the lockfile holds, and the version's text there.
    pub locked: Option<Spanned<Version>>,
    /// The command that brings the lockfile up to date, if there is a lockfile.
    pub update: Option<String>,
    /// Whether it is declared for development or tests alone.
    pub development: bool,
    /// Something else that takes its version from the same text, a property as a rule.
    pub shared_with: Option<Span>,
}

impl Dependency {
    /// The locked release, unless the requirement admits it no more: the next install then brings another.
    pub fn installed(&self) -> Option<&Spanned<Version>> {
        let held = |locked: &&Spanned<Version>| self.range.as_ref().is_none_or(|range| range.admits(&locked.value));
        self.locked.as_ref().filter(held)
    }
}

/// A module of a build, or a parent, that another module of the same tree is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The build file of the module that is made from it.
    pub user: FileId,
    /// Its own build file.
    pub used: FileId,
    /// Whether all its files come along, as a module's do; of a parent only the dependencies do.
    pub is_whole: bool,
}

/// A definition of a version that does not hold in every build.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// The text of the version.
    pub definition: Span,
    /// The profile in which it holds; `None` where it holds unless a profile has another.
    pub profile: Option<String>,
    /// The profile's name, and the other definitions.
    pub labels: Vec<Label>,
}

/// An ACE configuration file.
#[derive(Clone, Debug)]
pub struct AceConfig {
    /// Its content: an object whose members are environments (`development`, `production`) and global settings.
    pub tree: Node,
}

/// An environment variable set in a file: an env file, a Dockerfile, a compose file, a script.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, without quotes.
    pub value: Spanned<String>,
    /// From the name to the value.
    pub span: Span,
    /// A word of the surroundings that says when it is set: a script's name, a service, the file's own suffix.
    pub place: Option<String>,
    /// Which of Spring's property sources it goes to.
    pub source: PropertySource,
}

/// What Spring takes properties from beside its files; of two that set the same property the greater wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PropertySource {
    /// A variable of the environment.
    #[default]
    Environment,
    /// `-Dname=value`.
    SystemProperty,
    /// A member of `SPRING_APPLICATION_JSON`.
    ApplicationJson,
    /// `--name=value`.
    Argument,
}

impl Variable {
    /// Whether Spring binds it to the property of a dotted key, however the two are written.
    pub fn is_property(&self, key: &str) -> bool {
        let plain = |name: &str| spring::relaxed(name).replace('.', "");
        plain(&self.name) == plain(key)
    }

    /// The value it gives a Spring property.
    pub fn property(&self, key: &str) -> Option<String> {
        self.is_property(key).then(|| self.value.value.clone())
    }

    /// Whether it gives a Spring app profiles or settings of Connect.
    pub fn is_for_spring(&self) -> bool {
        let plain = spring::relaxed(&self.name).replace('.', "");
        ["atlassianconnect", "springprofiles"].iter().any(|head| plain.starts_with(head))
    }

    /// Whether its surroundings say that it is set for development or tests.
    pub fn is_for_development(&self) -> bool {
        self.place.as_deref().is_some_and(spring::names_development)
    }

    /// Whether its surroundings say that it is set for tests.
    pub fn is_for_tests(&self) -> bool {
        self.place.as_deref().is_some_and(spring::names_tests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources};

    #[test]
    fn variables_bind_to_properties_however_they_are_written() {
        let sources = Sources::new(vec![SourceFile::new("a", "")]);
        let span = Span { file: sources.find("a").unwrap(), start: 0, end: 0 };
        let is = |name: &str| {
            let value = Spanned { value: String::new(), span };
            Variable { name: name.to_owned(), value, span, place: None, source: PropertySource::default() }
                .is_property("atlassian.connect.hook-enabled")
        };
        assert!(is("ATLASSIAN_CONNECT_HOOKENABLED") && is("ATLASSIAN_CONNECT_HOOK_ENABLED"));
        assert!(is("atlassian.connect.hookEnabled"));
        assert!(!is("ATLASSIAN_CONNECT_HOOK") && !is("CONNECT_HOOK_ENABLED"));
    }
}
