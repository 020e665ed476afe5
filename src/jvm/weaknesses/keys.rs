//! Where the key comes from that verifies a token.

use crate::{
    facts::{KeySource, WeaknessKind},
    jvm::{
        constants,
        flow::Kind,
        ir::{Call, Value},
        reach::{Reach, Step, contains},
    },
    source::{Span, Spanned},
};

use super::Found;

/// How far a value is followed to where it comes from.
const DEPTH: usize = 8;

pub(super) fn found(reach: &Reach<'_>) -> Vec<Found> {
    let mut verifying = reach.steps.iter().map(|step| step.proves);
    if !verifying.any(|proves| proves == Some(true)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for step in &reach.steps {
        let address = address(step.call).filter(|_| !reach.is_of_tree(step));
        let Some(address) = address.filter(|address| names_key(reach, step.frame, *address)) else { continue };
        let source = match host(reach, step.frame, address, DEPTH) {
            Host::Request => Some(KeySource::Request),
            Host::Fixed(text) if is_plain(&text) => Some(KeySource::Http),
            _ => None,
        };
        found.extend(source.map(|source| Found::new(WeaknessKind::Key(source), step.call.span)));
        found.extend(any_status(reach, step).map(|span| Found::new(WeaknessKind::Key(KeySource::AnyStatus), span)));
    }
    found
}

/// The address of a library's call that fetches, or prepares to.
fn address(call: &Call) -> Option<Span> {
    const CALLS: [&str; 10] = [
        "getForObject",
        "getForEntity",
        "exchange",
        "uri",
        "url",
        "URL",
        "HttpGet",
        "openConnection",
        "fetch",
        "readText",
    ];
    let on = call.receiver.as_deref().unwrap_or_default();
    let fetches = CALLS.contains(&call.name.as_str())
        || matches!(
            (on, call.name.as_str()),
            ("URI", "create" | "URI") | ("", "URI") | ("Unirest" | "Request", "get" | "Get")
        );
    call.given.first().copied().filter(|_| fetches)
}

/// Whether an address names a key, by its id or as the token's header gives it.
fn names_key(reach: &Reach<'_>, frame: usize, address: Span) -> bool {
    reach.words(frame, address).iter().any(|word| {
        let word = word.to_ascii_lowercase();
        word == "kid"
            || word.ends_with("keyid")
            || matches!(word.as_str(), "jku" | "x5u" | "getjwkurl" | "getx509certurl")
    })
}

/// What is known of an address's host.
enum Host {
    /// It is written in the code; the text that it starts with.
    Fixed(String),
    /// The request says it.
    Request,
    /// Nothing.
    Unknown,
}

fn host(reach: &Reach<'_>, frame: usize, span: Span, depth: usize) -> Host {
    let Some(depth) = depth.checked_sub(1) else { return Host::Unknown };
    let body = reach.frames[frame].body;
    let texts = body.texts_in(span).chain(body.openings_in(span));
    let first_text = texts.min_by_key(|text| text.span.start);
    let names = body.places_in(span).filter(|name| !builds_text(&name.value));
    let first_name = names.min_by_key(|name| name.span.start);
    match (first_text, first_name) {
        (Some(text), name) if name.is_none_or(|name| text.span.start <= name.span.start) => {
            let after = text.value.split_once("://").map(|(_, after)| after);
            match after.map(|after| after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')) {
                Some(true) => Host::Fixed(text.value.clone()),
                Some(false) if text.span.end < span.end || body.openings.contains(text) => name
                    .map_or(Host::Unknown, |name| host(reach, frame, Span { start: name.span.start, ..span }, depth)),
                _ if text.value.is_empty() => name
                    .map_or(Host::Unknown, |name| host(reach, frame, Span { start: name.span.start, ..span }, depth)),
                _ => Host::Unknown,
            }
        }
        (_, Some(name)) => host_of_name(reach, frame, name, span, depth),
        _ => Host::Unknown,
    }
}

/// The host of an address that starts with a name.
fn host_of_name(reach: &Reach<'_>, frame: usize, name: &Spanned<String>, span: Span, depth: usize) -> Host {
    let own = &reach.frames[frame];
    if own.flow.of_value(own.body, name.span) == Some(Kind::Claims) {
        return Host::Request;
    }
    let given: Vec<_> = own.body.values_of(&name.value).collect();
    let others = given.iter().filter(|known| {
        !contains(known.value, span) && own.body.names_in(known.value).all(|inner| inner != name.value)
    });
    let hosts: Vec<Host> = others.map(|known| host(reach, frame, known.value, depth)).collect();
    if !hosts.is_empty() {
        let mut fixed = None;
        for host in hosts {
            match host {
                Host::Request => return Host::Request,
                Host::Fixed(text) => fixed = Some(text),
                Host::Unknown => return Host::Unknown,
            }
        }
        return fixed.map_or(Host::Unknown, Host::Fixed);
    }
    if let Some(place) = own.function.parameters.iter().position(|parameter| parameter.name == name.value) {
        return match own.caller {
            Some((caller, call)) => {
                call.given.get(place).map_or(Host::Unknown, |given| host(reach, caller, *given, depth))
            }
            None => Host::Request,
        };
    }
    let next = own.body.names_in(Span { start: name.span.end, ..span }).next();
    let dotted = next.map(|next| format!("{}.{next}", name.value));
    let named = dotted.into_iter().chain([name.value.clone()]);
    let texts = named.filter_map(|value| {
        let value = Value::Name(Spanned { value, span: name.span });
        constants::text(reach.project, own.unit, own.class, &value)
    });
    texts.into_iter().next().map_or(Host::Unknown, |text| Host::Fixed(text.value))
}

/// Whether a name only puts texts together, or makes an address of one.
fn builds_text(name: &str) -> bool {
    const NAMES: [&str; 12] = [
        "String",
        "format",
        "MessageFormat",
        "StringBuilder",
        "append",
        "URI",
        "URL",
        "create",
        "UriComponentsBuilder",
        "fromHttpUrl",
        "fromUriString",
        "this",
    ];
    NAMES.contains(&name)
}

fn is_plain(address: &str) -> bool {
    let local = ["http://localhost", "http://127.", "http://[::1]"];
    address.starts_with("http://") && !local.iter().any(|local| address.starts_with(local))
}

/// The call that fetches without ever looking at the status; of clients that do not refuse by themselves.
fn any_status(reach: &Reach<'_>, step: &Step<'_>) -> Option<Span> {
    let body = reach.frames[step.frame].body;
    let looks = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.contains("status") || matches!(name.as_str(), "issuccessful" | "code" | "getcode" | "responsecode")
    };
    let is_sending = |call: &&Call| match call.name.as_str() {
        "execute" => {
            call.receiver.as_deref().is_some_and(|on| on == "newCall" || on.to_ascii_lowercase().contains("client"))
        }
        "send" => body.names_in(call.span).any(|name| name == "BodyHandlers" || name == "ofString"),
        _ => false,
    };
    let sending = body.calls.iter().find(is_sending)?;
    let here =
        reach.frames.iter().enumerate().filter(|(index, frame)| {
            *index == step.frame || frame.caller.is_some_and(|(caller, _)| caller == step.frame)
        });
    let is_looked_at = here.into_iter().any(|(_, frame)| frame.body.names.iter().any(|name| looks(&name.value)));
    (!is_looked_at).then_some(sending.span)
}
