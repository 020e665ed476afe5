//! Text as SARIF wants it: links, addresses.

/// The text with nothing in it that could be read as a link.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '[' | ']' | '\\' => escaped.extend(['\\', character]),
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
    fn text_cannot_make_links() {
        assert_eq!(link("a [b](https://x) \\", 3), "[a \\[b\\](https://x) \\\\](3)");
    }

    #[test]
    fn addresses_are_percent_encoded() {
        assert_eq!(percent_encoded("a b/é:%.json"), "a%20b/%C3%A9%3A%25.json");
    }
}
