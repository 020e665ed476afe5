//! What is sent, and what a sound app answers.
//!
//! Source of what a verifier must tell apart: Atlassian's list in
//! <https://gitlab.com/gitlab-org/gitlab/-/merge_requests/71080>, and runs against atlassian-connect-express
//! 7.1.4–11.5.3.

use crate::severity::Severity::{self, Error, Note, Warning};

/// Whether the app has heard of a tenant before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tenant {
    /// Never.
    Fresh,
    /// It was installed, and the app holds its secret.
    Known,
}

/// What a sound app answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Wanted {
    /// A status of success: the callback is real.
    Accepted,
    /// Any other status below 500: the callback is forged.
    Refused,
    /// Either; only a crash would say something.
    Either,
}

/// One way to make a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Request {
    /// RS256 as Atlassian signs `installed` and `uninstalled`.
    Rs256,
    /// HS256 with the secret that the app holds; a fresh tenant's is in the body.
    StoredSecret,
    /// HS256 with a secret that the app does not hold; a known tenant's is the one that the body brings.
    WrongSecret,
    /// No token.
    Unsigned,
    /// `alg: none`.
    AlgNone,
    /// RS256 with the id of the right key and the signature of another.
    ForeignKey,
    /// RS256 with an id that no key has.
    UnknownKeyId,
    /// RS256 without an id, signed with another key.
    MissingKeyId,
    /// RS256 with an id that is no UUID.
    OpaqueKeyId,
    /// RS256 with an id that has a slash.
    KeyIdWithSlash,
    /// RS256 with an id that leads up a folder and down again.
    KeyIdWithDots,
    /// RS256 with the address of a stranger's key as its id.
    KeyIdUrl,
    /// RS256 with an id that breaks a line.
    KeyIdNewline,
    /// RS256 for another app, whose address has this one's for a part.
    WrongAudience,
    /// RS256 for nobody.
    NoAudience,
    /// RS256 for another app and this one.
    SecondAudience,
    /// RS256 whose audience is no list.
    AudienceString,
    /// RS256 whose audience ends with a slash where the base URL does not, or the other way round.
    AudienceWithSlash,
    /// RS256 of an hour ago.
    Expired,
    /// RS256 without an end.
    NoExpiry,
    /// RS256 of an hour to come.
    NotYetValid,
    /// RS256 for another path.
    WrongQueryHash,
    /// RS256 for any path.
    NoQueryHash,
    /// RS256 of a user's session.
    ContextQueryHash,
    /// RS256 of one tenant with the body of another.
    ForeignIssuer,
    /// HS256 with the text of the public key for its secret.
    PublicKeyAsSecret,
    /// A token that is none.
    Garbage,
    /// A token of 32 KiB.
    Oversized,
    /// RS256 in the query instead of the header.
    TokenInQuery,
    /// RS256 with a body that names no tenant.
    NoClientKey,
    /// RS256 by GET.
    Get,
    /// RS256, the same twice.
    Replay,
    /// `uninstalled`, 5 ms after `disabled`.
    AfterDisabled,
    /// `uninstalled`, 5 ms before `disabled`.
    BeforeDisabled,
}

/// What is known about a request.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which one.
    pub request: Request,
    /// Its name in transcripts.
    pub name: &'static str,
    /// What it is, in words.
    pub words: &'static str,
    /// What a sound app answers where the event is signed.
    pub wanted: Wanted,
    /// The rule that an app breaks which answers otherwise, and how much that matters.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Whether the app can only judge it with a key from the key server.
    pub needs_key: bool,
}

use Request::*;
use Wanted::{Accepted, Either, Refused};

/// The rule about real callbacks.
pub const REFUSED: &str = "probe-callback-refused";
/// The rule about callbacks without proof.
pub const UNSIGNED: &str = "probe-unsigned-callback-accepted";
/// The rule about HS256 where RS256 is due.
pub const SYMMETRIC: &str = "probe-symmetric-callback-accepted";
/// The rule about signatures that were not compared with Atlassian's key.
pub const FOREIGN_KEY: &str = "probe-foreign-key-accepted";
/// The rule about public keys taken for secrets.
pub const CONFUSION: &str = "probe-algorithm-confusion";
/// The rule about tokens of one tenant for another.
pub const CLIENT_KEY: &str = "probe-unbound-client-key";
/// The rule about tokens for other apps.
pub const AUDIENCE: &str = "probe-unchecked-audience";
/// The rule about tokens out of their time.
pub const EXPIRY: &str = "probe-unchecked-expiry";
/// The rule about tokens for other requests.
pub const QUERY_HASH: &str = "probe-unchecked-query-hash";
/// The rule about key ids.
pub const KEY_ID: &str = "probe-strict-key-id";
/// The rule about crashes.
pub const UNHANDLED: &str = "probe-unhandled-request";
/// The rule about `disabled` and `uninstalled` at once.
pub const RACE: &str = "probe-lifecycle-race";

/// What is sent to `installed` and `uninstalled`, in order.
pub const TABLE: [Row; 32] = [
    row(Rs256, "rs256", "RS256", Accepted, REFUSED, Error, true),
    row(StoredSecret, "hs256-stored-secret", "HS256 with the stored secret", Refused, SYMMETRIC, Error, false),
    row(WrongSecret, "hs256-wrong-secret", "HS256 with another secret", Refused, SYMMETRIC, Error, false),
    row(Unsigned, "unsigned", "unsigned", Refused, UNSIGNED, Error, false),
    row(AlgNone, "alg-none", "`alg: none`", Refused, UNSIGNED, Error, false),
    row(ForeignKey, "foreign-key", "RS256 with another key's signature", Refused, FOREIGN_KEY, Error, false),
    row(UnknownKeyId, "unknown-key-id", "RS256 with an unknown key id", Refused, FOREIGN_KEY, Error, false),
    row(MissingKeyId, "missing-key-id", "RS256 without a key id", Refused, FOREIGN_KEY, Error, false),
    row(OpaqueKeyId, "opaque-key-id", "RS256 with a key id that is no UUID", Accepted, KEY_ID, Warning, true),
    row(KeyIdWithSlash, "key-id-with-slash", "RS256 with a slash in the key id", Accepted, KEY_ID, Warning, true),
    row(KeyIdWithDots, "key-id-with-dots", "RS256 with `..` in the key id", Either, FOREIGN_KEY, Note, true),
    row(KeyIdUrl, "key-id-url", "RS256 with a stranger's address as key id", Refused, FOREIGN_KEY, Error, false),
    row(KeyIdNewline, "key-id-newline", "RS256 with a line break in the key id", Either, FOREIGN_KEY, Note, true),
    row(WrongAudience, "wrong-audience", "RS256 for another app", Refused, AUDIENCE, Warning, true),
    row(NoAudience, "no-audience", "RS256 without audience", Refused, AUDIENCE, Note, true),
    row(SecondAudience, "second-audience", "RS256 for another app first", Either, AUDIENCE, Note, true),
    row(AudienceString, "audience-string", "RS256 with the audience as text", Either, AUDIENCE, Note, true),
    row(
        AudienceWithSlash,
        "audience-with-slash",
        "RS256 with a slash after the audience",
        Either,
        AUDIENCE,
        Note,
        true,
    ),
    row(Expired, "expired", "RS256 of an hour ago", Refused, EXPIRY, Warning, true),
    row(NoExpiry, "no-expiry", "RS256 without expiry", Refused, EXPIRY, Note, true),
    row(NotYetValid, "not-yet-valid", "RS256 of an hour to come", Refused, EXPIRY, Note, true),
    row(WrongQueryHash, "wrong-query-hash", "RS256 for another path", Refused, QUERY_HASH, Warning, true),
    row(NoQueryHash, "no-query-hash", "RS256 without query hash", Refused, QUERY_HASH, Note, true),
    row(ContextQueryHash, "context-query-hash", "RS256 with `context-qsh`", Refused, QUERY_HASH, Warning, true),
    row(ForeignIssuer, "foreign-issuer", "RS256 of another tenant", Refused, CLIENT_KEY, Error, true),
    row(PublicKeyAsSecret, "hs256-public-key", "HS256 with the public key as secret", Refused, CONFUSION, Error, true),
    row(Garbage, "garbage-token", "a token that is none", Refused, UNSIGNED, Error, false),
    row(Oversized, "oversized-token", "a token of 32 KiB by a stranger", Refused, FOREIGN_KEY, Error, false),
    row(TokenInQuery, "token-in-query", "RS256 in the query", Either, UNHANDLED, Note, true),
    row(NoClientKey, "no-client-key", "RS256 for a body without `clientKey`", Refused, CLIENT_KEY, Note, true),
    row(Get, "get", "RS256 by GET", Either, UNHANDLED, Note, true),
    row(Replay, "replay", "RS256, the same twice", Either, UNHANDLED, Note, true),
];

/// What is sent to `enabled` and `disabled`, which a tenant's secret signs.
pub const EVENTS: [Row; 2] = [
    row(StoredSecret, "hs256-stored-secret", "HS256 with the stored secret", Accepted, REFUSED, Error, false),
    row(Rs256, "rs256", "RS256", Either, UNHANDLED, Note, true),
];

/// What is sent to `disabled` and `uninstalled` at once.
pub const RACES: [Row; 2] = [
    row(AfterDisabled, "disabled-then-uninstalled", "5 ms after `disabled`", Accepted, RACE, Note, true),
    row(BeforeDisabled, "uninstalled-then-disabled", "5 ms before `disabled`", Accepted, RACE, Note, true),
];

const fn row(
    request: Request,
    name: &'static str,
    words: &'static str,
    wanted: Wanted,
    rule: &'static str,
    severity: Severity,
    needs_key: bool,
) -> Row {
    Row { request, name, words, wanted, rule, severity, needs_key }
}
