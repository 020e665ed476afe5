//! Which parsers of bodies are sure to run before a route: a guard that reads the body's `clientKey` needs one.

use std::rc::Rc;

use crate::javascript::values::{Link, Value, Values};

/// How many are kept that stand in front of everything behind them.
const MOST: usize = 100;

/// When a registration is made.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// Whether it is made after something was awaited.
    pub deferred: bool,
    /// The parts of the program around it that may be left out, the outermost first.
    pub branches: Rc<[u32]>,
}

impl When {
    /// Whether it is made wherever a later one is.
    pub(super) fn holds_for(&self, later: &When) -> bool {
        later.branches.starts_with(&self.branches) && (!self.deferred || later.deferred)
    }
}

/// What a middleware makes of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It parses JSON.
    Json,
    /// It may take JSON for something else, and leaves nothing to parse.
    Other,
}

/// The middlewares so far that read bodies, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Parsers(Vec<Parser>);

#[derive(Clone, Debug)]
struct Parser {
    kind: Kind,
    /// The path that it is used at; `None` if that is not known.
    prefix: Option<Rc<str>>,
    when: When,
}

impl Parsers {
    /// Adds a middleware, if it reads bodies.
    pub(super) fn add(
        &mut self,
        values: &Values<'_, '_>,
        step: &Value,
        prefixes: impl Iterator<Item = Option<String>>,
        when: &When,
    ) {
        let Some(kind) = kind(values, step) else { return };
        let room = MOST.saturating_sub(self.0.len());
        let parser = |prefix: Option<String>| Parser { kind, prefix: prefix.map(Rc::from), when: when.clone() };
        self.0.extend(prefixes.map(parser).take(room));
    }

    /// Those in front of a router that is mounted: within it, what is sure where it is mounted is sure.
    pub(super) fn inside(&self, mount: &When) -> Parsers {
        let inside = |parser: &Parser| match parser.when.holds_for(mount) {
            true => Parser { when: When::default(), ..parser.clone() },
            false => parser.clone(),
        };
        Parsers(self.0.iter().map(inside).collect())
    }

    /// Whether the body of a request to a path is parsed.
    pub(super) fn parse(&self, path: &str, when: &When) -> bool {
        let decides = |parser: &&Parser| match parser.kind {
            Kind::Json => {
                parser.prefix.as_deref().is_some_and(|prefix| is_below(prefix, path)) && parser.when.holds_for(when)
            }
            Kind::Other => parser.prefix.as_deref().is_none_or(|prefix| may_hold(prefix, path)),
        };
        self.0.iter().find(decides).is_some_and(|parser| parser.kind == Kind::Json)
    }
}

/// Whether every request to a path comes by what is used at another one.
fn is_below(prefix: &str, path: &str) -> bool {
    let prefix = prefix.trim_end_matches('*').trim_end_matches('/');
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn may_hold(prefix: &str, path: &str) -> bool {
    prefix.contains(['*', ':', '(', '?', '+']) || is_below(&prefix.to_ascii_lowercase(), &path.to_ascii_lowercase())
}

/// What a step makes of bodies, if it reads any.
fn kind(values: &Values<'_, '_>, step: &Value) -> Option<Kind> {
    let Value::Chain(chain) = step else { return None };
    let Some(Link::Call { arguments, .. }) = chain.links.last() else { return None };
    let members: Vec<&str> = chain.members().collect();
    let name = match (chain.package()?, &members[..]) {
        ("koa-bodyparser" | "koa-body" | "@koa/bodyparser", _) => return Some(Kind::Json),
        ("express" | "body-parser", [name]) => *name,
        ("body-parser", []) => "json",
        _ => return None,
    };
    let types = match arguments.first() {
        None | Some(Value::Null) => Value::Null,
        Some(options) => values.member(options, "type"),
    };
    let is_own = matches!(types, Value::Null);
    match name {
        "json" => (is_own || takes_json(values, &types) == Some(true)).then_some(Kind::Json),
        "raw" | "text" | "urlencoded" => (!is_own && takes_json(values, &types) != Some(false)).then_some(Kind::Other),
        _ => None,
    }
}

/// Whether the types that a parser is made for hold `application/json`.
fn takes_json(values: &Values<'_, '_>, types: &Value) -> Option<bool> {
    let types = values.elements(types).unwrap_or_else(|| vec![types.clone()]);
    let is_json = |text: &str| matches!(text, "json" | "application/json" | "application/*" | "*/json" | "*/*");
    let known = types.iter().map(|value| value.as_text().map(is_json));
    known.reduce(|one, other| match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    })?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parser_is_for_what_is_below_its_path() {
        for prefix in ["", "/", "/*", "/connect", "/connect/", "/connect/*"] {
            assert!(is_below(prefix, "/connect/installed"), "{prefix}");
        }
        for prefix in ["/api", "/installed", "/con", "/connect/installed/more"] {
            assert!(!is_below(prefix, "/connect/installed"), "{prefix}");
        }
    }
}
