//! Where in a text the token stands.
//!
//! Source: `extractJwtFromRequest` of atlassian-connect-express 11.5.3.

use crate::token::{
    Check, Kind, Subject,
    request::{Request, parameters},
};

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// It is all that was given.
    Alone,
    /// `Authorization: JWT …`.
    Header,
    /// `Authorization: Bearer …`.
    Bearer,
    /// `Authorization: …`, without a scheme or with an unusual one.
    BareHeader,
    /// `X-acpt`, where atlassian-connect-express hands out session tokens.
    SessionHeader,
    /// The parameter `jwt` of the query.
    Query,
    /// The parameter `acpt` of the query.
    SessionQuery,
    /// The member `jwt` of the body.
    Body,
    /// Somewhere in a text.
    Text,
}

impl Place {
    /// Its name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Place::Alone => "alone",
            Place::Header | Place::Bearer | Place::BareHeader => "in the `Authorization` header",
            Place::SessionHeader => "in the `X-acpt` header",
            Place::Query => "in the query, as `jwt`",
            Place::SessionQuery => "in the query, as `acpt`",
            Place::Body => "in the body, as `jwt`",
            Place::Text => "in the text",
        }
    }
}

/// A token as written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) text: String,
}

/// How many tokens of a text without form are looked at.
const MOST: usize = 16;

/// The tokens of a text, that one first which a server would take.
pub(super) fn find(text: &str, request: &Request) -> Vec<Found> {
    let found = in_request(request);
    match alone(text) {
        _ if !found.is_empty() => found,
        Some(alone) => vec![alone],
        None => anywhere(text),
    }
}

fn in_request(request: &Request) -> Vec<Found> {
    let parameters = request.parameters();
    let named = |name: &'static str, place: Place| {
        let named = parameters.iter().filter(move |(own, _)| own == name);
        named.map(move |(_, value)| Found { place, text: value.clone() })
    };
    let session = |value: &str| Found { place: Place::SessionHeader, text: value.trim().to_owned() };
    named("jwt", Place::Query)
        .chain(in_body(&request.body).map(|text| Found { place: Place::Body, text }))
        .chain(request.all("Authorization").filter_map(in_header))
        .chain(named("acpt", Place::SessionQuery))
        .chain(request.all("X-acpt").map(session))
        .filter(|found| !found.text.is_empty())
        .collect()
}

fn in_body(body: &str) -> Option<String> {
    match serde_json::from_str::<serde_json::Value>(body) {
        Ok(body) => body.get("jwt")?.as_str().map(str::to_owned),
        Err(_) => parameters(body).into_iter().find(|(name, _)| name == "jwt").map(|(_, token)| token),
    }
}

fn in_header(value: &str) -> Option<Found> {
    let value = value.trim().trim_end_matches(',').trim_matches(['"', '\'']).trim(); // as a program's log quotes it
    if ["JWT", "Bearer", "Basic"].iter().any(|scheme| value.eq_ignore_ascii_case(scheme)) {
        return None;
    }
    let (scheme, text) = value.split_once(char::is_whitespace).unwrap_or(("", value));
    let (place, text) = match scheme {
        "JWT" => (Place::Header, text),
        scheme if scheme.eq_ignore_ascii_case("Basic") => return None,
        scheme if scheme.eq_ignore_ascii_case("Bearer") => (Place::Bearer, text),
        scheme if scheme.eq_ignore_ascii_case("JWT") => (Place::BareHeader, text),
        _ => (Place::BareHeader, value),
    };
    Some(Found { place, text: text.trim().to_owned() })
}

/// The whole text, without quotes, and with a scheme before it or none.
fn alone(text: &str) -> Option<Found> {
    let text = text.trim_start_matches('\u{feff}').trim().trim_matches(['"', '\'', '`', ',', ';']).trim();
    let (place, text) = match text.split_once(char::is_whitespace) {
        Some(("JWT", rest)) => (Place::Header, rest.trim()),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Bearer") => (Place::Bearer, rest.trim()),
        _ => (Place::Alone, text),
    };
    let is_token = begins_token(text) && text.chars().all(|c| is_of_token(c) || c.is_whitespace());
    is_token.then(|| Found { place, text: text.to_owned() })
}

/// Whether a text begins as a JSON object does in base64.
fn begins_token(text: &str) -> bool {
    ["ey", "ew"].iter().any(|start| text.starts_with(start)) && text.len() > 8
}

fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.=+/".contains(character)
}

/// Runs of a token's characters that begin as a token does and have its dots.
fn anywhere(text: &str) -> Vec<Found> {
    let runs =
        text.split(|c: char| !is_of_token(c)).map(|run| run.rsplit('=').find(|part| begins_token(part)).unwrap_or(run));
    let tokens = runs.filter(|run| begins_token(run) && run.contains('.'));
    tokens.map(|run| Found { place: Place::Text, text: run.to_owned() }).take(MOST).collect()
}

/// What is wrong with where the tokens stand.
pub(super) fn checks(kind: Kind, found: &[Found]) -> Vec<Check> {
    let Some(first) = found.first() else { return Vec::new() };
    let others = found.iter().filter(|other| other.text != first.text).count();
    let mut checks = Vec::new();
    if first.place == Place::Text && others > 0 {
        checks.push(Check::note(Subject::Place, format!("the first of {} tokens in the text", others + 1)));
    } else if first.place != Place::Text {
        checks.extend(found.get(1).map(|second| twice(first, second)));
    }
    let why = match first.place {
        Place::Bearer => "behind `Bearer`",
        Place::BareHeader => "in the `Authorization` header without the scheme `JWT`",
        _ => return checks,
    };
    if kind.is_connect() {
        let fact = format!("{why}: hosts write `JWT` before it, and atlassian-connect-express sees no other");
        checks.push(Check::warning(Subject::Place, fact));
    }
    checks
}

fn twice(first: &Found, second: &Found) -> Check {
    let places = format!("{} and {}", first.place.name(), second.place.name());
    let taken = match second.place {
        Place::Body => "atlassian-connect-express then takes neither",
        _ => "atlassian-connect-express takes the first",
    };
    if first.text == second.text {
        Check::warning(Subject::Place, format!("it stands twice, {places}: {taken}"))
    } else {
        Check::error(
            Subject::Place,
            format!("there are two tokens, {places}: {taken}, and what stands before the app may take the other"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Place, String)> {
        let request = Request::parse(text).unwrap_or_default();
        find(text, &request).into_iter().map(|found| (found.place, found.text)).collect()
    }

    fn one(place: Place, text: &str) -> Vec<(Place, String)> {
        vec![(place, text.to_owned())]
    }

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln";

    #[test]
    fn a_token_is_found_wherever_people_leave_it() {
        assert_eq!(found(&format!(" \"{TOKEN}\",\n")), one(Place::Alone, TOKEN));
        assert_eq!(found(&format!("JWT {TOKEN}")), one(Place::Header, TOKEN));
        assert_eq!(found(&format!("bearer {TOKEN}")), one(Place::Bearer, TOKEN));
        assert_eq!(found(&format!("Authorization: JWT {TOKEN}")), one(Place::Header, TOKEN));
        assert_eq!(found(&format!("authorization: {TOKEN}")), one(Place::BareHeader, TOKEN));
        assert_eq!(found(&format!("authorization: 'JWT {TOKEN}',")), one(Place::Header, TOKEN));
        assert_eq!(found(&format!("https://x/y?a=b&jwt={TOKEN}")), one(Place::Query, TOKEN));
        assert_eq!(found(&format!("POST /y\n\na=b&jwt={TOKEN}")), one(Place::Body, TOKEN));
        assert_eq!(found(&format!("GET /y\nX-acpt: {TOKEN}")), one(Place::SessionHeader, TOKEN));
        assert_eq!(found(&format!("{{ \"authorization\": \"JWT {TOKEN}\" }}")), one(Place::Text, TOKEN));
        assert_eq!(found(&format!("12:00 GET /y?jwt={TOKEN} 401")), one(Place::Text, TOKEN));
        assert_eq!(found("JWT eyJhbGci\n OiJIUzI1NiJ9.e30."), one(Place::Header, "eyJhbGci\n OiJIUzI1NiJ9.e30."));
    }

    #[test]
    fn what_is_no_token_is_none() {
        for text in [
            "",
            "garbage",
            "www.example.com",
            "Authorization: Basic eyJh",
            "GET /installed",
            "eye.of",
            "Authorization: JWT ",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found("Authorization: JWT garbage"), one(Place::Header, "garbage"));
    }

    #[test]
    fn the_first_is_the_one_that_a_server_takes() {
        let text = format!("GET /y?jwt={TOKEN}\nAuthorization: JWT other");
        let places = |text: &str| found(text).iter().map(|(place, _)| *place).collect::<Vec<_>>();
        assert_eq!(places(&text), [Place::Query, Place::Header]);
        let header = format!("Authorization: JWT {TOKEN}\n");
        assert_eq!(places(&[header.as_str(), &header].concat()), [Place::Header, Place::Header]);
    }
}
