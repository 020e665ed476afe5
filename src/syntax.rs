//! Parsers: text in, a tree with spans out; and the edits that keep a document's layout. One file a format.

use crate::source::Span;

#[cfg(any(feature = "jvm", feature = "stacks"))]
pub(crate) mod grammar;
pub mod json;
pub(crate) mod layout;
pub mod properties;
pub mod toml;
pub mod words;
pub mod xml;
pub mod yaml;

/// Text that is not in its format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong, in lower case without a full stop.
    pub message: String,
    /// Where; on character boundaries of the text.
    pub span: Span,
}

/// How deep brackets may nest before a document is refused. Deeper than any real file, shallow enough for every
/// recursive parser behind this module.
pub const DEPTH_LIMIT: usize = 128;
