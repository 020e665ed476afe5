//! The probe against an app whose checks can be taken out one by one: it names the one that is missing.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::{SocketAddr, TcpListener},
    process::{Command, Output},
    sync::{Arc, LazyLock, Mutex, PoisonError, atomic::AtomicBool},
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use connect_lint::{
    jwt::{PublicKey, Token},
    probe::{
        self, Limits, Record, Subject,
        findings::Reading,
        host::{Host, Signers},
        summary,
        target::Target,
    },
    query_hash::query_hash,
    source::SourceFile,
};
use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response, Server};

/// What an app may leave out, or do too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Flaw {
    NoVerification,
    DecodesOnly,
    TakesUnsignedInstalls,
    FallsBackToSecret,
    SecretOfTheBody,
    SymmetricUninstall,
    AlgorithmOfTheToken,
    KeyOfTheToken,
    NoAudience,
    NoExpiry,
    NoQueryHash,
    NoClientKey,
    UuidKeyIds,
    CrashesOnGarbage,
    AsymmetricEvents,
    KeysOfItsOwn,
    NotServed,
}

/// A small app on the loopback. It stops when it is dropped.
struct App {
    server: Arc<Server>,
    url: String,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Verifier {
    flaws: BTreeSet<Flaw>,
    url: String,
    keys: String,
    tenants: Arc<Mutex<BTreeMap<String, String>>>,
}

impl App {
    fn start(flaws: &[Flaw], keys: &str) -> App {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let url = format!("http://{}", server.server_addr().to_ip().unwrap());
        let flaws = flaws.iter().copied().collect();
        let verifier = Verifier { flaws, url: url.clone(), keys: keys.to_owned(), tenants: Arc::default() };
        let listening = Arc::clone(&server);
        let thread = thread::spawn(move || {
            for request in listening.incoming_requests() {
                let verifier = verifier.clone();
                thread::spawn(move || verifier.answer(request));
            }
        });
        App { server, url, thread: Some(thread) }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.server.unblock();
        self.thread.take().unwrap().join().unwrap();
    }
}

impl Verifier {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaws.contains(&flaw)
    }

    fn answer(&self, mut request: Request) {
        let mut body = String::new();
        request.as_reader().read_to_string(&mut body).unwrap();
        let path = request.url().to_owned();
        if path == "/atlassian-connect.json" {
            let json = Header::from_bytes("Content-Type", "application/json").unwrap();
            return request.respond(Response::from_string(self.descriptor()).with_header(json)).unwrap();
        }
        let event = path.trim_start_matches("/lifecycle/").split('?').next().unwrap().to_owned();
        let known = ["installed", "uninstalled", "enabled", "disabled"].contains(&event.as_str());
        let status = match (request.method(), known && !self.has(Flaw::NotServed)) {
            (Method::Post, true) => self.status(&event, header(&request).as_deref(), &body),
            _ => 404,
        };
        let _ = request.respond(Response::empty(status));
    }

    fn descriptor(&self) -> String {
        let lifecycle = ["installed", "uninstalled", "enabled", "disabled"];
        let paths: BTreeMap<_, _> =
            lifecycle.into_iter().map(|event| (event, format!("/lifecycle/{event}?v=2"))).collect();
        json!({
            "key": "com.example.minutes",
            "baseUrl": self.url,
            "authentication": { "type": "jwt" },
            "apiMigrations": { "signed-install": true },
            "lifecycle": paths,
        })
        .to_string()
    }

    fn status(&self, event: &str, token: Option<&str>, body: &str) -> u16 {
        let body: Value = serde_json::from_str(body).unwrap();
        let client_key = body["clientKey"].as_str().unwrap_or_default();
        if !self.verifies(event, token, &body, client_key) {
            return if token == Some("garbage") && self.has(Flaw::CrashesOnGarbage) { 500 } else { 401 };
        }
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            "installed" => drop(tenants.insert(client_key.to_owned(), body["sharedSecret"].to_string())),
            "uninstalled" => drop(tenants.remove(client_key)),
            _ => {}
        }
        204
    }

    fn verifies(&self, event: &str, token: Option<&str>, body: &Value, client_key: &str) -> bool {
        let stored = self.tenants.lock().unwrap().get(client_key).cloned();
        let signed = event == "installed" || event == "uninstalled";
        if self.has(Flaw::NoVerification) && signed {
            return true;
        }
        let Some(token) = token.and_then(|text| Token::parse(text).ok()) else {
            return self.has(Flaw::TakesUnsignedInstalls) && event == "installed" && stored.is_none();
        };
        let secret: Option<String> = if self.has(Flaw::SecretOfTheBody) && event == "installed" {
            body["sharedSecret"].as_str().map(str::to_owned)
        } else {
            stored.and_then(|stored| serde_json::from_str(&stored).unwrap())
        };
        let by_secret = secret.is_some_and(|secret| token.is_by_secret(secret.as_bytes()));
        let hashed = token.claims.get("qsh").and_then(Value::as_str)
            == Some(&query_hash("POST", &format!("/lifecycle/{event}"), "v=2"));
        let symmetric = token.algorithm() == Some("HS256") && by_secret && hashed;
        match event {
            "enabled" | "disabled" if !self.has(Flaw::AsymmetricEvents) => return symmetric,
            "uninstalled" if self.has(Flaw::SymmetricUninstall) => return symmetric,
            _ if symmetric && (self.has(Flaw::FallsBackToSecret) || self.has(Flaw::SecretOfTheBody)) => return true,
            _ => {}
        }
        self.is_signed(&token) && self.holds(&token, hashed, client_key)
    }

    fn is_signed(&self, token: &Token) -> bool {
        if self.has(Flaw::DecodesOnly) {
            return true;
        }
        let id = token.header.get("kid").and_then(Value::as_str).unwrap_or_default();
        if self.has(Flaw::UuidKeyIds) && (id.len() != 36 || id.contains('/')) {
            return false;
        }
        let own = self.has(Flaw::KeysOfItsOwn);
        let address = match id.starts_with("http") && self.has(Flaw::KeyOfTheToken) {
            true => id.to_owned(),
            false => format!("{}/{id}", self.keys),
        };
        let Some(pem) = (!own).then(|| ureq::get(&address).call().ok()).flatten() else { return false };
        let pem = pem.into_body().read_to_string().unwrap();
        let by_key = PublicKey::parse(&pem).is_ok_and(|key| token.is_by_key(&key));
        match token.algorithm() {
            Some("RS256") => by_key,
            Some("HS256") => self.has(Flaw::AlgorithmOfTheToken) && token.is_by_secret(pem.as_bytes()),
            _ => false,
        }
    }

    fn holds(&self, token: &Token, hashed: bool, client_key: &str) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let claim = |name: &str| token.claims.get(name);
        let audience = claim("aud").map(|aud| aud.as_array().cloned().unwrap_or_else(|| vec![aud.clone()]));
        let for_us = audience.is_some_and(|aud| aud.contains(&json!(self.url)));
        let in_time = claim("exp").and_then(Value::as_u64).is_some_and(|exp| exp > now)
            && claim("nbf").and_then(Value::as_u64).is_none_or(|nbf| nbf <= now);
        let bound = !client_key.is_empty() && claim("iss").and_then(Value::as_str) == Some(client_key);
        (for_us || self.has(Flaw::NoAudience))
            && (in_time || self.has(Flaw::NoExpiry))
            && (hashed || self.has(Flaw::NoQueryHash))
            && (bound || self.has(Flaw::NoClientKey))
    }
}

fn header(request: &Request) -> Option<String> {
    let header = request.headers().iter().find(|header| header.field.equiv("Authorization"))?;
    header.value.as_str().strip_prefix("JWT ").map(str::to_owned)
}

/// What a probe has shown.
struct Shown {
    /// Every finding: its event, its rule without the prefix, its severity.
    findings: BTreeSet<String>,
    sentences: Vec<String>,
    record: Record,
}

impl Shown {
    /// The findings that fail a gate.
    fn grave(&self) -> Vec<&str> {
        self.findings.iter().map(String::as_str).filter(|finding| !finding.ends_with("Note")).collect()
    }
}

/// Keys for all tests of this file.
static SIGNERS: LazyLock<Signers> = LazyLock::new(|| Signers::generate().unwrap());

fn probe_of(flaws: &[Flaw]) -> Shown {
    let host = Host::start(SIGNERS.clone(), ([127, 0, 0, 1], 0).into(), "https://example.atlassian.net").unwrap();
    let app = App::start(flaws, &host.keys.url());
    let target = Target::new(&app.url, None, Duration::from_secs(10)).unwrap();
    let descriptor = target.fetch(&format!("{}/atlassian-connect.json", app.url)).unwrap();
    let subject = Subject::read(SourceFile::new("atlassian-connect.json", descriptor), &target).unwrap();
    let stop = AtomicBool::new(false);
    let limits = Limits { deadline: Instant::now() + Duration::from_secs(60), stop: &stop };
    let record = probe::run(&subject, &target, &host, limits);
    let reading = Reading::new(&subject, &record, false);
    let findings = reading.findings();
    let name = |finding: &connect_lint::finding::Finding| {
        let event = finding.identity.split(' ').next().unwrap();
        format!("{event} {} {:?}", finding.rule.trim_start_matches("probe-"), finding.severity)
    };
    let sentences = summary::sentences(&reading, &record);
    Shown { findings: findings.iter().map(name).collect(), sentences, record }
}

#[test]
fn a_sound_app_has_no_finding_and_keeps_no_tenant() {
    let shown = probe_of(&[]);
    assert_eq!(shown.findings, BTreeSet::new());
    assert!(shown.record.installed > 20 && shown.record.left.is_empty() && shown.record.unfinished.is_none());
    assert_eq!(
        shown.sentences[..3],
        [
            "who could register a fake tenant: nobody, as far as was tried: 42 forged callbacks were refused",
            "who could uninstall a tenant: nobody, as far as was tried: 42 forged callbacks were refused",
            "real callbacks: `installed` accepted, `uninstalled` accepted, `enabled` accepted, `disabled` accepted",
        ]
    );
}

#[test]
fn each_missing_check_is_named_and_nothing_else() {
    for (flaw, findings) in [
        (Flaw::NoAudience, &["installed unchecked-audience Warning", "uninstalled unchecked-audience Warning"][..]),
        (Flaw::NoExpiry, &["installed unchecked-expiry Warning", "uninstalled unchecked-expiry Warning"]),
        (Flaw::NoQueryHash, &["installed unchecked-query-hash Warning", "uninstalled unchecked-query-hash Warning"]),
        (Flaw::NoClientKey, &["installed unbound-client-key Error", "uninstalled unbound-client-key Error"]),
        (Flaw::AlgorithmOfTheToken, &["installed algorithm-confusion Error", "uninstalled algorithm-confusion Error"]),
        (Flaw::KeyOfTheToken, &["installed foreign-key-accepted Error", "uninstalled foreign-key-accepted Error"]),
        (Flaw::UuidKeyIds, &["installed strict-key-id Warning", "uninstalled strict-key-id Warning"]),
        (Flaw::CrashesOnGarbage, &[]),
    ] {
        let shown = probe_of(&[flaw]);
        assert_eq!(shown.grave(), findings, "{flaw:?}");
        assert_eq!(shown.record.left, Vec::<String>::new(), "{flaw:?}");
    }
}

#[test]
fn open_hooks_are_named() {
    for (flaw, findings) in [
        (
            Flaw::NoVerification,
            &["installed unsigned-callback-accepted Error", "uninstalled unsigned-callback-accepted Error"][..],
        ),
        (Flaw::TakesUnsignedInstalls, &["installed unsigned-callback-accepted Error"]),
        (
            Flaw::FallsBackToSecret,
            &["installed symmetric-callback-accepted Error", "uninstalled symmetric-callback-accepted Error"],
        ),
        (
            Flaw::SymmetricUninstall,
            &["uninstalled callback-refused Error", "uninstalled symmetric-callback-accepted Error"],
        ),
        (Flaw::AsymmetricEvents, &["disabled callback-refused Error", "enabled callback-refused Error"]),
    ] {
        assert_eq!(probe_of(&[flaw]).grave(), findings, "{flaw:?}");
    }
    let body = probe_of(&[Flaw::SecretOfTheBody]);
    assert!(body.grave().contains(&"installed symmetric-callback-accepted Error"), "{:?}", body.findings);
    let decoded = probe_of(&[Flaw::DecodesOnly]);
    assert!(decoded.grave().contains(&"installed unsigned-callback-accepted Error"), "{:?}", decoded.findings);
}

#[test]
fn what_is_not_shown_is_no_finding() {
    let shown = probe_of(&[Flaw::KeysOfItsOwn]);
    assert_eq!(shown.findings, BTreeSet::new());
    assert!(!shown.record.key_server_asked);
    assert!(shown.sentences.iter().any(|sentence| sentence.starts_with("not shown: whether RS256 callbacks pass")));
    let open = probe_of(&[Flaw::KeysOfItsOwn, Flaw::TakesUnsignedInstalls]);
    assert_eq!(open.grave(), ["installed unsigned-callback-accepted Error"]);
}

#[test]
fn a_path_that_nothing_serves_turns_callbacks_away() {
    let shown = probe_of(&[Flaw::NotServed]);
    assert!(shown.grave().contains(&"installed callback-refused Error"), "{:?}", shown.findings);
}

/// The command, told that keys are wanted at an address, in an empty folder.
fn command(app: &str, keys: SocketAddr, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let keys = keys.to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-lint"));
    command.current_dir(folder.path()).args(["probe", app, "--key-server", &keys]).args(arguments);
    command.env("HTTP_PROXY", "http://192.0.2.1:9").env("http_proxy", "http://192.0.2.1:9"); // it takes no proxy
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An address that nothing listens at.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[test]
fn the_command_gates_by_its_findings() {
    let keys = free();
    let sound = App::start(&[], &format!("http://{keys}"));
    let output = command(&sound.url, keys, &[]);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    assert!(err.contains("client keys start with `connect-lint-probe-`"), "{err}");
    assert!(out.contains("1 app, no findings") && out.contains("all of them uninstalled again"), "{out}");
    drop(sound);

    let keys = free();
    let open = App::start(&[Flaw::TakesUnsignedInstalls], &format!("http://{keys}"));
    let folder = tempfile::tempdir().unwrap();
    let transcript = folder.path().join("requests.ndjson");
    let output = command(&open.url, keys, &["--format", "sarif", "--transcript", transcript.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["level"], "error");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["snippet"]["text"], "\"/lifecycle/installed?v=2\"");
    let transcript = fs::read_to_string(transcript).unwrap();
    let lines: Vec<Value> = transcript.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let unsigned = lines.iter().find(|line| line["request"] == "unsigned" && line["tenant"] == "fresh").unwrap();
    assert_eq!(
        (&unsigned["status"], &unsigned["answer"], &unsigned["sound"]),
        (&json!(204), &json!("accepted"), &json!("refused"))
    );
    assert!(!transcript.contains("secret-"), "a secret is written down");
    drop(open);

    let (keys, nowhere) = (free(), free());
    let output = command(&format!("http://{nowhere}"), keys, &[]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("nothing listens"), "{}", text(&output.stderr));
}

#[test]
fn other_machines_are_asked_only_if_the_user_owns_the_app() {
    let output = command("http://192.0.2.1:3000", free(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--i-own-this-app 192.0.2.1"), "{}", text(&output.stderr));
}

#[test]
#[cfg(unix)]
fn a_started_app_that_does_not_listen_is_ended_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("mark");
    let start = format!("(sleep 2; touch '{}') & sleep 60", mark.display());
    let output = command(&format!("http://{}", free()), free(), &["--start", &start, "--wait", "1"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("does not listen"), "{}", text(&output.stderr));
    thread::sleep(Duration::from_millis(1_500));
    assert!(!mark.exists(), "a child went on");
}
