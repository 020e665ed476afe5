//! A token of Connect, read offline: what it is, what a verifier has to check, and what is wrong with it.
//!
//! Nothing is fetched. What the text and the caller leave open is unknown, never guessed.

use jiff::Timestamp;

use crate::{
    jwt::{Members, PublicKey, Token},
    severity::Severity,
};

mod audience;
mod checks;
mod curl;
mod form;
mod kind;
mod payload;
mod place;
mod query;
mod redacted;
mod request;
mod signature;
mod times;
mod variants;

pub use kind::Kind;
pub use place::Place;
pub use query::Hashed;
pub use times::{Moment, relative, utc};

use payload::Payload;
use place::Found;
use redacted::Secrets;
use request::Request;

/// The longest text that is read, in bytes.
pub const LONGEST: usize = 1 << 20;

/// What the reader knows beside the text.
#[derive(Clone, Debug)]
pub struct Known {
    /// The time to judge by.
    pub at: Timestamp,
    /// The app's base URL, as its descriptor has it.
    pub base_url: Option<String>,
    /// The secret that the tenant shares with the app.
    pub secret: Option<Vec<u8>>,
    /// The public key of the token's `kid`.
    pub key: Option<Key>,
}

/// A public key, and the text it was read from.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub public: PublicKey,
    /// Its PEM: a verifier that takes any algorithm takes this text for a secret.
    pub pem: String,
}

/// A token and what is known of it. Secrets and tokens are gone from every text in it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Which token of Connect it is.
    pub kind: Kind,
    /// Where it was found.
    pub place: Place,
    /// Its header, as far as it can be read.
    pub header: Members,
    /// Its claims, as far as they can be read.
    pub claims: Members,
    /// Its points in time, in the order of the claims.
    pub moments: Vec<Moment>,
    /// The request that it came with, as a verifier hashes it.
    pub request: Option<Hashed>,
    /// The time it was judged by.
    pub at: Timestamp,
    /// What a verifier has to check, and how each check comes out.
    pub checks: Vec<Check>,
}

/// One thing that a verifier has to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is checked.
    pub subject: Subject,
    /// How it comes out.
    pub state: State,
    /// The fact behind it: lower case, no full stop.
    pub fact: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// How a check comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Holds,
    /// Cannot be told from what is given.
    Unknown,
    /// Something is wrong; what a sound verifier refuses is an error.
    Wrong(Severity),
}

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// How the token is spelt: three parts in base64url.
    Form,
    /// Where in the request it stands.
    Place,
    /// `alg`.
    Algorithm,
    /// `kid`.
    KeyId,
    /// The signature.
    Signature,
    /// `iss`.
    Issuer,
    /// `aud`.
    Audience,
    /// `iat`.
    IssuedAt,
    /// `nbf`.
    NotBefore,
    /// `exp`.
    Expiry,
    /// `qsh`.
    QueryHash,
}

impl Subject {
    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Subject::Form => "form",
            Subject::Place => "place",
            Subject::Algorithm => "algorithm",
            Subject::KeyId => "key id",
            Subject::Signature => "signature",
            Subject::Issuer => "issuer",
            Subject::Audience => "audience",
            Subject::IssuedAt => "issued at",
            Subject::NotBefore => "not before",
            Subject::Expiry => "expiry",
            Subject::QueryHash => "query hash",
        }
    }
}

impl State {
    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            State::Holds => "ok",
            State::Unknown => "unknown",
            State::Wrong(Severity::Note) => "note",
            State::Wrong(Severity::Warning) => "warning",
            State::Wrong(Severity::Error) => "error",
        }
    }
}

impl Check {
    fn new(subject: Subject, state: State, fact: impl Into<String>) -> Check {
        Check { subject, state, fact: fact.into(), help: None }
    }

    fn holds(subject: Subject, fact: impl Into<String>) -> Check {
        Check::new(subject, State::Holds, fact)
    }

    fn unknown(subject: Subject, fact: impl Into<String>) -> Check {
        Check::new(subject, State::Unknown, fact)
    }

    fn note(subject: Subject, fact: impl Into<String>) -> Check {
        Check::new(subject, State::Wrong(Severity::Note), fact)
    }

    fn warning(subject: Subject, fact: impl Into<String>) -> Check {
        Check::new(subject, State::Wrong(Severity::Warning), fact)
    }

    fn error(subject: Subject, fact: impl Into<String>) -> Check {
        Check::new(subject, State::Wrong(Severity::Error), fact)
    }

    fn with_help(self, help: impl Into<String>) -> Check {
        Check { help: Some(help.into()), ..self }
    }
}

/// Reads the token of a text: the token alone, a header, a URL, a request, a curl command, or a line of a log.
/// `None` where there is none.
pub fn read(text: &str, known: &Known) -> Option<Reading> {
    let request = Request::parse(text).unwrap_or_default();
    let found = place::find(text, &request);
    let payload = Payload::parse(&request.body);
    let secrets = Secrets::new(known, &payload, &found);
    let reading = Material { known, request: &request, found: &found, payload: &payload }.read(found.first()?);
    Some(secrets.hide(reading))
}

/// The severity of the gravest thing that is wrong.
pub fn gravest(reading: &Reading) -> Option<Severity> {
    let severity = |check: &Check| match check.state {
        State::Wrong(severity) => Some(severity),
        State::Holds | State::Unknown => None,
    };
    reading.checks.iter().filter_map(severity).max()
}

/// All that a token is judged by.
#[derive(Clone, Copy)]
struct Material<'m> {
    known: &'m Known,
    request: &'m Request,
    found: &'m [Found],
    payload: &'m Payload,
}

impl Material<'_> {
    fn read(self, found: &Found) -> Reading {
        let form = form::read(&found.text);
        let (kind, header, claims) = match &form.token {
            Some(token) => (kind::of(token, self.payload), token.header.clone(), token.claims.clone()),
            None => (Kind::Unreadable, form.header.clone(), Members::new()),
        };
        let request = query::hashed(self, kind, &claims);
        let mut checks = form.checks.clone();
        checks.extend(place::checks(kind, self.found));
        if let Some(token) = &form.token {
            checks.extend(self.checks(kind, token, &found.text, request.as_ref()));
        }
        let moments = times::moments(&claims, self.known.at);
        Reading { kind, place: found.place, header, claims, moments, request, at: self.known.at, checks }
    }

    fn checks(self, kind: Kind, token: &Token, text: &str, request: Option<&Hashed>) -> Vec<Check> {
        let mut checks = vec![checks::algorithm(kind, token, self.payload)];
        checks.extend(checks::key_id(kind, token));
        checks.push(signature::check(self, kind, token, text));
        checks.extend(checks::issuer(kind, token, self.payload));
        checks.extend(audience::checks(kind, token, self.known.base_url.as_deref()));
        checks.extend(times::checks(kind, &token.claims, self.known.at));
        checks.extend(query::check(self, kind, token, request));
        checks
    }
}
