//! Clojure: descriptors written as maps, and what reads an install callback. Its routes are not read.

use crate::{
    ecosystem::{Ecosystem, Interest, callback, maven},
    facts::{Descriptor, Event, Facts, Origin},
    source::{FileId, SourceFile, Sources},
    syntax::words,
    tree::Node,
};

use form::Forms;

mod form;

/// The room.
pub(super) struct Clojure;

impl Ecosystem for Clojure {
    fn interest(&self, path: &str) -> Interest {
        let name = path.rsplit('/').next().unwrap_or(path);
        if maven::is_foreign(path) {
            Interest::None
        } else if is_build(name) {
            Interest::Always
        } else if owns(path) || name.ends_with(".edn") {
            Interest::Code
        } else {
            Interest::None
        }
    }

    fn reads_programs(&self) -> bool {
        true
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        let builds = sources.iter().filter(|(_, file)| is_build(file.name()) && !maven::is_foreign(&file.path));
        facts.build_files.extend(builds.map(|(id, _)| id));
        let code: Vec<_> = sources.iter().filter(|(_, file)| owns(&file.path)).collect();
        let found: Vec<_> = code.iter().flat_map(|(id, file)| descriptors(*id, file)).collect();
        let has_flag = |descriptor: &Descriptor| descriptor.migration("signed-install").is_some();
        // a flag that stands apart from the map may be added to it
        let is_elsewhere = !found.iter().any(has_flag) && code.iter().any(|(_, file)| names_flag(file));
        if !is_elsewhere {
            facts.descriptors.extend(found);
        }
        callback::read(sources, owns, words::CLOJURE, facts);
    }
}

/// Whether a file of this name says how the app is built.
fn is_build(name: &str) -> bool {
    matches!(name, "project.clj" | "deps.edn")
}

/// Whether a path names code of an app.
fn owns(path: &str) -> bool {
    let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
    ["clj", "cljc"].contains(&ending) && !stem.ends_with("_test") && !maven::is_foreign(path)
}

fn names_flag(file: &SourceFile) -> bool {
    let tokens = words::scan(&file.text, words::CLOJURE);
    tokens.into_iter().any(|token| callback::plain(&file.text[token.range]) == "signedinstall")
}

/// The maps of a file that are descriptors.
fn descriptors(id: FileId, file: &SourceFile) -> Vec<Descriptor> {
    let is_descriptor = |tree: &Node| {
        let declares = |event: Event| tree.at(&["lifecycle", event.key()]).is_some();
        (tree.member("baseUrl").is_some() || tree.member("modules").is_some()) && Event::ALL.into_iter().any(declares)
    };
    let maps = Forms::new(id, &file.text).maps().into_iter().filter(is_descriptor);
    maps.map(|tree| Descriptor { file: id, tree, origin: Origin::Code, not_strict: None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Authentication;

    fn read(text: &str) -> Facts {
        let sources =
            Sources::new(vec![SourceFile::new("deps.edn", "{}"), SourceFile::new("src/app/descriptor.clj", text)]);
        let mut facts = Facts::default();
        Clojure.read(&sources, &mut facts);
        facts
    }

    #[test]
    fn a_map_is_a_descriptor() {
        let facts = read(
            "(defn descriptor [env]\n  (response {:key (:key env) :baseUrl base ; {:lifecycle 1}\n :authentication {:type \"jwt\"}\n\
             :lifecycle {:installed \"/installed\" #_#_:enabled \"/e\"} :apiMigrations {:signed-install true} :x #{1 2}\n\
             :modules {:pages [{:url \"/p\" :f #(str %)}]}}))",
        );
        let [descriptor] = &facts.descriptors[..] else { panic!("{:?}", facts.descriptors) };
        assert_eq!(descriptor.authentication(), Authentication::Jwt);
        assert_eq!(descriptor.lifecycle().count(), 1);
        assert!(descriptor.has_migrated("signed-install"));
        assert_eq!(facts.build_files.len(), 1);
    }

    #[test]
    fn a_flag_that_is_added_elsewhere_leaves_the_map_open() {
        let facts = read(
            "(def base {:baseUrl \"x\" :lifecycle {:installed \"/i\"}})\n(assoc-in base [:apiMigrations :signed-install] true)",
        );
        assert!(facts.descriptors.is_empty());
    }
}
