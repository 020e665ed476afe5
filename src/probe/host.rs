//! The fake host: its keys, its tenants, and the callbacks it makes, sound ones and forged ones.

use std::{
    net::SocketAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use crate::{
    facts::Event,
    jwt::{Members, PrivateKey, Signing, sign},
    probe::{
        installation::{Form, Installation, PREFIX, UUID_PREFIX},
        key_server::{KeyServer, Keys},
        request::{Request, Tenant},
        subject::{Hook, Subject},
    },
    query_hash::{self, query_hash},
};

/// The fake host.
pub struct Host {
    signers: Signers,
    key_text: String,
    foreign_key_text: String,
    key_id: String,
    opaque_key_id: String,
    slashed_key_id: String,
    foreign_key_id: String,
    site: String,
    /// Where its public keys are.
    pub keys: KeyServer,
    /// Where a stranger's are.
    pub stranger: KeyServer,
}

/// What signs: the host, and a stranger.
#[derive(Clone, Debug)]
pub struct Signers {
    own: PrivateKey,
    foreign: PrivateKey,
}

impl Signers {
    /// New keys. They stay in memory.
    ///
    /// # Errors
    /// When there are none to be had.
    pub fn generate() -> Result<Signers, rsa::Error> {
        Ok(Signers { own: PrivateKey::generate()?, foreign: PrivateKey::generate()? })
    }
}

/// A request, ready to be sent.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Whether it is a POST; a GET without a body otherwise.
    pub is_post: bool,
    /// The path with its query, as declared.
    pub path: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The body, JSON.
    pub body: String,
    /// The secret that the body brings.
    pub secret: String,
}

/// Why there is no host.
#[derive(Debug, thiserror::Error)]
pub enum Unready {
    /// The system has no randomness to give.
    #[error("there is no randomness for keys: {0}")]
    Randomness(#[from] getrandom::Error),
    /// There is no key to be had.
    #[error("no key could be made: {0}")]
    NoKey(#[from] rsa::Error),
    /// A key could not be written as text.
    #[error("a key could not be written: {0}")]
    Key(#[from] rsa::pkcs8::spki::Error),
    /// The key server cannot listen.
    #[error("the key server cannot listen at {address}: {reason}")]
    Address {
        /// Where it was to listen.
        address: SocketAddr,
        /// Why it cannot.
        reason: std::io::Error,
    },
}

impl Host {
    /// A host that serves its key at `address`; its tenants are of the site at `site`.
    ///
    /// # Errors
    /// When there is no randomness to be had, or the address is taken.
    pub fn start(signers: Signers, address: SocketAddr, site: &str) -> Result<Host, Unready> {
        let key_id = uuid()?;
        let (opaque_key_id, slashed_key_id) = (format!("ck-{}", hex()?), format!("{key_id}/{}", hex()?));
        let foreign_key_id = uuid()?;
        let key_text = signers.own.public_pem()?;
        let own = [&key_id, &opaque_key_id, &slashed_key_id].map(|id| (id.clone(), key_text.clone()));
        let foreign_key_text = signers.foreign.public_pem()?;
        let foreign = [(foreign_key_id.clone(), foreign_key_text.clone())];
        let keys = serve(address, own.into())?;
        let stranger = serve(SocketAddr::new(address.ip(), 0), foreign.into())?;
        let site = site.to_owned();
        Ok(Host {
            signers,
            key_text,
            foreign_key_text,
            key_id,
            opaque_key_id,
            slashed_key_id,
            foreign_key_id,
            site,
            keys,
            stranger,
        })
    }

    /// A tenant that no app has heard of.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn tenant(&self, form: Form) -> Result<Installation, getrandom::Error> {
        let random = match form {
            Form::Named => hex()?.split_off(16),
            Form::Uuid => uuid()?.split_off(UUID_PREFIX.len()),
        };
        Ok(Installation { client_key: format!("{}{random}", form.prefix()), secret: secret()? })
    }

    /// A callback of a tenant, made in one way.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn callback(
        &self,
        subject: &Subject,
        hook: &Hook,
        tenant: &Installation,
        state: Tenant,
        request: Request,
    ) -> Result<Callback, getrandom::Error> {
        let mut draft = self.draft(subject, hook, tenant)?;
        if state == Tenant::Known && hook.event == Event::Installed {
            draft.secret = secret()?; // every callback may bring a new one
        }
        self.alter(&mut draft, tenant, request)?;
        Ok(draft.callback(hook))
    }

    /// The RS256 callback that Atlassian would send, with the body's fields as in
    /// <https://community.developer.atlassian.com/t/73021>. The deprecated `publicKey` is a stranger's: no app is to
    /// verify with it. No two tokens are the same, for apps that take none twice.
    fn draft(&self, subject: &Subject, hook: &Hook, tenant: &Installation) -> Result<Draft<'_>, getrandom::Error> {
        let now = now();
        let claims = json!({
            "iss": tenant.client_key,
            "iat": now,
            "exp": now + 180,
            "aud": [subject.audience],
            "qsh": query_hash("POST", &hook.route(), hook.query()),
            "sub": format!("{PREFIX}{}", hex()?),
            "context": {},
        });
        let body = json!({
            "key": subject.key,
            "clientKey": tenant.client_key,
            "oauthClientId": format!("{PREFIX}client"),
            "publicKey": self.foreign_key_text.lines().filter(|line| !line.starts_with('-')).collect::<String>(),
            "serverVersion": "6452",
            "pluginsVersion": "1.800.0",
            "baseUrl": self.site,
            "displayUrl": self.site,
            "displayUrlServicedeskHelpCenter": self.site,
            "productType": if self.site.trim_end_matches('/').ends_with("/wiki") { "confluence" } else { "jira" },
            "description": "a test tenant of connect-lint probe",
            "serviceEntitlementNumber": "SEN-connect-lint-probe",
            "entitlementId": uuid()?,
            "entitlementNumber": "E-connect-lint-probe",
            "eventType": hook.event.key(),
        });
        Ok(Draft {
            is_post: true,
            header: members(json!({ "typ": "JWT", "alg": "RS256", "kid": self.key_id })),
            claims: members(claims),
            signing: Signature::Key(&self.signers.own),
            secret: tenant.secret.clone(),
            body: members(body),
            place: Place::Header,
        })
    }

    fn alter<'host>(
        &'host self,
        draft: &mut Draft<'host>,
        tenant: &Installation,
        request: Request,
    ) -> Result<(), getrandom::Error> {
        let audience = draft.claims["aud"][0].as_str().unwrap_or_default().to_owned();
        let now = now();
        match request {
            Request::Rs256 | Request::Replay | Request::AfterDisabled | Request::BeforeDisabled => {}
            Request::StoredSecret => draft.symmetric(tenant.secret.clone()),
            Request::WrongSecret if draft.secret != tenant.secret => draft.symmetric(draft.secret.clone()),
            Request::WrongSecret => draft.symmetric(secret()?),
            Request::Unsigned => draft.place = Place::Nowhere,
            Request::AlgNone => {
                draft.header = members(json!({ "typ": "JWT", "alg": "none" }));
                draft.signing = Signature::Nothing;
            }
            Request::ForeignKey => draft.signing = Signature::Key(&self.signers.foreign),
            Request::UnknownKeyId => {
                draft.foreign(Some(uuid()?), &self.signers.foreign);
            }
            Request::MissingKeyId => draft.foreign(None, &self.signers.foreign),
            Request::KeyIdUrl => {
                draft.foreign(Some(format!("{}/{}", self.stranger.url(), self.foreign_key_id)), &self.signers.foreign);
            }
            Request::OpaqueKeyId => draft.key_id(self.opaque_key_id.clone()),
            Request::KeyIdWithSlash => draft.key_id(self.slashed_key_id.clone()),
            Request::KeyIdWithDots => draft.key_id(format!("keys/../{}", self.key_id)),
            Request::KeyIdNewline => draft.key_id(format!("{}\r\nX-Probe: 1", self.key_id)),
            Request::WrongAudience => draft.claim("aud", json!([format!("{OTHER_APP}/{audience}")])),
            Request::NoAudience => draft.drop_claim("aud"),
            Request::SecondAudience => draft.claim("aud", json!([OTHER_APP, audience])),
            Request::AudienceString => draft.claim("aud", json!(audience)),
            Request::AudienceWithSlash => {
                let other = audience.strip_suffix('/').map_or_else(|| format!("{audience}/"), str::to_owned);
                draft.claim("aud", json!([other]));
            }
            Request::Expired => {
                draft.claim("iat", json!(now - 2 * HOUR));
                draft.claim("exp", json!(now - HOUR));
            }
            Request::NoExpiry => draft.drop_claim("exp"),
            Request::NotYetValid => {
                draft.claim("nbf", json!(now + HOUR));
                draft.claim("exp", json!(now + 2 * HOUR));
            }
            Request::WrongQueryHash => draft.claim("qsh", json!(query_hash("GET", "/connect-lint-probe", ""))),
            Request::NoQueryHash => draft.drop_claim("qsh"),
            Request::ContextQueryHash => draft.claim("qsh", json!(query_hash::CONTEXT)),
            Request::ForeignIssuer => draft.claim("iss", json!(format!("{PREFIX}{}", uuid()?))),
            Request::PublicKeyAsSecret => {
                draft.header.insert("alg".to_owned(), json!("HS256"));
                draft.signing = Signature::Secret(self.key_text.clone());
            }
            Request::Garbage => draft.place = Place::Text("garbage"),
            Request::Oversized => {
                draft.claim("padding", json!("x".repeat(24 * 1024))); // a third more in base64
                draft.signing = Signature::Key(&self.signers.foreign);
            }
            Request::TokenInQuery => draft.place = Place::Query,
            Request::NoClientKey => {
                draft.body.shift_remove("clientKey");
            }
            Request::Get => {
                draft.is_post = false;
                draft.place = Place::Header;
            }
        }
        Ok(())
    }
}

/// An app that is not the one asked.
const OTHER_APP: &str = "https://another-app.example.com";

/// In seconds.
const HOUR: u64 = 3_600;

/// A callback that is not written yet.
struct Draft<'host> {
    is_post: bool,
    header: Members,
    claims: Members,
    signing: Signature<'host>,
    secret: String,
    body: Members,
    place: Place,
}

enum Signature<'host> {
    Key(&'host PrivateKey),
    Secret(String),
    Nothing,
}

/// Where the token goes.
enum Place {
    Header,
    Query,
    Nowhere,
    Text(&'static str),
}

impl<'host> Draft<'host> {
    /// Callbacks of this kind name no audience: ACE takes one for the tenant's own key.
    fn symmetric(&mut self, secret: String) {
        self.drop_claim("aud");
        self.header = members(json!({ "typ": "JWT", "alg": "HS256" }));
        self.signing = Signature::Secret(secret);
    }

    fn foreign(&mut self, key_id: Option<String>, key: &'host PrivateKey) {
        self.signing = Signature::Key(key);
        match key_id {
            Some(id) => self.key_id(id),
            None => drop(self.header.shift_remove("kid")),
        }
    }

    fn key_id(&mut self, id: String) {
        self.header.insert("kid".to_owned(), id.into());
    }

    fn claim(&mut self, name: &str, value: Value) {
        self.claims.insert(name.to_owned(), value);
    }

    fn drop_claim(&mut self, name: &str) {
        self.claims.shift_remove(name);
    }

    fn callback(mut self, hook: &Hook) -> Callback {
        if !self.is_post {
            self.claim("qsh", json!(query_hash("GET", &hook.route(), hook.query())));
        }
        if hook.event == Event::Installed {
            self.body.insert("sharedSecret".to_owned(), json!(self.secret));
        }
        let signing = match &self.signing {
            Signature::Key(key) => Signing::Key(key),
            Signature::Secret(secret) => Signing::Secret(secret.as_bytes()),
            Signature::Nothing => Signing::Nothing,
        };
        let token = sign(&self.header, &self.claims, signing);
        let path = format!("/{}", hook.path.trim_start_matches('/'));
        let (path, authorization) = match self.place {
            Place::Header => (path, Some(format!("JWT {token}"))),
            Place::Query => (format!("{path}{}jwt={token}", if path.contains('?') { '&' } else { '?' }), None),
            Place::Nowhere => (path, None),
            Place::Text(text) => (path, Some(format!("JWT {text}"))),
        };
        let body = Value::Object(self.body).to_string();
        Callback { is_post: self.is_post, path, authorization, body, secret: self.secret }
    }
}

fn members(value: Value) -> Members {
    match value {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}

fn serve(address: SocketAddr, keys: Keys) -> Result<KeyServer, Unready> {
    KeyServer::start(address, keys).map_err(|reason| Unready::Address { address, reason })
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// 32 random digits.
fn hex() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// A random UUID of version 4, the form that Atlassian's key ids once had.
fn uuid() -> Result<String, getrandom::Error> {
    let digits = hex()?;
    Ok(format!("{}-{}-4{}-a{}-{}", &digits[..8], &digits[8..12], &digits[13..16], &digits[17..20], &digits[20..]))
}

fn secret() -> Result<String, getrandom::Error> {
    Ok(format!("{PREFIX}secret-{}{}", hex()?, hex()?))
}
