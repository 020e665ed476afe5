//! What the text of a setting stands for.

/// What a value stands for: itself, or a placeholder for another setting, with a default or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written<'text> {
    /// Text without placeholders.
    Plain(&'text str),
    /// `${name:default}`.
    Placeholder(&'text str, Option<&'text str>),
    /// Text that a build filters, or with placeholders in it.
    Open,
}

/// What a value stands for.
pub fn written(value: &str) -> Written<'_> {
    let value = value.trim();
    let inner = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    match inner.map(|inner| inner.split_once(':').map_or((inner, None), |(name, default)| (name, Some(default)))) {
        Some((name, default)) if !name.contains(['$', '{', '}']) => Written::Placeholder(name.trim(), default),
        _ if value.contains("${") || (value.starts_with('@') && value.ends_with('@')) => Written::Open,
        _ => Written::Plain(value),
    }
}

/// The truth value that Spring takes a text for.
pub fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" => Some(true),
        "false" | "off" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_for_themselves_or_for_other_settings() {
        assert_eq!(written(" true "), Written::Plain("true"));
        assert_eq!(written("${FALLBACK:false}"), Written::Placeholder("FALLBACK", Some("false")));
        assert_eq!(written("${a.b:${C:d}}"), Written::Placeholder("a.b", Some("${C:d}")));
        assert_eq!(written("${A}"), Written::Placeholder("A", None));
        for open in ["${A}${B}", "x-${A}", "@profile@"] {
            assert_eq!(written(open), Written::Open, "{open}");
        }
    }
}
