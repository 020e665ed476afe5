//! One value of a large file, without a tree of the rest.

use super::scan::{Kind, Token, Tokens};
use crate::source::{FileId, Span};

/// The place of the value under a path of keys, with its quotes or brackets; of an object or a list only the opening
/// bracket. Reads no further than to the value, keeps nothing, and takes text that is no JSON as far as it goes.
pub fn locate(file: FileId, text: &str, path: &[&str]) -> Option<Span> {
    let mut tokens = Tokens::new(text, 0..text.len());
    let mut value = next(&mut tokens)?;
    for key in path {
        value = member(text, &mut tokens, &value, key)?;
    }
    Some(Span { file, start: value.range.start, end: value.range.end })
}

fn next(tokens: &mut Tokens<'_>) -> Option<Token> {
    tokens.find(|token| token.kind != Kind::Comment)
}

/// The first token of the value under `key` in the object that `open` opens.
fn member(text: &str, tokens: &mut Tokens<'_>, open: &Token, key: &str) -> Option<Token> {
    if !text[open.range.clone()].starts_with('{') {
        return None;
    }
    loop {
        let token = next(tokens)?;
        match token.kind {
            Kind::String | Kind::Bare => {}
            Kind::Close => return None,
            _ => continue,
        }
        if next(tokens)?.kind != Kind::Colon {
            return None;
        }
        let value = next(tokens)?;
        if text[token.range].trim_matches(['"', '\'']) == key {
            return Some(value);
        }
        skip(tokens, &value)?;
    }
}

/// Passes over the rest of the value that starts with `first`.
fn skip(tokens: &mut Tokens<'_>, first: &Token) -> Option<()> {
    let mut depth = usize::from(first.kind == Kind::Open);
    while depth > 0 {
        match tokens.next()?.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources};

    #[test]
    fn a_value_is_found_past_others() {
        let text = "{ \"a\": { \"b\": [ { \"c\": 1 } ] }, \"b\": { \"c\": \"2\" }, broken";
        let sources = Sources::new(vec![SourceFile::new("a.json", text)]);
        let (id, _) = sources.iter().next().unwrap();
        assert_eq!(locate(id, text, &["b", "c"]).map(|span| sources.text(span)), Some("\"2\""));
        assert_eq!(locate(id, text, &["a", "c"]), None);
        assert_eq!(locate(id, text, &["x"]), None);
    }
}
