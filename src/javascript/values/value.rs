//! What an expression stands for, and where it is written.

use std::rc::Rc;

use crate::{
    javascript::{ir::NodeId, project::ModuleId},
    source::Span,
};

/// An expression, and what the names in it stand for.
#[derive(Clone, Debug)]
pub struct At {
    /// Its file.
    pub module: ModuleId,
    /// Its node.
    pub node: NodeId,
    /// The calls it is part of.
    pub scope: Scope,
}

/// The calls that led to an expression, the innermost first; empty at the top of a file.
#[derive(Clone, Debug, Default)]
pub struct Scope(pub(super) Option<Rc<Frame>>);

/// A call of a function of the tree, or one turn of a loop.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) number: u32,
    pub(super) module: ModuleId,
    /// The function, or the list that a loop runs over.
    pub(super) node: NodeId,
    pub(super) arguments: Vec<Value>,
    pub(super) this: Option<Value>,
    pub(super) parent: Scope,
    pub(super) depth: usize,
}

/// What an expression stands for.
#[derive(Clone, Debug)]
pub enum Value {
    /// A string.
    Text(String, Span),
    /// A string whose parts are not all known; `None` for those that are not.
    Partial(Vec<Option<String>>, Span),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// `null` or `undefined`.
    Null,
    /// An object, array, function, class or regular expression, as written.
    Literal(At),
    /// A list put together from several.
    List(Vec<Value>),
    /// A method of an object: the function, and what `this` is in it.
    Method(At, Rc<Value>),
    /// An object of a class of the tree: the class, and what its constructor was given.
    Instance(At, Rc<Vec<Value>>),
    /// Everything that a file exports.
    Module(ModuleId),
    /// Something from outside.
    Chain(Rc<Chain>),
    /// One of several.
    Choice(Vec<Value>),
}

/// How many steps a chain keeps: every call in `app.use(…).use(…)` is a value of its own, with all steps before it.
const MOST_LINKS: usize = 128;

/// A value from outside the tree, and what was done with it.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Where it begins.
    pub root: Root,
    /// Members and calls, in order.
    pub links: Vec<Link>,
}

/// Where a chain begins.
#[derive(Clone, Debug)]
pub enum Root {
    /// What a package exports.
    Package(String),
    /// A name that no file declares.
    Global(String),
    /// A parameter of a function that was not called.
    Parameter {
        /// The parameter's name.
        name: String,
        /// The function's file.
        module: ModuleId,
        /// The function.
        function: NodeId,
        /// The parameter's place.
        index: usize,
    },
    /// What a framework hands to a handler.
    Given(Given),
    /// Something that could not be followed; its text as far as it says anything.
    Unknown(String),
}

/// What a framework hands to a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// The request.
    Request,
    /// The response to be.
    Response,
    /// The function that hands on to whatever comes next.
    Next,
    /// An object that has both request and response.
    Context,
    /// The error that an error handler is for.
    Error,
}

/// A step of a chain.
#[derive(Clone, Debug)]
pub enum Link {
    /// A member.
    Member(String),
    /// A call or `new`.
    Call {
        /// The arguments.
        arguments: Rc<Vec<Value>>,
        /// The call.
        at: At,
    },
}

impl Scope {
    /// A number that differs for every call.
    pub fn number(&self) -> u32 {
        self.0.as_ref().map_or(0, |frame| frame.number)
    }

    pub(super) fn depth(&self) -> usize {
        self.0.as_ref().map_or(0, |frame| frame.depth)
    }

    pub(super) fn frames(&self) -> impl Iterator<Item = &Frame> {
        std::iter::successors(self.0.as_deref(), |frame| frame.parent.0.as_deref())
    }
}

impl At {
    /// Another expression in the same surroundings.
    pub fn with(&self, node: NodeId) -> At {
        At { node, ..self.clone() }
    }

    /// What tells this expression in this call from all others.
    pub fn key(&self) -> (ModuleId, NodeId, u32) {
        (self.module, self.node, self.scope.number())
    }
}

impl Value {
    /// Something that could not be followed.
    pub fn unknown(text: impl Into<String>) -> Value {
        Value::chain(Root::Unknown(text.into()))
    }

    /// What a framework hands to a handler.
    pub fn given(given: Given) -> Value {
        Value::chain(Root::Given(given))
    }

    pub(super) fn chain(root: Root) -> Value {
        Value::Chain(Rc::new(Chain { root, links: Vec::new() }))
    }

    /// The value with one step more; nothing is known of what has [`MOST_LINKS`] already.
    pub(super) fn then(&self, link: Link) -> Value {
        match self {
            Value::Chain(chain) if chain.links.len() < MOST_LINKS => {
                let mut chain = (**chain).clone();
                chain.links.push(link);
                Value::Chain(Rc::new(chain))
            }
            _ => Value::unknown(""),
        }
    }

    /// The string, if it is known.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text, _) => Some(text),
            _ => None,
        }
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Chain(chain) if matches!(chain.root, Root::Unknown(_) | Root::Parameter { .. }))
    }
}

impl Chain {
    /// The names of the members taken, without the calls.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.links.iter().filter_map(|link| match link {
            Link::Member(name) => Some(name.as_str()),
            Link::Call { .. } => None,
        })
    }

    /// The package it begins in.
    pub fn package(&self) -> Option<&str> {
        match &self.root {
            Root::Package(name) => Some(name),
            _ => None,
        }
    }
}
