//! Code of the languages that tree-sitter has a grammar for, parsed within bounds.

use std::ops::ControlFlow;

use tree_sitter::{Language, ParseOptions, ParseState, Parser, Tree};

/// How many nodes may stand in each other. Code of people has some hundred; to look from each of them at what is around
/// it costs the square of this.
const DEEPEST: usize = 4_000;

/// Parses a text, broken as it may be; `None` where its nodes nest too deep, or where it takes the parser more steps
/// than a text of its length should.
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
    let bytes = text.as_bytes();
    let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))?;
    (!is_too_deep(&tree)).then_some(tree)
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
