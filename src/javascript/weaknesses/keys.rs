//! Where verifying keys are fetched from, and what their ids must look like.

use crate::{
    facts::{GuardClass, KeySource, WeaknessKind},
    javascript::{
        calls,
        ir::{Kind, Origin},
        values::{At, Chain, Given, Link, Root, Value},
    },
};

use super::{
    Found,
    reach::{Call, Reach, choices, last_member},
};

/// How many values are looked at behind one key.
const MOST: usize = 200;

pub(super) fn found(reach: &Reach<'_, '_, '_>) -> Vec<Found> {
    if !reach.token_calls().any(|token| token.class.is_some_and(GuardClass::is_asymmetric)) {
        return Vec::new();
    }
    let mut found: Vec<Found> = fetches(reach).iter().filter_map(|fetch| of_fetch(reach, fetch)).collect();
    found.extend(strict_patterns(reach));
    found
}

/// A call that fetches something.
struct Fetch {
    at: At,
    /// Whether it gives an answer of any status.
    any_status: bool,
}

/// The calls that fetch the keys of verifying calls.
fn fetches(reach: &Reach<'_, '_, '_>) -> Vec<Fetch> {
    let mut fetches: Vec<Fetch> = Vec::new();
    let mut add = |fetch: Fetch| {
        if !fetches.iter().any(|known| known.at.key() == fetch.at.key()) {
            fetches.push(fetch);
        }
    };
    for token in reach.token_calls().filter(|token| token.class.is_some_and(GuardClass::is_asymmetric)) {
        let Some(key) = token.call.arguments.get(token.entry.key.unwrap_or(1)) else { continue };
        let value = reach.values.of(&token.call.at.with(*key));
        behind(&value).into_iter().for_each(&mut add);
    }
    for call in &reach.calls {
        let Some(fetch) = call.outside().and_then(fetch) else { continue };
        let words = calls::words(&call.value);
        if words.contains("connect-install-keys") || words.contains("asap-distribution") {
            add(fetch);
        }
    }
    fetches
}

/// The fetching calls that a value comes from.
fn behind(value: &Value) -> Vec<Fetch> {
    let mut open = vec![value];
    let mut found = Vec::new();
    let mut steps = 0;
    while let Some(value) = open.pop() {
        steps += 1;
        if steps > MOST {
            break;
        }
        match value {
            Value::Chain(chain) => match fetch(chain) {
                Some(fetch) => found.push(fetch),
                None => {
                    for link in &chain.links {
                        if let Link::Call { arguments, .. } = link {
                            open.extend(arguments.first());
                        }
                    }
                }
            },
            Value::Choice(values) => open.extend(values),
            _ => {}
        }
    }
    found
}

/// The first call of a chain, if it fetches.
fn fetch(chain: &Chain) -> Option<Fetch> {
    let first = chain.links.iter().position(|link| matches!(link, Link::Call { .. }))?;
    let Link::Call { at, .. } = &chain.links[first] else { return None };
    let before: Vec<&str> = chain.links[..first].iter().filter_map(member).collect();
    let any_status = match &chain.root {
        Root::Global(name) if name == "fetch" && before.is_empty() => true,
        Root::Global(name) if matches!(name.as_str(), "globalThis" | "window") && before == ["fetch"] => true,
        Root::Package(name) => match name.as_str() {
            "node-fetch" | "cross-fetch" | "isomorphic-fetch" | "undici" => before.is_empty() || before == ["fetch"],
            "axios"
            | "got"
            | "superagent"
            | "request-promise"
            | "request-promise-native"
            | "ky"
            | "needle"
            | "bent" => false,
            _ => return None,
        },
        _ => return None,
    };
    let is_request = before.is_empty() || matches!(before[..], ["get" | "fetch" | "request"]);
    is_request.then(|| Fetch { at: at.clone(), any_status })
}

fn member(link: &Link) -> Option<&str> {
    match link {
        Link::Member(name) => Some(name),
        Link::Call { .. } => None,
    }
}

fn of_fetch(reach: &Reach<'_, '_, '_>, fetch: &Fetch) -> Option<Found> {
    let (Kind::Call { arguments, .. } | Kind::New { arguments, .. }) = reach.kind(&fetch.at) else { return None };
    let address = fetch.at.with(*arguments.first()?);
    let span = reach.span(&fetch.at);
    let source = match host(reach, &address, 0) {
        Host::Request(part) if !is_listed(reach, &part) => KeySource::Request,
        Host::Http => KeySource::Http,
        Host::Fixed | Host::Unknown if fetch.any_status && !is_status_read(reach, fetch) => KeySource::AnyStatus,
        _ => return None,
    };
    Some(Found::new(WeaknessKind::Key(source), span))
}

/// What names the host of an address.
enum Host {
    /// The program, by `https`.
    Fixed,
    /// The program, by plain `http`.
    Http,
    /// The request: the member that holds it.
    Request(String),
    /// It is not known.
    Unknown,
}

fn host(reach: &Reach<'_, '_, '_>, at: &At, hops: usize) -> Host {
    if hops > 12 {
        return Host::Unknown;
    }
    let module = reach.module(at);
    match module.kind(at.node) {
        Kind::Template { texts, values } => match (texts.first().map(String::as_str), values.first()) {
            (Some("" | "https://" | "http://"), Some(value)) => by_value(&reach.values.of(&at.with(*value))),
            (Some(text), _) => by_text(text),
            _ => Host::Unknown,
        },
        Kind::Binary { operator: "+", left, right } => match module.text(*left) {
            Some("https://" | "http://" | "") => by_value(&reach.values.of(&at.with(*right))),
            _ => host(reach, &at.with(*left), hops + 1),
        },
        Kind::New { callee, arguments } if reach.text(&at.with(*callee)) == "URL" => match arguments[..] {
            [whole] => host(reach, &at.with(whole), hops + 1),
            [_, base] => host(reach, &at.with(base), hops + 1),
            _ => Host::Unknown,
        },
        Kind::Object(_) => match (reach.property(at, "url"), reach.property(at, "uri")) {
            (Ok(Some(address)), _) | (Ok(None), Ok(Some(address))) => host(reach, &address, hops + 1),
            _ => Host::Unknown,
        },
        Kind::Name(binding) => match &module.binding(*binding).origin {
            Origin::Value { value, path } if path.is_empty() && module.binding(*binding).assigned.is_empty() => {
                host(reach, &at.with(*value), hops + 1)
            }
            _ => by_value(&reach.values.of(at)),
        },
        _ => by_value(&reach.values.of(at)),
    }
}

fn by_text(text: &str) -> Host {
    let Some(rest) = text.strip_prefix("http://") else {
        return if text.starts_with("https://") { Host::Fixed } else { Host::Unknown };
    };
    let local = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "host.docker.internal"];
    if local.iter().any(|name| rest.starts_with(name)) { Host::Unknown } else { Host::Http }
}

fn by_value(value: &Value) -> Host {
    match value {
        Value::Text(text, _) => by_text(text),
        Value::Partial(parts, _) => parts.first().and_then(Option::as_deref).map_or(Host::Unknown, by_text),
        Value::Choice(_) => {
            let hosts: Vec<Host> = choices(value).iter().map(by_value).collect();
            if hosts.iter().all(|host| matches!(host, Host::Fixed)) { Host::Fixed } else { Host::Unknown }
        }
        Value::Chain(chain) => by_chain(chain),
        _ => Host::Unknown,
    }
}

fn by_chain(chain: &Chain) -> Host {
    let is_request = matches!(chain.root, Root::Given(Given::Request | Given::Context));
    if let Some([first, ..]) = super::reach::body_members(chain).as_deref() {
        return Host::Request((*first).to_owned());
    }
    let Some(last @ ("iss" | "jku" | "x5u")) = last_member(chain) else { return Host::Unknown };
    let is_read = chain.links.iter().any(|link| matches!(link, Link::Call { .. }));
    let reads = chain.members().any(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("decode") || name == "parse"
    });
    if is_request || is_read && (reads || chain.package() == Some("jwt-decode")) {
        return Host::Request(last.to_owned());
    }
    Host::Unknown
}

/// Whether the code asks if a part of the request is one of several known ones.
fn is_listed(reach: &Reach<'_, '_, '_>, part: &str) -> bool {
    const ASKS: [&str; 11] =
        ["includes", "has", "indexOf", "some", "find", "test", "match", "endsWith", "startsWith", "exec", "every"];
    reach.nodes.iter().any(|at| match reach.kind(at) {
        Kind::Call { callee, arguments } => {
            let name = match reach.kind(&at.with(*callee)) {
                Kind::Member { property, .. } => property.as_str(),
                _ => return false,
            };
            let whole = std::iter::once(callee).chain(arguments);
            ASKS.contains(&name) && whole.into_iter().any(|node| names_part(reach, &at.with(*node), part))
        }
        Kind::Binary { operator: "===" | "!==" | "==" | "!=", left, right } => {
            let sides = [at.with(*left), at.with(*right)];
            let is_literal = sides.iter().any(|side| {
                matches!(reach.kind(side), Kind::Text(_))
                    && !matches!(reach.kind(side), Kind::Text(text) if text == "string")
            });
            is_literal && sides.iter().any(|side| names_part(reach, side, part))
        }
        _ => false,
    })
}

fn names_part(reach: &Reach<'_, '_, '_>, at: &At, part: &str) -> bool {
    let words = calls::words(&reach.values.of(at));
    words.contains(&format!(".{part}")) || reach.text(at).contains(part) || reach.text(at).contains("host")
}

/// Whether anything looks at the status of what was fetched, at the key's form, or could not be followed.
fn is_status_read(reach: &Reach<'_, '_, '_>, fetch: &Fetch) -> bool {
    let is_own = |value: &Value| match value {
        Value::Chain(chain) => match &chain.root {
            Root::Given(_) => false,
            Root::Unknown(_) | Root::Parameter { .. } => true,
            _ => comes_from(chain, fetch),
        },
        _ => true,
    };
    let members = reach.nodes.iter().any(|at| match reach.kind(at) {
        Kind::Member { object, property, .. } => {
            matches!(property.as_str(), "ok" | "status" | "statusCode" | "statusText")
                && is_own(&reach.values.of(&at.with(*object)))
        }
        _ => false,
    });
    let form = |word: &str| word.contains("BEGIN PUBLIC KEY") || word.contains("-----BEGIN");
    members
        || reach.declares_any(&["ok", "status", "statusCode"])
        || reach.mentions(form)
        || reach.calls.iter().any(|call| gives_away(reach, call, fetch))
}

fn comes_from(chain: &Chain, fetch: &Fetch) -> bool {
    chain.links.iter().any(|link| matches!(link, Link::Call { at, .. } if at.key() == fetch.at.key()))
}

/// Whether a call that could not be followed is given the whole answer.
fn gives_away(reach: &Reach<'_, '_, '_>, call: &Call, fetch: &Fetch) -> bool {
    call.arguments.iter().any(|argument| match reach.values.of(&call.at.with(*argument)) {
        Value::Chain(chain) => {
            matches!(chain.links.last(), Some(Link::Call { at, .. }) if at.key() == fetch.at.key())
        }
        _ => false,
    })
}

/// Patterns for UUIDs that a key id is refused by.
fn strict_patterns(reach: &Reach<'_, '_, '_>) -> Vec<Found> {
    let mut found = Vec::new();
    for call in &reach.calls {
        let Kind::Member { object, property, .. } = reach.kind(&call.at.with(call.callee)) else { continue };
        let Some(argument) = call.arguments.first() else { continue };
        let (pattern, subject) = match property.as_str() {
            "test" | "exec" => (*object, *argument),
            "match" | "search" => (*argument, *object),
            _ => continue,
        };
        let Value::Literal(pattern) = reach.values.of(&call.at.with(pattern)) else { continue };
        let Kind::Pattern(source) = reach.kind(&pattern) else { continue };
        if is_uuid(source) && is_key_id(reach, &call.at.with(subject)) && refuses(reach, call) {
            found.push(Found::new(WeaknessKind::StrictKeyId, reach.span(&pattern)));
        }
    }
    found
}

/// Whether a regular expression has the groups of a UUID, or asks for 36 hexadecimal digits and hyphens.
fn is_uuid(source: &str) -> bool {
    let hexadecimal = source.contains("a-f") || source.contains("A-F");
    let grouped =
        source.contains("{8}") && source.contains("{12}") && (source.contains("{4}") || source.contains("{3}"));
    hexadecimal && (grouped || source.contains("{36}"))
}

fn is_key_id(reach: &Reach<'_, '_, '_>, at: &At) -> bool {
    let Value::Chain(chain) = reach.values.of(at) else { return false };
    match chain.links.last() {
        Some(Link::Member(name)) => name == "kid",
        Some(Link::Call { .. }) => chain.members().last() == Some("getKeyId"),
        None => {
            matches!(&chain.root, Root::Parameter { name, .. } | Root::Unknown(name) if matches!(name.as_str(), "kid" | "keyId"))
        }
    }
}

/// Whether a branch that a call's result decides ends the verification: not one that only writes a log.
fn refuses(reach: &Reach<'_, '_, '_>, call: &Call) -> bool {
    let module = reach.module(&call.at);
    let around = module.ids().filter_map(|node| match module.kind(node) {
        Kind::If { test, yes, no } if module.contains(*test, call.at.node) => Some((*yes, *no)),
        _ => None,
    });
    let mut branches = around.peekable();
    if branches.peek().is_none() {
        return true; // its result is returned, or decides an expression
    }
    branches.into_iter().any(|(yes, no)| {
        let ends = |branch: crate::javascript::ir::NodeId| {
            module.own(branch).any(|node| matches!(module.kind(node), Kind::Return(_) | Kind::Throw(_)))
        };
        ends(yes) || no.is_some()
    })
}
