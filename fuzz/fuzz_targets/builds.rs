//! Build files and lockfiles of every registry.

#![no_main]

use connect_lint_fuzz::{
    laws,
    seeds::{Seeds, ends},
    target,
};

const ENDINGS: &[&str] = &[
    "package-lock.json",
    ".lock",
    "pnpm-lock.yaml",
    ".gradle",
    ".kts",
    ".toml",
    "pom.xml",
    ".sbt",
    ".scala",
    ".edn",
    "project.clj",
    "Gemfile",
    ".gemspec",
    "composer.json",
    ".txt",
    "go.mod",
    ".csproj",
];

target!(law: laws::facts, seeds: Seeds::trees(|path| ends(path, ENDINGS)));
