//! What a descriptor must look like: `rules/data/descriptor.schema.json`.

use crate::{facts::Descriptor, source::Span};

/// A place where a descriptor breaks the schema.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The place as a JSON pointer: `/lifecycle/installed`.
    pub pointer: String,
    /// What is wrong, in lower case without a full stop.
    pub message: String,
    /// The value, or for what is missing the start of the object.
    pub span: Span,
}

/// Where a descriptor breaks the schema, in at most 1,000 places; nowhere, in a build without the feature `schema`.
#[cfg(not(feature = "schema"))]
pub fn violations(_descriptor: &Descriptor) -> Vec<Violation> {
    Vec::new()
}

#[cfg(feature = "schema")]
pub use checked::violations;

#[cfg(feature = "schema")]
mod checked {
    use std::sync::LazyLock;

    use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
    use serde_json::Value as Json;

    use super::{Descriptor, Span, Violation};
    use crate::tree::{Node, Value};

    /// The schema.
    ///
    /// # Panics
    /// When it does not compile; it is part of the program.
    static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
        let text = include_str!("../rules/data/descriptor.schema.json");
        let schema: Json = serde_json::from_str(text).unwrap_or_else(|error| panic!("descriptor.schema.json: {error}"));
        jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("descriptor.schema.json: {error}"))
    });

    /// How many places of one descriptor are told: to find each among the members beside it costs as much as they are many.
    const MOST: usize = 1_000;

    /// Where a descriptor breaks the schema, in at most 1,000 places.
    pub fn violations(descriptor: &Descriptor) -> Vec<Violation> {
        let Some(instance) = json(&descriptor.tree) else { return Vec::new() };
        SCHEMA.iter_errors(&instance).filter_map(|error| violation(descriptor, &error)).take(MOST).collect()
    }

    fn violation(descriptor: &Descriptor, error: &ValidationError<'_>) -> Option<Violation> {
        let pointer = error.instance_path().to_string();
        let node = descend(&descriptor.tree, &pointer)?;
        let place = if pointer.is_empty() { "the descriptor".to_owned() } else { format!("`{pointer}`") };
        let (span, message) = match error.kind() {
            ValidationErrorKind::Required { property } if is_written(node, property) => return None,
            ValidationErrorKind::Required { property } => {
                (opening(node), format!("{place} lacks {}", quoted(property)))
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let name = unexpected.first()?;
                let key = node.member(name).map_or(opening(node), |member| member.key.span);
                (key, format!("{place} knows no `{name}`"))
            }
            _ => (shortened(node), format!("{place}: {}", sentence(&error.to_string()))),
        };
        Some(Violation { pointer, message, span })
    }

    /// Whether a member is there after all, with a value that a placeholder leaves open.
    fn is_written(node: &Node, property: &Json) -> bool {
        property.as_str().is_some_and(|name| node.member(name).is_some())
    }

    fn quoted(property: &Json) -> String {
        property.as_str().map_or_else(|| property.to_string(), |name| format!("`{name}`"))
    }

    fn sentence(message: &str) -> String {
        message.trim_end_matches('.').to_owned()
    }

    /// The opening bracket of an object or a list.
    fn opening(node: &Node) -> Span {
        Span { end: (node.span.start + 1).min(node.span.end), ..node.span }
    }

    fn shortened(node: &Node) -> Span {
        if matches!(node.value, Value::Object(_) | Value::Array(_)) { opening(node) } else { node.span }
    }

    fn descend<'tree>(tree: &'tree Node, pointer: &str) -> Option<&'tree Node> {
        let keys = pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"));
        keys.into_iter().try_fold(tree, |node, key| match &node.value {
            Value::Array(elements) => elements.get(key.parse::<usize>().ok()?),
            _ => node.member(&key).map(|member| &member.value),
        })
    }

    /// The value of a tree; `None` where a placeholder leaves it open.
    fn json(node: &Node) -> Option<Json> {
        Some(match &node.value {
            Value::Null => Json::Null,
            Value::Bool(bool) => Json::Bool(*bool),
            Value::Number(number) => serde_json::from_str(number).unwrap_or(Json::from(0)),
            Value::String(text) => Json::String(text.clone()),
            Value::Array(elements) => Json::Array(elements.iter().filter_map(json).collect()),
            Value::Object(members) => {
                let known = members.iter().filter_map(|member| Some((member.key.value.clone(), json(&member.value)?)));
                Json::Object(known.collect())
            }
            Value::Unknown => return None,
        })
    }
}
