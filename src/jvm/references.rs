//! The files that a Java or Kotlin file may refer to, found without parsing it.
//!
//! More than it refers to may be found, never less: what a comment or a string says counts too.

use std::collections::BTreeSet;

use crate::{
    jvm::{is_of_tests, is_part_of_app, parse::is_type},
    source::SourceFile,
};

/// How many paths a file's types may stand for. Files of people have some thousand.
const MOST: usize = 100_000;

/// For each name the paths that it may stand for: those of imports, and of types beside the file or in a package of which
/// everything is imported. None of a file in another language.
pub fn references(file: &SourceFile) -> Vec<Vec<String>> {
    if !is_part_of_app(&file.path) {
        return Vec::new();
    }
    let folder = below(file.folder());
    let is_root = |root: &&str| root.is_empty() || root.ends_with('/');
    let mut root = folder.as_str();
    let (mut types, mut imports, mut packages) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (word, after) in words(&file.text) {
        match word {
            // what a remark says of packages is hardly what the folder ends with
            "package" => {
                let found = folder.strip_suffix(&below(&dotted(after))).filter(is_root);
                root = found.filter(|found| found.len() < root.len()).unwrap_or(root);
            }
            "import" => {
                let import = dotted(after);
                // what is imported, or the class that it is a member of
                imports.extend(import.rsplit_once('/').map(|(owner, _)| owner.to_owned()));
                if import.ends_with('/') {
                    packages.insert(import)
                } else {
                    imports.insert(import)
                };
            }
            _ => types.extend(is_type(word).then_some(word)),
        }
    }
    let is_name = |name: &&String| !name.contains("//") && !is_of_tests(name);
    let packages = packages.iter().filter(is_name).map(|package| format!("{root}{package}"));
    let folders = std::iter::once(folder.clone()).chain(packages).take((MOST / types.len().max(1)).max(1));
    let folders: Vec<_> = folders.map(|folder| twins(&folder)).collect();
    let of_types = folders.iter().flat_map(|folders| types.iter().map(move |name| paths(folders, name)));
    let roots = twins(root);
    of_types.chain(imports.iter().filter(is_name).map(|import| paths(&roots, import))).collect()
}

/// A folder, and the one that has the other language's part of the same package.
fn twins(folder: &str) -> Vec<String> {
    let twins = [("/java/", "/kotlin/"), ("/kotlin/", "/java/")].into_iter();
    let twins = twins.filter(|(own, _)| folder.contains(own)).map(|(own, other)| folder.replacen(own, other, 1));
    std::iter::once(folder.to_owned()).chain(twins).collect()
}

fn paths(folders: &[String], name: &str) -> Vec<String> {
    folders.iter().flat_map(|folder| ["java", "kt"].map(|ending| [folder, name, ".", ending].concat())).collect()
}

/// What paths of files in a folder begin with.
fn below(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}

/// The words of a text, each with what follows it.
fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let from_word = &rest[rest.find(is_of_name)?..];
        let (word, after) = from_word.split_at(from_word.find(|c| !is_of_name(c)).unwrap_or(from_word.len()));
        rest = after;
        Some((word, after))
    })
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

/// The name that a text begins with, with `/` for its points; one at the end where everything below it is meant.
fn dotted(text: &str) -> String {
    let text = text.trim_start();
    let text = text.strip_prefix("static").filter(|rest| rest.starts_with(char::is_whitespace)).unwrap_or(text);
    let text = text.trim_start();
    if text.starts_with('.') {
        return String::new();
    }
    let name = &text[..text.find(|c| !is_of_name(c) && c != '.').unwrap_or(text.len())];
    name.replace('.', "/")
}
