//! What the names of well-known functions and objects tell.

use crate::javascript::{
    authenticators::AUTHENTICATORS,
    values::{Chain, Root},
};

pub(super) fn is_logging(chain: &Chain) -> bool {
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
pub(super) fn is_plain_library(chain: &Chain) -> bool {
    const PACKAGES: [&str; 15] = [
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
        "h3",
    ];
    // what Nuxt puts in scope of h3
    const GLOBALS: [&str; 8] = [
        "readBody",
        "readRawBody",
        "getHeader",
        "getHeaders",
        "getRequestHeader",
        "getRequestHeaders",
        "getQuery",
        "setResponseStatus",
    ];
    match &chain.root {
        Root::Global(name) => GLOBALS.contains(&name.as_str()),
        _ => chain.package().is_some_and(|package| PACKAGES.contains(&package)),
    }
}

/// Libraries all of whose verifying calls are in the table: none of their other calls verifies. One whose rows hold for
/// some releases alone has others, with calls of their own.
pub(super) fn is_token_library(chain: &Chain) -> bool {
    let of = |package: &str| {
        let mut own = AUTHENTICATORS.iter().filter(|entry| entry.package == package && !entry.guard).peekable();
        own.peek().is_some() && own.all(|entry| entry.releases.is_none())
    };
    chain.package().is_some_and(of)
}

/// Whether the called member's name says that something is kept.
pub(super) fn is_store(chain: &Chain) -> bool {
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

/// Objects and functions of the language, none of which verifies a token by itself.
pub(super) fn is_builtin(name: &str) -> bool {
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

pub(super) fn is_accessor(chain: &Chain) -> bool {
    const PARTS: [&str; 38] = [
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
        "rawBody",
        "user",
        "session",
        "files",
        "file",
        "signedCookies",
        "flash",
        "t",
        "res",
        "raw",
        "on",
        "locals",
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

pub(super) fn is_response_class(name: &str) -> bool {
    matches!(name, "Response" | "NextResponse")
}

pub(super) fn is_next_response(chain: &Chain) -> bool {
    chain.package() == Some("next/server") && chain.members().next() == Some("NextResponse")
}

pub(super) fn is_answer_of_context(chain: &Chain) -> bool {
    matches!(chain.members().next(), Some("json" | "text" | "html" | "body" | "throw" | "redirect" | "res" | "status"))
}
