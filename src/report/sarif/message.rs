//! Text as SARIF wants it: sentences, links, addresses.

/// The text as a sentence, on one line: it starts with a capital and ends with a full stop.
pub(super) fn sentence(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let text = text.trim();
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let mut sentence: String = first.to_uppercase().chain(characters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// The text with nothing in it that could be read as a link.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '[' | ']' | '\\' => escaped.extend(['\\', character]),
            control if control.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A link to the related location of a number.
pub(super) fn link(text: &str, id: usize) -> String {
    format!("[{}]({id})", escaped(text))
}

/// A relative path as a relative address.
pub(super) fn percent_encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence("the flag is `false`"), "The flag is `false`.");
        assert_eq!(sentence("`a`\nb?"), "`a`\u{fffd}b?");
        assert_eq!(sentence(" "), "");
    }

    #[test]
    fn text_cannot_make_links() {
        assert_eq!(link("a [b](https://x) \\", 3), "[a \\[b\\](https://x) \\\\](3)");
    }

    #[test]
    fn addresses_are_percent_encoded() {
        assert_eq!(percent_encoded("a b/é:%.json"), "a%20b/%C3%A9%3A%25.json");
    }
}
