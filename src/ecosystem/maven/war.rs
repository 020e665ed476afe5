//! The path below which a servlet container serves a WAR: its name, unless somebody renames it.

use crate::{source::Spanned, syntax::xml::Element};

/// The names that a pom gives its WAR, each as a path with the text it is written in; none for other packagings.
pub(super) fn context_paths(root: &Element) -> Vec<Spanned<String>> {
    if root.text_of("packaging").is_none_or(|packaging| packaging.value != "war") {
        return Vec::new();
    }
    let Some(artifact) = root.text_of("artifactId") else { return Vec::new() };
    let name = root.at(&["build", "finalName"]).and_then(|name| name.text.as_ref());
    let version = root.text_of("version").map(|version| version.value.as_str()).unwrap_or_default();
    let written = name.map_or("${project.artifactId}-${project.version}", |name| &name.value);
    let filled = ["${project.artifactId}", "${artifactId}"]
        .iter()
        .fold(written.to_owned(), |name, placeholder| name.replace(placeholder, &artifact.value));
    let filled = filled.replace("${project.version}", version);
    let path = |name: &str, span| Spanned { value: format!("/{name}"), span };
    let own = (!filled.contains('$')).then(|| path(&filled, name.unwrap_or(artifact).span));
    own.into_iter().chain([path(&artifact.value, artifact.span)]).collect()
}
