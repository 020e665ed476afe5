//! Every build of a tree, and where the values that its scripts name are defined.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    arguments::Asked,
    catalog::Catalog,
    expression::{Expression, Meaning},
    script::{Declarations, Use},
};
use crate::{
    ecosystem::maven::{self, Users},
    source::{FileId, SourceFile, Span, Spanned},
    syntax::{SyntaxError, properties},
    tree::Node,
};

/// Longer chains of names are taken for unknown.
const STEP_LIMIT: usize = 64;

/// Everything that builds say.
#[derive(Default)]
pub(super) struct Builds {
    pub(super) scripts: Vec<Build>,
    properties: BTreeMap<String, Node>,
    catalogs: Vec<Catalog>,
}

/// A build script.
pub(super) struct Build {
    /// Its file.
    pub(super) file: FileId,
    folder: String,
    text: std::sync::Arc<str>,
    /// What it says.
    pub(super) declarations: Declarations,
}

/// An artifact that is asked for.
pub(super) struct Artifact {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) version: Option<Requirement>,
}

/// A version as asked for.
#[derive(Clone)]
pub(super) struct Requirement {
    /// The place of its definition, or the text that could not be followed.
    pub(super) text: Spanned<String>,
    /// Every version the build may use; empty if that is not known.
    pub(super) values: BTreeSet<String>,
}

impl Requirement {
    fn known(text: Spanned<String>) -> Requirement {
        Requirement { values: BTreeSet::from([text.value.clone()]), text }
    }
}

/// A step on the way to a definition.
enum Step<'build> {
    Expression(&'build Build, &'build Expression),
    Text(Spanned<String>),
}

impl Builds {
    /// Reads a script.
    pub(super) fn script(&mut self, id: FileId, file: &SourceFile) {
        let declarations = super::script::read(&file.text, file.path.ends_with(".kts"));
        self.scripts.push(Build { file: id, folder: file.folder().to_owned(), text: file.text.clone(), declarations });
    }

    /// Reads a `gradle.properties`.
    pub(super) fn properties(&mut self, id: FileId, file: &SourceFile) {
        self.properties.insert(file.folder().to_owned(), properties::parse(id, &file.text));
    }

    /// Reads a catalog.
    pub(super) fn catalog(&mut self, id: FileId, file: &SourceFile) -> Result<(), SyntaxError> {
        self.catalogs.extend(Catalog::read(id, file)?);
        Ok(())
    }

    /// The artifacts that a declaration asks for.
    pub(super) fn artifacts(&self, build: &Build, used: &Use) -> Vec<Artifact> {
        match &used.asked {
            Asked::Artifact { group, name, version } => {
                self.artifact(build, group, name, version.as_ref()).into_iter().collect()
            }
            Asked::Alias(alias) => self.aliased(build, alias, used),
            Asked::Project(_) => Vec::new(),
        }
    }

    /// What takes its version from each text: the packages of the framework table, and where.
    pub(super) fn users(&self) -> Users {
        let mut users = Users::new();
        for build in &self.scripts {
            for used in &build.declarations.uses {
                for artifact in self.artifacts(build, used) {
                    let package = maven::package_of(&artifact.group, &artifact.name);
                    let Some(version) = artifact.version else { continue };
                    users.entry(version.text.span).or_default().push((package, build.span(&used.declared)));
                }
            }
        }
        for (version, plugin) in self.catalogs.iter().flat_map(Catalog::plugins) {
            users.entry(version).or_default().push((None, plugin));
        }
        users
    }

    /// Which scripts each script's project is made from: those of projects it depends on, and those above it that say
    /// what all below depend on. The second is `true` of the former.
    pub(super) fn parts(&self) -> Vec<(FileId, FileId, bool)> {
        let mut parts = Vec::new();
        for build in &self.scripts {
            let projects = build.declarations.uses.iter().filter(|used| !used.development);
            let projects = projects.filter_map(|used| match &used.asked {
                Asked::Project(path) => self.project(build, path),
                _ => None,
            });
            parts.extend(projects.map(|project| (build.file, project.file, true)));
            let is_above = |other: &&Build| other.folder != build.folder && is_within(&build.folder, &other.folder);
            let shares = |other: &&Build| other.declarations.uses.iter().any(|used| used.is_shared);
            parts.extend(
                self.scripts.iter().filter(is_above).filter(shares).map(|other| (build.file, other.file, false)),
            );
        }
        parts
    }

    /// The script of the project at a path, in the nearest folder above that has one there.
    fn project(&self, build: &Build, path: &str) -> Option<&Build> {
        let below = path.trim_start_matches(':').replace(':', "/");
        let mut next = Some(build.folder.as_str()).filter(|_| !below.is_empty());
        while let Some(folder) = next {
            let place = if folder.is_empty() { below.clone() } else { format!("{folder}/{below}") };
            let found = self.scripts.iter().find(|other| other.folder == place && other.file != build.file);
            if found.is_some() {
                return found;
            }
            next = above(folder);
        }
        None
    }

    fn artifact(
        &self,
        build: &Build,
        group: &Expression,
        name: &Expression,
        version: Option<&Expression>,
    ) -> Option<Artifact> {
        let [group, name] = [group, name].map(|expression| {
            let values = self.resolved(build, expression).values;
            values.first().filter(|_| values.len() == 1).cloned()
        });
        Some(Artifact { group: group?, name: name?, version: version.map(|version| self.resolved(build, version)) })
    }

    fn aliased(&self, build: &Build, alias: &str, used: &Use) -> Vec<Artifact> {
        let Some((catalog, accessor)) = self.in_catalog(build, alias) else { return Vec::new() };
        let open = || Requirement { text: build.written(used.declared.clone()), values: BTreeSet::new() };
        let libraries = catalog.libraries(accessor).into_iter();
        let artifact = |library: super::catalog::Library| Artifact {
            version: library.version.map(Requirement::known).or_else(|| library.is_open.then(open)),
            group: library.group,
            name: library.artifact,
        };
        libraries.map(artifact).collect()
    }

    /// The nearest catalog of an accessor, and the rest of the accessor.
    fn in_catalog<'a>(&self, build: &Build, accessor: &'a str) -> Option<(&Catalog, &'a str)> {
        let (name, rest) = accessor.split_once('.')?;
        let above =
            self.catalogs.iter().filter(|catalog| catalog.name == name && is_within(&build.folder, &catalog.folder));
        Some((above.max_by_key(|catalog| catalog.folder.len())?, rest))
    }

    /// Follows names to the texts they stand for.
    fn resolved(&self, build: &Build, expression: &Expression) -> Requirement {
        let (mut texts, mut seen, mut is_known) = (Vec::new(), BTreeSet::new(), true);
        let mut open = vec![Step::Expression(build, expression)];
        while let Some(step) = open.pop() {
            match step {
                Step::Text(text) => texts.push(text),
                Step::Expression(build, expression) => match &expression.meaning {
                    Meaning::Text => texts.push(build.written(expression.range.clone())),
                    Meaning::Name(name) if seen.len() < STEP_LIMIT && seen.insert((build.file, name.clone())) => {
                        let found = self.definitions(build, name, expression);
                        is_known &= !found.is_empty();
                        open.extend(found.into_iter().rev());
                    }
                    Meaning::Name(_) | Meaning::Unknown => is_known = false,
                },
            }
        }
        match texts.first().filter(|_| is_known) {
            Some(first) => {
                Requirement { text: first.clone(), values: texts.iter().map(|text| text.value.clone()).collect() }
            }
            None => Requirement { text: build.written(expression.range.clone()), values: BTreeSet::new() },
        }
    }

    /// The definitions of a name in the nearest folder that has any: the script's own, then each folder's scripts and
    /// `gradle.properties`. A value that only repeats its own name, as `val x = property("x")`, is none.
    fn definitions<'a>(&'a self, build: &'a Build, name: &str, from: &Expression) -> Vec<Step<'a>> {
        if let Some((catalog, rest)) = self.in_catalog(build, name)
            && let Some(accessor) = rest.strip_prefix("versions.")
        {
            return catalog.version(accessor).map(Step::Text).into_iter().collect();
        }
        let is_other =
            |expression: &&Expression| *expression != from && expression.meaning != Meaning::Name(name.to_owned());
        let of = |build: &'a Build| {
            let values = build.declarations.values.get(name).into_iter().flatten();
            values.filter(is_other).map(|value| Step::Expression(build, value)).collect::<Vec<_>>()
        };
        let own = of(build);
        if !own.is_empty() {
            return own;
        }
        let mut next = Some(build.folder.as_str());
        while let Some(folder) = next {
            let scripts = self.scripts.iter().filter(|other| other.folder == folder && other.file != build.file);
            let found: Vec<_> = scripts.flat_map(of).collect();
            if !found.is_empty() {
                return found;
            }
            if let Some(text) = self.properties.get(folder).and_then(|node| node.member(name)?.value.as_text()) {
                return vec![Step::Text(text)];
            }
            next = above(folder);
        }
        Vec::new()
    }
}

impl Build {
    fn written(&self, range: std::ops::Range<usize>) -> Spanned<String> {
        let value = self.text[range.clone()].to_owned();
        Spanned { value, span: Span { file: self.file, start: range.start, end: range.end } }
    }

    /// The place of a declaration.
    pub(super) fn span(&self, range: &std::ops::Range<usize>) -> Span {
        Span { file: self.file, start: range.start, end: range.end }
    }
}

/// The folder that a folder is in; `None` of the root.
fn above(folder: &str) -> Option<&str> {
    (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
}

fn is_within(folder: &str, outer: &str) -> bool {
    outer.is_empty() || folder.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
