//! An app on the loopback whose verifier can be made to leave out any of its checks.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{SystemTime, UNIX_EPOCH},
};

use connect_lint::{
    jwt::{PublicKey, Token},
    query_hash::query_hash,
};
use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response, Server};

/// What an app may leave out, or do too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Flaw {
    NoVerification,
    DecodesOnly,
    TakesUnsignedInstalls,
    FallsBackToSecret,
    SecretOfTheBody,
    SymmetricUninstall,
    AlgorithmOfTheToken,
    KeyOfTheToken,
    NoAudience,
    AudienceByPart,
    NoExpiry,
    NoQueryHash,
    NoClientKey,
    UuidKeyIds,
    CrashesOnGarbage,
    AsymmetricEvents,
    KeysOfItsOwn,
    NotServed,
    /// Sound, but only for client keys that are UUIDs.
    UuidClientKeys,
    /// Sound, and takes no token twice.
    NoTokenTwice,
    /// Sound, and wants every field of the body that Atlassian documents.
    EveryField,
    /// Sound; its paths are spelled out whole.
    AbsolutePaths,
    /// Sound; its descriptor is in a folder that its paths are not in.
    DescriptorInFolder,
}

/// A small app on the loopback. It stops when it is dropped.
pub(crate) struct App {
    server: Arc<Server>,
    /// Its address.
    pub(crate) url: String,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Verifier {
    flaws: BTreeSet<Flaw>,
    url: String,
    keys: String,
    tenants: Arc<Mutex<BTreeMap<String, String>>>,
    seen: Arc<Mutex<BTreeSet<String>>>,
}

impl App {
    pub(crate) fn start(flaws: &[Flaw], keys: &str) -> App {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let url = format!("http://{}", server.server_addr().to_ip().unwrap());
        let flaws = flaws.iter().copied().collect();
        let verifier =
            Verifier { flaws, url: url.clone(), keys: keys.to_owned(), tenants: Arc::default(), seen: Arc::default() };
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
        let folder = if self.has(Flaw::DescriptorInFolder) { "/static" } else { "" };
        if path == format!("{folder}/atlassian-connect.json") {
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
        let base = if self.has(Flaw::AbsolutePaths) { self.url.as_str() } else { "" };
        let paths: BTreeMap<_, _> =
            lifecycle.into_iter().map(|event| (event, format!("{base}/lifecycle/{event}?v=2"))).collect();
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
        self.is_signed(&token) && self.holds(&token, hashed, client_key) && self.likes(&token, body)
    }

    /// What some sound apps want beyond proof.
    fn likes(&self, token: &Token, body: &Value) -> bool {
        let is_uuid = |text: &str| text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4;
        let fields = ["oauthClientId", "publicKey", "displayUrl", "serviceEntitlementNumber", "entitlementId"];
        let claims = serde_json::to_string(&token.claims).unwrap();
        (!self.has(Flaw::UuidClientKeys) || body["clientKey"].as_str().is_some_and(is_uuid))
            && (!self.has(Flaw::EveryField) || fields.iter().all(|field| body[field].is_string()))
            && (self.seen.lock().unwrap().insert(claims) || !self.has(Flaw::NoTokenTwice))
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
        let by_part = |aud: &Value| self.has(Flaw::AudienceByPart) && aud.as_str().unwrap().contains(&self.url);
        let for_us = audience.is_some_and(|aud| aud.contains(&json!(self.url)) || aud.first().is_some_and(by_part));
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
