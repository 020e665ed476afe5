//! What calls give.

use std::rc::Rc;

use crate::javascript::{
    ir::{Body, Imported, Kind, NodeId},
    modules::{Target, join},
    values::{At, Chain, DEEPEST, Frame, Link, MOST_CHOICES, Scope, Value, Values, choice, same},
};

impl Values<'_, '_> {
    pub(super) fn call(&self, at: &At, callee: NodeId, arguments: &[NodeId]) -> Value {
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
            Value::Chain(chain) => match self.provided(chain, at, arguments) {
                Some(instance) => instance,
                None => self.apply(&function, at, arguments),
            },
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

    /// An object that a container of dependencies gives for a class: `container.get(Class)`.
    pub(super) fn provided(&self, chain: &Chain, at: &At, arguments: &[NodeId]) -> Option<Value> {
        let [only] = arguments else { return None };
        if !matches!(chain.members().last(), Some("get" | "resolve" | "getInstance")) {
            return None;
        }
        let classes = match self.of(&at.with(*only)) {
            Value::Choice(values) => values,
            value => vec![value],
        };
        let instance = |value: &Value| match value {
            Value::Literal(class) => {
                self.project.module(class.module).class(class.node)?;
                Some(Value::Instance(class.clone(), Rc::default()))
            }
            _ => None,
        };
        classes.iter().find_map(instance)
    }

    /// What calling something from outside the tree gives.
    pub fn apply(&self, function: &Value, at: &At, arguments: &[NodeId]) -> Value {
        function.then(Link::Call { arguments: Rc::new(self.arguments(at, arguments)), at: at.clone() })
    }

    /// Calls whose meaning the language itself gives.
    pub(super) fn builtin(&self, at: &At, object: NodeId, property: &str, arguments: &[NodeId]) -> Option<Value> {
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
                Some(Value::Text(join("", &path)?, module.span(at.node)))
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
        let next = || {
            self.last_frame.set(self.last_frame.get().saturating_add(1));
            self.last_frame.get()
        };
        let number = match call {
            Some((call, turn)) => {
                *self.frames.borrow_mut().entry((function.key(), call.key(), turn)).or_insert_with(next)
            }
            None => next(),
        };
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
    pub(super) fn returns(&self, at: &At, statements: &[NodeId], values: &mut Vec<Value>) -> bool {
        statements.iter().any(|statement| values.len() >= MOST_CHOICES || self.returns_of(&at.with(*statement), values))
    }

    pub(super) fn returns_of(&self, at: &At, values: &mut Vec<Value>) -> bool {
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

    pub(super) fn returns_inside(&self, at: &At, values: &mut Vec<Value>) -> bool {
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
