//! What conditions about the path of a request say of one path.

use crate::{
    facts::{route::route_path, spring::any_matches},
    jvm::{
        flow::Kind,
        ir::{Body, Call},
        reach::{Reach, contains},
    },
    source::Span,
};

/// What a condition says of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It is about paths, and the code does not say which.
    Unknown,
}

/// What a whole method says; `None` if it is not about paths.
pub fn of_method(reach: &Reach<'_>, frame: usize, path: &str) -> Option<Says> {
    let file = reach.frames.get(frame)?.unit.file;
    of(reach, frame, Span { file, start: 0, end: usize::MAX }, path)
}

/// What a condition says, with the tree's own methods that it asks; `None` if it is not about paths. Of several
/// comparisons, one that holds is enough.
pub fn of(reach: &Reach<'_>, frame: usize, test: Span, path: &str) -> Option<Says> {
    let body = reach.frames[frame].body;
    let mut said = Vec::new();
    let mut read = Vec::new();
    for call in body.calls_in(test) {
        if let Some(says) = compares(body, call, path) {
            said.push(turned(body, test, call.span, says));
            read.push(call.span);
        }
    }
    let gives_request = |call: &Call| {
        let flow = &reach.frames[frame].flow;
        call.given.iter().any(|given| flow.of_value(body, *given) == Some(Kind::Carrier))
    };
    let followed = |call: &Call| {
        reach.frames.iter().any(|callee| callee.caller.is_some_and(|(at, own)| at == frame && own.span == call.span))
    };
    let unfollowed = body.calls_in(test).any(|call| gives_request(call) && !followed(call));
    said.extend(unfollowed.then_some(Says::Unknown));
    let asked = reach.frames.iter().enumerate().filter_map(|(index, callee)| {
        let (_, call) = callee.caller.filter(|(at, call)| *at == frame && contains(test, call.span))?;
        Some(turned(body, test, call.span, of_method(reach, index, path)?))
    });
    said.extend(asked);
    let is_read = |text: Span| read.iter().any(|call| contains(*call, text));
    let unread = body.texts_in(test).any(|text| text.value.starts_with('/') && !is_read(text.span));
    said.extend(unread.then_some(Says::Unknown));
    let any = |says| said.contains(&says).then_some(says);
    any(Says::Yes).or_else(|| any(Says::Unknown)).or_else(|| any(Says::No))
}

/// An answer, the other way round within an expression that is negated.
fn turned(body: &Body, test: Span, asked: Span, says: Says) -> Says {
    let mut negations = body.negations.iter().filter(|span| contains(test, **span) && contains(**span, asked));
    match says {
        Says::Yes if negations.next().is_some() => Says::No,
        Says::No if negations.next().is_some() => Says::Yes,
        says => says,
    }
}

/// What a comparison with texts says of a path; `None` if none of them is one.
fn compares(body: &Body, call: &Call, path: &str) -> Option<Says> {
    let is_path = |text: &str| !text.contains("://") && (text.contains('/') || text.contains("install"));
    let texts = |span: Option<Span>| -> Vec<&str> {
        let found = span.into_iter().flat_map(|span| body.texts_in(span)).map(|text| text.value.as_str());
        found.filter(|text| is_path(text)).collect()
    };
    let (on, given) = (texts(call.on), texts(call.arguments));
    let said = |holds: bool| Some(if holds { Says::Yes } else { Says::No });
    match call.name.as_str() {
        "equals" | "equalsIgnoreCase" if on.len() + given.len() == 1 => {
            let mut paths = on.iter().chain(&given).map(|text| route_path(text));
            let text = paths.next().unwrap_or_default();
            let is_behind = text.strip_suffix(path).is_some_and(|context| !context.is_empty());
            if is_behind { Some(Says::Unknown) } else { said(text.eq_ignore_ascii_case(path)) }
        }
        "startsWith" if !given.is_empty() => said(given.iter().any(|text| path.starts_with(text))),
        "endsWith" if !given.is_empty() => said(given.iter().any(|text| path.ends_with(text))),
        "contains" if !given.is_empty() => said(given.iter().any(|text| path.contains(text))),
        "contains" if !on.is_empty() => said(on.iter().any(|text| route_path(text) == path)),
        "match" | "matches" | "AntPathRequestMatcher" if !on.is_empty() || !given.is_empty() => {
            let is_expression = |text: &&str| text.contains(['^', '$', '(', '\\', '|']) || text.contains(".*");
            if on.iter().chain(&given).any(is_expression) {
                return Some(Says::Unknown);
            }
            any_matches(on.iter().chain(&given).copied(), path).map_or(Some(Says::Unknown), said)
        }
        "contains" | "containsKey" | "anyMatch" | "equals" | "startsWith" | "endsWith" | "matches" | "match" => {
            const READ: [&str; 7] = [
                "getRequestURI",
                "getRequestURL",
                "getServletPath",
                "getPathInfo",
                "getPath",
                "requestURI",
                "servletPath",
            ];
            body.names_in(call.span).any(|name| READ.contains(&name)).then_some(Says::Unknown)
        }
        _ => None,
    }
}
