//! `src/lib.rs` lists modules from the bottom up; each may use only those listed before it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use walkdir::WalkDir;

#[test]
fn modules_use_only_modules_above_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
    let order: Vec<_> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let place = |module: &str| order.iter().position(|name| *name == module);
    let (mut upside_down, mut checked) = (Vec::new(), 0);
    for entry in WalkDir::new(&src).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file()) {
        let path = entry.path().strip_prefix(&src).unwrap().with_extension("");
        let Some(own) = path.iter().next().and_then(|name| place(name.to_str().unwrap())) else { continue };
        checked += 1;
        let text = fs::read_to_string(entry.path()).unwrap();
        for used in order.iter().enumerate().filter(|(at, _)| *at > own).map(|(_, name)| name) {
            if uses(&text, used) {
                upside_down.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(checked > order.len(), "only {checked} files belong to a module");
    assert!(upside_down.is_empty(), "{upside_down:#?}");
}

/// Whether code names a module of this crate: the first word of an import or of a path from the crate's root.
fn uses(text: &str, module: &str) -> bool {
    let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let imports = code.split("use crate::").skip(1).filter_map(|rest| rest.split(';').next());
    imports.flat_map(first_words).any(|word| word == module) || code.contains(&format!("crate::{module}::"))
}

/// The modules of an import: `a` of `a::b`, `a` and `c` of `{a::{b, d}, c::e}`.
fn first_words(import: &str) -> Vec<&str> {
    let Some(list) = import.trim().strip_prefix('{') else {
        return import.split("::").next().map(str::trim).into_iter().collect();
    };
    let (mut words, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                words.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(list[start..].trim_end_matches('}'));
    words.into_iter().filter_map(|word| word.split("::").next()).map(str::trim).collect()
}

#[test]
fn an_import_upside_down_is_seen() {
    assert!(uses("use crate::{app::{self, App}, rules};", "rules"));
    assert!(uses("use crate::report;", "report"));
    assert!(!uses("use crate::{app::{report, App}};\n// crate::report::x", "report"));
}
