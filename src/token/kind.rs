//! Which tokens there are in Connect.
//!
//! Sources: "Types of JWT token" of
//! <https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/>, and what
//! atlassian-connect-express 11.5.3 and atlassian-connect-play make.

use serde_json::Value;

use crate::{
    jwt::{Members, Token},
    query_hash,
    token::{Payload, checks},
};

/// The issuer of the tokens that Forge sends to a remote.
const FORGE_ISSUER: &str = "forge/invocation-token";

/// Which token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A host sends it with `installed` and `uninstalled`, signed RS256 with a key of Atlassian's.
    SignedCallback,
    /// The same callbacks as they were until 2021, signed with the tenant's secret.
    OldCallback,
    /// A host sends it with everything else, or the app with what it asks of the host.
    Request,
    /// A page of the app gets it from the host; it fits any request.
    Context,
    /// The app makes it for its own pages; it fits any request.
    Session,
    /// Forge sends it to a remote.
    Forge,
    /// Nothing signs it.
    Unsigned,
    /// None of these.
    Other,
    /// Its parts cannot be read.
    Unreadable,
}

impl Kind {
    /// What it is, in a phrase.
    pub fn name(self) -> &'static str {
        match self {
            Kind::SignedCallback => "signed callback of `installed` or `uninstalled`",
            Kind::OldCallback => "callback of `installed` or `uninstalled` in the old form",
            Kind::Request => "token for one request between host and app",
            Kind::Context => "context token of a user's session",
            Kind::Session => "session token that the app made",
            Kind::Forge => "invocation token of Forge",
            Kind::Unsigned => "token without a signature",
            Kind::Other => "no token of Connect",
            Kind::Unreadable => "no token that can be read",
        }
    }

    /// Who makes it, and for what.
    pub fn about(self) -> &'static str {
        match self {
            Kind::SignedCallback => "the host signs it RS256 with a key of Atlassian's",
            Kind::OldCallback => {
                "signed with a secret; since signed installs, hosts send RS256 and a sound app refuses this"
            }
            Kind::Request => "signed HS256 with the secret of the tenant, tied to method, path and query",
            Kind::Context => "the host makes it for pages of the app, HS256 with the secret of the tenant",
            Kind::Session => "for the app's own pages, HS256 with the secret of the tenant in `aud` or `clientKey`",
            Kind::Forge => "for a remote of a Forge app; Connect's verifiers do not know it",
            Kind::Unsigned => "anybody can have written it",
            Kind::Other => "neither a host nor a library for Connect makes one like this",
            Kind::Unreadable => "its parts are not what a token is made of",
        }
    }

    /// Whether it is for the lifecycle callbacks that a tenant comes and goes with.
    pub(super) fn is_callback(self) -> bool {
        matches!(self, Kind::SignedCallback | Kind::OldCallback)
    }

    /// Whether it is tied to one request.
    pub(super) fn is_bound(self) -> bool {
        self.is_callback() || self == Kind::Request
    }

    /// Whether Connect knows it.
    pub(super) fn is_connect(self) -> bool {
        self.is_bound() || matches!(self, Kind::Context | Kind::Session)
    }
}

/// Which token it is.
pub(super) fn of(token: &Token, payload: &Payload) -> Kind {
    let claims = &token.claims;
    match token.algorithm() {
        Some(algorithm) if algorithm.eq_ignore_ascii_case("none") => Kind::Unsigned,
        Some(_) if text(claims, "iss") == Some(FORGE_ISSUER) => Kind::Forge,
        Some("RS256") if is_callback(claims, payload) => Kind::SignedCallback,
        Some("HS256" | "HS384" | "HS512") => by_secret(claims, payload),
        _ => Kind::Other,
    }
}

/// Others sign RS256, too: logins, services. Those have no query hash, and nobody's base URL for audience.
fn is_callback(claims: &Members, payload: &Payload) -> bool {
    let meant_for_an_app = checks::audience(claims).iter().any(|audience| is_address(audience));
    let by_a_tenant = !text(claims, "iss").is_some_and(is_address);
    claims.contains_key("qsh") || payload.is_lifecycle() || (meant_for_an_app && by_a_tenant)
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

fn by_secret(claims: &Members, payload: &Payload) -> Kind {
    let fits_any_request = text(claims, "qsh").is_none_or(|hash| hash == query_hash::CONTEXT);
    let names_an_audience = !checks::audience(claims).is_empty();
    match text(claims, "iss") {
        _ if payload.is_install() => Kind::OldCallback,
        None => Kind::Other,
        Some(_) if fits_any_request && names_an_audience => Kind::Session,
        Some(_) if claims.contains_key("qsh") && fits_any_request => Kind::Context,
        Some(_) => Kind::Request,
    }
}

/// A claim that is a string.
pub(super) fn text<'c>(claims: &'c Members, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}
