//! YAML: Spring's configuration, compose files, lockfiles.

#![no_main]

use connect_lint_fuzz::{laws, seeds::Seeds, target};

target!(law: laws::yaml, seeds: Seeds::texts(|path| path.ends_with(".yml") || path.ends_with(".yaml")));
