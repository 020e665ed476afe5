//! What is kept of a Java or Kotlin file once it is parsed: declarations, annotations, and summaries of bodies.

use crate::{
    jvm::{course::Act, flow::Kind},
    source::{FileId, Span, Spanned},
};

/// A file.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The file.
    pub file: FileId,
    /// Its package; empty for the default one.
    pub package: String,
    /// What it imports, dotted, with `.*` where everything is.
    pub imports: Vec<String>,
    /// Its classes, interfaces, objects and annotation types, nested ones too.
    pub classes: Vec<Class>,
    /// Every identifier that starts with a capital, once: the types it may refer to.
    pub types: Vec<String>,
    /// Whether a part of it could not be parsed.
    pub broken: bool,
    /// Whether none of it was: it nests without end, or takes the parser beyond reason.
    pub is_unread: bool,
}

/// A class, interface, object or annotation type; the top level of a Kotlin file is one without a name.
#[derive(Clone, Debug, Default)]
pub struct Class {
    /// Its simple name.
    pub name: String,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// The simple names of what it extends or implements, type arguments included.
    pub supertypes: Vec<String>,
    /// Fields and properties with their initial values.
    pub constants: Vec<(String, Value)>,
    /// Fields, properties and constructor parameters: the name and every identifier of the declared type.
    pub fields: Vec<Parameter>,
    /// Its methods.
    pub methods: Vec<Function>,
}

/// An annotation.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// Its simple name.
    pub name: String,
    /// From the `@` to the end of its arguments.
    pub span: Span,
    /// Its arguments; those without a name are `value`.
    pub arguments: Vec<(String, Value)>,
}

impl Annotation {
    /// The argument of a name.
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}

/// An expression, as far as annotations and constants need it.
#[derive(Clone, Debug)]
pub enum Value {
    /// A string literal; the span includes its quotes.
    Text(Spanned<String>),
    /// A name, dotted or not.
    Name(Spanned<String>),
    /// An array.
    List(Vec<Value>),
    /// Texts that are added, and where.
    Concatenation(Vec<Value>, Span),
    /// A whole number.
    Number(Spanned<i64>),
    /// Anything else.
    Unknown(Span),
}

impl Value {
    /// Its elements, or itself.
    pub fn elements(&self) -> &[Value] {
        match self {
            Value::List(elements) => elements,
            other => std::slice::from_ref(other),
        }
    }

    /// Where it is written; `None` for an empty array.
    pub fn span(&self) -> Option<Span> {
        match self {
            Value::Text(text) | Value::Name(text) => Some(text.span),
            Value::Number(number) => Some(number.span),
            Value::Concatenation(_, span) | Value::Unknown(span) => Some(*span),
            Value::List(elements) => elements.first().and_then(Value::span),
        }
    }
}

/// A parameter or a field.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The identifiers of its annotations and its type, in order.
    pub words: Vec<String>,
    /// What it is by its name and these words. Asked once: every method asks it of every field of its class.
    pub kind: Option<Kind>,
}

impl Parameter {
    /// One with a name and the identifiers of its annotations and its type.
    pub fn new(name: String, words: Vec<String>) -> Parameter {
        let kind = Kind::declared(&name, &words);
        Parameter { name, words, kind }
    }
}

/// A method.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name, and where that stands.
    pub name: Spanned<String>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What its body does; `None` without one.
    pub body: Option<Body>,
}

/// What a body does.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Every identifier, in the order written.
    pub names: Vec<Spanned<String>>,
    /// Every string literal, in the order written.
    pub texts: Vec<Spanned<String>>,
    /// Every call and construction.
    pub calls: Vec<Call>,
    /// Comparisons by `==` or `!=`.
    pub comparisons: Vec<Span>,
    /// Expressions that turn a truth value round: `!…`, `… != …`.
    pub negations: Vec<Span>,
    /// String literals that something is put into: the text before it, which may be empty, and the whole span.
    pub openings: Vec<Spanned<String>>,
    /// Values given to variables, by name, in the order written.
    pub assignments: Vec<Assignment>,
    /// Decisions between two ways.
    pub branches: Vec<Branch>,
    /// What of it is reached, and when.
    pub course: Act,
}

/// A value that is given to a local variable or a field.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The last name of what it is given to.
    pub name: String,
    /// The identifiers of the type, where one is declared.
    pub words: Vec<String>,
    /// The value.
    pub value: Span,
}

/// An `if`, or the expression that does the same.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The condition.
    pub test: Span,
    /// What is done if it holds.
    pub yes: Span,
    /// What is done otherwise.
    pub no: Option<Span>,
}

/// A call of a method or constructor.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method, or the class that is constructed.
    pub name: String,
    /// The last name of what it is called on: `log` in `this.log.info(…)`.
    pub receiver: Option<String>,
    /// The whole of what it is called on.
    pub on: Option<Span>,
    /// From the receiver to the closing bracket.
    pub span: Span,
    /// Its arguments with the brackets.
    pub arguments: Option<Span>,
    /// Each argument.
    pub given: Vec<Span>,
}

/// How many of the names inside a range are looked at.
const LOOKED_AT: usize = 64;

impl Body {
    /// The identifiers inside a range, the first of them if they are many.
    pub fn names_in(&self, range: Span) -> impl Iterator<Item = &str> {
        within(&self.names, range).map(|name| name.value.as_str())
    }

    /// The same with their places.
    pub fn places_in(&self, range: Span) -> impl Iterator<Item = &Spanned<String>> {
        within(&self.names, range)
    }

    /// The beginnings of the string literals inside a range that something is put into.
    pub fn openings_in(&self, range: Span) -> impl Iterator<Item = &Spanned<String>> {
        within(&self.openings, range)
    }

    /// The string literals inside a range.
    pub fn texts_in(&self, range: Span) -> impl Iterator<Item = &Spanned<String>> {
        within(&self.texts, range)
    }

    /// The calls inside a range, the first of them if they are many.
    pub fn calls_in(&self, range: Span) -> impl Iterator<Item = &Call> {
        let first = self.calls.partition_point(|call| call.span.start < range.start);
        let from = self.calls[first..].iter().take_while(move |call| call.span.start < range.end).take(LOOKED_AT);
        from.filter(move |call| call.span.end <= range.end)
    }

    /// The values given to a name, the first of them if they are many.
    pub fn values_of(&self, name: &str) -> impl Iterator<Item = &Assignment> {
        let first = self.assignments.partition_point(|known| known.name.as_str() < name);
        self.assignments[first..].iter().take_while(move |known| known.name == name).take(LOOKED_AT)
    }
}

fn within(list: &[Spanned<String>], range: Span) -> impl Iterator<Item = &Spanned<String>> {
    let first = list.partition_point(|item| item.span.start < range.start);
    list[first..].iter().take_while(move |item| item.span.end <= range.end).take(LOOKED_AT)
}
