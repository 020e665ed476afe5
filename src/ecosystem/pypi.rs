//! Python packages: `requirements*.txt`, `pyproject.toml` of any tool, `Pipfile`, a literal `setup.py`, and lockfiles.

use crate::{
    ecosystem::registry::{Asked, Lockfile, Manifest, Registry, part},
    source::{FileId, Spanned},
};

mod lockfiles;
mod manifests;

/// The room.
pub(super) const PYPI: Registry = Registry {
    kind: "pypi",
    is_build: |name| matches!(name, "requirements.txt" | "pyproject.toml" | "setup.py" | "Pipfile" | "manage.py"),
    manifest,
    lockfiles: &[
        Lockfile { name: "poetry.lock", find: lockfiles::toml, update: "poetry update" },
        Lockfile { name: "uv.lock", find: lockfiles::toml, update: "uv lock --upgrade-package" },
        Lockfile { name: "Pipfile.lock", find: lockfiles::pipfile, update: "pipenv update" },
    ],
};

fn manifest(path: &str) -> Option<Manifest> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_list = name.starts_with("requirements") || folder.rsplit('/').next() == Some("requirements");
    match name {
        "pyproject.toml" => Some(manifests::pyproject),
        "Pipfile" => Some(manifests::pipfile),
        "setup.py" => Some(manifests::setup),
        _ if is_list && name.ends_with(".txt") => Some(manifests::requirements),
        _ => None,
    }
}

/// A name as PyPI compares it.
fn normalised(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

/// Reads `name[extra] >=1,<2 ; marker`, which is at `start` in a text. One with a URL asks for no release.
fn specifier(id: FileId, text: &str, start: usize, written: &str, development: bool) -> Option<Asked> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let length = written.find(|c: char| !is_name(c)).unwrap_or(written.len());
    if !written.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None; // an option, a comment
    }
    let mut from = length;
    let rest = written[from..].trim_start();
    if rest.starts_with('[') {
        from = from + written[from..].find(']')? + 1;
    }
    let end = written[from..].find([';', '#']).map_or(written.len(), |at| from + at);
    let asked = written[from..end].trim().trim_matches(['(', ')']);
    let asked = asked.split(" --").next().unwrap_or(asked).trim_end_matches(['\\', ' ']);
    let at = from + written[from..].find(asked).unwrap_or(0);
    let is_open = asked.is_empty() || asked.starts_with('@');
    Some(Asked {
        name: Spanned { value: normalised(&written[..length]), span: part(id, text, start..start + length).span },
        requirement: (!is_open).then(|| part(id, text, start + at..start + at + asked.len())),
        development,
    })
}
