//! Functions, methods and classes by name.

use std::collections::BTreeMap;

use crate::stacks::code::{Code, NodeId};

/// A function, a method or a class.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'s> {
    /// The file's number in its project.
    pub file: usize,
    /// The whole of it.
    pub node: NodeId,
    /// Its name.
    pub name: NodeId,
    /// The class that it is a member of; empty for none.
    pub class: &'s str,
    /// Whether it is a class itself.
    pub is_class: bool,
}

/// Every definition of a project.
#[derive(Debug, Default)]
pub struct Definitions<'s> {
    by_name: BTreeMap<&'s str, Vec<Definition<'s>>>,
    /// Those that are classes.
    classes: BTreeMap<&'s str, Vec<Definition<'s>>>,
    /// Those of a class, by its name and theirs.
    members: BTreeMap<&'s str, BTreeMap<&'s str, Vec<Definition<'s>>>>,
    /// The names of functions and methods.
    functions: BTreeMap<(usize, NodeId), &'s str>,
}

const CLASSES: [&str; 7] = [
    "class_definition",
    "class",
    "module",
    "class_declaration",
    "record_declaration",
    "type_spec",
    "trait_declaration",
];

const FUNCTIONS: [&str; 7] = [
    "constructor_declaration",
    "function_definition",
    "method",
    "singleton_method",
    "method_declaration",
    "function_declaration",
    "local_function_statement",
];

impl<'s> Definitions<'s> {
    /// Adds those of a file.
    pub fn add(&mut self, file: usize, code: &Code<'s>) {
        for node in code.ids() {
            let is_class = CLASSES.contains(&code.kind(node));
            if !is_class && !FUNCTIONS.contains(&code.kind(node)) {
                continue;
            }
            let Some(name) = code.field(node, "name") else { continue };
            let definition = Definition { file, node, name, class: class_of(code, node), is_class };
            let name = code.last_name(name);
            self.by_name.entry(name).or_default().push(definition);
            self.members.entry(definition.class).or_default().entry(name).or_default().push(definition);
            match is_class {
                true => self.classes.entry(name).or_default().push(definition),
                false => _ = self.functions.insert((file, node), name),
            }
        }
    }

    /// Those of a name.
    pub fn named(&self, name: &str) -> &[Definition<'s>] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// All of them, by name.
    pub fn all(&self) -> impl Iterator<Item = &Definition<'s>> {
        self.by_name.values().flatten()
    }

    /// The functions and methods of a name.
    pub fn functions(&self, name: &str) -> impl Iterator<Item = &Definition<'s>> {
        self.named(name).iter().filter(|definition| !definition.is_class)
    }

    /// The classes of a name.
    pub fn classes(&self, name: &str) -> impl Iterator<Item = &Definition<'s>> {
        self.classes.get(name).into_iter().flatten()
    }

    /// Those of a name that are members of a class; outside of every class, if that has no name.
    pub fn members(&self, class: &str, name: &str) -> &[Definition<'s>] {
        self.members.get(class).and_then(|members| members.get(name)).map_or(&[], Vec::as_slice)
    }

    /// A method of a class.
    pub fn method(&self, class: &str, name: &str) -> Option<&Definition<'s>> {
        self.members(class, name).iter().find(|definition| !definition.is_class)
    }

    /// The name of the function or the method that is written at a place.
    pub fn function_at(&self, file: usize, node: NodeId) -> Option<&'s str> {
        self.functions.get(&(file, node)).copied()
    }
}

/// Those in one file of some that are in the files' order.
pub fn in_file<'a, 's>(definitions: &'a [Definition<'s>], file: usize) -> &'a [Definition<'s>] {
    let first = definitions.partition_point(|found| found.file < file);
    let behind = definitions.partition_point(|found| found.file <= file);
    &definitions[first..behind]
}

/// The class around a definition; in Go the type of its receiver.
fn class_of<'s>(code: &Code<'s>, node: NodeId) -> &'s str {
    if let Some(receiver) = code.field(node, "receiver") {
        let mut types = code.below(receiver).filter(|below| code.kind(*below) == "type_identifier");
        return types.next_back().map_or("", |name| code.text(name));
    }
    let around = code.ancestors(node).find(|above| CLASSES.contains(&code.kind(*above)));
    around.and_then(|class| code.field(class, "name")).map_or("", |name| code.last_name(name))
}
