//! Descriptors that a jbuilder template writes: `json.lifecycle do … end`.

use crate::{
    facts::{Descriptor, Origin},
    source::Spanned,
    stacks::{
        code::{Code, NodeId},
        descriptors,
        project::Project,
    },
    tree::{Member, Node, Value},
};

/// How deep blocks are read.
const DEEPEST: usize = 6;

/// The descriptors of every template.
pub fn descriptors(project: &Project<'_>) -> Vec<Descriptor> {
    let templates = project.files.iter().filter(|code| code.path.ends_with(".jbuilder"));
    templates.filter_map(of_file).collect()
}

fn of_file(code: &Code<'_>) -> Option<Descriptor> {
    let root = code.ids().next()?;
    let members = members(code, root, 0);
    let tree = Node { span: code.span(root), value: Value::Object(members) };
    let is_descriptor = tree.at(&["lifecycle", "installed"]).or(tree.at(&["lifecycle", "uninstalled"])).is_some()
        && (tree.member("baseUrl").is_some() || tree.member("modules").is_some());
    is_descriptor.then_some(Descriptor { file: code.file, tree, origin: Origin::Code, not_strict: None })
}

/// What the calls on `json` directly in a block write; those under a condition are written too, maybe.
fn members(code: &Code<'_>, block: NodeId, depth: usize) -> Vec<Member> {
    if depth > DEEPEST {
        return Vec::new();
    }
    let calls = code.below(block).filter(|node| *node != block && code.kind(*node) == "call");
    let own = calls.filter(|call| {
        let blocks = code.ancestors(*call).take_while(|above| *above > block);
        let mut blocks = blocks.filter(|above| matches!(code.kind(*above), "do_block" | "block"));
        let on_json = code.field(*call, "receiver").is_some_and(|receiver| code.text(receiver) == "json");
        on_json && blocks.next().is_none()
    });
    own.filter_map(|call| member(code, call, depth)).collect()
}

fn member(code: &Code<'_>, call: NodeId, depth: usize) -> Option<Member> {
    let method = code.field(call, "method")?;
    let key = Spanned { value: code.text(method).to_owned(), span: code.span(method) };
    let argument = code.field(call, "arguments").and_then(|list| code.children(list).next());
    let value = match (code.field(call, "block"), argument) {
        (Some(block), None) => Value::Object(members(code, block, depth + 1)),
        (_, Some(argument)) => match (code.string(argument), code.text(argument)) {
            (Some(text), _) => Value::String(text.to_owned()),
            (None, text @ ("true" | "false")) => Value::Bool(text == "true"),
            _ => descriptors::read(code, argument, depth).value,
        },
        _ => Value::Unknown,
    };
    Some(Member { key, value: Node { span: code.span(call), value } })
}
