//! Which variables matter, and where one is set.

use crate::facts::spring::relaxed;

/// What chooses the profiles of a Spring app.
const PROFILES: [&str; 2] = ["spring.profiles.active", "spring.profiles.include"];

/// Variables that change how callbacks are verified.
const NAMES: [&str; 8] = [
    "AC_OPTS",
    "CONNECT_KEYS_CDN_URL",
    "AC_SIGNED_INSTALL",
    "AC_PRODUCT",
    "AC_LOCAL_BASE_URL",
    "AC_ALLOWED_BASE_URLS",
    "AC_HOST_WHITELIST",
    "SPRING_APPLICATION_JSON",
];

/// Whether a variable or a property changes how callbacks are verified.
pub(super) fn matters(name: &str) -> bool {
    let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[]".contains(c));
    is_word && (NAMES.contains(&name) || is_property(name))
}

/// Whether a property changes how callbacks are verified, or in which profiles.
pub(super) fn is_property(name: &str) -> bool {
    let chooses = |key: &str| relaxed(key) == relaxed(name) || name == key.replace('.', "_").to_ascii_uppercase();
    is_connect_property(name) || PROFILES.iter().any(|key| chooses(key))
}

/// `atlassian.connect.…` as a property or as an environment variable, but no word that merely starts alike.
pub(super) fn is_connect_property(name: &str) -> bool {
    let is_variable = name.starts_with("ATLASSIAN_CONNECT_") || name.starts_with("ATLASSIANCONNECT_");
    is_variable || relaxed(name).starts_with("atlassian.connect.")
}

/// Whether a text can set any of them.
pub(super) fn may_matter(text: &str) -> bool {
    let words = ["atlassian", "spring.profiles", "spring_profiles"];
    NAMES.iter().any(|name| text.contains(name)) || words.iter().any(|word| contains_ignoring_case(text, word))
}

fn contains_ignoring_case(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// Words in a path that say when its file counts.
const WORDS: [&str; 17] = [
    "test",
    "tests",
    "spec",
    "e2e",
    "fixtures",
    "dev",
    "development",
    "local",
    "example",
    "examples",
    "sample",
    "samples",
    "template",
    "docs",
    "demo",
    "staging",
    "ci",
];

/// Whether one of the words of a name says when its content counts.
pub(super) fn says_when(name: &str) -> bool {
    name.split(['.', '-', '_', ' ']).any(|word| WORDS.contains(&word.to_ascii_lowercase().as_str()))
}

/// Files of tools that developers run, and what for.
const TOOLS: [(&str, &str); 3] =
    [("launch.json", "debug"), ("nodemon.json", "development"), ("devcontainer.json", "development")];

/// The words of a path that say when its file counts, then what the file itself says.
pub(super) fn place(path: &str, inner: Option<String>) -> Option<String> {
    let parts = path.split(['/', '.', '-', '_']).filter(|part| says_when(part));
    let suffix = env_suffix(path).filter(|suffix| !WORDS.contains(suffix));
    let tool = TOOLS.iter().find(|(name, _)| path.rsplit('/').next() == Some(name)).map(|(_, purpose)| *purpose);
    let words: Vec<&str> = parts.chain(suffix).chain(tool).chain(inner.as_deref()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// `production` of `.env.production`, `prod` of `prod.env`.
fn env_suffix(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let suffix = name.strip_prefix(".env.").or_else(|| name.strip_suffix(".env"));
    suffix.filter(|suffix| !suffix.is_empty() && !suffix.contains('.'))
}
