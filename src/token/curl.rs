//! A curl command, as browsers and proxies copy one.

use crate::token::request::Request;

/// Options with a value that says nothing about the request itself.
const WITH_VALUE: [&str; 12] =
    ["-A", "-b", "-c", "-e", "-m", "-o", "-u", "-w", "-x", "--cookie", "--max-time", "--output"];

/// Reads a command that begins with `curl`.
pub(super) fn request(command: &str) -> Request {
    let mut request = Request::default();
    let mut words = words(command).into_iter().skip(1);
    while let Some(word) = words.next() {
        let (option, attached) = parted(&word);
        let mut value = || attached.clone().or_else(|| words.next()).unwrap_or_default();
        match option {
            "-X" | "--request" => request.method = Some(value().to_uppercase()),
            "-H" | "--header" => {
                let header = value();
                let (name, value) = header.split_once(':').unwrap_or((&header, ""));
                request.headers.push((name.to_owned(), value.trim().to_owned()));
            }
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" | "--json" => request.body = value(),
            "--url" => request.target = Some(value()),
            option if WITH_VALUE.contains(&option) => drop(value()),
            option if option.starts_with('-') => {}
            _ => request.target = Some(word),
        }
    }
    let usual = if request.body.is_empty() { "GET" } else { "POST" };
    request.method.get_or_insert_with(|| usual.to_owned());
    request
}

/// `-XPOST` and `--request=POST` hold their value.
fn parted(word: &str) -> (&str, Option<String>) {
    match word.split_once('=') {
        Some((option, value)) if word.starts_with("--") => (option, Some(value.to_owned())),
        _ => match word.get(..2) {
            Some(option @ ("-X" | "-H" | "-d")) if word.len() > 2 => (option, Some(word[2..].to_owned())),
            _ => (word, None),
        },
    }
}

/// The words as a shell parts them; nothing is expanded.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut characters = command.chars().peekable();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => match characters.next() {
                Some('\n') | None => {}
                Some('\r') => drop(characters.next_if_eq(&'\n')),
                Some(escaped) => word.get_or_insert_default().push(escaped),
            },
            (None, '$') if characters.peek() == Some(&'\'') => {}
            (None, blank) if blank.is_whitespace() => words.extend(word.take()),
            (_, character) => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_request() {
        let copied = "curl 'https://app.example.com/installed?v=1' \\\n  -X POST -H 'Authorization: JWT a.b.c' \\\r\n  \
                      --compressed -o out --data-raw $'{\"clientKey\":\"it\\'s\"}'";
        let request = request(copied);
        assert_eq!((request.method.as_deref(), request.path_and_query()), (Some("POST"), Some(("/installed", "v=1"))));
        assert_eq!(request.header("authorization"), Some("JWT a.b.c"));
        assert!(request.body.starts_with("{\"clientKey\""), "{}", request.body);
    }

    #[test]
    fn options_may_hold_their_values_and_the_body_makes_it_a_post() {
        let attached = request("curl -XPUT --request=DELETE -H\"X-acpt: a\" --url http://x/y");
        assert_eq!((attached.method.as_deref(), attached.header("x-acpt")), (Some("DELETE"), Some("a")));
        assert_eq!(request("curl x -d a=b").method.as_deref(), Some("POST"));
        assert_eq!(request("curl x").method.as_deref(), Some("GET"));
        assert_eq!(request("curl").target, None);
    }
}
