//! Code of the languages that tree-sitter has a grammar for, parsed within bounds.

use std::ops::ControlFlow;

use tree_sitter::{Language, ParseOptions, ParseState, Parser, Tree};

/// How many nodes may stand in each other. Code of people has some hundred; to look from each of them at what is around
/// it costs the square of this.
const DEEPEST: usize = 4_000;

/// How many bytes of a text the parser gets at once.
const CHUNK: usize = 256;

/// How often it may go through a text. Of 941 files of people with more than 4 KiB the worst took 3.9 times the chunks that
/// it has, but at a mistake the parser may look at all the white space that follows in each of its steps.
const MOST_READS: usize = 16;

/// How many chunks it gets of any text.
const FEWEST_CHUNKS: usize = 4_000;

/// Parses a text, broken as it may be; `None` where its nodes nest too deep, or where it takes the parser more steps
/// than a text of its length should, or goes through it more often.
///
/// Trees are as deep as their texts make them: they are walked with a cursor, never by recursion.
pub(crate) fn parse(language: &Language, text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(language).ok()?;
    // steps are counted by the hundred; a clock would give two machines two reports
    let mut left = 1_000 + text.len() / 20;
    let mut progress = |_: &ParseState| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let mut chunks = FEWEST_CHUNKS + MOST_READS * text.len() / CHUNK;
    let mut read = |at: usize, _| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        chunks = chunks.saturating_sub(1);
        if chunks == 0 { &[] } else { &rest[..rest.len().min(CHUNK)] }
    };
    let tree = parser.parse_with_options(&mut read, None, Some(options));
    tree.filter(|tree| chunks > 0 && !is_too_deep(tree))
}

fn is_too_deep(tree: &Tree) -> bool {
    let mut cursor = tree.walk();
    let mut depth = 0_usize;
    loop {
        if cursor.goto_first_child() {
            depth += 1;
            if depth > DEEPEST {
                return true;
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
            depth -= 1;
        }
    }
}

#[cfg(all(test, feature = "jvm"))]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_before_much_white_space_is_not_looked_at_for_long() {
        let language = tree_sitter_kotlin_ng::LANGUAGE.into();
        let text = |spaces: usize| {
            let mistake = "{\n    private a await await await await > await await b string /* = \"https://\"\n\n    public async c Run(d e)\n\u{b4}";
            format!("{mistake}{}{{}}\n}}\n", " ".repeat(spaces))
        };
        assert!(parse(&language, &text(20)).is_some());
        assert!(parse(&language, &text(100_000)).is_none());
    }
}
