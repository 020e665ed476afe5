//! Java and Kotlin: controllers, filters, security chains, and what code does with tokens.

#![no_main]

use connect_lint_fuzz::{
    laws,
    seeds::{Seeds, ends},
    target,
};

const ENDINGS: &[&str] = &[".java", ".kt"];

target!(law: laws::facts, seeds: Seeds::trees(|path| ends(path, ENDINGS)));
