//! `connect-lint token`: what a token or a pasted request is, and what is wrong with it.

use std::{
    fs::File,
    io::{self, IsTerminal, Read, Write},
};

use clap::Args;
use jiff::Timestamp;

use crate::{
    cli::{FINDINGS, global::Global},
    error::Error,
    jwt::PublicKey,
    report::token::{TokenFormat, write},
    severity::Severity,
    token::{Key, Known, LONGEST, gravest, read},
};

/// The arguments of `token`.
#[derive(Debug, Args)]
pub(super) struct Token {
    /// The token, its `Authorization` header, a URL, a request or a curl command; `@FILE` reads a file, `-` or
    /// nothing standard input, which keeps it out of the shell's history
    #[arg(value_name = "JWT")]
    input: Option<String>,
    /// The app's base URL: compared with `aud`, and stripped from the path before it is hashed
    #[arg(long, value_name = "URL", value_parser = address)]
    base_url: Option<String>,
    /// Verify HS256 with the secret of the tenant; `@FILE` reads it from a file
    #[arg(long, value_name = "SECRET|@FILE")]
    secret: Option<String>,
    /// Verify RS256 with this public key, in PEM
    #[arg(long, value_name = "FILE")]
    key: Option<String>,
    /// Judge as of another time, such as that of a line in a log: RFC 3339, or seconds since 1970
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = TokenFormat::Human)]
    format: TokenFormat,
}

impl Token {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        let known = Known {
            at: self.at.unwrap_or_else(now),
            base_url: self.base_url.clone(),
            secret: self.secret.as_deref().map(secret).transpose()?,
            key: self.key.as_deref().map(key).transpose()?,
        };
        let (text, place) = self.text()?;
        let reading = read(&text, &known).ok_or(Error::NoToken { place })?;
        write(&reading, self.format, global.style(), out)?;
        let gate = global.fail_on.unwrap_or(Severity::Warning);
        Ok(if gravest(&reading).is_some_and(|severity| severity >= gate) { FINDINGS } else { 0 })
    }

    /// The text to read, and what it is.
    fn text(&self) -> Result<(String, &'static str), Error> {
        let unreadable =
            |path: &str, error: &io::Error| Error::Path { path: path.to_owned(), reason: error.to_string() };
        match self.input.as_deref() {
            None if io::stdin().is_terminal() => Err(Error::Argument {
                argument: "JWT".to_owned(),
                reason: "nothing is given".to_owned(),
                help: "give a token, or pipe one in: `pbpaste | connect-lint token`",
            }),
            None | Some("-") => bounded(io::stdin().lock())
                .map(|text| (text, "standard input"))
                .map_err(|error| unreadable("-", &error)),
            Some(text) => match text.strip_prefix('@') {
                Some(path) => {
                    let text = File::open(path).and_then(bounded).map_err(|error| unreadable(path, &error))?;
                    Ok((text, "the file"))
                }
                None => Ok((text.to_owned(), "the argument")),
            },
        }
    }
}

/// A text of at most [`LONGEST`] bytes.
fn bounded(input: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    input.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > LONGEST {
        return Err(io::Error::other("longer than 1 MiB"));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The bytes of a secret; the line break at the end of a file is none of them.
fn secret(argument: &str) -> Result<Vec<u8>, Error> {
    let Some(path) = argument.strip_prefix('@') else { return Ok(argument.as_bytes().to_vec()) };
    let text = file("--secret", path)?;
    Ok(text.trim_end_matches(['\r', '\n']).as_bytes().to_vec())
}

fn key(path: &str) -> Result<Key, Error> {
    let pem = file("--key", path)?;
    let unusable = |_| Error::Argument {
        argument: format!("--key {path}"),
        reason: "no public RSA key in PEM".to_owned(),
        help: "give what the key server answers, which begins with `-----BEGIN PUBLIC KEY-----`",
    };
    Ok(Key { public: PublicKey::parse(&pem).map_err(unusable)?, pem })
}

fn file(option: &str, path: &str) -> Result<String, Error> {
    File::open(path).and_then(bounded).map_err(|error| Error::Argument {
        argument: format!("{option} {path}"),
        reason: error.to_string(),
        help: "give a file that can be read",
    })
}

fn address(argument: &str) -> Result<String, String> {
    let is_address = ["https://", "http://"].iter().any(|scheme| argument.starts_with(scheme));
    is_address.then(|| argument.to_owned()).ok_or_else(|| "write it as `https://app.example.com/path`".to_owned())
}

/// The time, to the second.
fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default()
}

/// Reads `2021-11-30T11:20:00Z` or `1638271200`.
fn time(argument: &str) -> Result<Timestamp, String> {
    let time = match argument.parse() {
        Ok(seconds) => Timestamp::from_second(seconds),
        Err(_) => argument.parse(),
    };
    time.map_err(|_| "write it as `2021-11-30T11:20:00Z`, or in seconds since 1970".to_owned())
}
