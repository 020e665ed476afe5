//! JSON Web Tokens in the two forms of Connect: RS256 with a key of Atlassian's, HS256 with the secret of a tenant.
//!
//! Tokens are put together part by part, since `probe` has to make what no JWT library would.

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use rsa::{
    pkcs1::DecodeRsaPublicKey,
    pkcs1v15::{Signature, SigningKey, VerifyingKey},
    pkcs8::{DecodePublicKey, EncodePublicKey, LineEnding},
    signature::{SignatureEncoding, Signer, Verifier},
};
use serde_json::{Map, Value};
use sha2::Sha256;

/// Members of a token's header or of its claims, in the order written.
pub type Members = Map<String, Value>;

/// A token that was read. Nothing about it is verified.
#[derive(Clone, Debug)]
pub struct Token {
    /// The first part: `alg`, `typ`, `kid`.
    pub header: Members,
    /// The second part: `iss`, `aud`, `exp`, `qsh`.
    pub claims: Members,
    signed: String,
    signature: Vec<u8>,
}

/// Why a text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It has not three parts between dots.
    #[error("a token has three parts with dots between them, this has {0}")]
    Parts(usize),
    /// A part is not base64url without padding.
    #[error("the {0} is not base64url without padding")]
    Encoding(&'static str),
    /// A part is no JSON object.
    #[error("the {0} is no JSON object")]
    Object(&'static str),
}

impl Token {
    /// Reads the compact form, `header.claims.signature`.
    ///
    /// # Errors
    /// When the text is not of that form.
    pub fn parse(text: &str) -> Result<Token, Malformed> {
        let parts: Vec<_> = text.split('.').collect();
        let &[header, claims, signature] = parts.as_slice() else { return Err(Malformed::Parts(parts.len())) };
        Ok(Token {
            header: object(header, "header")?,
            claims: object(claims, "claims")?,
            signed: format!("{header}.{claims}"),
            signature: decode(signature, "signature")?,
        })
    }

    /// The algorithm that the header names.
    pub fn algorithm(&self) -> Option<&str> {
        self.header.get("alg")?.as_str()
    }

    /// Whether there is a signature at all.
    pub fn is_signed(&self) -> bool {
        !self.signature.is_empty()
    }

    /// Whether the signature is HS256 with a secret.
    pub fn is_by_secret(&self, secret: &[u8]) -> bool {
        hmac(secret, &self.signed).is_some_and(|mac| mac.verify_slice(&self.signature).is_ok())
    }

    /// Whether the signature is RS256 with the private half of a key.
    pub fn is_by_key(&self, key: &PublicKey) -> bool {
        let signature = Signature::try_from(self.signature.as_slice());
        signature.is_ok_and(|signature| key.0.verify(self.signed.as_bytes(), &signature).is_ok())
    }
}

fn object(part: &str, name: &'static str) -> Result<Members, Malformed> {
    serde_json::from_slice(&decode(part, name)?).map_err(|_| Malformed::Object(name))
}

fn decode(part: &str, name: &'static str) -> Result<Vec<u8>, Malformed> {
    Base64UrlUnpadded::decode_vec(part).map_err(|_| Malformed::Encoding(name))
}

/// What signs a token.
#[derive(Clone, Copy, Debug)]
pub enum Signing<'key> {
    /// RS256.
    Key(&'key PrivateKey),
    /// HS256; any bytes may be the secret, the text of a public key among them.
    Secret(&'key [u8]),
    /// Nothing: the last part is empty.
    Nothing,
}

/// The compact form of a token. The header is written as it is, whatever the signature.
pub fn sign(header: &Members, claims: &Members, signing: Signing) -> String {
    let part = |members: &Members| Base64UrlUnpadded::encode_string(&serde_json::to_vec(members).unwrap_or_default());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = match signing {
        Signing::Key(key) => key.0.sign(signed.as_bytes()).to_vec(),
        Signing::Secret(secret) => {
            hmac(secret, &signed).map_or_else(Vec::new, |mac| mac.finalize().into_bytes().to_vec())
        }
        Signing::Nothing => Vec::new(),
    };
    format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature))
}

fn hmac(secret: &[u8], signed: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?; // HMAC takes keys of any length
    mac.update(signed.as_bytes());
    Some(mac)
}

/// The half of an RSA key that signs. It is never written anywhere.
#[derive(Clone)]
pub struct PrivateKey(SigningKey<Sha256>);

/// The half of an RSA key that everyone may know.
#[derive(Clone, Debug)]
pub struct PublicKey(VerifyingKey<Sha256>);

impl PrivateKey {
    /// A new key of 2048 bits.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn generate() -> Result<PrivateKey, rsa::Error> {
        Ok(PrivateKey(SigningKey::new(rsa::PrivateKey::new(&mut getrandom::SysRng, 2048)?)))
    }

    /// The other half as Atlassian's key server writes it: SPKI in PEM.
    ///
    /// # Errors
    /// When the key cannot be written so.
    pub fn public_pem(&self) -> Result<String, rsa::pkcs8::spki::Error> {
        let key: &rsa::PrivateKey = self.0.as_ref();
        key.to_public_key().to_public_key_pem(LineEnding::LF)
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("PrivateKey")
    }
}

impl PublicKey {
    /// Reads PEM, either SPKI (`BEGIN PUBLIC KEY`) or PKCS#1 (`BEGIN RSA PUBLIC KEY`).
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse(pem: &str) -> Result<PublicKey, rsa::pkcs8::spki::Error> {
        let key = rsa::PublicKey::from_public_key_pem(pem.trim())
            .or_else(|error| rsa::PublicKey::from_pkcs1_pem(pem.trim()).map_err(|_| error))?;
        Ok(PublicKey(VerifyingKey::new(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn members(value: Value) -> Members {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_token_is_verified_by_what_signed_it_alone() {
        let key = PrivateKey::generate().unwrap();
        let public = PublicKey::parse(&key.public_pem().unwrap()).unwrap();
        let header = members(json!({ "typ": "JWT", "alg": "RS256", "kid": "a/b" }));
        let claims = members(json!({ "iss": "tenant", "exp": 1 }));
        let by_key = Token::parse(&sign(&header, &claims, Signing::Key(&key))).unwrap();
        assert_eq!(by_key.signature.len() * 8, 2048);
        assert!(by_key.is_by_key(&public) && !by_key.is_by_secret(b"secret"));
        assert_eq!((by_key.algorithm(), &by_key.claims), (Some("RS256"), &claims));
        let by_secret = Token::parse(&sign(&header, &claims, Signing::Secret(b"secret"))).unwrap();
        assert!(
            by_secret.is_by_secret(b"secret") && !by_secret.is_by_secret(b"other") && !by_secret.is_by_key(&public)
        );
        let by_nothing = Token::parse(&sign(&header, &claims, Signing::Nothing)).unwrap();
        assert!(!by_nothing.is_signed() && !by_nothing.is_by_secret(b"") && !by_nothing.is_by_key(&public));
    }

    /// The example of RFC 7515, appendix A.1, made by others.
    #[test]
    fn a_token_of_the_standard_is_read() {
        let text = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6\
                    Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let token = Token::parse(text).unwrap();
        assert_eq!(token.claims["iss"], "joe");
        assert!(token.is_by_secret(&Base64UrlUnpadded::decode_vec(secret).unwrap()));
    }

    #[test]
    fn what_is_no_token_is_told_why() {
        let why = |text: &str| Token::parse(text).unwrap_err();
        assert_eq!(why("garbage"), Malformed::Parts(1));
        assert_eq!(why("a.b.c"), Malformed::Encoding("header"));
        assert_eq!(why("e30.W10.e30"), Malformed::Object("claims"));
    }
}
