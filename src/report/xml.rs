//! The little of XML that reports need: elements with attributes, and text that stays text.

use std::io::{self, Write};

use crate::report::text::clean;

/// An element.
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Element>,
    text: Option<String>,
}

impl Element {
    /// An empty element.
    pub(super) fn new(name: &'static str) -> Element {
        Element { name, attributes: Vec::new(), children: Vec::new(), text: None }
    }

    /// With an attribute.
    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Element {
        self.attributes.push((name, value.to_string()));
        self
    }

    /// With text, in place of elements.
    pub(super) fn text(mut self, text: impl Into<String>) -> Element {
        self.text = Some(text.into());
        self
    }

    /// With elements inside.
    pub(super) fn children(mut self, children: impl IntoIterator<Item = Element>) -> Element {
        self.children.extend(children);
        self
    }

    /// Writes it as a document.
    pub(super) fn write_document(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        self.write(0, out)
    }

    fn write(&self, depth: usize, out: &mut dyn Write) -> io::Result<()> {
        let (indent, name) = ("  ".repeat(depth), self.name);
        write!(out, "{indent}<{name}")?;
        for (attribute, value) in &self.attributes {
            write!(out, " {attribute}=\"{}\"", escaped(value))?;
        }
        match &self.text {
            Some(text) => return writeln!(out, ">{}</{name}>", escaped(text)),
            None if self.children.is_empty() => return writeln!(out, "/>"),
            None => writeln!(out, ">")?,
        }
        self.children.iter().try_for_each(|child| child.write(depth + 1, out))?;
        writeln!(out, "{indent}</{name}>")
    }
}

/// Clean text with nothing in it that XML would act on. Characters that XML forbids are among those that are not shown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in clean(text).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // neither is a character to XML
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
