//! Variables and arguments in env files, Dockerfiles, compose files, manifests, scripts and units.

#![no_main]

use connect_lint_fuzz::{
    laws,
    seeds::{Seeds, ends},
    target,
};

const ENDINGS: &[&str] =
    &[".env", ".env.sample", "Dockerfile", "Procfile", ".sh", ".bat", ".service", ".yml", ".yaml", "app.json"];

target!(law: laws::facts, seeds: Seeds::trees(|path| ends(path, ENDINGS)));
