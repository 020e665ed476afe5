//! What an expression stands for, followed through names, members, calls and files.
//!
//! Nothing is run: a value is a literal in its scope, or a [`Chain`] of members and calls that begins outside the tree.
//! Whatever cannot be followed is a chain from [`Root::Unknown`].

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use crate::{
    javascript::{
        ir::{BindingId, Imported, Kind, NodeId, Origin, Step},
        project::{ModuleId, Project},
    },
    source::Span,
};

mod exports;
mod members;
mod results;
mod surroundings;
mod value;

pub use value::{At, Chain, Given, Link, Root, Scope, Value};

use value::Frame;

/// How far a value is followed.
const DEEPEST: usize = 80;

/// How many steps are made for one question.
const FUEL: u64 = 250_000;

/// How many steps are made for all questions of a project. Of some three hundred public apps one needed 506,418 and all
/// others less than 12,000.
const STORE: u64 = 2_000_000;

/// How many more there are for each node: a tree may hold many apps, which together needed two for a node.
const STORE_OF_A_NODE: u64 = 5;

/// How many steps are made for a question that comes when the store is empty.
const LEAST: u64 = 1_000;

/// How many elements of a list are looked at.
const MOST_ELEMENTS: usize = 1_000;

/// How long a string may be that is put together from others.
const LONGEST: usize = 8_192;

/// How many answers are kept, and how many numbers of calls.
const MOST_KNOWN: usize = 200_000;

/// How many values a choice keeps.
const MOST_CHOICES: usize = 8;

/// Finds out what expressions stand for.
#[derive(Debug)]
pub struct Values<'p, 's> {
    /// The files.
    pub project: &'p Project<'s>,
    fuel: Cell<u64>,
    /// What the question was given.
    given: Cell<u64>,
    /// What is left for those that follow.
    store: Cell<u64>,
    depth: Cell<usize>,
    /// Numbers of calls: by function, call and the number of the surrounding call.
    frames: RefCell<HashMap<(Key, Key, usize), u32>>,
    /// The last of these numbers.
    last_frame: Cell<u32>,
    known: RefCell<HashMap<Key, Value>>,
    /// Names that are being followed: one whose value leads back to it says nothing.
    open: RefCell<Vec<Key>>,
}

/// What tells an expression in its surroundings from all others.
type Key = (ModuleId, NodeId, u32);

impl<'p, 's> Values<'p, 's> {
    /// For a project.
    pub fn new(project: &'p Project<'s>) -> Values<'p, 's> {
        let nodes: usize = project.modules().map(|(_, module)| module.nodes.len()).sum();
        Values {
            project,
            fuel: Cell::new(FUEL),
            given: Cell::new(FUEL),
            store: Cell::new(STORE + STORE_OF_A_NODE * nodes as u64),
            depth: Cell::new(0),
            frames: RefCell::default(),
            last_frame: Cell::new(0),
            known: RefCell::default(),
            open: RefCell::default(),
        }
    }

    /// Begins a new question: what was spent on others counts only where it was very much.
    pub fn refuel(&self) {
        let spent = self.given.get() - self.fuel.get();
        self.store.set(self.store.get().saturating_sub(spent));
        let given = self.store.get().clamp(LEAST, FUEL);
        self.given.set(given);
        self.fuel.set(given);
        if self.frames.borrow().len() > MOST_KNOWN {
            self.frames.borrow_mut().clear();
        }
    }

    /// What an expression stands for.
    pub fn of(&self, at: &At) -> Value {
        let fuel = self.fuel.get();
        if fuel == 0 || self.depth.get() >= DEEPEST {
            return Value::unknown("");
        }
        let kind = self.project.module(at.module).kind(at.node);
        let is_dear = matches!(kind, Kind::Name(_) | Kind::Member { .. } | Kind::Call { .. } | Kind::New { .. });
        if is_dear && let Some(value) = self.known.borrow().get(&at.key()) {
            return value.clone();
        }
        let depth = self.depth.get();
        self.fuel.set(fuel - 1);
        self.depth.set(depth + 1);
        let value = self.follow(at);
        self.depth.set(depth);
        if is_dear && depth < DEEPEST / 2 && self.fuel.get() > 0 {
            let mut known = self.known.borrow_mut();
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
            known.insert(at.key(), value.clone());
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

    /// What a name stands for at an expression that sees it.
    pub fn binding(&self, at: &At, id: BindingId) -> Value {
        let module = self.project.module(at.module);
        let binding = module.binding(id);
        let later = || -> Option<Value> {
            let mut values = binding.assigned.iter().map(|value| self.of(&self.written(at, *value)));
            let first = values.next()?;
            Some(choice(std::iter::once(first).chain(values.take(MOST_CHOICES)).collect()))
        };
        match &binding.origin {
            Origin::Import { source, imported } => self.import(at.module, source, imported),
            Origin::Definition(node) => Value::Literal(self.written(at, *node)),
            Origin::Value { value, path } => {
                let place = self.written(at, *value);
                let initial = self.walk(&place, self.of(&place), path);
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
        let class = module.index.classes.around(at.node).next()?;
        Some(Value::Instance(self.at_top(at.module, class), Rc::new(Vec::new())))
    }
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
