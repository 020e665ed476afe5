//! `connect-lint token`: what a token is, and what is wrong with it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::sync::LazyLock;

use connect_lint::{
    jwt::{Members, PrivateKey, PublicKey, Signing, sign},
    query_hash::{CONTEXT, digest, query_hash},
    report::{
        Style,
        token::{TokenFormat, write},
    },
    severity::Severity,
    token::{Key, Kind, Known, Reading, State, gravest, read},
};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: i64 = 1_638_270_700;
const BASE: &str = "https://polls.example.com/connect";
const SECRET: &str = "the-stored-secret";
const BODY: &str =
    r#"{"key":"com.example.polls","clientKey":"tenant","sharedSecret":"the-new-secret","eventType":"installed"}"#;

static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());

fn known() -> Known {
    Known { at: Timestamp::from_second(NOW).unwrap(), base_url: None, secret: None, key: None }
}

/// With all that a verifier has.
fn informed() -> Known {
    let pem = KEY.public_pem().unwrap();
    let key = Key { public: PublicKey::parse(&pem).unwrap(), pem };
    Known { base_url: Some(BASE.to_owned()), secret: Some(SECRET.as_bytes().to_vec()), key: Some(key), ..known() }
}

fn members(value: &Value) -> Members {
    value.as_object().unwrap().clone()
}

/// Members with others in their place; null removes one.
fn with(mut members: Members, changes: &Value) -> Members {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(members.shift_remove(name)),
            value => drop(members.insert(name.clone(), value.clone())),
        }
    }
    members
}

fn header() -> Members {
    members(&json!({ "kid": "c7b3d9f2", "typ": "JWT", "alg": "RS256" }))
}

fn claims() -> Members {
    members(&json!({
        "aud": [BASE], "sub": "user", "qsh": query_hash("POST", "/installed", ""), "iss": "tenant", "context": {},
        "exp": NOW + 900, "iat": NOW
    }))
}

/// A callback as a host signs it, with changes to header and claims.
fn signed(of_header: &Value, of_claims: &Value) -> String {
    sign(&with(header(), of_header), &with(claims(), of_claims), Signing::Key(&KEY))
}

/// Any other token of a tenant.
fn symmetric(of_header: &Value, of_claims: &Value) -> String {
    let header = members(&json!({ "typ": "JWT", "alg": "HS256" }));
    let claims = with(claims(), &json!({ "aud": null }));
    sign(&with(header, of_header), &with(claims, of_claims), Signing::Secret(SECRET.as_bytes()))
}

fn installed(token: &str) -> String {
    format!("POST /connect/installed HTTP/1.1\nHost: polls.example.com\nAuthorization: JWT {token}\n\n{BODY}")
}

fn reading(text: &str, known: &Known) -> Reading {
    read(text, known).unwrap_or_else(|| panic!("no token in {text}"))
}

/// What is wrong, gravest as it is: `error expiry: expired …`.
fn wrongs(reading: &Reading) -> Vec<String> {
    let wrong = reading
        .checks
        .iter()
        .filter(|check| matches!(check.state, State::Wrong(severity) if severity > Severity::Note));
    let help = |help: &Option<String>| help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
    wrong.map(|c| format!("{} {}: {}{}", c.state.name(), c.subject.name(), c.fact, help(&c.help))).collect()
}

#[track_caller]
fn one_wrong(text: &str, known: &Known, start: &str) -> String {
    let wrongs = wrongs(&reading(text, known));
    assert!(wrongs.len() == 1 && wrongs[0].starts_with(start), "{start}: {wrongs:#?}");
    wrongs[0].clone()
}

#[test]
fn nothing_is_wrong_with_a_sound_callback_and_everything_is_checked() {
    let reading = reading(&installed(&signed(&json!({}), &json!({}))), &informed());
    assert_eq!((reading.kind, wrongs(&reading)), (Kind::SignedCallback, Vec::new()));
    assert!(reading.checks.iter().all(|check| check.state != State::Unknown), "{:#?}", reading.checks);
    let subjects: Vec<_> = reading.checks.iter().map(|check| check.subject.name()).collect();
    assert_eq!(subjects, ["algorithm", "key id", "signature", "issuer", "audience", "expiry", "query hash"]);
}

#[test]
fn a_callback_that_is_wrong_in_one_place_is_told_that_place() {
    let cases = [
        (json!({ "kid": null }), json!({}), "error key id: `kid` is missing"),
        (json!({ "kid": 7 }), json!({}), "error key id: `kid` is no string"),
        (json!({ "kid": "../../evil" }), json!({}), "error key id: `kid` leads elsewhere"),
        (json!({ "kid": "https://evil.example" }), json!({}), "error key id: `kid` leads elsewhere"),
        (json!({ "kid": "a\nHost: evil" }), json!({}), "error key id: `kid` leads elsewhere"),
        (json!({}), json!({ "iss": null }), "error issuer: `iss` is missing"),
        (json!({}), json!({ "iss": "another" }), "error issuer: not the `clientKey` of the body, `tenant`"),
        (json!({}), json!({ "aud": null }), "error audience: `aud` is missing"),
        (json!({}), json!({ "aud": [] }), "error audience: `aud` is missing"),
        (json!({}), json!({ "aud": ["https://other.example"] }), "error audience: `https://other.example` is not"),
        (
            json!({}),
            json!({ "aud": ["https://o.example", BASE] }),
            "warning audience: contains the app's base URL, but",
        ),
        (json!({}), json!({ "exp": null }), "error expiry: `exp` is missing"),
        (json!({}), json!({ "exp": NOW - 3 * 3600 }), "error expiry: expired 3 hours ago"),
        (json!({}), json!({ "exp": (NOW + 900) * 1000 }), "error expiry: `exp` is in milliseconds"),
        (json!({}), json!({ "exp": "1638271533" }), "error expiry: `exp` is no number of seconds"),
        (json!({}), json!({ "nbf": NOW + 120 }), "error not before: not valid yet, but in 2 minutes"),
        (json!({}), json!({ "iat": NOW + 3600 }), "warning issued at: issued in 60 minutes"),
        (json!({}), json!({ "iat": NOW * 1000 }), "error issued at: `iat` is in milliseconds"),
        (json!({}), json!({ "qsh": null }), "error query hash: `qsh` is missing"),
        (json!({}), json!({ "qsh": CONTEXT }), "error query hash: `context-qsh` fits any request"),
        (json!({}), json!({ "qsh": "4A2E" }), "error query hash: `qsh` is no SHA-256"),
        (json!({}), json!({ "qsh": digest("x") }), "error query hash: not of `POST&/installed&` (nor of any"),
    ];
    for (header, claims, wrong) in cases {
        one_wrong(&installed(&signed(&header, &claims)), &informed(), wrong);
    }
    assert_eq!(
        one_wrong(
            &installed(&signed(&json!({}), &json!({}))),
            &Known { base_url: Some("https://polls.example.com:8080/connect".to_owned()), ..informed() },
            "error audience"
        ),
        "error audience: `https://polls.example.com/connect` is not the app's base URL, `https://polls.example.com:8080/connect` (the port differs: hosts write the `baseUrl` of the descriptor that they installed)"
    );
}

#[test]
fn a_callback_of_another_event_is_signed_with_the_secret() {
    let enabled = installed(&signed(&json!({}), &json!({}))).replace("\"installed\"", "\"enabled\"");
    one_wrong(&enabled, &informed(), "error algorithm: `RS256`, but hosts sign `enabled` HS256");
}

#[test]
fn what_libraries_read_differently_is_a_note() {
    for changes in [json!({ "aud": BASE }), json!({})] {
        let reading = reading(&installed(&signed(&json!({ "kid": "a/b" }), &changes)), &informed());
        assert_eq!(gravest(&reading), Some(Severity::Note), "{:#?}", reading.checks);
    }
}

#[test]
fn the_hash_of_another_reading_of_the_request_is_recognised() {
    let cases = [
        ("POST /connect/installed", "GET&/installed&", "with GET for a method"),
        ("POST /connect/installed", "POST&/connect/installed&", "with the path of the base URL"),
        ("POST /installed", "POST&/connect/installed&", "with `/connect` before the path"),
        ("POST /connect/installed", "POST&/installed/&", "with a slash at the end"),
        ("POST /connect/app/installed", "POST&/installed&", "without `/connect/app`, the path of a base URL"),
        ("POST /connect/installed?v=2", "POST&/installed&", "without the query"),
        ("POST /connect/installed?b=2&a=1", "POST&/installed&b=2&a=1", "with the query as it is written"),
        ("POST /connect/installed?q=a%20b", "POST&/installed&q=a+b", "with `+` for a space"),
        (
            "POST /connect/installed/?v=2",
            "GET&/installed&",
            "with GET for a method, where the request has POST, and without the query",
        ),
    ];
    for (line, hashed, why) in cases {
        let token = signed(&json!({}), &json!({ "qsh": digest(hashed) }));
        let text = format!("{line}\nAuthorization: JWT {token}\n\n{BODY}");
        let wrong = one_wrong(&text, &informed(), "error query hash: not of `POST&/");
        assert!(wrong.contains(&format!("(it is that of `{hashed}`: {why}")), "{wrong}");
    }
}

#[test]
fn a_context_path_is_taken_from_the_audience_or_left_open() {
    let token = signed(&json!({}), &json!({}));
    assert!(wrongs(&reading(&installed(&token), &known())).is_empty());
    let other = symmetric(&json!({}), &json!({ "qsh": query_hash("GET", "/page", "a=1") }));
    let reading = reading(&format!("GET https://polls.example.com/connect/page?a=1&jwt={other}"), &known());
    let hash = reading.checks.iter().find(|check| check.subject.name() == "query hash").unwrap();
    assert_eq!(hash.fact, "of `GET&/page&a=1`, below `/connect`: that has to be the path of the receiver's base URL");
    assert_eq!(hash.state, State::Wrong(Severity::Note));
}

#[test]
fn every_token_of_connect_is_told_from_the_others() {
    let uninstalled = BODY.replace("installed", "uninstalled");
    let enabled = BODY.replace("\"installed\"", "\"enabled\"");
    let bitbucket = BODY.replace("eventType\":\"installed", "productType\":\"bitbucket");
    let bound = symmetric(&json!({}), &json!({}));
    let cases = [
        (signed(&json!({}), &json!({})), "", Kind::SignedCallback),
        (signed(&json!({}), &json!({ "qsh": null })), "", Kind::SignedCallback),
        (signed(&json!({}), &json!({ "qsh": null, "aud": ["service"] })), "", Kind::Other),
        (
            signed(&json!({}), &json!({ "qsh": null, "aud": ["https://x"], "iss": "https://accounts.example" })),
            "",
            Kind::Other,
        ),
        (signed(&json!({}), &json!({ "iss": "forge/invocation-token", "qsh": null })), "", Kind::Forge),
        (signed(&json!({ "alg": "none" }), &json!({})), "", Kind::Unsigned),
        (signed(&json!({ "alg": "PS256" }), &json!({})), "", Kind::Other),
        (signed(&json!({ "alg": null }), &json!({})), "", Kind::Other),
        (bound.clone(), "", Kind::Request),
        (bound.clone(), BODY, Kind::OldCallback),
        (bound.clone(), &uninstalled, Kind::OldCallback),
        (bound.clone(), &enabled, Kind::Request),
        (bound.clone(), &bitbucket, Kind::Request),
        (symmetric(&json!({}), &json!({ "qsh": null })), "", Kind::Request),
        (symmetric(&json!({}), &json!({ "qsh": CONTEXT })), "", Kind::Context),
        (symmetric(&json!({}), &json!({ "qsh": null, "aud": ["tenant"], "iss": "app" })), "", Kind::Session),
        (symmetric(&json!({}), &json!({ "qsh": CONTEXT, "aud": ["tenant"], "iss": "app" })), "", Kind::Session),
        (
            symmetric(&json!({}), &json!({ "qsh": null, "aud": ["app"], "iss": "app", "clientKey": "t" })),
            "",
            Kind::Session,
        ),
        (symmetric(&json!({}), &json!({ "iss": null })), "", Kind::Other),
        ("eyJhbGciOiJIUzI1NiJ9.eyJ".to_owned(), "", Kind::Unreadable),
    ];
    for (token, body, kind) in cases {
        let text = format!("Authorization: JWT {token}\n\n{body}");
        let reading = reading(&text, &known());
        assert_eq!(reading.kind, kind, "{:?} {:?}", reading.header, reading.claims);
    }
}

#[test]
fn a_token_of_forge_is_none_of_connect_and_not_wrong() {
    let token = signed(&json!({}), &json!({ "iss": "forge/invocation-token", "qsh": null }));
    assert!(wrongs(&reading(&format!("Bearer {token}"), &known())).is_empty());
}

#[test]
fn the_algorithm_and_the_key_are_not_mixed_up() {
    let informed = informed();
    one_wrong(
        &symmetric(&json!({ "kid": "x" }), &json!({})),
        &informed,
        "warning key id: `kid` in a token that no key",
    );
    one_wrong(&symmetric(&json!({ "alg": "HS512" }), &json!({})), &informed, "error algorithm: `HS512`");
    let none = sign(&with(header(), &json!({ "alg": "None" })), &claims(), Signing::Nothing);
    assert_eq!(wrongs(&reading(&none, &informed)).len(), 2, "alg and signature");
    let pem = KEY.public_pem().unwrap();
    let header = members(&json!({ "alg": "HS256" }));
    let confused = sign(&header, &with(claims(), &json!({ "aud": null })), Signing::Secret(pem.trim().as_bytes()));
    one_wrong(&confused, &informed, "error signature: by the text of the public key");
}

#[test]
fn a_signature_is_verified_by_what_is_given_and_by_nothing_else() {
    let other = PublicKey::parse(include_str!("data/token/public.pem")).unwrap();
    let foreign = Known { key: Some(Key { public: other, pem: String::new() }), ..informed() };
    one_wrong(&signed(&json!({}), &json!({})), &foreign, "error signature: not by the given key");
    let guessed = Known { secret: Some(b"guess".to_vec()), ..known() };
    one_wrong(&symmetric(&json!({}), &json!({})), &guessed, "error signature: not by the given secret");
    let header = members(&json!({ "alg": "HS256" }));
    let own = sign(&header, &with(claims(), &json!({ "aud": null })), Signing::Secret(b"the-new-secret"));
    let wrongs = wrongs(&reading(&installed(&own), &Known { base_url: Some(BASE.to_owned()), ..known() }));
    assert!(wrongs.iter().any(|wrong| wrong.contains("by the secret that came in the same request")), "{wrongs:#?}");
    let cut = signed(&json!({}), &json!({}));
    let (two, signature) = cut.rsplit_once('.').unwrap();
    one_wrong(&format!("{two}.{}", &signature[..40]), &informed(), "error signature: ");
    let wrongs = wrongs_of(two);
    assert!(wrongs.iter().any(|wrong| wrong.starts_with("error form: two parts")), "{wrongs:#?}");
}

fn wrongs_of(text: &str) -> Vec<String> {
    wrongs(&reading(text, &informed()))
}

#[test]
fn a_damaged_copy_is_mended_and_judged_all_the_same() {
    let token = signed(&json!({}), &json!({}));
    let (middle, end) = token.split_at(40);
    one_wrong(&format!("{middle}\n  {end}"), &informed(), "error form: there is whitespace");
    one_wrong(&token.replacen('.', "==.", 1), &informed(), "error form: its parts are padded");
    one_wrong(&token.replace('-', "+").replace('_', "/"), &informed(), "error form: it has `+` or `/`");
    one_wrong(&format!("Authorization: Bearer {token}"), &informed(), "warning place: behind `Bearer`");
    one_wrong(&format!("Authorization: {token}"), &informed(), "warning place: in the `Authorization` header without");
}

#[test]
fn two_places_are_one_too_many() {
    let token = symmetric(&json!({}), &json!({ "qsh": query_hash("GET", "/page", "") }));
    let other = symmetric(&json!({}), &json!({ "iss": "other" }));
    let informed = Known { base_url: None, ..informed() };
    one_wrong(
        &format!("GET /page?jwt={token}\nAuthorization: JWT {token}"),
        &informed,
        "warning place: it stands twice",
    );
    one_wrong(
        &format!("GET /page?jwt={token}\nAuthorization: JWT {other}"),
        &informed,
        "error place: there are two tokens",
    );
}

/// A route that no page calls must not take a token that any page can get: CVE-2021-26073.
#[test]
fn a_context_token_on_a_lifecycle_callback_is_an_error() {
    let token = symmetric(&json!({}), &json!({ "qsh": CONTEXT }));
    assert!(wrongs(&reading(&token, &informed())).is_empty());
    let enabled = installed(&token).replace("\"installed\"", "\"enabled\"");
    one_wrong(&enabled, &informed(), "error query hash: `context-qsh` fits any request");
}

fn written(reading: &Reading, format: TokenFormat) -> String {
    let mut out = Vec::new();
    write(reading, format, Style { color: true, ..Style::default() }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn no_secret_and_no_token_is_ever_written() {
    let leaky = json!({ "sub": SECRET, "context": { "the-new-secret": [SECRET] } });
    for token in [signed(&json!({ "kid": SECRET }), &leaky), symmetric(&json!({}), &leaky)] {
        for text in [
            installed(&token),
            format!("POST /x?acpt={token}&secret={SECRET}\nAuthorization: JWT {token}\n\n{BODY}"),
            format!("curl 'https://x/y?jwt={token}' -d '{BODY}'"),
            token.clone(),
        ] {
            let reading = reading(&text, &informed());
            for format in [TokenFormat::Human, TokenFormat::Json] {
                let written = written(&reading, format);
                let signature = token.rsplit('.').next().unwrap();
                let secrets = [SECRET, token.as_str(), signature];
                assert!(secrets.iter().all(|secret| !written.contains(secret)), "{written}");
                assert!(!text.contains(BODY) || !written.contains("the-new-secret"), "{written}");
            }
        }
    }
}

#[test]
fn a_token_does_not_drive_the_terminal() {
    let hostile = json!({ "sub": "\u{1b}]0;owned\u{7}\u{202e}", "\u{1b}[2J": "::error::x\n::error::y" });
    let text = installed(&signed(&json!({ "kid": "\u{1b}[2J" }), &hostile)).replace("tenant", "\\u001b[2J");
    let reading = reading(&text, &known());
    for format in [TokenFormat::Human, TokenFormat::Json] {
        let written = written(&reading, format).replace("\u{1b}[0m", "");
        let own = ["\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[36m"];
        let left = own.iter().fold(written, |left, code| left.replace(code, ""));
        assert!(!left.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{left:?}");
        assert!(left.lines().all(|line| !line.trim_start().starts_with("::")), "{left}");
    }
}

/// A token of a megabyte is read in the time of one: each of its claims is compared with the token, which is a secret.
#[test]
fn many_claims_take_no_long_time() {
    let many: Members = (0..30_000).map(|number| (format!("claim{number}"), Value::Null)).collect();
    let token = sign(&header(), &many, Signing::Secret(b"x"));
    let start = std::time::Instant::now();
    assert_eq!(reading(&token, &known()).claims.len(), many.len());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_pasted_is_read(text in "\\PC*|(GET|POST|curl|>|eyJ|JWT |jwt=|[ -~\\n'\"\\\\]){0,40}") {
        let _ = read(&text, &known());
    }

    #[test]
    fn whatever_is_cut_and_mixed_is_read(from in 0usize..700, to in 0usize..700, with in "\\PC{0,4}") {
        let request = include_str!("data/token/installed.http");
        let (from, to) = (from.min(request.len()), to.min(request.len()));
        let text = format!("{}{with}{}", &request[..from], &request[to..]);
        if let Some(reading) = read(&text, &known()) {
            prop_assert!(!reading.checks.is_empty());
            prop_assert!(!written(&reading, TokenFormat::Json).contains("a-secret-that-nobody-should-see"));
        }
    }
}
