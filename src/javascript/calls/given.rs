//! Which parts of a request a call is given.

use crate::javascript::{
    ir::{Kind, Module, NodeId},
    values::{At, Chain, Given, Link, Root, Value, Values},
};

/// Whether a member is taken from a name, or from a member of one.
fn is_plain(module: &Module, node: NodeId) -> bool {
    let kind = |node: NodeId| module.kind(node);
    match kind(node) {
        Kind::Member { object, .. } => is_plain(module, *object),
        Kind::Name(_) | Kind::This => true,
        _ => false,
    }
}

/// Which parts of the request the arguments of a call hold.
#[derive(Default)]
pub(super) struct Gives {
    /// How many values were looked at.
    steps: usize,
    pub(super) request: bool,
    pub(super) token: bool,
    pub(super) body: bool,
}

impl Gives {
    /// Looks at an argument and at everything written inside it, but not into functions.
    pub(super) fn look(&mut self, values: &Values<'_, '_>, at: &At) {
        let module = values.project.module(at.module);
        let end = module.node(at.node).end;
        let mut next = at.node;
        while next < end {
            let node = next;
            next = NodeId(node.0 + 1);
            match module.kind(node) {
                Kind::Function(_) => next = module.node(node).end,
                Kind::Name(_) => self.value(&values.of(&at.with(node))),
                Kind::Member { .. } if is_plain(module, node) => {
                    self.value(&values.of(&at.with(node)));
                    next = module.node(node).end;
                }
                _ => {}
            }
        }
    }

    fn value(&mut self, value: &Value) {
        self.steps += 1;
        if self.steps > 500 {
            return;
        }
        match value {
            Value::Chain(chain) => self.chain(chain),
            Value::Choice(values) | Value::List(values) => values.iter().for_each(|value| self.value(value)),
            _ => {}
        }
    }

    fn chain(&mut self, chain: &Chain) {
        if !matches!(chain.root, Root::Given(Given::Request | Given::Context)) {
            if let Some(Link::Call { arguments, .. }) = chain.links.last() {
                arguments.iter().take(4).for_each(|value| self.value(value));
            }
            return;
        }
        let members: Vec<&str> = chain.members().collect();
        let members = match members.first() {
            Some(&("request" | "req")) => &members[1..],
            _ => &members[..],
        };
        match members.first().copied() {
            None => self.request = true,
            Some("headers" | "header" | "get" | "query" | "cookies" | "rawHeaders") => self.token |= is_token(chain),
            Some("body" | "json" | "text" | "rawBody") => self.body = true,
            Some(_) => {}
        }
    }
}

/// Whether a part of the headers, the query or the cookies may be the token: all of them, or one by its name.
fn is_token(chain: &Chain) -> bool {
    let last = match chain.links.as_slice() {
        [.., Link::Call { arguments, .. }] => arguments.first().and_then(Value::as_text),
        _ => chain.members().last(),
    };
    let whole = ["headers", "header", "get", "query", "cookies", "rawHeaders"];
    let names = chain.members().chain(last).filter(|name| !whole.contains(name));
    let mut names = names.map(str::to_ascii_lowercase).peekable();
    names.peek().is_none() || names.any(|name| ["auth", "jwt", "token"].iter().any(|word| name.contains(word)))
}
