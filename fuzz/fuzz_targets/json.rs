//! JSON and JSON5: descriptors, npm manifests, ACE's `config.json`.

#![no_main]

use connect_lint_fuzz::{laws, seeds::Seeds, target};

target!(law: laws::json, seeds: Seeds::texts(|path| path.ends_with(".json")));
