//! Whom a token is meant for.

use crate::{
    jwt::Token,
    token::{Check, Kind, Subject, checks::audience, kind::text, request::split},
};

/// Whether it is meant for the app.
pub(super) fn checks(kind: Kind, token: &Token, base_url: Option<&str>) -> Vec<Check> {
    let audience = audience(&token.claims);
    let mut checks = Vec::new();
    match kind {
        Kind::SignedCallback => {
            if token.claims.get("aud").is_some_and(serde_json::Value::is_string) {
                checks.push(Check::note(
                    Subject::Audience,
                    "`aud` is a string, where hosts send a list: not every verifier reads both",
                ));
            }
            checks.push(callback(&audience, base_url));
        }
        Kind::Session if text(&token.claims, "iss").is_some_and(|issuer| audience.contains(&issuer)) => {
            checks.push(Check::holds(Subject::Audience, "the app itself, as the issuer is"));
        }
        Kind::Session => {
            checks.push(Check::unknown(
                Subject::Audience,
                "has to be the client key of a stored tenant, whose secret signs",
            ));
        }
        Kind::Forge => {
            checks.push(Check::unknown(Subject::Audience, "has to be the app's id, `ari:cloud:ecosystem::app/…`"))
        }
        _ => {}
    }
    checks
}

fn callback(audience: &[&str], base_url: Option<&str>) -> Check {
    let error = |fact: String| Check::error(Subject::Audience, fact);
    let Some(first) = audience.first() else {
        return error("`aud` is missing: a callback that was meant for another app would pass".to_owned());
    };
    let Some(base_url) = base_url else {
        let fact = "has to contain the `baseUrl` of the app's descriptor";
        return Check::unknown(Subject::Audience, fact).with_help("`--base-url URL` compares it");
    };
    match audience.iter().position(|url| same(url, base_url)) {
        Some(0) => Check::holds(Subject::Audience, "the app's base URL"),
        Some(_) => {
            let fact = "contains the app's base URL, but not as the first: atlassian-connect-express looks at no other";
            Check::warning(Subject::Audience, fact)
        }
        None => {
            let check = error(format!("`{first}` is not the app's base URL, `{base_url}`"));
            match near(first, base_url) {
                Some(difference) => check.with_help(format!(
                    "{difference} differs: hosts write the `baseUrl` of the descriptor that they installed"
                )),
                None => check,
            }
        }
    }
}

/// A slash at the end makes no difference.
fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// In what two addresses differ, when it is little.
fn near(one: &str, other: &str) -> Option<&'static str> {
    let parted = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        let host = rest.split('/').next()?.to_ascii_lowercase();
        let path = split(url).0.trim_end_matches('/').to_owned();
        Some((scheme.to_ascii_lowercase(), host, path))
    };
    let ((scheme, host, path), (other_scheme, other_host, other_path)) = (parted(one)?, parted(other)?);
    match (scheme == other_scheme, host == other_host, path == other_path) {
        (false, true, true) => Some("the scheme"),
        (true, true, false) => Some("the path"),
        (true, false, true) if host.split(':').next() == other_host.split(':').next() => Some("the port"),
        (true, true, true) => Some("the case of letters"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::State;

    #[test]
    fn an_audience_is_compared_but_for_a_slash() {
        let state = |audience: &[&str], base: &str| callback(audience, Some(base)).state;
        assert_eq!(state(&["https://a/x"], "https://a/x/"), State::Holds);
        assert_eq!(state(&["https://b", "https://a"], "https://a"), State::Wrong(crate::severity::Severity::Warning));
        assert_ne!(state(&["https://a.evil"], "https://a"), State::Holds);
        assert_eq!(callback(&["https://a"], None).state, State::Unknown);
    }

    #[test]
    fn a_small_difference_is_named() {
        assert_eq!(near("http://a/x", "https://a/x"), Some("the scheme"));
        assert_eq!(near("https://a", "https://a/x"), Some("the path"));
        assert_eq!(near("https://a:8080", "https://a"), Some("the port"));
        assert_eq!(near("https://A", "https://a"), Some("the case of letters"));
        assert_eq!((near("https://a", "https://b"), near("a", "b")), (None, None));
    }
}
