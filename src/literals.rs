//! Literals found in a text, all in one pass, and how much a file matters for those in it.

use aho_corasick::{AhoCorasick, MatchKind, packed::Searcher};

/// Literals to look for.
#[derive(Debug)]
pub struct Literals {
    words: Vec<&'static str>,
    finder: Finder,
}

#[derive(Debug)]
enum Finder {
    /// As fast as memory is read, where the processor compares several bytes at once.
    Packed(Searcher),
    /// On any other processor.
    Automaton(AhoCorasick),
    /// Nothing can be ruled out.
    Absent,
}

/// A literal in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The literal.
    pub word: &'static str,
    /// The offset of its first byte.
    pub at: usize,
}

/// What stands on both sides of a literal, as far as it is looked at: many in one line cost no more for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around<'t> {
    /// What stands before it.
    pub before: &'t str,
    /// What follows it.
    pub after: &'t str,
    /// Whether there is more before that.
    pub is_cut: bool,
}

/// How many bytes on each side of a literal are looked at.
const NEAR: usize = 1_000;

impl Hit {
    /// What stands around it in the text that it was found in.
    pub fn around(self, text: &str) -> Around<'_> {
        let (start, end) = (self.at, self.at + self.word.len());
        let first = text.floor_char_boundary(start.saturating_sub(NEAR));
        let last = text.ceil_char_boundary(end.saturating_add(NEAR).min(text.len()));
        Around { before: &text[first..start], after: &text[end..last], is_cut: first > 0 }
    }
}

impl<'t> Around<'t> {
    /// What stands before the literal in its line; `None` where the line begins too far away.
    pub fn line(&self) -> Option<&'t str> {
        match self.before.rsplit_once('\n') {
            Some((_, line)) => Some(line),
            None => (!self.is_cut).then_some(self.before),
        }
    }
}

/// How much a file matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relevance {
    /// Only if another one names it.
    None,
    /// If it names one that matters.
    Connected,
    /// By itself.
    Own,
}

impl Literals {
    /// Looks for these.
    pub fn new(words: impl IntoIterator<Item = &'static str>) -> Literals {
        let words = Vec::from_iter(words);
        let automaton = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&words).ok();
        let finder = match Searcher::new(&words) {
            Some(searcher) => Finder::Packed(searcher),
            None => automaton().map_or(Finder::Absent, Finder::Automaton),
        };
        Literals { words, finder }
    }

    /// Those that a text has, in order. Of two that overlap the first one counts.
    pub fn hits(&self, text: &[u8]) -> Vec<Hit> {
        let hit = |word: usize, at| Hit { word: self.words[word], at };
        match &self.finder {
            Finder::Packed(searcher) => {
                searcher.find_iter(text).map(|found| hit(found.pattern().as_usize(), found.start())).collect()
            }
            Finder::Automaton(automaton) => {
                automaton.find_iter(text).map(|found| hit(found.pattern().as_usize(), found.start())).collect()
            }
            Finder::Absent => (0..self.words.len()).map(|word| hit(word, 0)).collect(),
        }
    }
}

/// Whether one of the literals found is this one.
pub fn has(hits: &[Hit], word: &str) -> bool {
    hits.iter().any(|hit| hit.word == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_literal_is_found_in_order() {
        let literals = Literals::new(["one", "two"]);
        let found = [Hit { word: "two", at: 1 }, Hit { word: "one", at: 5 }, Hit { word: "two", at: 9 }];
        assert_eq!(literals.hits(b" two one_two"), found);
        assert!(literals.hits(b"on tw").is_empty());
    }

    #[test]
    fn what_is_far_away_does_not_stand_around() {
        let around = |text: &str, line: Option<&str>| {
            let at = text.find("one").unwrap();
            let around = Hit { word: "one", at }.around(text);
            assert_eq!(around.line(), line);
            (around.before.len(), around.after.len())
        };
        assert_eq!(around("a\n\u{e9} one b", Some("\u{e9} ")), (5, 2));
        assert_eq!(around("one", Some("")), (0, 0));
        let far = "\u{e9}".repeat(NEAR);
        assert_eq!(around(&format!("{far}one{far}"), None), (NEAR, NEAR));
        assert_eq!(around(&format!("{far} one {far}"), None), (NEAR + 1, NEAR + 1));
        assert_eq!(around(&format!("{far}\none"), Some("")), (NEAR + 1, 0));
    }
}
