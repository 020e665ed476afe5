//! What code that a route leads to does with tokens, keys and secrets, where a verifier of the app's own may be wrong.

use crate::source::{Label, Span, Spanned};

/// A place in code that a route leads to; one for each route.
#[derive(Clone, Debug)]
pub struct Weakness {
    /// What is done there.
    pub kind: WeaknessKind,
    /// Where.
    pub span: Span,
    /// The route that leads there: its path and registration, as in [`crate::facts::Route`].
    pub route: Spanned<String>,
    /// Places that explain it.
    pub labels: Vec<Label>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WeaknessKind {
    /// A verifying call is given these algorithms.
    Algorithms(Algorithms),
    /// A token is only decoded, and its claims say whose data is meant.
    OnlyDecoded,
    /// An RS256 signature is verified, and `aud` is not compared as a whole.
    Audience(Audience),
    /// An RS256 signature is verified, and `qsh` is never looked at.
    NoQueryHash,
    /// `context-qsh` is accepted beside the hash of the request.
    ContextQueryHash,
    /// An RS256 signature is verified, and `exp` is never looked at.
    NoExpiry,
    /// The verifying key is fetched.
    Key(KeySource),
    /// A key id must look like a UUID.
    StrictKeyId,
    /// A token that is not RS256 is verified with the shared secret instead.
    SecretBranch,
    /// A token that is not RS256 is not verified at all.
    OpenBranch,
    /// `authorizationMethod` of atlassian-connect-auth has this value, not `publicKey`; `None` if it is left out.
    AuthorizationMethod(Option<String>),
    /// A guard comes from a file inside ACE.
    PrivateImport(PrivateGuard),
    /// The whole body is logged.
    BodyLogged,
    /// The shared secret is logged.
    SecretLogged,
    /// The handler answers with this status.
    Status(u16),
    /// The handler never answers.
    NoAnswer,
    /// A record is read from this store.
    Reads(String),
    /// A whole record is written to this store.
    Writes(String),
    /// A record is removed from this store, or marked there.
    Removes(String),
}

/// A guard that comes from a file inside ACE.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PrivateGuard {
    /// The file, as imported.
    pub source: String,
    /// The guard in the route's chain.
    pub guard: Span,
    /// Whether the guard is one call of what is imported.
    pub is_call: bool,
    /// How often the imported name is used in its file.
    pub uses: usize,
    /// The lines of the import, if it gives that name alone.
    pub removable: Option<Span>,
}

/// The algorithms a verifying call is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithms {
    /// What the token's header says.
    FromHeader,
    /// Asymmetric and symmetric ones, in a list written elsewhere.
    Mixed,
    /// The same, in a list written in the call.
    MixedLiteral {
        /// What stands before RS256 in the list, and what behind it; empty where nothing does.
        others: [Span; 2],
        /// Whether other code than the routes' may run the call.
        shared: bool,
    },
}

/// How `aud` is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Not at all.
    Unchecked,
    /// Only a part of its text is.
    Partly,
}

/// Where a verifying key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeySource {
    /// From a host that the request names.
    Request,
    /// From a host over plain `http`.
    Http,
    /// From a host whose answer is taken whatever its status is.
    AnyStatus,
}
