//! What must never be printed: secrets, and tokens, which are secrets until they expire.

use serde_json::Value;

use crate::{
    jwt::Members,
    token::{Check, Found, Hashed, Known, Payload, Reading},
};

/// What stands in the place of a secret.
const HIDDEN: &str = "[hidden]";

/// Shorter texts are in every word, and no secrets.
const SHORTEST: usize = 4;

/// The texts that are hidden.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// The secret that was given, the one in the body, and every token.
    pub(super) fn new(known: &Known, payload: &Payload, found: &[Found]) -> Secrets {
        let given = known.secret.as_deref().map(|secret| String::from_utf8_lossy(secret).into_owned());
        let secrets = given.into_iter().chain(payload.shared_secret.clone());
        let secrets = secrets.chain(found.iter().map(|found| found.text.clone()));
        let mut secrets: Vec<_> = secrets.filter(|secret| secret.len() >= SHORTEST).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len())); // one may hold another
        Secrets(secrets)
    }

    /// The reading without them.
    pub(super) fn hide(&self, reading: Reading) -> Reading {
        let check = |check: Check| Check {
            fact: self.text(&check.fact),
            help: check.help.map(|help| self.text(&help)),
            ..check
        };
        let request = reading.request.map(|request| Hashed {
            path: self.text(&request.path),
            canonical: self.text(&request.canonical),
            ..request
        });
        Reading {
            header: self.members(&reading.header),
            claims: self.members(&reading.claims),
            request,
            checks: reading.checks.into_iter().map(check).collect(),
            ..reading
        }
    }

    fn text(&self, text: &str) -> String {
        // to look for a long secret takes long, even in a short text
        let hide = |text: String, secret: &String| match text.len() < secret.len() {
            true => text,
            false => text.replace(secret.as_str(), HIDDEN),
        };
        self.0.iter().fold(text.to_owned(), hide)
    }

    fn members(&self, members: &Members) -> Members {
        members.iter().map(|(name, value)| (self.text(name), self.value(value))).collect()
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(values) => Value::Array(values.iter().map(|value| self.value(value)).collect()),
            Value::Object(members) => Value::Object(self.members(members)),
            other => other.clone(),
        }
    }
}
