//! What a single call means for a request: it verifies, it answers, it stores, it hands on, or no one knows.

use std::rc::Rc;

use crate::{
    facts::GuardClass,
    javascript::{
        ace::Ace,
        ir::NodeId,
        marks,
        values::{At, Chain, Given, Link, Root, Value, Values},
    },
    source::Label,
};

mod given;
mod names;
mod tokens;

pub use tokens::{authenticator, proves, words};

use given::Gives;
use names::*;

/// What a call means for a request.
#[derive(Clone, Debug)]
pub enum Meaning {
    /// It verifies a token and throws if it is wrong; or it says so by what it gives.
    Verifies(GuardClass),
    /// It only reads a token.
    Decodes,
    /// It answers that all is well, or answers something unknown.
    Answers,
    /// It refuses the request.
    Refuses,
    /// It hands on to whatever comes next.
    HandsOn,
    /// It keeps a part of the request's body.
    Stores,
    /// It may verify: it is given the request or the token, and could not be followed.
    MayVerify,
    /// None of these.
    Nothing,
}

/// What a call means that leads out of the tree.
pub fn meaning(
    values: &Values<'_, '_>,
    ace: &Ace<'_>,
    at: &At,
    value: &Value,
    arguments: &[NodeId],
    is_awaited: bool,
) -> Meaning {
    let chain = match value {
        Value::Chain(chain) => chain,
        _ => return Meaning::Nothing,
    };
    let is_run = arguments.iter().any(|argument| is_request(&values.of(&at.with(*argument))));
    if let Some((entry, given)) = authenticator(chain).filter(|(entry, _)| !entry.guard || is_run) {
        return match proves(values, ace, entry, given, at.module) {
            Some(GuardClass::Unverified) => Meaning::Decodes,
            Some(class) => Meaning::Verifies(class),
            None => Meaning::MayVerify,
        };
    }
    match &chain.root {
        Root::Given(Given::Response) => answer(values, chain),
        Root::Given(Given::Next) => next(chain),
        Root::Given(Given::Context) if is_answer_of_context(chain) => answer(values, chain),
        Root::Given(Given::Request | Given::Context) if is_accessor(chain) => Meaning::Nothing,
        Root::Global(name) if is_response_class(name) => answer(values, chain),
        Root::Package(_) if is_next_response(chain) => answer(values, chain),
        Root::Global(name) if is_builtin(name) && !is_lasting_collection(values, chain) => Meaning::Nothing,
        _ => outside(values, at, chain, arguments, is_awaited),
    }
}

/// Whether a value is a map or a set that outlives the request: one made at the top of a file.
fn is_lasting_collection(values: &Values<'_, '_>, chain: &Chain) -> bool {
    let is_collection = matches!(&chain.root, Root::Global(name) if matches!(&**name, "Map" | "Set" | "WeakMap"));
    let Some(Link::Call { at, .. }) = chain.links.first().filter(|_| is_collection) else { return false };
    let module = values.project.module(at.module);
    module.index.functions.around(at.node).next().is_none()
}

/// Whether a value is something that writes a log.
pub fn is_log(value: &Value) -> bool {
    matches!(value, Value::Chain(chain) if is_logging(chain))
}

/// Whether a value is the promise of a verifying call.
pub fn is_promised(value: &Value) -> bool {
    let Value::Chain(chain) = value else { return false };
    authenticator(chain).is_some_and(|(entry, _)| entry.promise)
}

/// Whether a value is the whole request.
fn is_request(value: &Value) -> bool {
    matches!(value, Value::Chain(chain) if matches!(chain.root, Root::Given(Given::Request)) && chain.links.is_empty())
}

fn next(chain: &Chain) -> Meaning {
    let given = chain.links.iter().find_map(|link| match link {
        Link::Call { arguments, .. } => Some(arguments),
        Link::Member(_) => None,
    });
    match given.and_then(|arguments| arguments.first()) {
        None | Some(Value::Null) => Meaning::HandsOn,
        Some(Value::Text(text, _)) if text == "route" || text == "router" => Meaning::HandsOn,
        Some(_) => Meaning::Refuses,
    }
}

/// An answer by a response object: its status decides.
fn answer(values: &Values<'_, '_>, chain: &Chain) -> Meaning {
    const ANSWERS: [&str; 13] = [
        "send",
        "json",
        "jsonp",
        "end",
        "sendStatus",
        "redirect",
        "render",
        "sendFile",
        "write",
        "download",
        "Response",
        "error",
        "throw",
    ];
    let mut name = match &chain.root {
        Root::Global(name) => name.as_str(),
        _ => "",
    };
    let mut answers = false;
    let mut refuses = false;
    for link in &chain.links {
        match link {
            Link::Member(member) => name = member,
            Link::Call { arguments, .. } => {
                answers |= ANSWERS.contains(&name) || name == "NextResponse";
                let status = match (name, arguments.first()) {
                    ("status" | "code" | "sendStatus" | "writeHead" | "throw", Some(Value::Number(status))) => {
                        Some(*status)
                    }
                    ("throw" | "error", _) => Some(400.0),
                    _ => None,
                };
                let options = arguments.get(1).map(|options| values.member(options, "status"));
                let status = match (status, options) {
                    (None, Some(Value::Number(status))) => Some(status),
                    (status, _) => status,
                };
                refuses |= status.is_some_and(|status| status >= 300.0);
            }
        }
    }
    match (answers, refuses) {
        (_, true) => Meaning::Refuses,
        (true, false) => Meaning::Answers,
        (false, false) => Meaning::Nothing,
    }
}

/// Whether a value is the request's path, or an environment variable.
pub fn is_path_or_environment(value: &Value) -> bool {
    let Value::Chain(chain) = value else { return false };
    let first = chain.members().find(|name| !matches!(*name, "request" | "req" | "nextUrl"));
    match &chain.root {
        Root::Given(Given::Request | Given::Context) => {
            matches!(first, Some("path" | "url" | "originalUrl" | "baseUrl" | "pathname" | "hostname" | "ip"))
        }
        Root::Global(name) => name == "process" && first == Some("env"),
        _ => false,
    }
}

/// Whether a value is a claim whose right value everyone knows: the app's address, the hash of the request, a time. Who
/// makes a token writes it. What hangs on the request was put there by something else, which may have verified it.
pub fn is_public_claim(value: &Value) -> bool {
    let Value::Chain(chain) = value else { return false };
    let is_kept = matches!(chain.root, Root::Given(_));
    !is_kept && matches!(chain.members().last(), Some("aud" | "qsh" | "exp" | "iat" | "nbf"))
}

/// Whether a value is a response, or an object that has one.
pub fn is_response_like(value: &Value) -> bool {
    let Value::Chain(chain) = value else { return false };
    match chain.root {
        Root::Given(Given::Response) => true,
        Root::Given(Given::Context) => chain.members().all(|name| matches!(name, "res" | "response")),
        _ => false,
    }
}

/// A call of something that could not be followed or is none of ours.
fn outside(values: &Values<'_, '_>, at: &At, chain: &Chain, arguments: &[NodeId], is_awaited: bool) -> Meaning {
    if is_logging(chain) || is_plain_library(chain) || is_token_library(chain) {
        return Meaning::Nothing;
    }
    let mut gives = Gives::default();
    for argument in arguments {
        gives.look(values, &at.with(*argument));
    }
    let is_resource = matches!(chain.members().next(), Some("env" | "waitUntil" | "data" | "next" | "app" | "db"));
    if matches!(chain.root, Root::Given(Given::Context)) && chain.members().eq(["next"]) {
        return Meaning::HandsOn;
    }
    if matches!(chain.root, Root::Given(Given::Request | Given::Context)) && !is_resource {
        return Meaning::MayVerify;
    }
    if chain.package().is_some_and(|package| matches!(package, "crypto" | "node:crypto")) {
        return match chain.members().next() {
            Some("createVerify" | "verify") => Meaning::Verifies(GuardClass::Unbound),
            Some("createHmac")
                if words(&Value::Chain(Rc::new(chain.clone()))).to_ascii_lowercase().contains("secret") =>
            {
                Meaning::Verifies(GuardClass::Symmetric)
            }
            _ => Meaning::Nothing,
        };
    }
    if (gives.request || gives.token) && !fetches_key(values, at, arguments) {
        return Meaning::MayVerify;
    }
    if gives.body && (is_awaited || is_store(chain)) {
        return Meaning::Stores;
    }
    Meaning::Nothing
}

/// Whether a call is given the address of a key of Atlassian's: it fetches the key, and leaves the token to others.
fn fetches_key(values: &Values<'_, '_>, at: &At, arguments: &[NodeId]) -> bool {
    let is_key_host = |value: &Value| {
        let words = words(value);
        marks::KEY_HOSTS.iter().any(|host| words.contains(host))
    };
    arguments.first().is_some_and(|argument| is_key_host(&values.of(&at.with(*argument))))
}

/// A remark on a call.
pub fn label(values: &Values<'_, '_>, at: &At, message: impl Into<String>) -> Label {
    Label::new(values.project.node(at.module, at.node).span, message)
}
