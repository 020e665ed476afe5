//! What a manifest asks for.

use crate::{
    source::{Span, Spanned},
    tree::Node,
    version::{Scheme, Version, VersionRange},
};

/// A requirement, taken apart.
pub(super) struct Requirement {
    /// The package that an alias stands for.
    pub(super) alias_of: Option<String>,
    /// The range, as written.
    pub(super) text: Spanned<String>,
    /// The one version it names.
    pub(super) version: Option<Spanned<Version>>,
    /// The releases it admits.
    pub(super) range: Option<VersionRange>,
}

impl Requirement {
    /// Reads the value of a manifest's member; `None` when it is no string.
    pub(super) fn read(node: &Node) -> Option<Requirement> {
        let whole = Spanned { value: node.as_str()?.to_owned(), span: inside(node.span) };
        let (alias_of, text) = match unaliased(&whole) {
            Some((package, range)) => (Some(package), range),
            None => (None, whole),
        };
        let range = is_range(&text.value).then(|| VersionRange::parse(Scheme::Npm, &text.value)).flatten();
        let version = range.as_ref().and_then(|_| single_version(&text));
        Some(Requirement { alias_of, text, version, range })
    }
}

/// A string's span without its quotes.
fn inside(span: Span) -> Span {
    Span { start: span.start + 1, end: span.end - 1, ..span }
}

/// The part of a text from an offset on. Its place is known where the text has no escapes.
fn part(whole: &Spanned<String>, start: usize, end: usize) -> Option<Spanned<String>> {
    let has_escapes = whole.span.end - whole.span.start != whole.value.len();
    let span = Span { start: whole.span.start + start, end: whole.span.start + end, ..whole.span };
    (!has_escapes).then(|| Spanned { value: whole.value[start..end].to_owned(), span })
}

/// The package and the range of `npm:package@range`.
fn unaliased(whole: &Spanned<String>) -> Option<(String, Spanned<String>)> {
    let target = whole.value.strip_prefix("npm:")?;
    let offset = whole.value.len() - target.len();
    let at = target.get(1..).and_then(|rest| rest.rfind('@')).map_or(target.len(), |at| at + 1);
    let start = (offset + at + 1).min(whole.value.len());
    Some((target[..at].to_owned(), part(whole, start, whole.value.len())?))
}

/// Whether a requirement names releases by their numbers; tags, URLs and `*` do not.
fn is_range(text: &str) -> bool {
    let numbered = text.trim_start_matches(['v', 'V', '=', '^', '~', '>', '<', ' ']);
    numbered.starts_with(|c: char| c.is_ascii_digit()) && !text.contains([':', '/'])
}

/// The version of `7.4.4`, `^7.4.4`, `~7.4`, `v7.4.4`; a lone `7.4` stands for many.
fn single_version(text: &Spanned<String>) -> Option<Spanned<Version>> {
    let trimmed = text.value.trim();
    let bare = trimmed.strip_prefix(['^', '~']).unwrap_or(trimmed);
    let digits = bare.trim_start().trim_start_matches('=').trim_start().trim_start_matches(['v', 'V']);
    let core = digits.split(['-', '+']).next().unwrap_or(digits);
    let numbers: Vec<_> = core.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = numbers.len() == 3 || bare.len() < trimmed.len() && numbers.len() < 3;
    let rest = &digits[core.len()..];
    let is_tail = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
    if !is_whole || !is_tail || !numbers.iter().all(is_number) {
        return None;
    }
    let start = text.value.trim_end().len() - digits.len();
    let written = part(text, start, start + digits.len())?;
    Some(Spanned { value: Version::parse(Scheme::Npm, digits)?, span: written.span })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::{SourceFile, Sources},
        syntax::json,
    };

    fn read(text: &str) -> (Option<String>, Option<String>, bool) {
        let sources = Sources::new(vec![SourceFile::new("package.json", format!("\"{text}\""))]);
        let (id, file) = sources.iter().next().unwrap();
        let requirement = Requirement::read(&json::parse(id, &file.text).unwrap()).unwrap();
        let version = requirement.version.map(|version| sources.text(version.span).to_owned());
        (requirement.alias_of, version, requirement.range.is_some())
    }

    #[test]
    fn one_version_is_found_by_its_digits() {
        for (text, digits) in [
            ("7.4.4", "7.4.4"),
            ("^7.4.4", "7.4.4"),
            ("~ 7.4.4", "7.4.4"),
            ("v7.4.4", "7.4.4"),
            ("=7.4.4 ", "7.4.4"),
            ("^7.5.0-beta.1", "7.5.0-beta.1"),
        ] {
            assert_eq!(read(text), (None, Some(digits.to_owned()), true), "{text}");
        }
    }

    #[test]
    fn a_range_names_no_version_and_a_tag_no_release() {
        for text in ["7.x", "7.4", ">=6 <8", "^6 || ^7", "1.0.0 - 2.0.0"] {
            assert_eq!(read(text), (None, None, true), "{text}");
        }
        for text in ["*", "", "latest", "x", "github:a/b", "a/b#v1.0.0", "file:../7", "workspace:^7.0.0", "catalog:"] {
            assert_eq!(read(text), (None, None, false), "{text}");
        }
    }

    #[test]
    fn an_alias_is_resolved() {
        let alias = |package: &str, version: &str| (Some(package.to_owned()), Some(version.to_owned()), true);
        assert_eq!(read("npm:a@^1.2.3"), alias("a", "1.2.3"));
        assert_eq!(read("npm:@s/a@1.2.3"), alias("@s/a", "1.2.3"));
        assert_eq!(read("npm:@s/a"), (Some("@s/a".to_owned()), None, false));
    }
}
