//! Where a version is defined: literally, in a property, in `dependencyManagement`, in a parent.

use std::collections::BTreeSet;

use crate::{source::Spanned, syntax::xml::Element};

use super::Users;
use super::pom::{Coordinates, LIMIT, Poms, Profile, Use};

/// A version that a pom asks for.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    /// Its text, where it is defined.
    pub(super) text: Spanned<String>,
    /// The profile that it holds in; `None` for always, unless a profile defines it anew.
    pub(super) profile: Option<Profile>,
}

impl Poms {
    /// What takes its version from each text that stands elsewhere. A pom's own version is that of the pom itself.
    pub(super) fn users(&self) -> Users {
        let mut users = Users::new();
        for (index, pom) in self.poms.iter().enumerate() {
            let mut open = vec![&pom.root];
            while let Some(element) = open.pop() {
                open.extend(&element.children);
                let (Some(artifact), Some(version)) = (element.text_of("artifactId"), element.text_of("version"))
                else {
                    continue;
                };
                let is_root = std::ptr::eq(element, &pom.root);
                let coordinates = self.coordinates(index, element).filter(|_| !is_root);
                let package = coordinates.and_then(|coordinates| super::package(&coordinates));
                let texts = self.resolved(index, version).into_iter().map(|definition| definition.text.span);
                for text in texts.filter(|text| *text != version.span || is_root) {
                    users.entry(text).or_default().push((package.clone(), artifact.span));
                }
            }
        }
        users
    }

    /// The versions that a pom asks for, in its profiles or without one; first the one that a build without options
    /// uses. `None` if the version stands outside the tree.
    pub(super) fn version(&self, used: &Use<'_>) -> Option<Vec<Definition>> {
        if let Some(version) = used.version {
            return Some(self.resolved(used.pom, version));
        }
        let managed = self
            .managed(used.pom, &used.coordinates)
            .and_then(|(pom, element)| Some(self.resolved(pom, element.text_of("version")?)));
        managed.or_else(|| self.inherited(used.pom))
    }

    /// What `dependencyManagement` says of an artifact, with the pom whose properties it is read with: a parent's is
    /// read with those of the pom itself, an imported one with its own.
    pub(super) fn managed(&self, pom: usize, coordinates: &Coordinates) -> Option<(usize, &Element)> {
        let lineage = self.lineage(pom);
        let direct = lineage.iter().find_map(|ancestor| self.poms[*ancestor].managed.get(coordinates));
        if let Some(element) = direct {
            return Some((pom, element));
        }
        let imports = lineage.iter().flat_map(|ancestor| &self.poms[*ancestor].imports);
        let mut imported = imports.filter_map(|(import, _)| self.find(pom, import));
        imported.find_map(|import| {
            let ancestors = self.lineage(import);
            let element = ancestors.iter().find_map(|ancestor| self.poms[*ancestor].managed.get(coordinates))?;
            Some((import, element))
        })
    }

    /// The version of an ACSB pom that is imported or is the parent: it manages its artifacts.
    fn inherited(&self, pom: usize) -> Option<Vec<Definition>> {
        let is_acsb =
            |coordinates: &Coordinates| super::package(coordinates).is_some_and(|package| package == super::ACSB);
        for ancestor in self.lineage(pom) {
            let imports = self.poms[ancestor].imports.iter().filter(|(coordinates, _)| is_acsb(coordinates));
            let import = imports.filter_map(|(_, version)| version.as_ref()).next();
            let parent = self.poms[ancestor].root.child("parent");
            let parent =
                parent.filter(|parent| self.coordinates(ancestor, parent).is_some_and(|parent| is_acsb(&parent)));
            if let Some(version) = import.or_else(|| parent?.text_of("version")) {
                return Some(self.resolved(pom, version));
            }
        }
        None
    }

    /// The coordinates of a dependency, with properties replaced.
    pub(super) fn coordinates(&self, pom: usize, element: &Element) -> Option<Coordinates> {
        let [group, artifact] = ["groupId", "artifactId"].map(|name| {
            let text = element.text_of(name)?;
            if !text.value.contains("${") {
                return Some(text.value.clone());
            }
            Some(self.resolved(pom, text).into_iter().next()?.text.value)
        });
        Some(Coordinates { group: group?, artifact: artifact? })
    }

    /// Follows a text that is one property to where it is defined; any other text is its own definition.
    fn resolved(&self, pom: usize, text: &Spanned<String>) -> Vec<Definition> {
        let (mut definitions, mut seen, mut open) = (Vec::new(), BTreeSet::new(), vec![(text, None)]);
        while let Some((text, profile)) = open.pop().filter(|_| definitions.len() < LIMIT) {
            let found = property(text).filter(|name| seen.insert(*name)).map(|name| self.definitions(pom, name));
            match found {
                Some(found) if !found.is_empty() => {
                    open.extend(found.into_iter().rev().map(|(text, own)| (text, own.or(profile))));
                }
                _ => definitions.push(Definition { text: text.clone(), profile: profile.cloned() }),
            }
        }
        let is_default = |found: &Definition| found.profile.as_ref().is_some_and(|profile| profile.is_default);
        definitions.sort_by_key(|found| !is_default(found));
        definitions
    }

    /// The definitions of a property that a build may use, the one without profiles first. A profile's are put into
    /// its own pom before a child inherits, so a parent's profile does not override what a child defines.
    fn definitions(&self, pom: usize, name: &str) -> Vec<(&Spanned<String>, Option<&Profile>)> {
        let mut found = Vec::new();
        for ancestor in self.lineage(pom) {
            let properties = self.poms[ancestor].properties.get(name).into_iter().flatten();
            let (profiles, always): (Vec<_>, Vec<_>) = properties.partition(|property| property.profile.is_some());
            // of two in one place the last holds
            if let Some(property) = always.last() {
                found.insert(0, (&property.text, None));
            }
            found.extend(profiles.iter().map(|property| (&property.text, property.profile.as_ref())));
            if !always.is_empty() {
                return found;
            }
        }
        if found.is_empty() { self.built_in(pom, name).map(|text| (text, None)).into_iter().collect() } else { found }
    }

    /// A property that Maven defines itself.
    fn built_in(&self, pom: usize, name: &str) -> Option<&Spanned<String>> {
        let root = &self.poms[pom].root;
        let name = ["project.", "pom."].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
        match name {
            "version" | "groupId" => root.text_of(name).or_else(|| root.child("parent")?.text_of(name)),
            "parent.version" | "parent.groupId" => root.child("parent")?.text_of(&name["parent.".len()..]),
            _ => None,
        }
    }
}

/// The name of the property that a text consists of.
fn property(text: &Spanned<String>) -> Option<&str> {
    text.value.strip_prefix("${")?.strip_suffix('}')
}
