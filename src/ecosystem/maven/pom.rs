//! What one `pom.xml` says by itself, and how the poms of a tree hang together.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    source::{FileId, SourceFile, Span, Spanned},
    syntax::{
        SyntaxError,
        xml::{self, Element},
    },
};

/// How many parents, imports, and definitions of one property are followed.
pub(super) const LIMIT: usize = 32;

/// What names an artifact apart from its version.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Coordinates {
    pub(super) group: String,
    pub(super) artifact: String,
}

/// A pom.
pub(super) struct Pom {
    pub(super) file: FileId,
    pub(super) folder: String,
    pub(super) coordinates: Coordinates,
    pub(super) root: Element,
    /// The properties that hold always, and those of profiles.
    pub(super) properties: BTreeMap<String, Vec<Property>>,
    /// What `dependencyManagement` says of each artifact.
    pub(super) managed: BTreeMap<Coordinates, Element>,
    /// The poms whose `dependencyManagement` is imported, with the version asked for.
    pub(super) imports: Vec<(Coordinates, Option<Spanned<String>>)>,
}

/// A definition of a property.
pub(super) struct Property {
    /// The profile that it holds in; `None` for always.
    pub(super) profile: Option<Profile>,
    pub(super) text: Spanned<String>,
}

/// A profile, as far as its properties and dependencies are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Profile {
    /// Its name.
    pub(super) id: Spanned<String>,
    /// Whether a build without options uses it.
    pub(super) is_default: bool,
}

/// A place where a pom asks for an artifact.
pub(super) struct Use<'a> {
    pub(super) pom: usize,
    pub(super) coordinates: Coordinates,
    /// The text of the `artifactId`.
    pub(super) declared: Span,
    /// The profile that it stands in.
    pub(super) profile: Option<Profile>,
    /// The version, if it stands here.
    pub(super) version: Option<&'a Spanned<String>>,
    pub(super) development: bool,
}

/// The folders that a pom is in, from the root downward, and its number.
type Place = (Vec<String>, usize);

/// The poms of a tree.
#[derive(Default)]
pub(super) struct Poms {
    pub(super) poms: Vec<Pom>,
    by_path: BTreeMap<String, usize>,
    by_coordinates: BTreeMap<Coordinates, BTreeSet<Place>>,
}

impl Poms {
    /// Reads a pom; XML that is something else is left out.
    pub(super) fn read(&mut self, id: FileId, file: &SourceFile) -> Result<(), SyntaxError> {
        let root = xml::parse(id, &file.text)?;
        if root.name.value == "project" {
            let pom = Pom::new(id, file, root);
            self.by_path.insert(file.path.to_string(), self.poms.len());
            self.by_coordinates.entry(pom.coordinates.clone()).or_default().insert((pom.folders(), self.poms.len()));
            self.poms.push(pom);
        }
        Ok(())
    }

    /// What each pom depends on: its dependencies, those of its profiles, its parent, and what it inherits from poms
    /// of the tree but resolves to another version than they do.
    pub(super) fn uses(&self) -> impl Iterator<Item = Vec<Use<'_>>> {
        self.poms.iter().enumerate().map(|(index, pom)| {
            let listed = sections(&pom.root).flat_map(|(section, profile)| {
                let listed = dependencies(section.child("dependencies"));
                listed.map(move |element| (element, profile.clone()))
            });
            let parent = pom.root.child("parent").map(|element| (element, None));
            let own = listed.chain(parent).filter_map(|(element, profile)| self.use_of(index, element, profile));
            own.chain(self.overridden(index)).collect()
        })
    }

    fn use_of<'a>(&'a self, pom: usize, element: &'a Element, profile: Option<Profile>) -> Option<Use<'a>> {
        let artifact = element.text_of("artifactId")?;
        let coordinates = self.coordinates(pom, element)?;
        super::package(&coordinates).filter(|_| !self.builds(pom, &coordinates))?;
        let scope = element.text_of("scope").or_else(|| self.managed(pom, &coordinates)?.1.text_of("scope"));
        let development = scope.is_some_and(|scope| scope.value == "test");
        let version = element.text_of("version");
        Some(Use { pom, coordinates, declared: artifact.span, profile, version, development })
    }

    /// The dependencies of a pom's parents whose versions the pom defines anew.
    fn overridden(&self, pom: usize) -> Vec<Use<'_>> {
        let parent = self.poms[pom].root.child("parent").and_then(|parent| parent.text_of("artifactId"));
        let lineage = self.lineage(pom);
        let (Some(parent), [_, above @ ..]) = (parent, lineage.as_slice()) else { return Vec::new() };
        let inherited = above.iter().flat_map(|ancestor| {
            let listed = dependencies(self.poms[*ancestor].root.child("dependencies"));
            listed.map(move |element| (*ancestor, element))
        });
        let place = |used: &Use<'_>| Some(self.version(used)?.first()?.text.span);
        let differing = inherited.filter_map(|(ancestor, element)| {
            let used = Use { declared: parent.span, ..self.use_of(pom, element, None)? };
            let above = self.use_of(ancestor, element, None)?;
            (place(&used) != place(&above)).then_some(used)
        });
        differing.collect()
    }

    /// Which poms each pom is made from: its parent, and the modules it depends on. The second is `true` of those.
    pub(super) fn parts(&self) -> impl Iterator<Item = (FileId, FileId, bool)> {
        self.poms.iter().enumerate().flat_map(move |(index, pom)| {
            let listed = sections(&pom.root).flat_map(|(section, _)| dependencies(section.child("dependencies")));
            let for_tests = |element: &&Element| element.text_of("scope").is_some_and(|scope| scope.value == "test");
            let modules = listed.filter(move |element| !for_tests(element)).filter_map(move |element| {
                let module = self.find(index, &self.coordinates(index, element)?).filter(|module| *module != index)?;
                Some((pom.file, self.poms[module].file, true))
            });
            let parent = self.parent(index).map(|parent| (pom.file, self.poms[parent].file, false));
            modules.chain(parent)
        })
    }

    /// Whether an artifact is another module of the tree: the library's own, whose version is the tree's. Apps made
    /// from the library's samples keep its coordinates, so that a pom's own prove nothing.
    fn builds(&self, pom: usize, coordinates: &Coordinates) -> bool {
        self.by_coordinates.get(coordinates).is_some_and(|poms| poms.iter().any(|(_, other)| *other != pom))
    }

    /// The pom itself, then its parents in the tree.
    pub(super) fn lineage(&self, pom: usize) -> Vec<usize> {
        let mut lineage = vec![pom];
        while let Some(parent) = lineage.last().and_then(|pom| self.parent(*pom)) {
            if lineage.contains(&parent) || lineage.len() > LIMIT {
                break;
            }
            lineage.push(parent);
        }
        lineage
    }

    fn parent(&self, child: usize) -> Option<usize> {
        let pom = &self.poms[child];
        let parent = pom.root.child("parent")?;
        let coordinates = Coordinates::written(parent)?;
        let path = match parent.child("relativePath") {
            Some(path) => path.text.as_ref().map(|text| text.value.as_str()),
            None => Some("../pom.xml"),
        };
        let path = path.and_then(|path| normal(&pom.folder, path));
        let beside = path.and_then(|path| {
            let file = if path.ends_with(".xml") { path } else { normal(&path, "pom.xml")? };
            self.by_path.get(&file).copied()
        });
        beside.filter(|beside| self.poms[*beside].coordinates == coordinates).or_else(|| self.find(child, &coordinates))
    }

    /// The pom of the tree with these coordinates that is nearest to the one that names them: a tree may hold a project
    /// more than once. `None` where two are as near.
    pub(super) fn find(&self, from: usize, coordinates: &Coordinates) -> Option<usize> {
        let known = self.by_coordinates.get(coordinates)?;
        let own = (self.poms[from].folders(), from);
        let common = |(folders, _): &&Place| folders.iter().zip(&own.0).take_while(|(a, b)| a == b).count();
        // in their order, those that share most with a place stand around it
        let around = || known.range(..&own).rev().take(2).chain(known.range(&own..).take(2));
        let nearest = around().map(|place| common(&place)).max()?;
        let mut nearest = around().filter(|place| common(place) == nearest);
        let found = nearest.next()?;
        nearest.next().is_none().then_some(found.1)
    }
}

impl Pom {
    fn new(id: FileId, file: &SourceFile, root: Element) -> Pom {
        let text = |name| root.text_of(name).or_else(|| root.child("parent")?.text_of(name));
        let [group, artifact] =
            ["groupId", "artifactId"].map(|name| text(name).map_or(String::new(), |text| text.value.clone()));
        let (mut managed, mut imports) = (BTreeMap::new(), Vec::new());
        let lists = sections(&root).map(|(section, _)| section.at(&["dependencyManagement", "dependencies"]));
        for element in lists.flat_map(dependencies) {
            let Some(coordinates) = Coordinates::written(element) else {
                continue;
            };
            let is_import = element.text_of("scope").is_some_and(|scope| scope.value == "import");
            if is_import && imports.len() < LIMIT {
                imports.push((coordinates, element.text_of("version").cloned()));
            } else if !is_import && super::package(&coordinates).is_some() {
                managed.entry(coordinates).or_insert_with(|| element.clone());
            }
        }
        let (folder, coordinates) = (file.folder().to_owned(), Coordinates { group, artifact });
        Pom { file: id, folder, coordinates, properties: properties(&root), managed, imports, root }
    }

    fn folders(&self) -> Vec<String> {
        self.folder.split('/').filter(|folder| !folder.is_empty()).map(str::to_owned).collect()
    }
}

impl Coordinates {
    /// As they stand in the text, properties and all.
    fn written(element: &Element) -> Option<Coordinates> {
        let [group, artifact] = ["groupId", "artifactId"].map(|name| element.text_of(name));
        Some(Coordinates { group: group?.value.clone(), artifact: artifact?.value.clone() })
    }
}

/// The pom itself, then its profiles: all that may have dependencies and properties.
fn sections(root: &Element) -> impl Iterator<Item = (&Element, Option<Profile>)> {
    let profiles = root.child("profiles").into_iter().flat_map(|profiles| profiles.children("profile"));
    std::iter::once((root, None)).chain(profiles.map(|profile| (profile, Profile::read(profile))))
}

impl Profile {
    /// What a `profile` says of itself; one without an `id` is called `default`, as Maven does.
    fn read(element: &Element) -> Option<Profile> {
        let is_default = element.at(&["activation", "activeByDefault"]).and_then(|active| active.text.as_ref());
        let is_default = is_default.is_some_and(|active| active.value == "true");
        let unnamed = || Spanned { value: "default".to_owned(), span: element.name.span };
        Some(Profile { id: element.text_of("id").cloned().unwrap_or_else(unnamed), is_default })
    }
}

fn dependencies(list: Option<&Element>) -> impl Iterator<Item = &Element> {
    list.into_iter().flat_map(|list| list.children("dependency"))
}

/// The definitions of each property, those outside profiles first.
fn properties(root: &Element) -> BTreeMap<String, Vec<Property>> {
    let mut properties: BTreeMap<String, Vec<Property>> = BTreeMap::new();
    for (section, profile) in sections(root) {
        for property in section.child("properties").into_iter().flat_map(|list| &list.children) {
            if let Some(text) = property.text.clone() {
                let definitions = properties.entry(property.name.value.clone()).or_default();
                if definitions.len() < LIMIT {
                    definitions.push(Property { profile: profile.clone(), text });
                }
            }
        }
    }
    properties
}

/// A path relative to a folder, as the tree writes it; `None` for one that leaves the tree.
fn normal(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
