//! The tree every data format parses to.

use crate::source::{Span, Spanned};

/// A value in a JSON, YAML, TOML or properties document.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it was written, with its quotes or brackets.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// What a [`Node`] is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A string, without its quotes and escapes.
    String(String),
    /// A list.
    Array(Vec<Node>),
    /// A map, in the order written; a key may occur twice.
    Object(Vec<Member>),
    /// Something the text does not settle, such as a template placeholder.
    Unknown,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key, without its quotes; the span includes them.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

impl Member {
    /// From the start of the key to the end of the value.
    pub fn span(&self) -> Span {
        Span { end: self.value.span.end, ..self.key.span }
    }
}

impl Node {
    /// The members, if this is an object.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements, if this is a list.
    pub fn elements(&self) -> &[Node] {
        match &self.value {
            Value::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The member under `key`; the last one, as every parser of JSON takes it.
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().rev().find(|member| member.key.value == key)
    }

    /// The value under a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.member(key).map(|member| &member.value))
    }

    /// The string, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(string) => Some(string),
            _ => None,
        }
    }

    /// The string and its place, if this is one.
    pub fn as_text(&self) -> Option<Spanned<String>> {
        self.as_str().map(|text| Spanned { value: text.to_owned(), span: self.span })
    }

    /// The truth value, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(bool) => Some(bool),
            _ => None,
        }
    }

    /// A scalar as text: a string's content, or a number or truth value as written.
    pub fn scalar(&self) -> Option<String> {
        match &self.value {
            Value::String(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(bool) => Some(bool.to_string()),
            _ => None,
        }
    }
}
