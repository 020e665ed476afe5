//! Where a version is defined: literally, in a property, in `dependencyManagement`, in a parent.

use std::collections::BTreeSet;

use crate::{source::Spanned, syntax::xml::Element};

use super::pom::{Coordinates, Poms, Use};

/// What a pom asks for.
#[derive(Clone)]
pub(super) struct Requirement {
    /// The definition, and where it stands.
    pub(super) text: Spanned<String>,
    /// Whether the definition holds in every build; a profile may set another.
    pub(super) is_certain: bool,
    /// Every release that some profile asks for, as a range.
    pub(super) range: String,
}

impl Poms {
    /// The version that a pom asks for; `None` if it stands outside the tree.
    pub(super) fn version(&self, used: &Use<'_>) -> Option<Requirement> {
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
        let mut imported = imports.filter_map(|(import, _)| self.find(import));
        imported.find_map(|import| {
            let ancestors = self.lineage(import);
            let element = ancestors.iter().find_map(|ancestor| self.poms[*ancestor].managed.get(coordinates))?;
            Some((import, element))
        })
    }

    /// The version of an ACSB pom that is imported or is the parent: it manages its artifacts.
    fn inherited(&self, pom: usize) -> Option<Requirement> {
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
            Some(self.resolved(pom, text).text.value)
        });
        Some(Coordinates { group: group?, artifact: artifact? })
    }

    /// Follows a text that is one property to where it is defined; any other text is its own definition.
    fn resolved(&self, pom: usize, text: &Spanned<String>) -> Requirement {
        let (mut definitions, mut seen, mut open) = (Vec::new(), BTreeSet::new(), vec![text]);
        while let Some(text) = open.pop() {
            let found = property(text).filter(|name| seen.insert(*name)).map(|name| self.definitions(pom, name));
            match found {
                Some(found) if !found.is_empty() => open.extend(found.into_iter().rev()),
                _ => definitions.push(text),
            }
        }
        let text = definitions.first().map_or(text, |first| first).clone();
        let is_certain = definitions.iter().all(|other| other.value == text.value);
        let range: BTreeSet<&str> = definitions.iter().map(|text| text.value.as_str()).collect();
        Requirement { text, is_certain, range: Vec::from_iter(range).join(" || ") }
    }

    /// The definitions of a property that a build may use, the one without profiles first. A profile's are put into
    /// its own pom before a child inherits, so a parent's profile does not override what a child defines.
    fn definitions(&self, pom: usize, name: &str) -> Vec<&Spanned<String>> {
        let mut found = Vec::new();
        for ancestor in self.lineage(pom) {
            let properties = self.poms[ancestor].properties.get(name).into_iter().flatten();
            let (profiles, always): (Vec<_>, Vec<_>) = properties.partition(|property| property.in_profile);
            // of two in one place the last holds
            if let Some(property) = always.last() {
                found.insert(0, &property.text);
            }
            found.extend(profiles.iter().map(|property| &property.text));
            if !always.is_empty() {
                return found;
            }
        }
        if found.is_empty() { self.built_in(pom, name).into_iter().collect() } else { found }
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
