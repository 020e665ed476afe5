//! JavaScript and TypeScript: modules, routes, guards, and what code does with tokens.

#![no_main]

use connect_lint_fuzz::{
    laws,
    seeds::{Seeds, ends},
    target,
};

const ENDINGS: &[&str] = &[".js", ".ts", ".mjs", ".jsx", ".tsx"];

target!(law: laws::facts, seeds: Seeds::trees(|path| ends(path, ENDINGS)));
