//! XML: Maven's files.

#![no_main]

use connect_lint_fuzz::{laws, seeds::Seeds, target};

target!(law: laws::xml, seeds: Seeds::texts(|path| path.ends_with(".xml") || path.ends_with(".csproj")));
