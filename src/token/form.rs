//! How a token is spelt. A copy with a mistake in it is mended as far as it can be, so that the rest can be told.

use crate::{
    jwt::{Malformed, Members, Token},
    token::{Check, Subject},
};

/// A token's text, read.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// The token, where header and claims can be read.
    pub(super) token: Option<Token>,
    /// The header, where it alone can be read.
    pub(super) header: Members,
    /// What is wrong with the spelling.
    pub(super) checks: Vec<Check>,
}

/// Reads a token whose text may be damaged.
pub(super) fn read(text: &str) -> Form {
    let (text, mut checks) = mended(text);
    let parts: Vec<_> = text.split('.').collect();
    let error = |fact: String| Check::error(Subject::Form, fact);
    let read = match parts.as_slice() {
        [_, _] => Token::parse(&format!("{text}.")),
        _ => Token::parse(&text),
    };
    if parts.len() == 2 {
        checks.push(error("two parts: it is cut off, as where a log shortens lines".to_owned()));
    }
    match read {
        Ok(token) => Form { token: Some(token), header: Members::new(), checks },
        Err(wrong) => {
            if parts.len() != 2 {
                checks.push(error(why(wrong)));
            }
            let header = parts.first().and_then(|header| Token::parse(&format!("{header}.e30.")).ok());
            Form { token: None, header: header.map(|token| token.header).unwrap_or_default(), checks }
        }
    }
}

fn why(wrong: Malformed) -> String {
    match wrong {
        Malformed::Parts(1) => "one part: the claims and the signature are missing".to_owned(),
        Malformed::Parts(5) => "five parts: this is an encrypted token, and Connect has none".to_owned(),
        Malformed::Object(part) => format!("what stands for the {part} is no JSON object, it may be cut off"),
        Malformed::Encoding(part) => format!("what stands for the {part} is not base64url"),
        Malformed::Parts(_) => wrong.to_string(),
    }
}

/// The text without what does not belong into it, and what that was.
fn mended(text: &str) -> (String, Vec<Check>) {
    let mut checks = Vec::new();
    let mut text = text.to_owned();
    let mut mend = |text: &mut String, is_there: bool, fact: &str, mend: fn(&str) -> String| {
        if is_there {
            checks.push(Check::error(Subject::Form, fact));
            *text = mend(text);
        }
    };
    let blank = text.contains(char::is_whitespace);
    mend(&mut text, blank, "there is whitespace in it, as where a terminal or a mail breaks lines", |text| {
        text.split_whitespace().collect()
    });
    let padded = text.contains('=');
    mend(&mut text, padded, "its parts are padded with `=`, which base64url in a token is not", |text| {
        text.replace('=', "")
    });
    let standard = text.contains(['+', '/']);
    mend(&mut text, standard, "it has `+` or `/`, which is base64; a token is base64url, with `-` and `_`", |text| {
        text.replace('+', "-").replace('/', "_")
    });
    (text, checks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> (bool, Vec<String>) {
        let form = read(text);
        (form.token.is_some(), form.checks.into_iter().map(|check| check.fact).collect())
    }

    #[test]
    fn what_is_damaged_is_named_and_read_all_the_same() {
        assert_eq!(facts("e30.e30.c2ln"), (true, Vec::new()));
        for damaged in ["e30=.e30.c2ln", "e30.e3\n 0.c2ln", "e30.e30.+/8", "e30.e30"] {
            let (is_read, facts) = facts(damaged);
            assert!(is_read && facts.len() == 1, "{damaged}: {facts:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_why_and_the_header_is_shown() {
        for (text, why) in [
            ("garbage", "one part"),
            ("e30.eyJpc3Mi.c2ln", "claims is no JSON object"),
            ("e30.eyJpc3Mi", "cut off"),
            ("e30.!!!.c2ln", "what stands for the claims is not"),
            ("e30.a.b.c.d", "encrypted"),
            ("e30.e30.e30.e30", "this has 4"),
        ] {
            let (is_read, facts) = facts(text);
            assert!(!is_read && facts.iter().any(|fact| fact.contains(why)), "{text}: {facts:?}");
        }
        assert_eq!(read("eyJhbGciOiJIUzI1NiJ9.eyJ").header["alg"], "HS256");
    }
}
