//! Files that a configuration file imports: `spring.config.import`.

use crate::{
    facts::SpringDocument,
    source::{FileId, Sources},
    tree::Node,
};

const KEY: &str = "spring.config.import";

/// The paths where the files may be that documents of a file import.
pub(super) fn wanted(path: &str, documents: &[Node]) -> Vec<String> {
    let documents = documents.iter().map(|tree| SpringDocument::new(path, tree.clone()));
    documents.flat_map(|document| places(path, &document).into_iter().flatten().collect::<Vec<_>>()).collect()
}

/// The files in the tree that a document imports; the later one wins.
pub(super) fn found<'tree>(
    sources: &'tree Sources,
    path: &str,
    document: &SpringDocument,
) -> impl Iterator<Item = FileId> + use<'tree> {
    let places = places(path, document);
    places.into_iter().filter_map(|places| places.iter().find_map(|place| sources.find(place)))
}

/// For each import the paths where its file may be, the likeliest first. What is no file, as a configuration server,
/// has none.
fn places(path: &str, document: &SpringDocument) -> Vec<Vec<String>> {
    document.list(KEY).iter().map(|import| candidates(path, document.location.folder(), &import.value)).collect()
}

fn candidates(path: &str, packaged: &str, import: &str) -> Vec<String> {
    let import = import.strip_prefix("optional:").unwrap_or(import);
    let import = import.split('[').next().unwrap_or(import);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if let Some(file) = import.strip_prefix("classpath:") {
        return joined(packaged, file).into_iter().collect();
    }
    if let Some(file) = import.strip_prefix("file:") {
        return above(folder).filter_map(|folder| joined(folder, file)).collect();
    }
    if import.contains(':') { Vec::new() } else { joined(folder, import).into_iter().collect() }
}

/// The folders above one, in one of which the app is started.
fn above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| {
        (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
    })
}

/// The path of a file below a folder; nothing for one outside of it or for a folder.
fn joined(folder: &str, file: &str) -> Option<String> {
    let file = file.trim_start_matches("./").trim_start_matches('/');
    let is_below = !file.is_empty() && !file.ends_with('/') && file.split('/').all(|part| part != "..");
    is_below.then(|| if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_lead_to_files_of_the_tree() {
        let of = |import| candidates("api/src/main/resources/config/a.yml", "api/src/main/resources", import);
        assert_eq!(of("classpath:/common.yml"), ["api/src/main/resources/common.yml"]);
        assert_eq!(of("common.yml"), ["api/src/main/resources/config/common.yml"]);
        let above = of("optional:file:./.env[.properties]");
        assert!(above.contains(&"api/.env".to_owned()) && above.contains(&".env".to_owned()));
        for other in ["configserver:http://localhost", "optional:configtree:/etc/", "file:../a.yml", "vault://"] {
            assert_eq!(of(other), Vec::<String>::new(), "{other}");
        }
    }
}
