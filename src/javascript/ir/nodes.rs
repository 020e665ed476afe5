//! What the parts of a program are.

use crate::{
    javascript::ir::{BindingId, Class, Function, NodeId},
    source::Span,
};

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
