//! Forge manifests that carry a Connect app: they declare lifecycle events in the descriptor's place.

use crate::{
    ecosystem::{Ecosystem, Interest},
    facts::Facts,
    source::Sources,
    syntax::yaml,
    tree::Node,
};

/// The room.
pub(super) struct Forge;

impl Ecosystem for Forge {
    fn interest(&self, path: &str) -> Interest {
        let name = path.rsplit('/').next().unwrap_or(path);
        if matches!(name, "manifest.yml" | "manifest.yaml") { Interest::Code } else { Interest::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        for (id, file) in sources.iter().filter(|(_, file)| self.interest(&file.path) != Interest::None) {
            let documents = yaml::parse(id, &file.text).documents;
            facts.forge_lifecycles.extend(documents.iter().flat_map(lifecycles).cloned());
        }
    }
}

/// The tables under `connectModules.*:lifecycle`.
fn lifecycles(manifest: &Node) -> impl Iterator<Item = &Node> {
    let modules = manifest.at(&["connectModules"]).map_or(&[][..], Node::members);
    let tables = modules.iter().filter(|module| module.key.value.ends_with(":lifecycle"));
    tables.flat_map(|module| module.value.elements())
}
