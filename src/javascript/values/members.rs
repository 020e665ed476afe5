//! Members of objects, classes and what classes make; elements of lists.

use std::rc::Rc;

use crate::javascript::{
    ir::{BindingId, Kind, NodeId, Origin, Parameter, Property, Role},
    project::Project,
    values::{At, Chain, Link, MOST_ELEMENTS, Root, Value, Values, choice},
};

impl Values<'_, '_> {
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

    pub(super) fn literal_member(&self, whole: &Value, at: &At, name: &str) -> Value {
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
    pub(super) fn assigned_member(&self, at: &At, name: &str) -> Option<Value> {
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

    pub(super) fn instance_member(
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
    pub(super) fn injected(&self, at: &At, declared: Option<NodeId>, name: &str) -> Value {
        match declared.map(|node| self.of(&at.with(node))) {
            Some(Value::Literal(class)) if self.project.module(class.module).class(class.node).is_some() => {
                Value::Instance(class, Rc::new(Vec::new()))
            }
            Some(chain @ Value::Chain(_)) if !chain.is_unknown() => chain,
            _ => Value::unknown(name),
        }
    }

    pub(super) fn declared_parameter(&self, chain: &Chain) -> Option<Value> {
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
}

/// Whether an expression is a function with a `this` of its own.
fn is_method(project: &Project<'_>, at: &At) -> bool {
    project.module(at.module).function(at.node).is_some_and(|function| !function.is_arrow)
}
