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
}
