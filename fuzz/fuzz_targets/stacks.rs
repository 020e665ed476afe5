//! Python, Ruby, PHP, Go and C#: routes, guards, and what code does with tokens.

#![no_main]

use connect_lint_fuzz::{
    laws,
    seeds::{Seeds, ends},
    target,
};

const ENDINGS: &[&str] = &[".py", ".rb", ".php", ".go", ".cs", ".jbuilder"];

target!(law: laws::facts, seeds: Seeds::trees(|path| ends(path, ENDINGS)));
