//! TOML, and the two files of our own: the configuration and the baseline.

use connect_lint::{baseline::Baseline, config, syntax::toml};

use super::{Way, document, nodes, span_is_sound, spans_are_sound};

/// Text is read or refused; what a baseline writes is what it was read from.
pub fn toml(input: &[u8]) {
    let (id, file) = document("connect-lint.toml", input);
    let text = &*file.text;
    match toml::parse(id, text) {
        Ok(tree) => {
            spans_are_sound(text, &tree);
            let mut found = Vec::new();
            nodes(&tree, &Way::new(), &mut found);
            for content in found.iter().filter_map(|(_, node)| toml::content(text, node)) {
                assert_eq!(text[content.span.range()], content.value);
            }
        }
        Err(error) => span_is_sound(text, error.span),
    }
    for below in ["", "apps/one"] {
        if let Err(wrong) = config::parse(input.to_vec(), "connect-lint.toml", below) {
            assert!(!wrong.message.is_empty());
        }
    }
    if let Ok(baseline) = Baseline::read(text) {
        assert_eq!(Baseline::read(&baseline.write()).as_ref(), Ok(&baseline));
    }
}
