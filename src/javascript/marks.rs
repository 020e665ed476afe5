//! What code says of the app as a whole: a descriptor that is changed on its way out, code loaded under computed names,
//! Connect's key hosts and libraries.

use crate::{
    facts::Facts,
    frameworks::framework,
    javascript::{
        ir::{Kind, Module, NodeId, Property},
        project::Project,
    },
    source::{Label, Span},
};

/// Hosts that only code for signed installs has a reason to name.
pub const KEY_HOSTS: [&str; 2] = ["connect-install-keys.atlassian.com", "asap-distribution"];

/// Adds what every file says.
pub fn read(project: &Project<'_>, facts: &mut Facts) {
    for (_, module) in project.modules() {
        facts.transformers.extend(transformers(module));
        facts.opaque_routes.extend(computed_requests(module));
        facts.mentions.extend(mentions(module));
    }
}

/// Members named `descriptorTransformer`.
fn transformers(module: &Module) -> impl Iterator<Item = Span> {
    module.nodes.iter().filter_map(|node| {
        let Kind::Object(properties) = &node.kind else { return None };
        properties.iter().find_map(|property| match property {
            Property::Named { key, span, .. } if key == "descriptorTransformer" => Some(*span),
            _ => None,
        })
    })
}

/// Calls of `require` and `import` whose argument is no literal.
fn computed_requests(module: &Module) -> impl Iterator<Item = Label> {
    module
        .ids()
        .filter(|id| is_computed(module, *id))
        .map(|id| Label::new(module.span(id), "the name of the file loaded here is computed"))
}

fn is_computed(module: &Module, id: NodeId) -> bool {
    match module.kind(id) {
        Kind::Import(source) => module.text(*source).is_none(),
        Kind::Call { callee, arguments } => {
            let required = matches!(module.kind(*callee), Kind::Global(name) if name == "require");
            required && arguments.first().is_some_and(|argument| module.text(*argument).is_none())
        }
        _ => false,
    }
}

/// Key hosts in strings, and imports of libraries for Connect.
fn mentions(module: &Module) -> impl Iterator<Item = Span> {
    let hosts = module.nodes.iter().filter(|node| match &node.kind {
        Kind::Text(text) => KEY_HOSTS.iter().any(|host| text.contains(host)),
        Kind::Template { texts, .. } => texts.iter().any(|text| KEY_HOSTS.iter().any(|host| text.contains(host))),
        _ => false,
    });
    let known = |source: &str| framework(&format!("pkg:npm/{source}")).is_some_and(|library| library.evidence);
    let libraries = module.requests.iter().filter(move |request| known(&request.source)).map(|request| request.span);
    hosts.map(|node| node.span).chain(libraries)
}
