//! Expressions, functions and classes.

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, ArrowFunctionBody, AssignmentTarget, ChainElement, Class as OxcClass,
    ClassElement, Decorator, Expression, Function as OxcFunction, FunctionBody, MethodDefinitionKind,
    ObjectPropertyKind, PropertyKey, PropertyKind, TSEnumDeclaration, TSEnumMemberName, TemplateLiteral,
};
use oxc_span::{GetSpan, Span as OxcSpan};

use super::lower::Lowering;
use crate::javascript::ir::{Body, Class, ClassMember, Function, Kind, NodeId, Origin, Property, Request, Role};

impl Lowering<'_> {
    /// Lowers an expression; of type annotations and brackets around it only their place is kept.
    pub(super) fn expression(&mut self, expression: &Expression<'_>) -> NodeId {
        let id = self.inner_expression(expression.get_inner_expression());
        let whole = self.span(expression.span());
        if self.nodes[id.index()].span != whole {
            self.wrapped.insert(id, whole);
        }
        id
    }

    fn inner_expression(&mut self, expression: &Expression<'_>) -> NodeId {
        let span = expression.span();
        match expression {
            Expression::BooleanLiteral(literal) => self.leaf(span, Kind::Bool(literal.value)),
            Expression::NullLiteral(_) => self.leaf(span, Kind::Null),
            Expression::NumericLiteral(literal) => self.leaf(span, Kind::Number(literal.value)),
            Expression::StringLiteral(literal) => self.leaf(span, Kind::Text(literal.value.to_string())),
            Expression::RegExpLiteral(literal) => {
                let pattern = literal.regex.pattern.text.to_string();
                self.leaf(span, Kind::Pattern(pattern))
            }
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::Identifier(name) => {
                let kind = match self.referent(name.reference_id.get()) {
                    Some(binding) => Kind::Name(binding),
                    None if name.name == "undefined" => Kind::Null,
                    None => Kind::Global(name.name.to_string()),
                };
                self.leaf(span, kind)
            }
            Expression::ThisExpression(_) => self.leaf(span, Kind::This),
            Expression::Super(_) => self.leaf(span, Kind::Super),
            Expression::ArrayExpression(array) => self.node(span, |lowering, _| {
                Kind::Array(array.elements.iter().map(|element| lowering.element(element)).collect())
            }),
            Expression::ArrowFunctionExpression(arrow) => self.node(span, |lowering, id| {
                let parameters = lowering.parameters(id, &arrow.params);
                let body = match &arrow.body {
                    ArrowFunctionBody::FunctionBody(body) => lowering.body(body),
                    body => {
                        body.as_expression().map_or(Body::Absent, |value| Body::Expression(lowering.expression(value)))
                    }
                };
                Kind::Function(Box::new(Function {
                    name: None,
                    parameters,
                    body,
                    is_async: arrow.r#async,
                    is_arrow: true,
                }))
            }),
            Expression::FunctionExpression(function) => self.function(function),
            Expression::ClassExpression(class) => self.class(class),
            Expression::AssignmentExpression(assignment) => self.node(span, |lowering, _| {
                let target = lowering.target(&assignment.left);
                let value = lowering.expression(&assignment.right);
                if let Kind::Name(binding) = lowering.nodes[target.index()].kind {
                    lowering.bindings[binding.index()].assigned.push(value);
                }
                Kind::Assign { target, operator: assignment.operator.as_str(), value }
            }),
            Expression::AwaitExpression(operand) => self.unary(span, &operand.argument, Kind::Await),
            Expression::YieldExpression(operand) => match &operand.argument {
                Some(argument) => self.unary(span, argument, Kind::Await),
                None => self.leaf(span, Kind::Null),
            },
            Expression::BinaryExpression(binary) => self.node(span, |lowering, _| Kind::Binary {
                left: lowering.expression(&binary.left),
                right: lowering.expression(&binary.right),
                operator: binary.operator.as_str(),
            }),
            Expression::LogicalExpression(logical) => self.node(span, |lowering, _| Kind::Logical {
                left: lowering.expression(&logical.left),
                right: lowering.expression(&logical.right),
                operator: logical.operator.as_str(),
            }),
            Expression::UnaryExpression(unary) => {
                let operator = unary.operator.as_str();
                self.unary(span, &unary.argument, |operand| Kind::Unary { operator, operand })
            }
            Expression::CallExpression(call) => self.call(span, &call.callee, &call.arguments, false),
            Expression::NewExpression(new) => self.call(span, &new.callee, &new.arguments, true),
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(span, &call.callee, &call.arguments, false),
                ChainElement::TSNonNullExpression(inner) => self.expression(&inner.expression),
                member => match member.as_member_expression() {
                    Some(member) => self.member(span, member),
                    None => self.leaf(span, Kind::Null),
                },
            },
            Expression::ConditionalExpression(conditional) => self.node(span, |lowering, _| Kind::Conditional {
                test: lowering.expression(&conditional.test),
                yes: lowering.expression(&conditional.consequent),
                no: lowering.expression(&conditional.alternate),
            }),
            Expression::ImportExpression(import) => self.node(span, |lowering, id| {
                let source = lowering.expression(&import.source);
                lowering.request(source, span, id);
                Kind::Import(source)
            }),
            Expression::ObjectExpression(object) => self.node(span, |lowering, _| {
                Kind::Object(object.properties.iter().map(|property| lowering.property(property)).collect())
            }),
            Expression::SequenceExpression(sequence) => self.node(span, |lowering, _| {
                Kind::Sequence(sequence.expressions.iter().map(|value| lowering.expression(value)).collect())
            }),
            Expression::TaggedTemplateExpression(tagged) => self.node(span, |lowering, _| {
                let callee = lowering.expression(&tagged.tag);
                Kind::Call { callee, arguments: vec![lowering.template(&tagged.quasi)] }
            }),
            other => match other.as_member_expression() {
                Some(member) => self.member(span, member),
                None => self.leaf(span, Kind::Other(Vec::new())),
            },
        }
    }

    fn unary(&mut self, span: OxcSpan, operand: &Expression<'_>, kind: impl FnOnce(NodeId) -> Kind) -> NodeId {
        self.node(span, |lowering, _| kind(lowering.expression(operand)))
    }

    fn template(&mut self, template: &TemplateLiteral<'_>) -> NodeId {
        self.node(template.span, |lowering, _| {
            let text = |part: &oxc_ast::ast::TemplateElement<'_>| {
                part.value.cooked.as_ref().unwrap_or(&part.value.raw).to_string()
            };
            let texts = template.quasis.iter().map(text).collect();
            let values = template.expressions.iter().map(|value| lowering.expression(value)).collect();
            Kind::Template { texts, values }
        })
    }

    fn call(&mut self, span: OxcSpan, callee: &Expression<'_>, arguments: &[Argument<'_>], is_new: bool) -> NodeId {
        self.node(span, |lowering, id| {
            let callee = lowering.expression(callee);
            let arguments: Vec<NodeId> = arguments.iter().map(|argument| lowering.argument(argument)).collect();
            if is_new {
                return Kind::New { callee, arguments };
            }
            let is_require = matches!(&lowering.nodes[callee.index()].kind, Kind::Global(name) if name == "require");
            if let (true, Some(source)) = (is_require, arguments.first()) {
                lowering.request(*source, span, id);
            }
            Kind::Call { callee, arguments }
        })
    }

    fn request(&mut self, source: NodeId, span: OxcSpan, call: NodeId) {
        let source = match &self.nodes[source.index()].kind {
            Kind::Text(text) => text.clone(),
            Kind::Template { texts, values } if values.is_empty() => texts.concat(),
            _ => return,
        };
        let span = self.span(span);
        self.requests.push(Request { source, span, call: Some(call) });
    }

    fn argument(&mut self, argument: &Argument<'_>) -> NodeId {
        match argument {
            Argument::SpreadElement(spread) => self.unary(spread.span, &spread.argument, Kind::Spread),
            argument => match argument.as_expression() {
                Some(expression) => self.expression(expression),
                None => self.leaf(argument.span(), Kind::Null),
            },
        }
    }

    fn element(&mut self, element: &ArrayExpressionElement<'_>) -> NodeId {
        match element {
            ArrayExpressionElement::SpreadElement(spread) => self.unary(spread.span, &spread.argument, Kind::Spread),
            element => match element.as_expression() {
                Some(expression) => self.expression(expression),
                None => self.leaf(element.span(), Kind::Null),
            },
        }
    }

    fn member(&mut self, span: OxcSpan, member: &oxc_ast::ast::MemberExpression<'_>) -> NodeId {
        use oxc_ast::ast::MemberExpression;
        self.node(span, |lowering, _| {
            let object = lowering.expression(member.object());
            match member {
                MemberExpression::StaticMemberExpression(member) => {
                    let key = lowering.span(member.property.span);
                    Kind::Member { object, property: member.property.name.to_string(), key }
                }
                MemberExpression::PrivateFieldExpression(member) => {
                    let key = lowering.span(member.field.span);
                    Kind::Member { object, property: format!("#{}", member.field.name), key }
                }
                MemberExpression::ComputedMemberExpression(member) => match &member.expression {
                    Expression::StringLiteral(literal) => {
                        let key = lowering.span(literal.span);
                        Kind::Member { object, property: literal.value.to_string(), key }
                    }
                    index => Kind::Index { object, index: lowering.expression(index) },
                },
            }
        })
    }

    fn target(&mut self, target: &AssignmentTarget<'_>) -> NodeId {
        let span = target.span();
        match target {
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                let kind = match self.referent(name.reference_id.get()) {
                    Some(binding) => Kind::Name(binding),
                    None => Kind::Global(name.name.to_string()),
                };
                self.leaf(span, kind)
            }
            target => match (target.as_member_expression(), target.get_expression()) {
                (Some(member), _) => self.member(span, member),
                (None, Some(expression)) => self.expression(expression),
                (None, None) => self.leaf(span, Kind::Other(Vec::new())),
            },
        }
    }

    fn property(&mut self, property: &ObjectPropertyKind<'_>) -> Property {
        match property {
            ObjectPropertyKind::SpreadProperty(spread) => Property::Spread(self.expression(&spread.argument)),
            ObjectPropertyKind::ObjectProperty(property) => {
                let span = self.span(property.key.span());
                let Some(key) = property.key.static_name() else {
                    let key = self.key(&property.key);
                    return Property::Computed { key, value: self.expression(&property.value) };
                };
                let (key, value) = (key.into_owned(), self.expression(&property.value));
                match property.kind {
                    PropertyKind::Get => Property::Getter { key, span, value },
                    _ => Property::Named { key, span, value },
                }
            }
        }
    }

    fn key(&mut self, key: &PropertyKey<'_>) -> NodeId {
        match key.as_expression() {
            Some(expression) => self.expression(expression),
            None => self.leaf(key.span(), Kind::Null),
        }
    }

    pub(super) fn decorators(&mut self, decorators: &[Decorator<'_>]) -> Vec<NodeId> {
        decorators.iter().map(|decorator| self.expression(&decorator.expression)).collect()
    }

    pub(super) fn body(&mut self, body: &FunctionBody<'_>) -> Body {
        Body::Statements(body.statements.iter().map(|statement| self.statement(statement)).collect())
    }

    /// Lowers a function and declares its name.
    pub(super) fn function(&mut self, function: &OxcFunction<'_>) -> NodeId {
        self.node(function.span, |lowering, id| {
            if let Some(name) = &function.id {
                lowering.declare(name.symbol_id.get(), Origin::Definition(id));
            }
            let parameters = lowering.parameters(id, &function.params);
            let body = function.body.as_ref().map_or(Body::Absent, |body| lowering.body(body));
            Kind::Function(Box::new(Function {
                name: function.id.as_ref().map(|name| name.name.to_string()),
                parameters,
                body,
                is_async: function.r#async,
                is_arrow: false,
            }))
        })
    }

    /// Lowers a class and declares its name.
    pub(super) fn class(&mut self, class: &OxcClass<'_>) -> NodeId {
        self.node(class.span, |lowering, id| {
            if let Some(name) = &class.id {
                lowering.declare(name.symbol_id.get(), Origin::Definition(id));
            }
            let decorators = lowering.decorators(&class.decorators);
            let parent = class.heritage.as_ref().map(|heritage| lowering.expression(&heritage.expression));
            let members = class.body.body.iter().filter_map(|element| lowering.class_member(element)).collect();
            let name = class.id.as_ref().map(|name| name.name.to_string());
            Kind::Class(Box::new(Class { name, parent, decorators, members }))
        })
    }

    fn class_member(&mut self, element: &ClassElement<'_>) -> Option<ClassMember> {
        match element {
            ClassElement::MethodDefinition(method) => {
                let decorators = self.decorators(&method.decorators);
                let role = match method.kind {
                    MethodDefinitionKind::Constructor => Role::Constructor,
                    MethodDefinitionKind::Method => Role::Method,
                    MethodDefinitionKind::Get => Role::Getter,
                    MethodDefinitionKind::Set => Role::Setter,
                };
                Some(ClassMember {
                    key: member_name(&method.key),
                    span: self.span(method.span),
                    role,
                    value: method.value.body.is_some().then(|| self.function(&method.value)),
                    declared: None,
                    decorators,
                    is_static: method.r#static,
                })
            }
            ClassElement::PropertyDefinition(field) => {
                let decorators = self.decorators(&field.decorators);
                let declared = self.type_name(field.type_annotation.as_deref());
                Some(ClassMember {
                    key: member_name(&field.key),
                    span: self.span(field.span),
                    role: Role::Field,
                    value: field.value.as_ref().map(|value| self.expression(value)),
                    declared,
                    decorators,
                    is_static: field.r#static,
                })
            }
            ClassElement::StaticBlock(block) => {
                for statement in &block.body {
                    self.statement(statement);
                }
                None
            }
            ClassElement::AccessorProperty(_) | ClassElement::TSIndexSignature(_) => None,
        }
    }

    /// Lowers an enum to an object literal.
    pub(super) fn enumeration(&mut self, declaration: &TSEnumDeclaration<'_>) -> NodeId {
        self.node(declaration.span, |lowering, id| {
            lowering.declare(declaration.id.symbol_id.get(), Origin::Definition(id));
            let mut properties = Vec::new();
            for member in &declaration.body.members {
                let key = match &member.id {
                    TSEnumMemberName::Identifier(name) => name.name.to_string(),
                    TSEnumMemberName::String(name) | TSEnumMemberName::ComputedString(name) => name.value.to_string(),
                    TSEnumMemberName::ComputedTemplateString(_) => continue,
                };
                if let Some(value) = &member.initializer {
                    let span = lowering.span(member.span);
                    properties.push(Property::Named { key, span, value: lowering.expression(value) });
                }
            }
            Kind::Object(properties)
        })
    }
}

/// A class member's name, as it is asked for.
fn member_name(key: &PropertyKey<'_>) -> Option<String> {
    match key {
        PropertyKey::PrivateIdentifier(name) => Some(format!("#{}", name.name)),
        key => key.static_name().map(|name| name.into_owned()),
    }
}
