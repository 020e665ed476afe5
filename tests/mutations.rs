//! Sources of every language, cut and doubled anywhere, are read without a crash.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::sync::LazyLock;

use connect_lint::{
    ecosystem,
    source::{SourceFile, Sources},
};
use proptest::prelude::*;

/// The files of the fixtures that some room reads, by path.
static FILES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let read = |path: &str| ecosystem::interest(path) != ecosystem::Interest::None;
    let files = common::files(&common::fixture("")).into_iter().filter(|(path, _)| read(path));
    let texts = files.filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?)));
    texts.filter(|(_, text)| text.len() < 20_000).collect()
});

/// The nearest boundary of a character before an offset.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_sources_are_read(file in any::<prop::sample::Index>(), from in 0.0..1.0f64, length in 0usize..60, double in any::<bool>()) {
        let (path, text) = &FILES[file.index(FILES.len())];
        let from = boundary(text, (text.len() as f64 * from) as usize);
        let to = boundary(text, from + length).max(from);
        let middle = if double { text[from..to].repeat(2) } else { String::new() };
        let mutated = format!("{}{middle}{}", &text[..from], &text[to..]);
        ecosystem::read(&Sources::new(vec![SourceFile::new(path.as_str(), mutated)]));
    }
}
