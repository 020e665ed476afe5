//! Statements, imports and exports.

use oxc_ast::ast::{
    Declaration, ExportDefaultDeclarationKind, ForStatementInit, ForStatementLeft, ImportDeclaration,
    ImportDeclarationSpecifier, ModuleDeclaration, ModuleExportName, Statement, TSModuleReference,
    TSNamespaceDeclarationBody, VariableDeclaration,
};
use oxc_span::{GetSpan, Span as OxcSpan};

use super::{bindings::Root, lower::Lowering};
use crate::javascript::ir::{Export, Exported, Imported, Kind, NodeId, Origin, Request};

impl Lowering<'_> {
    /// Lowers a statement.
    pub(super) fn statement(&mut self, statement: &Statement<'_>) -> NodeId {
        let span = statement.span();
        match statement {
            Statement::BlockStatement(block) => self.block(span, &block.body),
            Statement::ExpressionStatement(statement) => self.expression(&statement.expression),
            Statement::IfStatement(statement) => self.node(span, |lowering, _| Kind::If {
                test: lowering.expression(&statement.test),
                yes: lowering.statement(&statement.consequent),
                no: statement.alternate.as_ref().map(|no| lowering.statement(no)),
            }),
            Statement::ReturnStatement(statement) => self.node(span, |lowering, _| {
                Kind::Return(statement.argument.as_ref().map(|value| lowering.expression(value)))
            }),
            Statement::ThrowStatement(statement) => {
                self.node(span, |lowering, _| Kind::Throw(lowering.expression(&statement.argument)))
            }
            Statement::TryStatement(statement) => self.node(span, |lowering, _| {
                let block = lowering.block(statement.block.span, &statement.block.body);
                let handler = statement.handler.as_ref().map(|clause| {
                    if let Some(parameter) = &clause.param {
                        lowering.pattern(&parameter.pattern, &Root::Open, &[], &mut Vec::new());
                    }
                    lowering.block(clause.body.span, &clause.body.body)
                });
                let finalizer = statement.finalizer.as_ref().map(|block| lowering.block(block.span, &block.body));
                Kind::Try { block, handler, finalizer }
            }),
            Statement::SwitchStatement(statement) => self.node(span, |lowering, _| {
                let subject = lowering.expression(&statement.discriminant);
                let mut cases = Vec::new();
                for case in &statement.cases {
                    let test = case.test.as_ref().map(|test| lowering.expression(test));
                    let body = case.consequent.iter().map(|statement| lowering.statement(statement)).collect();
                    cases.push((test, body));
                }
                Kind::Switch { subject, cases }
            }),
            Statement::LabeledStatement(statement) => self.statement(&statement.body),
            Statement::WithStatement(statement) => self.statement(&statement.body),
            Statement::BreakStatement(_) | Statement::ContinueStatement(_) => self.leaf(span, Kind::Jump),
            Statement::DebuggerStatement(_) | Statement::EmptyStatement(_) => self.leaf(span, Kind::Other(Vec::new())),
            Statement::DoWhileStatement(_)
            | Statement::ForInStatement(_)
            | Statement::ForOfStatement(_)
            | Statement::ForStatement(_)
            | Statement::WhileStatement(_) => self.repetition(span, statement),
            other => match (other.as_declaration(), other.as_module_declaration()) {
                (Some(declaration), _) => self.declaration(declaration),
                (None, Some(declaration)) => self.module_declaration(declaration),
                (None, None) => self.leaf(span, Kind::Other(Vec::new())),
            },
        }
    }

    fn block(&mut self, span: OxcSpan, statements: &[Statement<'_>]) -> NodeId {
        self.node(span, |lowering, _| {
            Kind::Block(statements.iter().map(|statement| lowering.statement(statement)).collect())
        })
    }

    fn repetition(&mut self, span: OxcSpan, statement: &Statement<'_>) -> NodeId {
        self.node(span, |lowering, _| {
            let mut head = Vec::new();
            let body = match statement {
                Statement::DoWhileStatement(statement) => {
                    let body = lowering.statement(&statement.body);
                    head.push(lowering.expression(&statement.test));
                    return Kind::Loop { head, body, may_skip: false };
                }
                Statement::WhileStatement(statement) => {
                    head.push(lowering.expression(&statement.test));
                    &statement.body
                }
                Statement::ForStatement(statement) => {
                    match &statement.init {
                        Some(ForStatementInit::VariableDeclaration(variables)) => {
                            head.push(lowering.variables(variables));
                        }
                        Some(init) => head.extend(init.as_expression().map(|init| lowering.expression(init))),
                        None => {}
                    }
                    head.extend(statement.test.as_ref().map(|test| lowering.expression(test)));
                    head.extend(statement.update.as_ref().map(|update| lowering.expression(update)));
                    &statement.body
                }
                Statement::ForOfStatement(statement) => {
                    let list = lowering.expression(&statement.right);
                    head.push(list);
                    lowering.loop_names(&statement.left, &Root::Element(list));
                    &statement.body
                }
                Statement::ForInStatement(statement) => {
                    head.push(lowering.expression(&statement.right));
                    lowering.loop_names(&statement.left, &Root::Open);
                    &statement.body
                }
                _ => return Kind::Jump,
            };
            let body = lowering.statement(body);
            Kind::Loop { head, body, may_skip: true }
        })
    }

    fn loop_names(&mut self, left: &ForStatementLeft<'_>, root: &Root) {
        let ForStatementLeft::VariableDeclaration(variables) = left else { return };
        for declarator in &variables.declarations {
            self.pattern(&declarator.id, root, &[], &mut Vec::new());
        }
    }

    fn variables(&mut self, variables: &VariableDeclaration<'_>) -> NodeId {
        if let [only] = &variables.declarations[..] {
            return self.declarator(only);
        }
        self.node(variables.span, |lowering, _| {
            Kind::Block(variables.declarations.iter().map(|declarator| lowering.declarator(declarator)).collect())
        })
    }

    fn declarator(&mut self, declarator: &oxc_ast::ast::VariableDeclarator<'_>) -> NodeId {
        self.node(declarator.span, |lowering, _| {
            let value = declarator.init.as_ref().map(|value| lowering.expression(value));
            let mut bindings = Vec::new();
            let root = value.map_or(Root::Open, Root::Value);
            lowering.pattern(&declarator.id, &root, &[], &mut bindings);
            Kind::Declare { bindings, value }
        })
    }

    fn declaration(&mut self, declaration: &Declaration<'_>) -> NodeId {
        let span = declaration.span();
        match declaration {
            Declaration::VariableDeclaration(variables) => self.variables(variables),
            Declaration::FunctionDeclaration(function) => self.function(function),
            Declaration::ClassDeclaration(class) => self.class(class),
            Declaration::TSEnumDeclaration(enumeration) => self.enumeration(enumeration),
            Declaration::TSNamespaceDeclaration(namespace) => match &namespace.body {
                TSNamespaceDeclarationBody::TSModuleBlock(block) => self.block(span, &block.body),
                TSNamespaceDeclarationBody::TSNamespaceDeclaration(_) => self.leaf(span, Kind::Other(Vec::new())),
            },
            Declaration::TSImportEqualsDeclaration(import) => {
                if let TSModuleReference::ExternalModuleReference(module) = &import.module_reference {
                    let source = module.expression.value.to_string();
                    let imported = Imported::Named("default".to_owned());
                    self.request_of(source.clone(), span);
                    self.declare(import.id.symbol_id.get(), Origin::Import { source, imported });
                }
                self.leaf(span, Kind::Other(Vec::new()))
            }
            _ => self.leaf(span, Kind::Other(Vec::new())),
        }
    }

    fn request_of(&mut self, source: String, span: OxcSpan) {
        let span = self.span(span);
        self.requests.push(Request { source, span, call: None });
    }

    fn import(&mut self, import: &ImportDeclaration<'_>) {
        let source = import.source.value.to_string();
        if import.import_kind.is_type() {
            return;
        }
        self.request_of(source.clone(), import.span);
        for specifier in import.specifiers.iter().flatten() {
            let (local, imported) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(specifier) => {
                    (&specifier.local, Imported::Named(name(&specifier.imported)))
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(specifier) => {
                    (&specifier.local, Imported::Named("default".to_owned()))
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(specifier) => {
                    (&specifier.local, Imported::Namespace)
                }
            };
            self.declare(local.symbol_id.get(), Origin::Import { source: source.clone(), imported });
        }
    }

    fn export(&mut self, name: String, span: OxcSpan, value: Exported) {
        let span = self.span(span);
        self.exports.push(Export { name, span, value });
    }

    fn module_declaration(&mut self, declaration: &ModuleDeclaration<'_>) -> NodeId {
        let span = declaration.span();
        match declaration {
            ModuleDeclaration::ImportDeclaration(import) => self.import(import),
            ModuleDeclaration::ExportAllDeclaration(export) => {
                let source = export.source.value.to_string();
                self.request_of(source.clone(), span);
                let exported = export.exported.as_ref().map_or("*".to_owned(), name);
                self.export(exported, span, Exported::From { source, imported: Imported::Namespace });
            }
            ModuleDeclaration::ExportFromDeclaration(export) => {
                let source = export.source.value.to_string();
                self.request_of(source.clone(), span);
                for specifier in &export.specifiers {
                    let imported = Imported::Named(name(&specifier.local));
                    let value = Exported::From { source: source.clone(), imported };
                    self.export(name(&specifier.exported), specifier.span, value);
                }
            }
            ModuleDeclaration::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    let ModuleExportName::IdentifierReference(local) = &specifier.local else { continue };
                    if let Some(binding) = self.referent(local.reference_id.get()) {
                        self.export(name(&specifier.exported), specifier.span, Exported::Binding(binding));
                    }
                }
            }
            ModuleDeclaration::ExportDeclaration(export) => return self.exported_declaration(&export.declaration),
            ModuleDeclaration::ExportDefaultDeclaration(export) => {
                let node = match &export.declaration {
                    ExportDefaultDeclarationKind::FunctionDeclaration(function) => self.function(function),
                    ExportDefaultDeclarationKind::ClassDeclaration(class) => self.class(class),
                    other => match other.as_expression() {
                        Some(expression) => self.expression(expression),
                        None => return self.leaf(span, Kind::Other(Vec::new())),
                    },
                };
                self.export("default".to_owned(), span, Exported::Node(node));
                return node;
            }
            ModuleDeclaration::TSExportAssignment(export) => {
                let node = self.expression(&export.expression);
                self.export("=".to_owned(), span, Exported::Node(node));
                return node;
            }
            ModuleDeclaration::TSNamespaceExportDeclaration(_) => {}
        }
        self.leaf(span, Kind::Other(Vec::new()))
    }

    fn exported_declaration(&mut self, declaration: &Declaration<'_>) -> NodeId {
        let node = self.declaration(declaration);
        let span = declaration.span();
        if let Declaration::VariableDeclaration(variables) = declaration {
            for declarator in &variables.declarations {
                for name in declarator.id.get_binding_identifiers() {
                    if let Some(binding) = self.declared(name.symbol_id.get()) {
                        self.export(name.name.to_string(), declarator.span, Exported::Binding(binding));
                    }
                }
            }
        } else if let Some(name) = declaration.id()
            && let Some(binding) = self.declared(name.symbol_id.get())
        {
            self.export(name.name.to_string(), span, Exported::Binding(binding));
        }
        node
    }
}

/// The name in an import or export list.
fn name(name: &ModuleExportName<'_>) -> String {
    name.name().to_string()
}
