//! Guards that come from files inside ACE.

use crate::{
    facts::{Guard, PrivateGuard, Route, WeaknessKind},
    javascript::{
        guards::Guards,
        ir::{BindingId, Kind, Module, NodeId, Request},
        values::Value,
    },
    source::{Sources, Span},
};

use super::Found;

const INSIDE: &str = "atlassian-connect-express/lib/";

pub(super) fn found(guards: &Guards<'_, '_, '_>, route: &Route) -> Vec<Found> {
    route.guards.iter().filter_map(|guard| of_guard(guards, guard)).collect()
}

fn of_guard(guards: &Guards<'_, '_, '_>, guard: &Guard) -> Option<Found> {
    let project = guards.values.project;
    let id = project.of_file(guard.span.file)?;
    let module = project.module(id);
    if !module.requests.iter().any(|request| request.source.starts_with(INSIDE)) {
        return None; // most files, and to look at every node for every guard is dear
    }
    let inside = |span: Span| guard.span.start <= span.start && span.end <= guard.span.end;
    for node in module.ids().filter(|node| inside(module.span(*node))) {
        let Kind::Name(binding) = module.kind(node) else { continue };
        let Value::Chain(chain) = guards.values.of(&guards.values.at_top(id, node)) else { continue };
        let Some(source) = chain.package().filter(|package| package.starts_with(INSIDE)) else { continue };
        let Some(request) = module.requests.iter().find(|request| request.source == source) else { continue };
        let private = PrivateGuard {
            source: source.to_owned(),
            guard: guard.span,
            is_call: is_call(module, guard.span, node),
            uses: uses(module, *binding),
            removable: removable(project.sources, module, *binding, request),
        };
        return Some(Found::new(WeaknessKind::PrivateImport(private), request.span));
    }
    None
}

/// Whether the guard is one call, whose callee holds the name.
fn is_call(module: &Module, guard: Span, name: NodeId) -> bool {
    module.ids().any(|node| match module.kind(node) {
        Kind::Call { callee, .. } => module.span(node) == guard && module.contains(*callee, name),
        _ => false,
    })
}

/// How often a name is used.
fn uses(module: &Module, binding: BindingId) -> usize {
    module.ids().filter(|node| matches!(module.kind(*node), Kind::Name(name) if *name == binding)).count()
}

/// The lines of an import that gives one name alone.
fn removable(sources: &Sources, module: &Module, binding: BindingId, request: &Request) -> Option<Span> {
    let text = &sources.file(module.file).text;
    let name = &module.binding(binding).name;
    let start = text[..request.span.start].rfind('\n').map_or(0, |line| line + 1);
    let end = text[request.span.end..].find('\n').map_or(text.len(), |line| request.span.end + line + 1);
    let before = &text[start..request.span.start];
    let after = text[request.span.end..end].trim();
    let declares = ["const", "let", "var"].iter().any(|word| before == format!("{word} {name} = "));
    let imports = before.is_empty() && text[request.span.range()].starts_with("import ");
    let alone = imports
        && [format!("import {name} from"), format!("import * as {name} from")]
            .iter()
            .any(|words| text[request.span.range()].starts_with(words));
    ((declares || alone) && matches!(after, "" | ";")).then_some(Span { start, end, ..request.span })
}
