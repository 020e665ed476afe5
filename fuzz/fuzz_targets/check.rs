//! Whole trees, checked, compared with a baseline, and reported.

#![no_main]

use connect_lint_fuzz::{laws, seeds::Seeds, target};

target!(law: laws::check, seeds: Seeds::trees(|_| true));
