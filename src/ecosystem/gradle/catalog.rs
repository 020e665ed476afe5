//! Version catalogs, `gradle/libs.versions.toml`: aliases of artifacts, and the versions they refer to.

use crate::{
    source::{FileId, SourceFile, Span, Spanned},
    syntax::{SyntaxError, toml},
    tree::{Member, Node},
};

/// A catalog.
pub(super) struct Catalog {
    /// The folder that has the `gradle` folder.
    pub(super) folder: String,
    /// What accessors begin with: `libs`.
    pub(super) name: String,
    tree: Node,
    text: std::sync::Arc<str>,
}

/// An artifact of a catalog.
pub(super) struct Library {
    /// Its group.
    pub(super) group: String,
    /// Its name in the group.
    pub(super) artifact: String,
    /// Where its version is defined, if it has one that is text.
    pub(super) version: Option<Spanned<String>>,
    /// Whether it gives a version in a form that is not read.
    pub(super) is_open: bool,
}

/// The folder and the name of the catalog at a path.
pub(super) fn place(path: &str) -> Option<(&str, &str)> {
    let (folder, name) = path.rsplit_once('/')?;
    let name = name.strip_suffix(".versions.toml")?;
    let folder = if folder == "gradle" { "" } else { folder.strip_suffix("/gradle")? };
    Some((folder, name))
}

impl Catalog {
    /// Reads a catalog.
    pub(super) fn read(id: FileId, file: &SourceFile) -> Result<Option<Catalog>, SyntaxError> {
        let Some((folder, name)) = place(&file.path) else { return Ok(None) };
        let tree = toml::parse(id, &file.text)?;
        Ok(Some(Catalog { folder: folder.to_owned(), name: name.to_owned(), tree, text: file.text.clone() }))
    }

    /// The artifacts that an accessor stands for, without the catalog's name: `acsb.starter`, `bundles.acsb`.
    pub(super) fn libraries(&self, accessor: &str) -> Vec<Library> {
        let Some(bundle) = accessor.strip_prefix("bundles.") else {
            return self.library(accessor).into_iter().collect();
        };
        let bundle = self.entry("bundles", bundle).map_or(&[][..], Node::elements);
        bundle.iter().filter_map(|alias| self.library(&accessor_of(alias.as_str()?))).collect()
    }

    /// The version that an accessor behind `versions.` stands for.
    pub(super) fn version(&self, accessor: &str) -> Option<Spanned<String>> {
        self.written(self.entry("versions", accessor)?)
    }

    /// The versions that plugins take from the catalog's own, each with the plugin's alias.
    pub(super) fn plugins(&self) -> Vec<(Span, Span)> {
        let plugins = self.tree.member("plugins").map_or(&[][..], |plugins| plugins.value.members());
        let version = |member: &Member| self.version(&accessor_of(member.value.at(&["version", "ref"])?.as_str()?));
        plugins.iter().filter_map(|member| Some((version(member)?.span, member.key.span))).collect()
    }

    /// The text of a version: a string, or the one thing that a rich version asks for. Of several, none is all of it.
    fn written(&self, node: &Node) -> Option<Spanned<String>> {
        let mut asked = ["strictly", "require", "prefer"].iter().filter_map(|key| node.at(&[*key]));
        match (asked.next(), asked.next()) {
            (Some(only), None) => toml::content(&self.text, only),
            (None, _) => toml::content(&self.text, node),
            _ => None,
        }
    }

    fn entry(&self, table: &str, accessor: &str) -> Option<&Node> {
        let members = self.tree.member(table)?.value.members();
        members.iter().find(|member| accessor_of(&member.key.value) == accessor).map(|member| &member.value)
    }

    fn library(&self, accessor: &str) -> Option<Library> {
        let node = self.entry("libraries", accessor)?;
        if let Some(text) = node.as_str() {
            return self.inline(node, text);
        }
        let text = |name: &str| node.at(&[name])?.as_str();
        let (group, artifact) = match text("module") {
            Some(module) => module.split_once(':')?,
            None => (text("group")?, text("name")?),
        };
        let written = node.at(&["version"]);
        let version = written.and_then(|version| match version.at(&["ref"]) {
            Some(reference) => self.version(&accessor_of(reference.as_str()?)),
            None => self.written(version),
        });
        let is_open = written.is_some() && version.is_none();
        Some(Library { group: group.to_owned(), artifact: artifact.to_owned(), version, is_open })
    }

    /// `group:name:version` in one string.
    fn inline(&self, node: &Node, text: &str) -> Option<Library> {
        let mut parts = text.splitn(3, ':');
        let (group, artifact, version) = (parts.next()?, parts.next()?, parts.next());
        let whole = toml::content(&self.text, node);
        let spanned = whole.zip(version).map(|(whole, version)| {
            let mut span = whole.span;
            span.start = span.end - version.len();
            Spanned { value: version.to_owned(), span }
        });
        let is_open = version.is_some() && spanned.is_none();
        Some(Library { group: group.to_owned(), artifact: artifact.to_owned(), version: spanned, is_open })
    }
}

/// How build scripts write an alias.
fn accessor_of(alias: &str) -> String {
    alias.replace(['-', '_'], ".")
}
