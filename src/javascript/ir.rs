//! A JavaScript or TypeScript file as this program sees it: a flat list of nodes, and what every name refers to.
//!
//! Nodes are numbered so that a node's descendants follow it without a gap: a subtree is a range, and walking one
//! needs no recursion. Types, JSX and everything else that no fact hangs on are left out.

use std::collections::BTreeMap;

use crate::source::{FileId, Span};

/// A node's number in its [`Module`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// A declared name's number in its [`Module`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingId(pub(super) u32);

impl NodeId {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl BindingId {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A file.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its file.
    pub file: FileId,
    /// Every node; the parents before their children.
    pub nodes: Vec<Node>,
    /// The statements at the top.
    pub body: Vec<NodeId>,
    /// Every declared name.
    pub bindings: Vec<Binding>,
    /// What it exports by the syntax of modules; `module.exports` is an ordinary assignment.
    pub exports: Vec<Export>,
    /// Files and packages it names literally: imports, re-exports, `require` and `import()`.
    pub requests: Vec<Request>,
    /// Where to look for what is asked for often.
    pub index: Index,
}

/// Numbers of nodes by what they are.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// Assignments to members, by the member's name.
    pub assignments: BTreeMap<String, Vec<NodeId>>,
    /// Classes, the outer ones first.
    pub classes: Vec<NodeId>,
    /// Functions, the outer ones first.
    pub functions: Vec<NodeId>,
    /// Requests that are calls.
    pub requests: BTreeMap<NodeId, usize>,
    /// The last assignment to `module.exports`.
    pub exports: Option<NodeId>,
}

/// A node: what it is, and where.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it is written.
    pub span: Span,
    /// The first number after its last descendant.
    pub end: NodeId,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A string literal, without quotes and escapes.
    Text(String),
    /// A template literal: one text more than values.
    Template {
        /// The literal parts.
        texts: Vec<String>,
        /// What stands between them.
        values: Vec<NodeId>,
    },
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// `null`, `undefined`.
    Null,
    /// The source of a regular expression.
    Pattern(String),
    /// A declared name.
    Name(BindingId),
    /// A name that the file does not declare.
    Global(String),
    /// `this`.
    This,
    /// `super`.
    Super,
    /// `object.property`, also `object['property']`.
    Member {
        /// The object.
        object: NodeId,
        /// The property's name.
        property: String,
        /// Where the name is written.
        key: Span,
    },
    /// `object[index]`.
    Index {
        /// The object.
        object: NodeId,
        /// What is asked for.
        index: NodeId,
    },
    /// A call, also a tagged template.
    Call {
        /// What is called.
        callee: NodeId,
        /// The arguments; a [`Kind::Spread`] stands for several.
        arguments: Vec<NodeId>,
    },
    /// `new callee(…)`.
    New {
        /// The class.
        callee: NodeId,
        /// The arguments.
        arguments: Vec<NodeId>,
    },
    /// `import(…)`.
    Import(NodeId),
    /// An object literal; also an enum.
    Object(Vec<Property>),
    /// An array literal.
    Array(Vec<NodeId>),
    /// `...operand`.
    Spread(NodeId),
    /// A function of any kind.
    Function(Box<Function>),
    /// A class.
    Class(Box<Class>),
    /// `await` and `yield`.
    Await(NodeId),
    /// An assignment to a name or a member.
    Assign {
        /// What is assigned to.
        target: NodeId,
        /// `=`, `||=`, `+=`.
        operator: &'static str,
        /// The value.
        value: NodeId,
    },
    /// `test ? yes : no`.
    Conditional {
        /// The condition.
        test: NodeId,
        /// The value if it holds.
        yes: NodeId,
        /// The value if not.
        no: NodeId,
    },
    /// `&&`, `||`, `??`.
    Logical {
        /// Which one.
        operator: &'static str,
        /// The left operand.
        left: NodeId,
        /// The right operand.
        right: NodeId,
    },
    /// Any other operator between two operands.
    Binary {
        /// Which one.
        operator: &'static str,
        /// The left operand.
        left: NodeId,
        /// The right operand.
        right: NodeId,
    },
    /// An operator before one operand, `!` or `typeof`.
    Unary {
        /// Which one.
        operator: &'static str,
        /// The operand.
        operand: NodeId,
    },
    /// `a, b`.
    Sequence(Vec<NodeId>),
    /// One declarator of `const`, `let` or `var`.
    Declare {
        /// The names it declares.
        bindings: Vec<BindingId>,
        /// The value.
        value: Option<NodeId>,
    },
    /// Statements.
    Block(Vec<NodeId>),
    /// `if`.
    If {
        /// The condition.
        test: NodeId,
        /// The statement if it holds.
        yes: NodeId,
        /// The statement if not.
        no: Option<NodeId>,
    },
    /// A loop of any kind: its head's expressions, and its body.
    Loop {
        /// What stands in the brackets.
        head: Vec<NodeId>,
        /// The body.
        body: NodeId,
        /// Whether the body may be run not even once.
        may_skip: bool,
    },
    /// `switch`.
    Switch {
        /// What is looked at.
        subject: NodeId,
        /// The cases, in order; `default` has no test.
        cases: Vec<(Option<NodeId>, Vec<NodeId>)>,
    },
    /// `try`.
    Try {
        /// What is tried.
        block: NodeId,
        /// What is done with what is thrown.
        handler: Option<NodeId>,
        /// What is done in any case.
        finalizer: Option<NodeId>,
    },
    /// `return`.
    Return(Option<NodeId>),
    /// `throw`.
    Throw(NodeId),
    /// `break`, `continue`.
    Jump,
    /// What has no meaning here; its children may.
    Other(Vec<NodeId>),
}

/// A member of an object literal.
#[derive(Clone, Debug)]
pub enum Property {
    /// `key: value`, `key`, `key() {}`.
    Named {
        /// The key.
        key: String,
        /// Where the key is written.
        span: Span,
        /// The value.
        value: NodeId,
    },
    /// `get key() {}`: the value is the function.
    Getter {
        /// The key.
        key: String,
        /// Where the key is written.
        span: Span,
        /// The function.
        value: NodeId,
    },
    /// `[key]: value`.
    Computed {
        /// The key.
        key: NodeId,
        /// The value.
        value: NodeId,
    },
    /// `...value`.
    Spread(NodeId),
}

/// A function, a method, an arrow function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its own name.
    pub name: Option<String>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it does.
    pub body: Body,
    /// Whether it is `async`.
    pub is_async: bool,
    /// Whether `this` is that of the surroundings.
    pub is_arrow: bool,
}

/// A function's body.
#[derive(Clone, Debug)]
pub enum Body {
    /// Statements.
    Statements(Vec<NodeId>),
    /// The expression of an arrow function.
    Expression(NodeId),
    /// Only declared.
    Absent,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Where it is written.
    pub span: Span,
    /// Its name, if it is not a pattern.
    pub binding: Option<BindingId>,
    /// Its value if none is given.
    pub default: Option<NodeId>,
    /// The name of its type, as an expression.
    pub declared: Option<NodeId>,
    /// Its decorators.
    pub decorators: Vec<NodeId>,
    /// Whether it takes all arguments that are left.
    pub is_rest: bool,
    /// Whether it is a field of the class as well.
    pub is_field: bool,
}

/// A class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: Option<String>,
    /// What it extends.
    pub parent: Option<NodeId>,
    /// Its decorators.
    pub decorators: Vec<NodeId>,
    /// Its members, in order.
    pub members: Vec<ClassMember>,
}

/// A member of a class.
#[derive(Clone, Debug)]
pub struct ClassMember {
    /// Its name; private names begin with `#`. `None` if it is computed.
    pub key: Option<String>,
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub role: Role,
    /// The function, or the field's value.
    pub value: Option<NodeId>,
    /// The name of a field's type, as an expression.
    pub declared: Option<NodeId>,
    /// Its decorators.
    pub decorators: Vec<NodeId>,
    /// Whether it belongs to the class, not to its instances.
    pub is_static: bool,
}

/// What a member of a class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `constructor`.
    Constructor,
    /// A method.
    Method,
    /// `get`.
    Getter,
    /// `set`.
    Setter,
    /// A field.
    Field,
}

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

impl Module {
    /// Fills the index.
    pub(super) fn indexed(mut self) -> Module {
        let mut index = Index::default();
        for id in self.ids() {
            match self.kind(id) {
                Kind::Class(_) => index.classes.push(id),
                Kind::Function(_) => index.functions.push(id),
                Kind::Assign { target, value, .. } => {
                    let Kind::Member { property, .. } = self.kind(*target) else { continue };
                    if self.is_exports(*target) {
                        index.exports = Some(*value);
                    }
                    index.assignments.entry(property.clone()).or_default().push(id);
                }
                _ => {}
            }
        }
        let calls = self.requests.iter().enumerate().filter_map(|(number, request)| Some((request.call?, number)));
        index.requests = calls.collect();
        self.index = index;
        self
    }

    /// Whether an expression is `module.exports`.
    pub fn is_exports(&self, id: NodeId) -> bool {
        let Kind::Member { object, property, .. } = self.kind(id) else { return false };
        property == "exports" && matches!(self.kind(*object), Kind::Global(name) if name == "module")
    }

    /// Assignments to a member of this name: the object, and the value.
    pub fn assigned(&self, name: &str) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        self.index.assignments.get(name).into_iter().flatten().filter_map(|id| {
            let Kind::Assign { target, value, .. } = self.kind(*id) else { return None };
            let Kind::Member { object, .. } = self.kind(*target) else { return None };
            Some((*object, *value))
        })
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> &Kind {
        &self.node(id).kind
    }

    /// Where a node is written.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// A declared name.
    pub fn binding(&self, id: BindingId) -> &Binding {
        &self.bindings[id.index()]
    }

    /// The function of a node.
    pub fn function(&self, id: NodeId) -> Option<&Function> {
        match self.kind(id) {
            Kind::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The class of a node.
    pub fn class(&self, id: NodeId) -> Option<&Class> {
        match self.kind(id) {
            Kind::Class(class) => Some(class),
            _ => None,
        }
    }

    /// Every node.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// A node and all its descendants, in the order written.
    pub fn within(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..self.node(id).end.0).map(NodeId)
    }

    /// A node and its descendants, without those of functions inside it.
    pub fn own(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.node(id).end.0;
        let mut next = id.0;
        std::iter::from_fn(move || {
            let current = (next < end).then_some(NodeId(next))?;
            let is_function = current != id && matches!(self.kind(current), Kind::Function(_));
            next = if is_function { self.node(current).end.0 } else { next + 1 };
            Some(current)
        })
    }

    /// Whether a node is another one or a descendant of it.
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer.0 <= inner.0 && inner.0 < self.node(outer).end.0
    }

    /// The string of a literal, or of a template without values.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match self.kind(id) {
            Kind::Text(text) => Some(text),
            Kind::Template { texts, values } if values.is_empty() => texts.first().map(String::as_str),
            _ => None,
        }
    }
}
