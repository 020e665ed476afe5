//! A request as people paste it: from a proxy, a browser, a log, or as a curl command.

use crate::{query_hash, token::curl};

/// A request, as far as it was pasted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// The method, in upper case.
    pub(super) method: Option<String>,
    /// A URL or a path, with its query.
    pub(super) target: Option<String>,
    /// Names as written, and values.
    pub(super) headers: Vec<(String, String)>,
    /// The body, which may be empty.
    pub(super) body: String,
}

/// The methods that a line may begin with.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

impl Request {
    /// Reads a curl command, or lines: method and target, headers, body, each of which may be missing.
    pub(super) fn parse(text: &str) -> Option<Request> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let command = text.strip_prefix("$ ").unwrap_or(text);
        match command.split_whitespace().next()? {
            "curl" => Some(curl::request(command)),
            _ => lines(text),
        }
    }

    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of a header that may be there several times.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path and the query of the target.
    pub(super) fn path_and_query(&self) -> Option<(&str, &str)> {
        Some(split(self.target.as_deref()?))
    }

    /// The parameters of the query, decoded.
    pub(super) fn parameters(&self) -> Vec<(String, String)> {
        self.path_and_query().map_or_else(Vec::new, |(_, query)| parameters(query))
    }
}

/// The path and the query of a URL or a path.
pub(super) fn split(target: &str) -> (&str, &str) {
    let target = target.split('#').next().unwrap_or_default();
    let (target, query) = target.split_once('?').unwrap_or((target, ""));
    let path = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => target,
    };
    (path, query)
}

/// The parameters of a query or of a form, decoded.
pub(super) fn parameters(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| String::from_utf8_lossy(&query_hash::decode(text)).into_owned();
    let pair = |parameter: &str| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        (decoded(name), decoded(value))
    };
    query.split('&').map(pair).collect()
}

fn lines(text: &str) -> Option<Request> {
    let mut lines = text.lines().peekable();
    let mut request = lines.peek().and_then(|line| first_line(sent(line))).unwrap_or_default();
    if request.target.is_some() {
        lines.next();
    }
    while let Some(line) = lines.next_if(|line| !line.starts_with(['{', '['])) {
        let line = sent(line);
        if line.trim().is_empty() {
            break;
        }
        match (header(line), request.headers.last_mut()) {
            (Some((name, value)), _) => request.headers.push((name.to_owned(), value.to_owned())),
            (None, Some((_, value))) => value.extend(["\n", line]), // a value that was broken
            (None, None) => return None,
        }
    }
    request.body = lines.collect::<Vec<_>>().join("\n");
    request.complete();
    Some(request)
}

/// A line without the mark that `curl -v` puts before what it sends.
fn sent(line: &str) -> &str {
    line.strip_prefix("> ").or_else(|| line.strip_prefix('>')).unwrap_or(line)
}

/// `POST /installed HTTP/1.1`, or the target alone.
fn first_line(line: &str) -> Option<Request> {
    let words: Vec<_> = line.split_whitespace().collect();
    let (method, target) = match words.as_slice() {
        [target] => (None, *target),
        [method, target] | [method, target, _] => (Some(method.to_uppercase()), *target),
        _ => return None,
    };
    let is_method = method.as_deref().is_none_or(|method| METHODS.contains(&method));
    let is_target = ["/", "http://", "https://"].iter().any(|start| target.starts_with(start));
    (is_method && is_target).then(|| Request { method, target: Some(target.to_owned()), ..Request::default() })
}

/// `Name: value`; the names of HTTP/2 begin with a colon, those of browsers' tools have a space.
fn header(line: &str) -> Option<(&str, &str)> {
    let after = line.char_indices().find(|(at, character)| *at > 0 && *character == ':')?.0;
    let (name, value) = (&line[..after], &line[after + 1..]);
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_: ".contains(c);
    (name.len() <= 64 && name.chars().all(is_name) && !name.starts_with(' ')).then(|| (name, value.trim()))
}

impl Request {
    /// Takes method and target from where HTTP/2 and browsers' tools have them.
    fn complete(&mut self) {
        let either = |names: [&str; 2]| names.iter().find_map(|name| self.header(name)).map(str::to_owned);
        let method = either([":method", "Request Method"]).map(|method| method.to_uppercase());
        let target = either([":path", "Request URL"]);
        self.method = self.method.take().or(method);
        self.target = self.target.take().or(target);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Request {
        Request::parse(text).unwrap()
    }

    #[test]
    fn a_request_has_four_parts_and_each_may_be_missing() {
        let whole = parse("POST /installed?v=2 HTTP/1.1\r\nHost: x\r\nAuthorization: JWT a.b.c\r\n\r\n{\"a\":\n1}\n");
        assert_eq!((whole.method.as_deref(), whole.path_and_query()), (Some("POST"), Some(("/installed", "v=2"))));
        assert_eq!((whole.header("authorization"), whole.body.as_str()), (Some("JWT a.b.c"), "{\"a\":\n1}"));
        assert_eq!(parse("https://app.example.com/page?jwt=a.b.c#top").path_and_query(), Some(("/page", "jwt=a.b.c")));
        assert_eq!(parse("https://app.example.com").path_and_query(), Some(("", "")));
        let headers = parse("authorization: JWT a\n{\"clientKey\":\"x\"}");
        assert_eq!((headers.target, headers.body.as_str()), (None, "{\"clientKey\":\"x\"}"));
        assert_eq!(Request::parse("eyJh.b.c"), None);
        assert_eq!(Request::parse(""), None);
    }

    #[test]
    fn what_tools_show_is_read() {
        let verbose = parse("> POST /installed HTTP/2\n> Authorization: JWT a.b.c\n>\n{}");
        assert_eq!((verbose.header("Authorization"), verbose.body.as_str()), (Some("JWT a.b.c"), "{}"));
        let browser = parse("Request URL: https://x/y?z=1\nRequest Method: post\nauthorization:\nJWT a.b.c");
        assert_eq!((browser.method.as_deref(), browser.path_and_query()), (Some("POST"), Some(("/y", "z=1"))));
        assert_eq!(browser.header("Authorization").map(str::trim), Some("JWT a.b.c"));
        assert_eq!(parse(":method: GET\n:path: /y").path_and_query(), Some(("/y", "")));
        let broken = parse("Authorization: JWT aaa\n  bbb.c.d");
        assert_eq!(broken.header("Authorization"), Some("JWT aaa\n  bbb.c.d"));
    }
}
