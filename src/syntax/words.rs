//! Code of a language without a grammar here, as words, strings and marks; comments are gone.
//!
//! That is enough for lists of dependencies and for asking whether a name occurs outside of comments, and no more.

use std::ops::Range;

/// What the scanner has to know of a language.
#[derive(Clone, Copy, Debug)]
pub struct Lexis {
    /// What begins a comment up to the end of the line.
    pub line: &'static str,
    /// What begins and ends a comment of any length, if there is one.
    pub block: Option<(&'static str, &'static str)>,
    /// The quotes of strings.
    pub quotes: &'static [u8],
    /// Whether three quotes begin a string of several lines.
    pub triples: bool,
    /// Whether a string with one quote may go over several lines.
    pub multiline: bool,
    /// What begins the name of a single character, as `\"` in Clojure and `?"` in Elixir.
    pub character: Option<u8>,
    /// Which bytes a word may have beside letters, digits and the underscore.
    pub word: &'static [u8],
}

/// Ruby.
pub const RUBY: Lexis = Lexis {
    line: "#",
    block: Some(("\n=begin", "\n=end")),
    quotes: b"'\"",
    triples: false,
    multiline: false,
    character: None,
    word: b"?!",
};

/// Python.
pub const PYTHON: Lexis =
    Lexis { line: "#", block: None, quotes: b"'\"", triples: true, multiline: false, character: None, word: b"" };

/// Scala.
pub const SCALA: Lexis = Lexis {
    line: "//",
    block: Some(("/*", "*/")),
    quotes: b"\"",
    triples: true,
    multiline: false,
    character: None,
    word: b"$`",
};

/// Clojure and EDN.
pub const CLOJURE: Lexis = Lexis {
    line: ";",
    block: None,
    quotes: b"\"",
    triples: false,
    multiline: true,
    character: Some(b'\\'),
    word: b"-.*+!?<>=/%&$:#|",
};

/// `go.mod`.
pub const GO_MOD: Lexis = Lexis {
    line: "//",
    block: None,
    quotes: b"\"`",
    triples: false,
    multiline: false,
    character: None,
    word: b"-./~+!",
};

/// A piece of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it is; of a string the content.
    pub range: Range<usize>,
    /// Whether it is the first of its line.
    pub is_first: bool,
}

/// What a [`Token`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a number.
    Word,
    /// A string's content, escapes as written.
    Text,
    /// Any other character.
    Mark(u8),
}

/// The tokens of a text.
pub fn scan(text: &str, lexis: Lexis) -> Vec<Token> {
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut scanner = Scanner { text: text.as_bytes(), at: mark, lexis };
    let mut found = Vec::new();
    let mut is_first = true;
    while let Some(byte) = scanner.byte() {
        if byte.is_ascii_whitespace() && !scanner.begins_block() {
            is_first |= byte == b'\n';
            scanner.at += 1;
        } else if !scanner.skip_comment() && !scanner.skip_character() {
            let (kind, range) = scanner.token(byte);
            found.push(Token { kind, range, is_first });
            is_first = false;
        }
    }
    found
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    lexis: Lexis,
}

impl Scanner<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn is_at(&self, offset: usize, what: &[u8]) -> bool {
        self.text.get(offset..).is_some_and(|rest| rest.starts_with(what))
    }

    /// The offset of the next occurrence of `what` from `offset` on, or the end.
    fn find(&self, offset: usize, what: &[u8]) -> usize {
        let rest = self.text.get(offset..).unwrap_or_default();
        rest.windows(what.len()).position(|window| window == what).map_or(self.text.len(), |length| offset + length)
    }

    fn begins_block(&self) -> bool {
        self.lexis.block.is_some_and(|(open, _)| self.is_at(self.at, open.as_bytes()))
    }

    fn skip_comment(&mut self) -> bool {
        if self.is_at(self.at, self.lexis.line.as_bytes()) {
            self.at = self.find(self.at, b"\n");
            return true;
        }
        let Some((open, close)) = self.lexis.block.filter(|_| self.begins_block()) else { return false };
        let mut depth = 1;
        self.at += open.len();
        while depth > 0 && self.at < self.text.len() {
            if self.is_at(self.at, close.as_bytes()) {
                depth -= 1;
                self.at += close.len();
            } else if self.begins_block() {
                depth += 1;
                self.at += open.len();
            } else {
                self.at += 1;
            }
        }
        true
    }

    /// Goes past a single character with a name of its own, or between apostrophes: its quote opens no string.
    fn skip_character(&mut self) -> bool {
        if self.lexis.character.is_some() && self.byte() == self.lexis.character {
            let behind = self.text.get(self.at + 2..).unwrap_or_default();
            let rest = behind.iter().take_while(|byte| (0x80..0xc0).contains(*byte)).count();
            self.at = (self.at + 2 + rest).min(self.text.len());
            return true;
        }
        let is_quote = self.lexis.quotes.contains(&b'\'');
        for width in [3, 4] {
            let is_escape = self.text.get(self.at + 1) == Some(&b'\\');
            if !is_quote
                && self.byte() == Some(b'\'')
                && is_escape == (width == 4)
                && self.is_at(self.at + width - 1, b"'")
            {
                self.at += width;
                return true;
            }
        }
        false
    }

    fn token(&mut self, byte: u8) -> (Kind, Range<usize>) {
        if self.lexis.quotes.contains(&byte) {
            return (Kind::Text, self.string(byte));
        }
        let start = self.at;
        let is_word = |byte: &u8| {
            byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80 || self.lexis.word.contains(byte)
        };
        let length = self.text[start..].iter().take_while(|byte| is_word(byte)).count();
        self.at += length.max(1);
        let kind = if length == 0 { Kind::Mark(byte) } else { Kind::Word };
        (kind, start..self.at)
    }

    fn string(&mut self, quote: u8) -> Range<usize> {
        let triple = [quote; 3];
        let is_triple = self.lexis.triples && self.is_at(self.at, &triple);
        let mark = if is_triple { &triple[..] } else { &triple[..1] };
        let start = self.at + mark.len();
        self.at = start;
        while let Some(byte) = self.byte() {
            if self.is_at(self.at, mark) || byte == b'\n' && !is_triple && !self.lexis.multiline {
                break;
            }
            self.at += if byte == b'\\' { 2 } else { 1 };
        }
        let end = self.at.min(self.text.len());
        self.at = if self.is_at(end, mark) { end + mark.len() } else { end };
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, lexis: Lexis) -> Vec<&str> {
        scan(text, lexis).into_iter().map(|token| &text[token.range]).collect()
    }

    #[test]
    fn comments_and_characters_are_no_tokens() {
        assert_eq!(words("gem 'a' # gem 'b'\n=begin\ngem 'c'\n=end\n", RUBY), ["gem", "a"]);
        assert_eq!(
            words("val a = \"x\" /* /* b */ */ // c\nval q = '\"'", SCALA),
            ["val", "a", "=", "x", "val", "q", "="]
        );
        assert_eq!(words("[:shared-secret \\\" \"a\nb\"] ; no", CLOJURE), ["[", ":shared-secret", "a\nb", "]"]);
        assert_eq!(words("[\\é \\\u{1f41f}{:key \\", CLOJURE), ["[", "{", ":key"]);
        assert_eq!(words("'''a\n'b''' 'c\\'' 'open\nd", PYTHON), ["a\n'b", "c\\'", "open", "d"]);
        assert_eq!(words("\"\\", SCALA), ["\\"]);
        assert_eq!(words("require a.b/c v1.0.0 // indirect", GO_MOD), ["require", "a.b/c", "v1.0.0"]);
    }
}
