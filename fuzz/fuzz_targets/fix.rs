//! Whole trees, mended in memory.

#![no_main]

use connect_lint_fuzz::{laws, seeds::Seeds, target};

target!(law: laws::fix, seeds: Seeds::trees(|_| true));
