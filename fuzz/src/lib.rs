//! What connect-lint must withstand, whatever a tree looks like.
//!
//! A target in `fuzz_targets/` is a law of `laws`, the fixtures that its inputs grow from, and nothing else. Inputs are
//! text, so that a crash can be read: one document, or a whole tree (`tree`). They are made by cutting, doubling and
//! nesting what stands in `fixtures/` (`mutate`), so that most of them still reach the analysis behind the parsers.

#![warn(missing_docs)]

pub mod random;
pub mod seeds;
pub mod tree;
pub mod mutate;
pub mod laws;

use std::{panic, process};

/// Ends the process at every panic, also at those that connect-lint survives, but for the JavaScript parser's own:
/// they are expected, and a file whose parser panics is one that could not be read.
pub fn prepare() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_expected = info.location().is_some_and(|location| location.file().contains("/oxc_"));
        if !is_expected {
            print(info);
            process::abort();
        }
    }));
}

/// A fuzz target: the law that an input has to keep, and the seeds that inputs grow from.
#[macro_export]
macro_rules! target {
    (law: $law:path, seeds: $seeds:expr $(,)?) => {
        static SEEDS: std::sync::LazyLock<$crate::seeds::Seeds> = std::sync::LazyLock::new(|| $seeds);

        libfuzzer_sys::fuzz_target!(init: $crate::prepare(), |input: &[u8]| $law(input));

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            // the fuzzer's own mutations know no words and lines, and so come where ours do not
            if seed % 8 == 0 && size > 0 {
                return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
            }
            $crate::mutate::mutate(&SEEDS, data, size, max_size, seed)
        });
    };
}
