//! Names: what they are declared as, and what goes from module to module under them.

use crate::{
    javascript::ir::{BindingId, NodeId},
    source::Span,
};

/// A declared name.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// What it stands for.
    pub origin: Origin,
    /// Values that are assigned to it later.
    pub assigned: Vec<NodeId>,
}

/// What a declared name stands for.
#[derive(Clone, Debug)]
pub enum Origin {
    /// Something another module exports.
    Import {
        /// The module, as written.
        source: String,
        /// What of it.
        imported: Imported,
    },
    /// A part of a value.
    Value {
        /// The value.
        value: NodeId,
        /// How to come from the value to the part.
        path: Vec<Step>,
    },
    /// A part of a parameter.
    Parameter {
        /// The function.
        function: NodeId,
        /// The parameter's place.
        index: usize,
        /// How to come from the parameter to the part.
        path: Vec<Step>,
    },
    /// A function, class or enum: its node.
    Definition(NodeId),
    /// A part of an element of what a `for … of` runs over.
    Element {
        /// The list.
        list: NodeId,
        /// How to come from the element to the part.
        path: Vec<Step>,
    },
    /// Declared without a value, or in a way that says nothing of it.
    Open,
}

/// What of a module is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// An export by its name; the default export is called `default`.
    Named(String),
    /// All exports.
    Namespace,
}

/// A step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member.
    Member(String),
    /// An element.
    Element(usize),
    /// Whatever is left, or a computed member.
    Rest,
    /// If the part is missing, this value.
    Default(NodeId),
}

/// An export of the module syntax.
#[derive(Clone, Debug)]
pub struct Export {
    /// Its name; `default`, or `*` for all of another module's.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// What is exported.
    pub value: Exported,
}

/// What is exported.
#[derive(Clone, Debug)]
pub enum Exported {
    /// An expression, a function, a class.
    Node(NodeId),
    /// A declared name.
    Binding(BindingId),
    /// Something another module exports.
    From {
        /// The module, as written.
        source: String,
        /// What of it.
        imported: Imported,
    },
}

/// A file or package that a module names.
#[derive(Clone, Debug)]
pub struct Request {
    /// The name, as written.
    pub source: String,
    /// Where.
    pub span: Span,
    /// The call, if it is no declaration.
    pub call: Option<NodeId>,
}
