//! What a single call means for a request: it verifies, it answers, it stores, it hands on, or no one knows.

use std::rc::Rc;

use crate::{
    facts::GuardClass,
    javascript::{
        ace::Ace,
        authenticators::{AUTHENTICATORS, Authenticator, Proves},
        ir::{Kind, Module, NodeId},
        project::ModuleId,
        values::{At, Chain, Given, Link, Root, Value, Values},
    },
    source::Label,
};

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

/// The entry of the table that a chain of members and calls means, and its arguments.
pub fn authenticator(chain: &Chain) -> Option<(&'static Authenticator, &[Value])> {
    let members: Vec<&str> = chain.members().collect();
    let arguments = chain.links.iter().rev().find_map(|link| match link {
        Link::Call { arguments, .. } => Some(&arguments[..]),
        Link::Member(_) => None,
    })?;
    let found = AUTHENTICATORS.iter().find(|entry| match &chain.root {
        Root::Package(package) => {
            let package = package.strip_suffix(".js").unwrap_or(package);
            package == entry.package && members.join(".") == entry.call
                || package == entry.package
                    && members.last() == Some(&entry.call.as_str())
                    && !entry.receiver.is_empty()
        }
        root => members.last() == Some(&entry.call.as_str()) && is_receiver(entry, root, &members),
    });
    found.map(|entry| (entry, arguments))
}

/// Whether the name in front of the called member is one of those that stand for the library.
fn is_receiver(entry: &Authenticator, root: &Root, members: &[&str]) -> bool {
    let before = members.len().checked_sub(2).map(|index| members[index]);
    let name = before.unwrap_or(match root {
        Root::Global(name) | Root::Parameter { name, .. } | Root::Unknown(name) => name,
        Root::Package(_) | Root::Given(_) => "",
    });
    let name = name.rsplit(['/', '.']).next().unwrap_or(name).to_ascii_lowercase();
    entry.receiver.iter().any(|receiver| {
        name == *receiver || name.ends_with(&format!("{receiver}on")) || {
            receiver == "addon" && (name.ends_with("addon") || name == "atlassianconnect")
        }
    })
}

/// What an authenticator proves in this call; `None` if that is not known.
pub fn proves(
    values: &Values<'_, '_>,
    ace: &Ace<'_>,
    entry: &Authenticator,
    arguments: &[Value],
    module: ModuleId,
) -> Option<GuardClass> {
    let is_off = entry.flag.and_then(|index| arguments.get(index)).is_some_and(|flag| match flag {
        Value::Bool(flag) => *flag,
        Value::Null => false,
        _ => false,
    });
    if is_off {
        return Some(GuardClass::Unverified);
    }
    match entry.proves {
        Proves::Asymmetric => Some(GuardClass::Asymmetric),
        Proves::Unbound => Some(GuardClass::Unbound),
        Proves::LegacyFallback => Some(GuardClass::LegacyFallback),
        Proves::Symmetric => Some(GuardClass::Symmetric),
        Proves::Nothing => Some(GuardClass::Unverified),
        Proves::Install => Some(ace.install_class(module)),
        Proves::ByAlgorithm => by_algorithm(values, entry, arguments),
    }
}

fn by_algorithm(values: &Values<'_, '_>, entry: &Authenticator, arguments: &[Value]) -> Option<GuardClass> {
    let options = entry.options.and_then(|index| arguments.get(index));
    let listed = options.map(|options| values.member(options, "algorithms"));
    let single = entry.algorithm.and_then(|index| arguments.get(index)).cloned();
    let named: Vec<String> = match (listed, single) {
        (Some(list @ (Value::Literal(_) | Value::List(_))), _) => {
            let elements = values.elements(&list)?;
            elements.iter().map(|value| value.as_text().map(str::to_owned)).collect::<Option<_>>()?
        }
        (_, Some(Value::Text(name, _))) => vec![name],
        _ => Vec::new(),
    };
    if named.is_empty() {
        return entry.key.and_then(|index| arguments.get(index)).and_then(by_key);
    }
    let asymmetric = named.iter().any(|name| !name.starts_with("HS") && name != "none");
    let symmetric = named.iter().any(|name| name.starts_with("HS"));
    match (asymmetric, symmetric) {
        (true, false) => Some(GuardClass::Unbound),
        (true, true) => Some(GuardClass::LegacyFallback),
        (false, true) => Some(GuardClass::Symmetric),
        (false, false) => None,
    }
}

/// What the name of a key tells of its kind.
fn by_key(key: &Value) -> Option<GuardClass> {
    let words = words(key).to_ascii_lowercase();
    if words.contains("secret") {
        return Some(GuardClass::Symmetric);
    }
    let is_public =
        ["publickey", "public_key", "pem", "install-keys", "jwks", "spki"].iter().any(|word| words.contains(word));
    is_public.then_some(GuardClass::Unbound)
}

/// Every name that a value is made of, as far as that can be told in a few lines.
pub fn words(value: &Value) -> String {
    let mut words = String::new();
    add_words(value, &mut words);
    words
}

fn add_words(value: &Value, words: &mut String) {
    const LONGEST: usize = 2_000;
    if words.len() > LONGEST {
        return;
    }
    words.push(' '); // every step counts, so that no value can take for ever
    match value {
        Value::Chain(chain) => {
            match &chain.root {
                Root::Package(name) | Root::Global(name) | Root::Unknown(name) | Root::Parameter { name, .. } => {
                    words.extend(name.chars().take(LONGEST));
                }
                Root::Given(_) => {}
            }
            for link in &chain.links {
                match link {
                    Link::Member(name) => {
                        words.push('.');
                        words.extend(name.chars().take(LONGEST));
                    }
                    Link::Call { arguments, .. } => arguments.iter().take(4).for_each(|value| add_words(value, words)),
                }
            }
        }
        Value::Text(text, _) => words.extend(text.chars().take(LONGEST)),
        Value::Partial(parts, _) => parts.iter().flatten().for_each(|part| words.extend(part.chars().take(LONGEST))),
        Value::Choice(values) | Value::List(values) => values.iter().for_each(|value| add_words(value, words)),
        _ => {}
    }
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
        Root::Global(name) if is_builtin(name) => Meaning::Nothing,
        _ => outside(values, at, chain, arguments, is_awaited),
    }
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

fn is_answer_of_context(chain: &Chain) -> bool {
    matches!(chain.members().next(), Some("json" | "text" | "html" | "body" | "throw" | "redirect" | "res" | "status"))
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

/// Whether a value is a response, or an object that has one.
pub fn is_response_like(value: &Value) -> bool {
    let Value::Chain(chain) = value else { return false };
    match chain.root {
        Root::Given(Given::Response) => true,
        Root::Given(Given::Context) => chain.members().all(|name| matches!(name, "res" | "response")),
        _ => false,
    }
}

fn is_accessor(chain: &Chain) -> bool {
    const PARTS: [&str; 26] = [
        "headers",
        "header",
        "get",
        "body",
        "query",
        "params",
        "param",
        "cookies",
        "url",
        "path",
        "method",
        "originalUrl",
        "json",
        "text",
        "formData",
        "is",
        "accepts",
        "socket",
        "connection",
        "log",
        "logger",
        "ip",
        "protocol",
        "hostname",
        "nextUrl",
        "clone",
    ];
    let mut members = chain.members();
    match members.next() {
        Some("request" | "req") => members.next().is_none_or(|name| PARTS.contains(&name)),
        Some(name) => PARTS.contains(&name),
        None => false,
    }
}

fn is_response_class(name: &str) -> bool {
    matches!(name, "Response" | "NextResponse")
}

fn is_next_response(chain: &Chain) -> bool {
    chain.package() == Some("next/server") && chain.members().next() == Some("NextResponse")
}

/// Objects and functions of the language, none of which verifies a token by itself.
fn is_builtin(name: &str) -> bool {
    const NAMES: [&str; 42] = [
        "console",
        "JSON",
        "Object",
        "Array",
        "String",
        "Number",
        "Boolean",
        "Math",
        "Date",
        "Buffer",
        "Promise",
        "Error",
        "TypeError",
        "RangeError",
        "Map",
        "Set",
        "WeakMap",
        "Symbol",
        "RegExp",
        "URL",
        "URLSearchParams",
        "parseInt",
        "parseFloat",
        "isNaN",
        "encodeURIComponent",
        "decodeURIComponent",
        "encodeURI",
        "decodeURI",
        "atob",
        "btoa",
        "setTimeout",
        "setImmediate",
        "setInterval",
        "clearTimeout",
        "process",
        "require",
        "TextEncoder",
        "TextDecoder",
        "Uint8Array",
        "structuredClone",
        "Intl",
        "Reflect",
    ];
    NAMES.contains(&name)
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
    if gives.request || gives.token {
        return Meaning::MayVerify;
    }
    if gives.body && (is_awaited || is_store(chain)) {
        return Meaning::Stores;
    }
    Meaning::Nothing
}

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
struct Gives {
    /// How many values were looked at.
    steps: usize,
    request: bool,
    token: bool,
    body: bool,
}

impl Gives {
    /// Looks at an argument and at everything written inside it, but not into functions.
    fn look(&mut self, values: &Values<'_, '_>, at: &At) {
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
            Some("headers" | "header" | "get" | "query" | "cookies" | "rawHeaders") => self.token = true,
            Some("body" | "json" | "text" | "rawBody") => self.body = true,
            Some(_) => {}
        }
    }
}

fn is_logging(chain: &Chain) -> bool {
    let root = match &chain.root {
        Root::Package(name) | Root::Global(name) | Root::Unknown(name) | Root::Parameter { name, .. } => name.as_str(),
        Root::Given(_) => "",
    };
    let root = root.rsplit('/').next().unwrap_or(root).to_ascii_lowercase();
    let is_logger = |name: &str| {
        matches!(
            name,
            "log" | "logger" | "debug" | "console" | "winston" | "pino" | "bunyan" | "sentry" | "node" | "morgan"
        ) || name.ends_with("logger")
    };
    is_logger(&root) || chain.members().any(|name| is_logger(&name.to_ascii_lowercase()))
}

/// Packages that do much, but never verify a token.
fn is_plain_library(chain: &Chain) -> bool {
    const PACKAGES: [&str; 14] = [
        "lodash",
        "underscore",
        "path",
        "node:path",
        "fs",
        "node:fs",
        "util",
        "node:util",
        "url",
        "querystring",
        "qs",
        "moment",
        "dayjs",
        "uuid",
    ];
    chain.package().is_some_and(|package| PACKAGES.contains(&package))
}

/// Libraries all of whose verifying calls are in the table: none of their other calls verifies.
fn is_token_library(chain: &Chain) -> bool {
    let of = |package: &str| AUTHENTICATORS.iter().any(|entry| entry.package == package && !entry.guard);
    chain.package().is_some_and(of)
}

/// Whether the called member's name says that something is kept.
fn is_store(chain: &Chain) -> bool {
    const VERBS: [&str; 17] = [
        "save", "store", "set", "put", "insert", "upsert", "update", "create", "delete", "remove", "destroy", "write",
        "add", "push", "persist", "replace", "register",
    ];
    let name = match (chain.members().last(), &chain.root) {
        (Some(name), _) => name,
        (None, Root::Global(name) | Root::Unknown(name) | Root::Parameter { name, .. }) => name,
        _ => return false,
    };
    let name = name.to_ascii_lowercase();
    VERBS.iter().any(|verb| name.starts_with(verb) || name.ends_with(verb))
}

/// A remark on a call.
pub fn label(values: &Values<'_, '_>, at: &At, message: impl Into<String>) -> Label {
    Label::new(values.project.node(at.module, at.node).span, message)
}
