//! What the rooms of package registries share: manifests ask for packages, lockfiles hold one version of each.

use crate::{
    ecosystem::{Ecosystem, Interest, connect::is_aside},
    facts::{Dependency, Facts},
    frameworks,
    source::{FileId, SourceFile, Sources, Span, Spanned},
    syntax::SyntaxError,
    version::{Scheme, Version, VersionRange},
};

/// A registry and the files that name its packages.
pub(super) struct Registry {
    /// The type of its package URLs: `gem`.
    pub(super) kind: &'static str,
    /// Whether a file of this name makes its folder an app's.
    pub(super) is_build: fn(name: &str) -> bool,
    /// Reads what a file asks for; `None` for the files of other rooms.
    pub(super) manifest: fn(path: &str) -> Option<Manifest>,
    /// The lockfiles that may lie beside a manifest. The first one that is there counts.
    pub(super) lockfiles: &'static [Lockfile],
}

/// Reads what a manifest asks for.
pub(super) type Manifest = fn(FileId, &SourceFile) -> Result<Vec<Asked>, SyntaxError>;

/// A kind of lockfile.
pub(super) struct Lockfile {
    /// Its name.
    pub(super) name: &'static str,
    /// Finds where it says which version of a package it holds.
    pub(super) find: fn(FileId, &SourceFile, package: &str) -> Option<Span>,
    /// The command that brings it up to date, to stand before a package's name.
    pub(super) update: &'static str,
}

/// A package that a manifest asks for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Its name in the registry, normalised as the registry does, and where it is written.
    pub(super) name: Spanned<String>,
    /// Which releases; `None` where the manifest leaves that open, or takes it from elsewhere than the registry.
    pub(super) requirement: Option<Spanned<String>>,
    /// Whether for development or tests alone.
    pub(super) development: bool,
}

impl Ecosystem for Registry {
    fn interest(&self, path: &str) -> Interest {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_read = (self.is_build)(name) || (self.manifest)(path).is_some() || self.has_lockfile(name);
        if is_read && !is_aside(path) { Interest::Always } else { Interest::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        for (id, file) in sources.iter().filter(|(_, file)| !is_aside(&file.path)) {
            if (self.is_build)(file.name()) {
                facts.build_files.push(id);
            }
            let Some(read) = (self.manifest)(&file.path) else { continue };
            match read(id, file) {
                Ok(asked) => {
                    facts.dependencies.extend(asked.iter().filter_map(|asked| self.dependency(sources, file, asked)));
                }
                Err(error) => facts.syntax_errors.push(error),
            }
        }
    }
}

impl Registry {
    /// Whether a file of this name is one of its lockfiles.
    pub(super) fn has_lockfile(&self, name: &str) -> bool {
        self.lockfiles.iter().any(|lockfile| lockfile.name == name)
    }

    /// A package of the framework table as a dependency.
    fn dependency(&self, sources: &Sources, manifest: &SourceFile, asked: &Asked) -> Option<Dependency> {
        let package = format!("pkg:{}/{}", self.kind, asked.name.value);
        frameworks::framework(&package)?;
        let scheme = Scheme::of(&package);
        let locked = self.locked(sources, manifest, asked);
        let requirement = asked.requirement.clone();
        Some(Dependency {
            declared: asked.name.span,
            version: requirement.as_ref().and_then(|text| single(scheme, text)),
            range: requirement.as_ref().and_then(|text| VersionRange::parse(scheme, &text.value)),
            requirement,
            update: locked.as_ref().map(|(lockfile, _)| format!("{} {}", lockfile.update, asked.name.value)),
            locked: locked.and_then(|(_, span)| version(scheme, sources, span?)),
            development: asked.development,
            shared_with: None,
            package,
        })
    }

    /// The lockfile beside a manifest, and where it holds a package.
    fn locked(&self, sources: &Sources, manifest: &SourceFile, asked: &Asked) -> Option<(&Lockfile, Option<Span>)> {
        let folder = manifest.folder();
        let path = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        self.lockfiles.iter().find_map(|lockfile| {
            let id = sources.find(&path(lockfile.name))?;
            Some((lockfile, (lockfile.find)(id, sources.file(id), &asked.name.value)))
        })
    }
}

fn version(scheme: Scheme, sources: &Sources, span: Span) -> Option<Spanned<Version>> {
    Some(Spanned { value: Version::parse(scheme, sources.text(span))?, span })
}

/// The one version that a requirement names, behind an operator that keeps its meaning when the digits change.
fn single(scheme: Scheme, requirement: &Spanned<String>) -> Option<Spanned<Version>> {
    let text = requirement.value.as_str();
    let digits = text.trim_start_matches(['=', '^', '~', '>', ' ']).trim_start_matches('v');
    let operator = text[..text.len() - digits.len()].trim_end_matches('v').trim();
    if !["", "=", "==", "===", "^", "~", "~>", "~="].contains(&operator) {
        return None;
    }
    let span = Span { start: requirement.span.end - digits.len(), ..requirement.span };
    Some(Spanned { value: Version::parse(scheme, digits)?, span })
}

/// A part of a file's text.
pub(super) fn part(file: FileId, text: &str, range: std::ops::Range<usize>) -> Spanned<String> {
    Spanned { value: text[range.clone()].to_owned(), span: Span { file, start: range.start, end: range.end } }
}
