//! Patterns: the names they declare and where each gets its value from.

use oxc_ast::ast::{BindingPattern, FormalParameters, TSType, TSTypeAnnotation, TSTypeName};

use super::lower::Lowering;
use crate::javascript::ir::{BindingId, Kind, NodeId, Origin, Parameter, Step};

/// Where a pattern's value comes from.
#[derive(Clone)]
pub(super) enum Root {
    Value(NodeId),
    Parameter(NodeId, usize),
    Element(NodeId),
    Open,
}

impl Root {
    fn origin(&self, path: Vec<Step>) -> Origin {
        match *self {
            Root::Value(value) => Origin::Value { value, path },
            Root::Parameter(function, index) => Origin::Parameter { function, index, path },
            Root::Element(list) => Origin::Element { list, path },
            Root::Open => Origin::Open,
        }
    }
}

impl Lowering<'_> {
    /// Declares every name of a pattern.
    pub(super) fn pattern(
        &mut self,
        pattern: &BindingPattern<'_>,
        root: &Root,
        path: &[Step],
        names: &mut Vec<BindingId>,
    ) {
        let step = |step: Step| [path, &[step]].concat();
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                names.extend(self.declare(name.symbol_id.get(), root.origin(path.to_vec())));
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    let key = property.key.static_name().filter(|_| !property.computed || property.key.is_expression());
                    let next = key.map_or(Step::Rest, |key| Step::Member(key.into_owned()));
                    self.pattern(&property.value, root, &step(next), names);
                }
                if let Some(rest) = &object.rest {
                    self.pattern(&rest.argument, root, &step(Step::Rest), names);
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        self.pattern(element, root, &step(Step::Element(index)), names);
                    }
                }
                if let Some(rest) = &array.rest {
                    self.pattern(&rest.argument, root, &step(Step::Rest), names);
                }
            }
            BindingPattern::AssignmentPattern(assignment) => {
                let default = self.expression(&assignment.right);
                self.pattern(&assignment.left, root, &step(Step::Default(default)), names);
            }
        }
    }

    /// A function's parameters.
    pub(super) fn parameters(&mut self, function: NodeId, parameters: &FormalParameters<'_>) -> Vec<Parameter> {
        let mut lowered = Vec::new();
        for (index, parameter) in parameters.items.iter().enumerate() {
            let decorators = self.decorators(&parameter.decorators);
            let default = parameter.initializer.as_ref().map(|value| self.expression(value));
            let declared = self.type_name(parameter.type_annotation.as_deref());
            let mut names = Vec::new();
            self.pattern(&parameter.pattern, &Root::Parameter(function, index), &[], &mut names);
            let is_name = matches!(parameter.pattern, BindingPattern::BindingIdentifier(_));
            lowered.push(Parameter {
                span: self.span(parameter.span),
                binding: names.first().copied().filter(|_| is_name),
                default,
                declared,
                decorators,
                is_rest: false,
                is_field: parameter.accessibility.is_some() || parameter.readonly,
            });
        }
        if let Some(rest) = &parameters.rest {
            let mut names = Vec::new();
            let root = Root::Parameter(function, parameters.items.len());
            self.pattern(&rest.rest.argument, &root, &[], &mut names);
            lowered.push(Parameter {
                span: self.span(rest.span),
                binding: names.first().copied(),
                default: None,
                declared: None,
                decorators: Vec::new(),
                is_rest: true,
                is_field: false,
            });
        }
        lowered
    }

    /// The name of a type, as an expression: what dependency injection goes by.
    pub(super) fn type_name(&mut self, annotation: Option<&TSTypeAnnotation<'_>>) -> Option<NodeId> {
        let TSType::TSTypeReference(reference) = &annotation?.type_annotation else {
            return None;
        };
        match &reference.type_name {
            TSTypeName::IdentifierReference(name) => {
                let kind = match self.referent(name.reference_id.get()) {
                    Some(binding) => Kind::Name(binding),
                    None => Kind::Global(name.name.to_string()),
                };
                Some(self.leaf(name.span, kind))
            }
            TSTypeName::QualifiedName(name) => {
                let right = name.right.name.to_string();
                let key = self.span(name.right.span);
                let TSTypeName::IdentifierReference(left) = &name.left else { return None };
                let object = match self.referent(left.reference_id.get()) {
                    Some(binding) => Kind::Name(binding),
                    None => Kind::Global(left.name.to_string()),
                };
                Some(self.node(name.span, |lowering, _| {
                    let object = lowering.leaf(left.span, object);
                    Kind::Member { object, property: right, key }
                }))
            }
            TSTypeName::ThisExpression(_) => None,
        }
    }
}
