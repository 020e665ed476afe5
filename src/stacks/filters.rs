//! What runs before the actions of Rails controllers.

use crate::stacks::{
    code::{Code, NodeId},
    definitions::Definition,
    project::Project,
    route::Step,
    ruby::{arguments, method, option, word},
};

/// Filters of Rails itself that say nothing about who sends a request to an API.
const INNOCENT: [&str; 3] = ["verify_authenticity_token", "verify_same_origin_request", "set_locale"];

/// How many parents and modules of a controller are read.
const MOST: usize = 12;

/// The filters of an action, those of the controller's parents first. One that is not in the tree may be a guard.
pub(super) fn of_action(project: &Project<'_>, lineage: &[Definition<'_>], action: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for class in lineage.iter().rev() {
        run(project, class, action, &mut steps);
    }
    steps
}

/// A controller, its parents and the modules that they include.
pub(super) fn lineage<'s>(project: &Project<'s>, class: &Definition<'s>) -> Vec<Definition<'s>> {
    let mut lineage: Vec<Definition<'s>> = Vec::new();
    let mut open = vec![*class];
    while let Some(next) = open.pop() {
        if lineage.len() >= MOST || lineage.iter().any(|known| known.node == next.node && known.file == next.file) {
            continue;
        }
        lineage.push(next);
        let code = &project.files[next.file];
        let parent = code.field(next.node, "superclass");
        let included =
            code.below(next.node).filter(|node| code.kind(*node) == "call" && method(code, *node) == "include");
        let included = included.flat_map(|call| arguments(code, call));
        let names = included.chain(parent).map(|node| code.last_name(node));
        open.extend(names.flat_map(|name| project.definitions.classes(name)).take(MOST));
    }
    lineage
}

/// Applies the declarations of one class, in order.
fn run(project: &Project<'_>, class: &Definition<'_>, action: &str, steps: &mut Vec<Step>) {
    let code = &project.files[class.file];
    for call in code.below(class.node).filter(|node| code.kind(*node) == "call") {
        if code.field(call, "receiver").is_some() || !concerns(code, call, action) {
            continue;
        }
        let symbols = arguments(code, call).into_iter().filter(|argument| code.kind(*argument) == "simple_symbol");
        let names = symbols.filter_map(|symbol| Some((symbol, word(code, symbol)?)));
        match method(code, call) {
            "skip_before_action" | "skip_before_filter" => {
                let skipped: Vec<_> = names.map(|(_, name)| name).collect();
                steps.retain(|step| !skipped.contains(&step.name.as_str()));
            }
            "before_action" | "before_filter" | "prepend_before_action" | "append_before_action" => {
                let block = code.field(call, "block");
                let block = block.and_then(|block| project.block(method(code, call), class.file, block));
                let declared = names.filter_map(|(symbol, name)| filter(project, code, symbol, name)).chain(block);
                let is_conditional = ["if", "unless"].iter().any(|key| option(code, call, key).is_some());
                steps.extend(declared.map(|step| if is_conditional { step.doubted() } else { step }));
            }
            _ => {}
        }
    }
}

fn filter(project: &Project<'_>, code: &Code<'_>, symbol: NodeId, name: &str) -> Option<Step> {
    if INNOCENT.contains(&name) {
        return None;
    }
    match project.definitions.named(name).is_empty() {
        true => Some(Step::unread(name, code.span(symbol))),
        false => project.guard(name, name, code.span(symbol)),
    }
}

/// Whether a declaration's `only` and `except` let it concern an action.
fn concerns(code: &Code<'_>, call: NodeId, action: &str) -> bool {
    let names = |key: &str| {
        let list = option(code, call, key)?;
        Some(code.text(list).split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == action))
    };
    names("only").unwrap_or(true) && !names("except").unwrap_or(false)
}
