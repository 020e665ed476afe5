//! The query hash (`qsh`): what ties a token to one request.
//!
//! Source: "Creating a query string hash" of
//! <https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/>, and what
//! atlassian-connect-express 7.1.4–11.5.3 computes.

use std::{collections::BTreeMap, fmt::Write};

use sha2::{Digest, Sha256};

/// The hash that tokens of a user's session carry in place of a request's own.
pub const CONTEXT: &str = "context-qsh";

/// The query hash of a request, in lower-case hex. `path` is relative to the app's `baseUrl`, `query` is what follows
/// the question mark.
pub fn query_hash(method: &str, path: &str, query: &str) -> String {
    digest(&canonical(method, path, query))
}

/// The hash of a request that is canonical, in lower-case hex.
pub fn digest(canonical: &str) -> String {
    Sha256::digest(canonical).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The request as it is hashed: `POST&/installed&version=2`.
pub fn canonical(method: &str, path: &str, query: &str) -> String {
    let path = path.strip_suffix('/').unwrap_or(path).replace('&', "%26");
    let path = if path.starts_with('/') { path } else { format!("/{path}") };
    format!("{}&{path}&{}", method.to_uppercase(), canonical_query(query))
}

/// Parameters in order of their names, those of a name in one list; the token itself is none of them.
fn canonical_query(query: &str) -> String {
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = encode(&decode(name));
        if name != "jwt" {
            parameters.entry(name).or_default().push(encode(&decode(value)));
        }
    }
    let lists = parameters.into_iter().map(|(name, mut values)| {
        values.sort();
        format!("{name}={}", values.join(","))
    });
    lists.collect::<Vec<_>>().join("&")
}

/// The bytes behind percent signs; a plus sign is a space.
pub fn decode(text: &str) -> Vec<u8> {
    let (bytes, mut decoded, mut at) = (text.as_bytes(), Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        let escaped = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, escaped) {
            (b'%', Some(escaped)) => {
                decoded.push(escaped);
                at += 2;
            }
            (b'+', _) => decoded.push(b' '),
            (byte, _) => decoded.push(*byte),
        }
        at += 1;
    }
    decoded
}

/// RFC 3986: everything but letters, digits and `-._~` is escaped, in capitals.
fn encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(*byte)),
            byte => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_hashed_as_the_documentation_says() {
        assert_eq!(canonical("post", "/installed", ""), "POST&/installed&");
        assert_eq!((canonical("GET", "", ""), canonical("GET", "/", "")), ("GET&/&".to_owned(), "GET&/&".to_owned()));
        assert_eq!(canonical("GET", "/installed//", ""), "GET&/installed/&"); // as atlassian-jwt does it
        assert_eq!(canonical("GET", "/path/to/service/", "zee_last=param&repeated=b&first=p&repeated=a"), {
            "GET&/path/to/service&first=p&repeated=a,b&zee_last=param"
        });
        assert_eq!(canonical("GET", "/a&b", "q=x+y%2Cz&jwt=abc&flag"), "GET&/a%26b&flag=&q=x%20y%2Cz");
        // printf 'POST&/installed&' | sha256sum
        assert_eq!(
            query_hash("POST", "installed", ""),
            "4a2e1de8ca74e6cafe8862d332fa3ac7a8e51e692bc6d798ea4dfedc14948bf4"
        );
    }

    #[test]
    fn broken_escapes_are_taken_as_they_are() {
        assert_eq!(decode("100%"), b"100%");
        assert_eq!(decode("%zz%4"), b"%zz%4");
        assert_eq!(decode("%é"), "%é".as_bytes());
    }
}
