//! TOML, the configuration and the baseline.

#![no_main]

use connect_lint_fuzz::{laws, seeds::Seeds, target};

target!(law: laws::toml, seeds: Seeds::texts(|path| path.ends_with(".toml") || path.ends_with(".jsonl")));
