//! Java properties.

#![no_main]

use connect_lint_fuzz::{laws, seeds::Seeds, target};

target!(law: laws::properties, seeds: Seeds::texts(|path| path.ends_with(".properties")));
