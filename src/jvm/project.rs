//! Every Java and Kotlin file of a tree, and names looked up in them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    jvm::{
        ir::{Annotation, Class, Function, Unit},
        is_part_of_app, parse,
    },
    source::Sources,
};

/// The files of a tree.
#[derive(Debug, Default)]
pub struct Project {
    /// The files, in order of path.
    pub units: Vec<Unit>,
    classes: BTreeMap<String, Vec<(usize, usize)>>,
    functions: BTreeMap<String, Vec<(usize, usize, usize)>>,
}

/// How far annotations of annotations and classes above classes are followed.
const DEPTH: usize = 4;

impl Project {
    /// Parses the files that are part of an app.
    pub fn read(sources: &Sources) -> Project {
        let files = sources.iter().filter(|(_, file)| is_part_of_app(&file.path));
        let units = files.map(|(id, file)| parse::parse(id, &file.path, &file.text)).collect();
        let mut project = Project { units, ..Project::default() };
        for (unit, content) in project.units.iter().enumerate() {
            for (class, content) in content.classes.iter().enumerate() {
                project.classes.entry(content.name.clone()).or_default().push((unit, class));
                for (function, content) in content.methods.iter().enumerate() {
                    let name = content.name.value.clone();
                    project.functions.entry(name).or_default().push((unit, class, function));
                }
            }
        }
        project
    }

    /// Every class with its file.
    pub fn classes(&self) -> impl Iterator<Item = (&Unit, &Class)> {
        self.units.iter().flat_map(|unit| unit.classes.iter().map(move |class| (unit, class)))
    }

    /// The classes of a simple name; none for the empty one.
    pub fn named(&self, name: &str) -> impl Iterator<Item = (&Unit, &Class)> {
        let found = self.classes.get(name).filter(|_| !name.is_empty());
        found.into_iter().flatten().map(|(unit, class)| (&self.units[*unit], &self.units[*unit].classes[*class]))
    }

    /// The methods of a name that have a body.
    pub fn functions(&self, name: &str) -> impl Iterator<Item = (&Unit, &Class, &Function)> {
        let found = self.functions.get(name).into_iter().flatten().map(|(unit, class, function)| {
            let (unit, class, function) = (&self.units[*unit], *class, *function);
            (unit, &unit.classes[class], &unit.classes[class].methods[function])
        });
        found.filter(|(_, _, function)| function.body.is_some())
    }

    /// Annotations together with those that stand on the tree's own annotation types among them.
    pub fn expand<'a>(&'a self, annotations: &'a [Annotation]) -> Vec<&'a Annotation> {
        let mut all: Vec<&Annotation> = annotations.iter().collect();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut at = 0;
        while let Some(annotation) = all.get(at).copied() {
            at += 1;
            if seen.insert(&annotation.name) {
                all.extend(self.named(&annotation.name).flat_map(|(_, class)| &class.annotations));
            }
        }
        all
    }

    /// A class and the tree's own classes and interfaces above it.
    pub fn lineage<'a>(&'a self, unit: &'a Unit, class: &'a Class) -> Vec<(&'a Unit, &'a Class)> {
        let mut all = vec![(unit, class)];
        let mut level = vec![class];
        for _ in 0..DEPTH {
            let above: Vec<_> =
                level.iter().flat_map(|class| &class.supertypes).flat_map(|name| self.named(name)).collect();
            let fresh =
                above.into_iter().filter(|(_, found)| !all.iter().any(|(_, known)| std::ptr::eq(*known, *found)));
            let fresh: Vec<_> = fresh.take(16).collect();
            level = fresh.iter().map(|(_, class)| *class).collect();
            all.extend(fresh);
        }
        all
    }
}
