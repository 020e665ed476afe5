//! The course of a body: its statements and expressions, as far as it matters which of them are reached.

use crate::source::Span;

/// A statement or an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// One after the other; the value is the last one's.
    All(Vec<Act>),
    /// The same; the value is not known.
    Parts(Vec<Act>),
    /// A call or construction, as [`crate::jvm::ir::Call`] has it by its span.
    Call(Called),
    /// A member of a value that is read.
    Member(String, Box<Act>),
    /// A variable or field that is given a value.
    Assign(String, Box<Act>),
    /// A variable or field that is read.
    Name(String),
    /// `true` or `false`.
    Truth(bool),
    /// `null`.
    Null,
    /// `!a`.
    Not(Box<Act>),
    /// `a && b`.
    Both(Box<[Act; 2]>),
    /// `a || b`.
    Either(Box<[Act; 2]>),
    /// `a ?: b`.
    OrElse(Box<[Act; 2]>),
    /// `a == b`.
    Same(Box<[Act; 2]>),
    /// One side or the other; where the condition stands.
    Choose(Box<[Act; 3]>, Span),
    /// One of several sides, or none unless it is said that one of them is taken; where it stands what it depends on.
    Switch {
        /// What it depends on.
        on: Box<Act>,
        /// Where that stands.
        span: Span,
        /// The sides.
        arms: Vec<Act>,
        /// Whether one without a break goes on to the next.
        falls_through: bool,
        /// Whether one of them is taken.
        is_whole: bool,
    },
    /// What may be passed by: the body of a loop, an assertion.
    Maybe(Box<Act>),
    /// A body, what is done when it throws, and what is done in the end.
    Try(Box<Act>, Vec<Catch>, Box<Act>),
    /// The method ends.
    Return(Box<Act>, Span),
    /// Something is thrown, of this type where it is constructed here.
    Throw(Option<String>, Box<Act>),
    /// A loop, a switch or a function without a name is left.
    Break(Box<Act>),
    /// A function without a name; whether a `return` in it leaves the method around it.
    Later(Box<Act>, bool),
    /// Too deep to be read.
    Beyond,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// From what it is called on to the closing bracket.
    pub span: Span,
    /// What it is called on.
    pub on: Option<Box<Act>>,
    /// What it is given.
    pub given: Vec<Act>,
    /// Whether it is passed by where it would be called on nothing.
    pub is_safe: bool,
}

/// What is done when something is thrown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catch {
    /// The simple names of the types.
    pub types: Vec<String>,
    /// What the error is called.
    pub name: String,
    /// What is done.
    pub body: Act,
    /// The whole clause.
    pub span: Span,
}

impl Default for Act {
    fn default() -> Act {
        Act::Parts(Vec::new())
    }
}

impl Act {
    /// Whether it does nothing, and its value is not known.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Act::Parts(parts) if parts.is_empty())
    }
}
