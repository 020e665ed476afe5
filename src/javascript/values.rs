//! What an expression stands for, followed through names, members, calls and files.
//!
//! Nothing is run: a value is a literal in its scope, or a [`Chain`] of members and calls that begins outside the tree.
//! Whatever cannot be followed is a chain from [`Root::Unknown`].

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use crate::{
    javascript::{
        ir::{BindingId, Body, Exported, Imported, Kind, Module, NodeId, Origin, Parameter, Property, Role, Step},
        modules::Target,
        project::{ModuleId, Project},
    },
    source::Span,
};

/// How far a value is followed.
const DEEPEST: usize = 80;

/// How many steps are made for one question.
const FUEL: u64 = 250_000;

/// How many elements of a list are looked at.
const MOST_ELEMENTS: usize = 1_000;

/// How long a string may be that is put together from others.
const LONGEST: usize = 8_192;

/// How many values a choice keeps.
const MOST_CHOICES: usize = 8;

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
pub struct Scope(Option<Rc<Frame>>);

/// A call of a function of the tree, or one turn of a loop.
#[derive(Debug)]
struct Frame {
    number: u32,
    module: ModuleId,
    /// The function, or the list that a loop runs over.
    node: NodeId,
    arguments: Vec<Value>,
    this: Option<Value>,
    parent: Scope,
    depth: usize,
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

    fn depth(&self) -> usize {
        self.0.as_ref().map_or(0, |frame| frame.depth)
    }

    fn frames(&self) -> impl Iterator<Item = &Frame> {
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

    fn chain(root: Root) -> Value {
        Value::Chain(Rc::new(Chain { root, links: Vec::new() }))
    }

    fn then(&self, link: Link) -> Value {
        match self {
            Value::Chain(chain) => {
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

/// Finds out what expressions stand for.
#[derive(Debug)]
pub struct Values<'p, 's> {
    /// The files.
    pub project: &'p Project<'s>,
    fuel: Cell<u64>,
    depth: Cell<usize>,
    /// Numbers of calls: by function, call and the number of the surrounding call.
    frames: RefCell<BTreeMap<(Key, Key, usize), u32>>,
    known: RefCell<BTreeMap<Key, Value>>,
    /// Names that are being followed: one whose value leads back to it says nothing.
    open: RefCell<Vec<Key>>,
}

/// What tells an expression in its surroundings from all others.
type Key = (ModuleId, NodeId, u32);

impl<'p, 's> Values<'p, 's> {
    /// For a project.
    pub fn new(project: &'p Project<'s>) -> Values<'p, 's> {
        Values {
            project,
            fuel: Cell::new(FUEL),
            depth: Cell::new(0),
            frames: RefCell::default(),
            known: RefCell::default(),
            open: RefCell::default(),
        }
    }

    /// Begins a new question: what was spent on others does not count.
    pub fn refuel(&self) {
        self.fuel.set(FUEL);
    }

    /// What an expression stands for.
    pub fn of(&self, at: &At) -> Value {
        let fuel = self.fuel.get();
        if fuel == 0 || self.depth.get() >= DEEPEST {
            return Value::unknown("");
        }
        let kind = self.project.module(at.module).kind(at.node);
        let is_dear = matches!(kind, Kind::Name(_) | Kind::Member { .. } | Kind::Call { .. } | Kind::New { .. });
        if let Some(value) = self.known.borrow().get(&at.key()).filter(|_| is_dear) {
            return value.clone();
        }
        let depth = self.depth.get();
        self.fuel.set(fuel - 1);
        self.depth.set(depth + 1);
        let value = self.follow(at);
        self.depth.set(depth);
        if is_dear && depth < DEEPEST / 2 && self.fuel.get() > 0 {
            self.known.borrow_mut().insert(at.key(), value.clone());
        }
        value
    }

    /// What an expression at the top of a file stands for.
    pub fn at_top(&self, module: ModuleId, node: NodeId) -> At {
        At { module, node, scope: Scope::default() }
    }

    fn follow(&self, at: &At) -> Value {
        let module = self.project.module(at.module);
        let span = module.span(at.node);
        match module.kind(at.node) {
            Kind::Text(text) => Value::Text(text.clone(), span),
            Kind::Number(number) => Value::Number(*number),
            Kind::Bool(bool) => Value::Bool(*bool),
            Kind::Null => Value::Null,
            Kind::Template { texts, values } => self.template(at, texts, values, span),
            Kind::Object(_) | Kind::Array(_) | Kind::Function(_) | Kind::Class(_) | Kind::Pattern(_) => {
                Value::Literal(at.clone())
            }
            Kind::Name(_) => self.name(at),
            Kind::Global(name) => self.global(at, name),
            Kind::This => self.this(at),
            Kind::Member { object, property, .. } => self.member(&self.of(&at.with(*object)), property),
            Kind::Index { object, index } => match self.of(&at.with(*index)) {
                Value::Text(key, _) => self.member(&self.of(&at.with(*object)), &key),
                Value::Number(number) => self.element(&self.of(&at.with(*object)), number as usize),
                _ => match self.of(&at.with(*object)) {
                    value @ Value::Chain(_) => value.then(Link::Member(String::new())),
                    _ => Value::unknown(self.project.text(at.module, at.node)),
                },
            },
            Kind::Call { callee, arguments } => self.call(at, *callee, arguments),
            Kind::New { callee, arguments } => match self.of(&at.with(*callee)) {
                Value::Literal(class) if self.project.module(class.module).class(class.node).is_some() => {
                    Value::Instance(class, Rc::new(self.arguments(at, arguments)))
                }
                Value::Literal(_) | Value::Method(..) => Value::unknown(self.project.text(at.module, *callee)),
                other => other.then(Link::Call { arguments: Rc::new(self.arguments(at, arguments)), at: at.clone() }),
            },
            Kind::Import(source) => match module.text(*source) {
                Some(source) => self.import(at.module, source, &Imported::Namespace),
                None => Value::unknown("import()"),
            },
            Kind::Await(operand) | Kind::Assign { value: operand, .. } => self.of(&at.with(*operand)),
            Kind::Sequence(values) => values.last().map_or(Value::Null, |value| self.of(&at.with(*value))),
            Kind::Conditional { test, yes, no } => match self.truth(&at.with(*test)) {
                Some(true) => self.of(&at.with(*yes)),
                Some(false) => self.of(&at.with(*no)),
                None => choice(vec![self.of(&at.with(*yes)), self.of(&at.with(*no))]),
            },
            Kind::Logical { operator, left, right } => self.logical(at, operator, *left, *right),
            Kind::Binary { operator: "+", left, right } => {
                concatenate(&[self.of(&at.with(*left)), self.of(&at.with(*right))], span)
            }
            _ => Value::unknown(""),
        }
    }

    fn template(&self, at: &At, texts: &[String], values: &[NodeId], span: Span) -> Value {
        let mut parts = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            parts.push(Value::Text(text.clone(), span));
            parts.extend(values.get(index).map(|value| self.of(&at.with(*value))));
        }
        concatenate(&parts, span)
    }

    fn logical(&self, at: &At, operator: &str, left: NodeId, right: NodeId) -> Value {
        let first = self.of(&at.with(left));
        match (operator, &first) {
            ("||" | "??", Value::Null | Value::Bool(false)) => self.of(&at.with(right)),
            ("||" | "??", Value::Chain(_)) => match self.of(&at.with(right)) {
                second @ (Value::Text(..) | Value::Bool(_) | Value::Number(_)) => second,
                second => choice(vec![first, second]),
            },
            ("&&", Value::Chain(_)) => self.of(&at.with(right)),
            ("&&", Value::Null | Value::Bool(false)) | ("||" | "??", _) => first,
            _ => self.of(&at.with(right)),
        }
    }

    /// Whether a condition holds; `None` if that is not known.
    pub fn truth(&self, at: &At) -> Option<bool> {
        match self.project.module(at.module).kind(at.node) {
            Kind::Unary { operator: "!", operand } => self.truth(&at.with(*operand)).map(|holds| !holds),
            Kind::Binary { operator: operator @ ("===" | "==" | "!==" | "!="), left, right } => {
                let same = same(&self.of(&at.with(*left)), &self.of(&at.with(*right)))?;
                Some(same == operator.starts_with('='))
            }
            Kind::Logical { operator: "&&", left, right } => {
                match (self.truth(&at.with(*left)), self.truth(&at.with(*right))) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                }
            }
            Kind::Name(_) | Kind::Member { .. } | Kind::Bool(_) | Kind::Null => match self.of(at) {
                Value::Bool(bool) => Some(bool),
                Value::Null => Some(false),
                Value::Text(text, _) => Some(!text.is_empty()),
                // what a reflector finds are the decorators of a route, and those are looked at apart
                Value::Chain(chain) if chain.package() == Some("@nestjs/core") => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    fn name(&self, at: &At) -> Value {
        let module = self.project.module(at.module);
        let Kind::Name(id) = module.kind(at.node) else { return Value::Null };
        let key = (at.module, NodeId(id.0), at.scope.number());
        if self.open.borrow().contains(&key) {
            return Value::unknown(module.binding(*id).name.clone());
        }
        self.open.borrow_mut().push(key);
        let value = self.binding(at, *id);
        self.open.borrow_mut().pop();
        value
    }

    fn binding(&self, at: &At, id: BindingId) -> Value {
        let module = self.project.module(at.module);
        let binding = module.binding(id);
        let later = || -> Option<Value> {
            let mut values = binding.assigned.iter().map(|value| self.of(&at.with(*value)));
            let first = values.next()?;
            Some(choice(std::iter::once(first).chain(values.take(MOST_CHOICES)).collect()))
        };
        match &binding.origin {
            Origin::Import { source, imported } => self.import(at.module, source, imported),
            Origin::Definition(node) => Value::Literal(at.with(*node)),
            Origin::Value { value, path } => {
                let initial = self.of(&at.with(*value));
                let initial = self.walk(at, initial, path);
                match (&initial, binding.assigned.is_empty()) {
                    (_, true) => initial,
                    (Value::Null, false) => later().unwrap_or(Value::Null),
                    (_, false) => match later() {
                        Some(Value::Choice(mut values)) => {
                            values.push(initial);
                            choice(values)
                        }
                        Some(value) => choice(vec![initial, value]),
                        None => initial,
                    },
                }
            }
            Origin::Open => later().unwrap_or_else(|| Value::unknown(binding.name.clone())),
            Origin::Element { list, path } => {
                let turn = at.scope.frames().find(|frame| frame.module == at.module && frame.node == *list);
                match turn.and_then(|frame| frame.arguments.first().cloned()) {
                    Some(element) => self.walk(at, element, path),
                    None => Value::unknown(binding.name.clone()),
                }
            }
            Origin::Parameter { function, index, path } => {
                let value = self.parameter(at, *function, *index, &binding.name, path.is_empty());
                self.walk(at, value, path)
            }
        }
    }

    fn parameter(&self, at: &At, function: NodeId, index: usize, name: &str, is_whole: bool) -> Value {
        let module = self.project.module(at.module);
        let parameter = module.function(function).and_then(|function| function.parameters.get(index));
        let is_rest = parameter.is_some_and(|parameter| parameter.is_rest);
        let frame = at.scope.frames().find(|frame| frame.module == at.module && frame.node == function);
        match frame {
            Some(frame) if is_rest => Value::List(frame.arguments.get(index..).unwrap_or_default().to_vec()),
            Some(frame) => match (frame.arguments.get(index), parameter.and_then(|parameter| parameter.default)) {
                (None | Some(Value::Null), Some(default)) => self.of(&at.with(default)),
                (Some(value), _) => value.clone(),
                (None, None) => Value::Null,
            },
            None => {
                let name = if is_whole { name.to_owned() } else { String::new() };
                Value::chain(Root::Parameter { name, module: at.module, function, index })
            }
        }
    }

    fn walk(&self, at: &At, value: Value, path: &[Step]) -> Value {
        path.iter().fold(value, |value, step| match step {
            Step::Member(name) => self.member(&value, name),
            Step::Element(index) => self.element(&value, *index),
            Step::Default(default) => match value {
                Value::Null => self.of(&at.with(*default)),
                value => value,
            },
            Step::Rest => value,
        })
    }

    fn global(&self, at: &At, name: &str) -> Value {
        match name {
            "module" | "exports" => Value::chain(Root::Global(name.to_owned())),
            "__dirname" => {
                let path = self.project.path(at.module);
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                Value::Text(folder.to_owned(), self.project.node(at.module, at.node).span)
            }
            _ => Value::chain(Root::Global(name.to_owned())),
        }
    }

    fn this(&self, at: &At) -> Value {
        let this = at.scope.frames().find_map(|frame| frame.this.clone());
        this.unwrap_or_else(|| self.enclosing_instance(at).unwrap_or_else(|| Value::unknown("this")))
    }

    /// An object of the class that an expression stands in, made by no one knows whom.
    fn enclosing_instance(&self, at: &At) -> Option<Value> {
        let module = self.project.module(at.module);
        let class = *module.index.classes.iter().rfind(|class| module.contains(**class, at.node))?;
        Some(Value::Instance(self.at_top(at.module, class), Rc::new(Vec::new())))
    }

    /// What a file or package exports.
    pub fn import(&self, from: ModuleId, source: &str, imported: &Imported) -> Value {
        match (self.project.resolver.resolve(self.project.path(from), source), imported) {
            (Target::File(file), imported) => match (self.project.of_file(file), imported) {
                (Some(module), Imported::Namespace) => Value::Module(module),
                (Some(module), Imported::Named(name)) => self.export(module, name),
                (None, _) => Value::unknown(source),
            },
            (Target::Package(package), Imported::Namespace) => Value::chain(Root::Package(package)),
            (Target::Package(package), Imported::Named(name)) if name == "default" => {
                Value::chain(Root::Package(package))
            }
            (Target::Package(package), Imported::Named(name)) => {
                Value::chain(Root::Package(package)).then(Link::Member(name.clone()))
            }
            (Target::Missing, Imported::Named(name)) if name != "default" => Value::unknown(name),
            (Target::Missing, _) => Value::unknown(source.rsplit('/').next().unwrap_or(source)),
        }
    }

    /// What a file exports by a name.
    pub fn export(&self, module: ModuleId, name: &str) -> Value {
        self.try_export(module, name, 0).unwrap_or_else(|| Value::unknown(name))
    }

    fn try_export(&self, id: ModuleId, name: &str, hops: usize) -> Option<Value> {
        let module = self.project.module(id);
        let exported = |value: &Exported| match value {
            Exported::Node(node) => self.of(&self.at_top(id, *node)),
            Exported::Binding(binding) => self.binding(&self.at_top(id, NodeId(0)), *binding),
            Exported::From { source, imported } => self.import(id, source, imported),
        };
        if let Some(export) = module.exports.iter().find(|export| export.name == name) {
            return Some(exported(&export.value));
        }
        for star in module.exports.iter().filter(|export| export.name == "*" && hops < 16) {
            let Exported::From { source, .. } = &star.value else { continue };
            let Target::File(file) = self.project.resolver.resolve(self.project.path(id), source) else { continue };
            let found = self.project.of_file(file).and_then(|next| self.try_export(next, name, hops + 1));
            if found.is_some() {
                return found;
            }
        }
        self.common_export(id, name)
    }

    /// What a file exports by assignments to `module.exports` and `exports`.
    fn common_export(&self, id: ModuleId, name: &str) -> Option<Value> {
        if let Some(value) = self.common_members(id, name).last() {
            return Some(self.of(&self.at_top(id, value)));
        }
        let whole = self.common_whole(id).map(|node| self.of(&self.at_top(id, node)));
        match (name, whole) {
            ("default", Some(whole)) => Some(whole),
            ("default", None) if self.has_common_members(id) => Some(Value::Module(id)),
            (_, Some(whole)) => Some(self.member(&whole, name)),
            (_, None) => None,
        }
    }

    /// What is assigned to `module.exports`, or exported by `export =`.
    fn common_whole(&self, id: ModuleId) -> Option<NodeId> {
        let module = self.project.module(id);
        let equals = module.exports.iter().find(|export| export.name == "=");
        match equals.map(|export| &export.value) {
            Some(Exported::Node(node)) => Some(*node),
            _ => module.index.exports,
        }
    }

    /// What is assigned to a member of `exports`.
    fn common_members(&self, id: ModuleId, name: &str) -> impl Iterator<Item = NodeId> {
        let module = self.project.module(id);
        module.assigned(name).filter(move |(object, _)| is_exports(module, *object)).map(|(_, value)| value)
    }

    fn has_common_members(&self, id: ModuleId) -> bool {
        let module = self.project.module(id);
        module.index.assignments.keys().any(|name| self.common_members(id, name).next().is_some())
    }

    /// What `require` gives for a file.
    fn required(&self, id: ModuleId) -> Value {
        let module = self.project.module(id);
        if module.exports.iter().any(|export| export.name != "=") {
            return Value::Module(id);
        }
        match self.common_whole(id) {
            Some(node) => match self.of(&self.at_top(id, node)) {
                Value::Literal(at) if matches!(self.project.node(at.module, at.node).kind, Kind::Object(_)) => {
                    Value::Module(id)
                }
                value => value,
            },
            None => Value::Module(id),
        }
    }

    /// A member of a value.
    pub fn member(&self, value: &Value, name: &str) -> Value {
        match value {
            Value::Literal(at) => self.literal_member(value, at, name),
            Value::Module(id) => match self.try_export(*id, name, 0) {
                Some(value) => value,
                None => Value::unknown(name),
            },
            Value::Instance(class, arguments) => {
                self.instance_member(value, class, arguments, name, 0).unwrap_or_else(|| Value::unknown(name))
            }
            Value::Chain(_) if name == "default" => value.clone(),
            Value::Chain(_) => value.then(Link::Member(name.to_owned())),
            Value::Choice(values) => choice(values.iter().map(|value| self.member(value, name)).collect()),
            Value::Method(..) if matches!(name, "bind" | "call" | "apply") => value.clone(),
            _ => Value::unknown(name),
        }
    }

    fn literal_member(&self, whole: &Value, at: &At, name: &str) -> Value {
        let module = self.project.module(at.module);
        let bind = |value: Value| match value {
            Value::Literal(at) if is_method(self.project, &at) => Value::Method(at, Rc::new(whole.clone())),
            value => value,
        };
        match module.kind(at.node) {
            Kind::Object(properties) => {
                for property in properties.iter().rev() {
                    match property {
                        Property::Named { key, value, .. } if key == name => return bind(self.of(&at.with(*value))),
                        Property::Getter { key, value, .. } if key == name => {
                            return self.result(&at.with(*value), Vec::new(), Some(whole.clone()), None);
                        }
                        Property::Computed { key, value } => match self.of(&at.with(*key)) {
                            Value::Text(key, _) if key == name => return bind(self.of(&at.with(*value))),
                            Value::Text(..) => {}
                            _ => return Value::unknown(name),
                        },
                        Property::Spread(value) => match self.member(&self.of(&at.with(*value)), name) {
                            Value::Null => {}
                            value if value.is_unknown() => return value,
                            value => return value,
                        },
                        _ => {}
                    }
                }
                self.assigned_member(at, name).unwrap_or(Value::Null)
            }
            Kind::Function(_) if matches!(name, "bind" | "call" | "apply") => whole.clone(),
            Kind::Class(class) => {
                let found = class.members.iter().find(|member| member.is_static && member.key.as_deref() == Some(name));
                match found.and_then(|member| member.value) {
                    Some(value) => bind(self.of(&at.with(value))),
                    None => Value::unknown(name),
                }
            }
            Kind::Array(_) | Kind::Function(_) => {
                self.assigned_member(at, name).unwrap_or_else(|| Value::unknown(name))
            }
            _ => Value::unknown(name),
        }
    }

    /// A member that is assigned to the name an object was declared by: `routes.install = function () {…}`.
    fn assigned_member(&self, at: &At, name: &str) -> Option<Value> {
        let module = self.project.module(at.module);
        let is_origin = |id: BindingId| match &module.binding(id).origin {
            Origin::Value { value, path } => *value == at.node && path.is_empty(),
            Origin::Definition(node) => *node == at.node,
            _ => false,
        };
        module.assigned(name).find_map(|(object, value)| {
            let Kind::Name(id) = module.kind(object) else { return None };
            is_origin(*id).then(|| self.of(&at.with(value)))
        })
    }

    fn instance_member(
        &self,
        whole: &Value,
        class: &At,
        arguments: &Rc<Vec<Value>>,
        name: &str,
        hops: usize,
    ) -> Option<Value> {
        let module = self.project.module(class.module);
        let definition = module.class(class.node)?;
        let constructor = definition.members.iter().find(|member| member.role == Role::Constructor);
        let construct = constructor.and_then(|member| member.value);
        let made = Some((class, arguments.len()));
        let inside = |node: NodeId, function: Option<NodeId>| match function {
            Some(function) => {
                let frame = self.frame(&class.with(function), arguments.to_vec(), Some(whole.clone()), made);
                At { module: class.module, node, scope: frame }
            }
            None => At { module: class.module, node, scope: self.frame(class, Vec::new(), Some(whole.clone()), made) },
        };
        for member in definition.members.iter().filter(|member| !member.is_static) {
            if member.key.as_deref() != Some(name) {
                continue;
            }
            match (member.role, member.value) {
                (Role::Method, Some(function)) => {
                    return Some(Value::Method(class.with(function), Rc::new(whole.clone())));
                }
                (Role::Getter, Some(function)) => {
                    return Some(self.result(&class.with(function), Vec::new(), Some(whole.clone()), Some((class, 0))));
                }
                (Role::Field, Some(value)) => return Some(self.of(&inside(value, construct))),
                (Role::Field, None) => {}
                _ => {}
            }
        }
        let field =
            construct.and_then(|function| Some((function, module.function(function)?))).and_then(|(node, function)| {
                let is_it = |parameter: &Parameter| {
                    parameter.is_field && parameter.binding.is_some_and(|id| module.binding(id).name == name)
                };
                let index = function.parameters.iter().position(is_it)?;
                match arguments.get(index) {
                    Some(value) => Some(value.clone()),
                    None => Some(self.injected(&class.with(node), function.parameters[index].declared, name)),
                }
            });
        if field.is_some() {
            return field;
        }
        let set = module.assigned(name).find_map(|(object, value)| {
            let is_own = matches!(module.kind(object), Kind::This) && module.contains(class.node, value);
            is_own.then_some(value)
        });
        if let Some(value) = set {
            let function = construct.filter(|function| module.contains(*function, value));
            return Some(match self.of(&inside(value, function)) {
                Value::Chain(chain) if matches!(chain.root, Root::Parameter { .. }) && chain.links.is_empty() => {
                    self.declared_parameter(&chain).unwrap_or(Value::Chain(chain))
                }
                value => value,
            });
        }
        let field = definition.members.iter().find(|member| member.key.as_deref() == Some(name));
        if let Some(declared) = field.and_then(|member| member.declared) {
            return Some(self.injected(class, Some(declared), name));
        }
        let parent = definition.parent.filter(|_| hops < 8)?;
        match self.of(&class.with(parent)) {
            Value::Literal(parent) => self.instance_member(whole, &parent, arguments, name, hops + 1),
            parent @ Value::Chain(_) => Some(self.member(&parent, name)),
            _ => None,
        }
    }

    /// What dependency injection puts where a class is asked for.
    fn injected(&self, at: &At, declared: Option<NodeId>, name: &str) -> Value {
        match declared.map(|node| self.of(&at.with(node))) {
            Some(Value::Literal(class)) if self.project.module(class.module).class(class.node).is_some() => {
                Value::Instance(class, Rc::new(Vec::new()))
            }
            Some(chain @ Value::Chain(_)) if !chain.is_unknown() => chain,
            _ => Value::unknown(name),
        }
    }

    fn declared_parameter(&self, chain: &Chain) -> Option<Value> {
        let Root::Parameter { module, function, index, name } = &chain.root else { return None };
        let declared = self.project.module(*module).function(*function)?.parameters.get(*index)?.declared?;
        Some(self.injected(&self.at_top(*module, *function), Some(declared), name))
    }

    /// An element of a list.
    pub fn element(&self, value: &Value, index: usize) -> Value {
        if matches!(value, Value::Chain(_)) {
            return value.then(Link::Member(index.to_string()));
        }
        self.elements(value).and_then(|elements| elements.get(index).cloned()).unwrap_or_else(|| Value::unknown(""))
    }

    /// The elements of a list, spreads followed; `None` if it is no list or not all of it is known.
    pub fn elements(&self, value: &Value) -> Option<Vec<Value>> {
        match value {
            Value::List(values) => Some(values.clone()),
            Value::Literal(at) => match self.project.module(at.module).kind(at.node) {
                Kind::Array(elements) => Some(self.arguments(at, elements)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The values of arguments or elements; a spread that is not known stays one unknown value.
    pub fn arguments(&self, at: &At, nodes: &[NodeId]) -> Vec<Value> {
        let mut values = Vec::new();
        for node in nodes.iter().take(MOST_ELEMENTS) {
            if values.len() >= MOST_ELEMENTS {
                break;
            }
            match self.project.module(at.module).kind(*node) {
                Kind::Spread(operand) => {
                    let value = self.of(&at.with(*operand));
                    match self.elements(&value) {
                        Some(elements) => values.extend(elements.into_iter().take(MOST_ELEMENTS)),
                        None => values.push(Value::unknown(format!("...{}", self.project.text(at.module, *operand)))),
                    }
                }
                _ => values.push(self.of(&at.with(*node))),
            }
        }
        values
    }

    fn call(&self, at: &At, callee: NodeId, arguments: &[NodeId]) -> Value {
        let module = self.project.module(at.module);
        if matches!(module.kind(callee), Kind::Global(name) if name == "require") {
            return match arguments.first().and_then(|source| module.text(*source)) {
                Some(source) => match self.project.resolver.resolve(self.project.path(at.module), source) {
                    Target::File(file) => match self.project.of_file(file) {
                        Some(id) => self.required(id),
                        None => Value::unknown(source),
                    },
                    _ => self.import(at.module, source, &Imported::Namespace),
                },
                None => Value::unknown("require"),
            };
        }
        if let Kind::Member { object, property, .. } = module.kind(callee)
            && let Some(value) = self.builtin(at, *object, property, arguments)
        {
            return value;
        }
        let function = self.of(&at.with(callee));
        let called = |function: &At, this: Option<Value>| {
            self.result(function, self.arguments(at, arguments), this, Some((at, 0)))
        };
        match &function {
            Value::Literal(function) => called(function, None),
            Value::Method(function, this) => called(function, Some((**this).clone())),
            Value::Module(id) => match self.try_export(*id, "default", 0) {
                Some(Value::Literal(function)) => called(&function, None),
                _ => Value::unknown(self.project.text(at.module, callee)),
            },
            Value::Chain(chain) if chain.package() == Some("util") && chain.members().last() == Some("promisify") => {
                arguments.first().map_or(Value::Null, |node| self.of(&at.with(*node)))
            }
            Value::Chain(_) => self.apply(&function, at, arguments),
            Value::Choice(values) => {
                let results = values.iter().map(|value| match value {
                    Value::Literal(function) => called(function, None),
                    Value::Method(function, this) => called(function, Some((**this).clone())),
                    value => self.apply(value, at, arguments),
                });
                choice(results.collect())
            }
            _ => Value::unknown(self.project.text(at.module, callee)),
        }
    }

    /// A member of something from outside the tree, called at `at` without arguments that matter.
    pub fn linked(&self, object: &Value, members: &[&str], at: &At) -> Value {
        let callee = members.iter().fold(object.clone(), |value, name| value.then(Link::Member((*name).to_owned())));
        callee.then(Link::Call { arguments: Rc::default(), at: at.clone() })
    }

    /// What calling something from outside the tree gives.
    pub fn apply(&self, function: &Value, at: &At, arguments: &[NodeId]) -> Value {
        function.then(Link::Call { arguments: Rc::new(self.arguments(at, arguments)), at: at.clone() })
    }

    /// Calls whose meaning the language itself gives.
    fn builtin(&self, at: &At, object: NodeId, property: &str, arguments: &[NodeId]) -> Option<Value> {
        let module = self.project.module(at.module);
        let first = || arguments.first().map(|node| self.of(&at.with(*node)));
        match (module.kind(object), property) {
            (Kind::Global(name), "freeze" | "seal" | "resolve" | "assign")
                if matches!(name.as_str(), "Object" | "Promise") =>
            {
                first()
            }
            (_, "bind") => match self.of(&at.with(object)) {
                value @ (Value::Literal(_) | Value::Method(..)) => Some(value),
                _ => None,
            },
            (_, "concat") => {
                let mut elements = self.elements(&self.of(&at.with(object)))?;
                for value in self.arguments(at, arguments) {
                    match self.elements(&value) {
                        Some(more) => elements.extend(more),
                        None => elements.push(value),
                    }
                }
                Some(Value::List(elements))
            }
            (_, "toString" | "trim" | "toLowerCase") => {
                Some(self.of(&at.with(object))).filter(|value| value.as_text().is_some())
            }
            (Kind::Name(_) | Kind::Global(_), "join" | "resolve") => {
                let Value::Chain(chain) = self.of(&at.with(object)) else { return None };
                if !matches!(chain.package(), Some("path" | "node:path")) {
                    return None;
                }
                let values = self.arguments(at, arguments);
                let parts: Option<Vec<&str>> = values.iter().map(Value::as_text).collect();
                let path = parts?.join("/");
                Some(Value::Text(crate::javascript::modules::join("", &path)?, module.span(at.node)))
            }
            _ => None,
        }
    }

    /// The surroundings inside a call of a function: the same ones for the same `call`, the turn of a loop it is in
    /// counted.
    pub fn frame(
        &self,
        function: &At,
        arguments: Vec<Value>,
        this: Option<Value>,
        call: Option<(&At, usize)>,
    ) -> Scope {
        let mut frames = self.frames.borrow_mut();
        let next = u32::try_from(frames.len()).unwrap_or(u32::MAX).saturating_add(1);
        let site = match call {
            Some((call, turn)) => (call.key(), turn),
            None => ((ModuleId::NONE, NodeId(next), next), 0),
        };
        let number = *frames.entry((function.key(), site.0, site.1)).or_insert(next);
        drop(frames);
        let parent = function.scope.clone();
        let depth = parent.depth() + 1;
        let (module, node) = (function.module, function.node);
        Scope(Some(Rc::new(Frame { number, module, node, arguments, this, parent, depth })))
    }

    /// What a call of a function gives.
    pub fn result(
        &self,
        function: &At,
        arguments: Vec<Value>,
        this: Option<Value>,
        call: Option<(&At, usize)>,
    ) -> Value {
        let module = self.project.module(function.module);
        let Some(definition) = module.function(function.node) else { return Value::unknown("") };
        if function.scope.depth() > 24 {
            return Value::unknown("");
        }
        let scope = self.frame(function, arguments, this, call);
        let inside = |node: NodeId| At { module: function.module, node, scope: scope.clone() };
        match &definition.body {
            Body::Expression(value) => self.of(&inside(*value)),
            Body::Statements(statements) => {
                let mut values = Vec::new();
                self.returns(&inside(function.node), statements, &mut values);
                if values.is_empty() { Value::Null } else { choice(values) }
            }
            Body::Absent => Value::unknown(""),
        }
    }

    /// Collects what statements return; says whether they surely return.
    fn returns(&self, at: &At, statements: &[NodeId], values: &mut Vec<Value>) -> bool {
        statements.iter().any(|statement| values.len() >= MOST_CHOICES || self.returns_of(&at.with(*statement), values))
    }

    fn returns_of(&self, at: &At, values: &mut Vec<Value>) -> bool {
        let fuel = self.fuel.get();
        if fuel == 0 || self.depth.get() >= DEEPEST {
            return true;
        }
        self.fuel.set(fuel - 1);
        self.depth.set(self.depth.get() + 1);
        let ends = self.returns_inside(at, values);
        self.depth.set(self.depth.get() - 1);
        ends
    }

    fn returns_inside(&self, at: &At, values: &mut Vec<Value>) -> bool {
        match self.project.module(at.module).kind(at.node) {
            Kind::Return(value) => {
                values.push(value.map_or(Value::Null, |value| self.of(&at.with(value))));
                true
            }
            Kind::Throw(_) => true,
            Kind::Block(statements) => self.returns(at, statements, values),
            Kind::If { test, yes, no } => match self.truth(&at.with(*test)) {
                Some(true) => self.returns_of(&at.with(*yes), values),
                Some(false) => no.is_some_and(|no| self.returns_of(&at.with(no), values)),
                None => {
                    let first = self.returns_of(&at.with(*yes), values);
                    let second = no.is_some_and(|no| self.returns_of(&at.with(no), values));
                    first && second
                }
            },
            Kind::Try { block, handler, finalizer } => {
                let first = self.returns_of(&at.with(*block), values);
                let second = handler.is_none_or(|handler| self.returns_of(&at.with(handler), values));
                finalizer.is_some_and(|last| self.returns_of(&at.with(last), values)) || first && second
            }
            Kind::Switch { subject, cases } => {
                let subject = self.of(&at.with(*subject));
                for (test, body) in cases {
                    let matches = test.map(|test| same(&subject, &self.of(&at.with(test))));
                    match matches {
                        Some(Some(false)) => {}
                        Some(Some(true)) => return self.returns(at, body, values),
                        _ => {
                            self.returns(at, body, values);
                        }
                    }
                }
                false
            }
            Kind::Loop { body, .. } => {
                self.returns_of(&at.with(*body), values);
                false
            }
            _ => false,
        }
    }

    /// The surroundings inside one turn of a loop over a list.
    pub fn turn(&self, list: &At, element: Value, turn: usize) -> Scope {
        self.frame(list, vec![element], None, Some((list, turn)))
    }
}

/// Whether an expression is `exports` or `module.exports`.
fn is_exports(module: &Module, node: NodeId) -> bool {
    module.is_exports(node) || matches!(module.kind(node), Kind::Global(name) if name == "exports")
}

/// Whether an expression is a function with a `this` of its own.
fn is_method(project: &Project<'_>, at: &At) -> bool {
    project.module(at.module).function(at.node).is_some_and(|function| !function.is_arrow)
}

/// One of several values; alike ones count once.
fn choice(values: Vec<Value>) -> Value {
    let mut kept: Vec<Value> = Vec::new();
    for value in values {
        let more = match value {
            Value::Choice(values) => values,
            value => vec![value],
        };
        for value in more {
            if kept.len() < MOST_CHOICES && !kept.iter().any(|known| same(known, &value) == Some(true)) {
                kept.push(value);
            }
        }
    }
    match kept.len() {
        1 => kept.remove(0),
        _ => Value::Choice(kept),
    }
}

/// Whether two values are the same; `None` if that is not known.
pub(super) fn same(one: &Value, other: &Value) -> Option<bool> {
    match (one, other) {
        (Value::Text(one, _), Value::Text(other, _)) => Some(one == other),
        (Value::Number(one), Value::Number(other)) => Some(one == other),
        (Value::Bool(one), Value::Bool(other)) => Some(one == other),
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, Value::Text(..) | Value::Literal(_)) | (Value::Text(..) | Value::Literal(_), Value::Null) => {
            Some(false)
        }
        (Value::Literal(one), Value::Literal(other)) if one.key() == other.key() => Some(true),
        _ => None,
    }
}

/// Strings one after the other.
fn concatenate(values: &[Value], span: Span) -> Value {
    let mut parts: Vec<Option<String>> = Vec::new();
    let length = |parts: &[Option<String>]| parts.iter().flatten().map(String::len).sum::<usize>() + parts.len();
    for value in values {
        if length(&parts) > LONGEST {
            return Value::unknown("");
        }
        let more = match value {
            Value::Text(text, _) => vec![Some(text.clone())],
            Value::Number(number) => vec![Some(number.to_string())],
            Value::Partial(parts, _) => parts.clone(),
            _ => vec![None],
        };
        for part in more {
            match (parts.last_mut(), part) {
                (Some(Some(last)), Some(part)) => last.push_str(&part),
                (_, part) => parts.push(part),
            }
        }
    }
    match &parts[..] {
        [] => Value::Text(String::new(), span),
        [Some(text)] => Value::Text(text.clone(), span),
        _ => Value::Partial(parts, span),
    }
}
