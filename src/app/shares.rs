//! Which app each fact belongs to.

use std::collections::BTreeMap;

use super::{
    parts::{Parts, Used},
    roots::ancestors,
};
use crate::{
    facts::{Dependency, Descriptor, Facts, Route},
    source::{FileId, Label, Sources, Span, Spanned},
};

/// Gives every fact to the app whose folder is nearest above its file, or to those that the nearest module is part of.
pub(super) fn shares(facts: Facts, sources: &Sources, roots: &[String], parts: &Parts) -> Vec<Facts> {
    let mut shares: Vec<_> = roots.iter().map(|_| Facts::default()).collect();
    let owned = owned(roots, parts);
    let owners = |file: FileId| {
        let folder = sources.file(file).folder();
        ancestors(folder).find_map(|ancestor| owned.get(ancestor)).map_or(&[][..], Vec::as_slice)
    };
    macro_rules! share {
        ($list:ident, $file:expr) => {
            for fact in facts.$list {
                let file: FileId = $file(&fact);
                for app in owners(file) {
                    shares[*app].$list.push(fact.clone());
                }
            }
        };
    }
    let mut by_file: BTreeMap<FileId, Vec<&Dependency>> = BTreeMap::new();
    for dependency in &facts.dependencies {
        let file = dependency.declared.file;
        by_file.entry(file).or_default().push(dependency);
        let is_part = |app: &&usize| parts.of(&roots[**app]).iter().any(|part| part.file == file);
        for app in owners(file).iter().filter(|app| !is_part(app)) {
            shares[*app].dependencies.push(dependency.clone());
        }
    }
    for (app, root) in roots.iter().enumerate() {
        add_of_parts(&mut shares[app].dependencies, &by_file, parts.of(root));
        shares[app].alternatives.clone_from(&facts.alternatives);
    }
    share!(descriptors, |fact: &Descriptor| fact.file);
    share!(build_files, |file: &FileId| *file);
    share!(ace_configs, |fact: &crate::facts::AceConfig| fact.tree.span.file);
    share!(spring, |fact: &crate::facts::SpringDocument| fact.tree.span.file);
    for fact in facts.variables {
        let owners = owners(fact.span.file);
        let below = only_app_below(sources.file(fact.span.file).folder(), roots).filter(|_| owners.is_empty());
        for app in owners.iter().copied().chain(below) {
            shares[app].variables.push(fact.clone());
        }
    }
    share!(routes, |fact: &Route| fact.span.file);
    share!(weaknesses, |fact: &crate::facts::Weakness| fact.route.span.file);
    share!(spring_classes, |fact: &crate::facts::SpringClass| fact.span.file);
    share!(jwt_exemptions, |fact: &crate::facts::JwtExemption| fact.route.file);
    share!(context_paths, |fact: &Spanned<String>| fact.span.file);
    share!(controller_work, |fact: &crate::facts::ControllerWork| fact.route.file);
    share!(permitted_paths, |fact: &crate::facts::PermittedPath| fact.pattern.span.file);
    share!(opaque_routes, |fact: &Label| fact.span.file);
    share!(ace_setups, |span: &Span| span.file);
    share!(unread_code, |span: &Span| span.file);
    share!(transformers, |span: &Span| span.file);
    share!(mentions, |span: &Span| span.file);
    share!(secret_reads, |span: &Span| span.file);
    share!(syntax_errors, |error: &crate::syntax::SyntaxError| error.span.file);
    shares
}

/// The app below a folder, if it is the only one of the tree: what starts it may stand above it.
fn only_app_below(folder: &str, roots: &[String]) -> Option<usize> {
    let is_below = |root: &String| ancestors(root).any(|above| above == folder);
    (roots.len() == 1 && is_below(&roots[0])).then_some(0)
}

/// The folders that apps own, their own ones and those of the modules they are made from, with the apps.
fn owned<'folder>(roots: &'folder [String], parts: &'folder Parts) -> BTreeMap<&'folder str, Vec<usize>> {
    let mut owned: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (app, root) in roots.iter().enumerate() {
        owned.insert(root, vec![app]);
    }
    for (app, root) in roots.iter().enumerate() {
        let is_apart = |folder: &String| !roots.contains(folder) && ancestors(root).all(|above| above != folder);
        for part in parts.of(root).iter().filter(|part| part.is_whole && is_apart(&part.folder)) {
            owned.entry(&part.folder).or_default().push(app);
        }
    }
    owned
}

/// Adds to an app's own dependencies those of its parts on packages that nothing nearer depends on.
fn add_of_parts(found: &mut Vec<Dependency>, by_file: &BTreeMap<FileId, Vec<&Dependency>>, parts: &[Used]) {
    for part in parts {
        let known = |package: &str| found.iter().any(|known| known.package == package && !known.development);
        let is_new = |fact: &&&Dependency| !(known(&fact.package) || part.is_whole && fact.development);
        let of_part = by_file.get(&part.file).into_iter().flatten();
        let new: Vec<Dependency> = of_part.filter(is_new).map(|fact| (*fact).clone()).collect();
        found.extend(new);
    }
}
