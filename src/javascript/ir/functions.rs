//! Functions and classes.

use crate::{
    javascript::ir::{BindingId, NodeId},
    source::Span,
};

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
