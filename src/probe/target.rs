//! The app that is asked: where it is, and how a request gets there.

use std::{
    io::{self, Read},
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    thread,
    time::Duration,
};

use ureq::{
    Agent,
    http::{Uri, header},
};

use crate::probe::{answer::Answer, host::Callback};

/// How much of a response's body is read.
const MOST_BODY: u64 = 2 * 1024 * 1024;

/// How much of it an answer keeps.
const KEPT_BODY: usize = 300;

/// How descriptors are called unless the address says otherwise.
const DESCRIPTOR: &str = "atlassian-connect.json";

/// How long to wait where an app gets too many requests.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// A running app, or one that is to be started.
#[derive(Clone, Debug)]
pub struct Target {
    origin: String,
    base: String,
    descriptor: String,
    port: u16,
    addresses: Vec<SocketAddr>,
    agent: Agent,
}

/// Why an address is not asked.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It is no address.
    #[error("`{0}` is no address such as `http://127.0.0.1:3000`")]
    Address(String),
    /// This build has no TLS.
    #[error("this build cannot speak `https`: ask the app behind the proxy or tunnel, or build with the feature `tls`")]
    Tls,
    /// It is not on this machine.
    #[error("`{host}` is not on this machine: probe sends forged callbacks")]
    Foreign {
        /// The host of the address.
        host: String,
    },
    /// Its name means nothing here.
    #[error("`{host}` was not found: {reason}")]
    Unknown {
        /// The host of the address.
        host: String,
        /// Why, in the system's words.
        reason: io::Error,
    },
}

impl Target {
    /// The app at an address, or of the descriptor at one. Only this machine's are taken, and the one host of `owned`.
    ///
    /// # Errors
    /// When the address is none, or of another machine.
    pub fn new(url: &str, owned: Option<&str>, patience: Duration) -> Result<Target, Refusal> {
        let bad = || Refusal::Address(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let (scheme, host) = (uri.scheme_str().ok_or_else(bad)?, uri.host().ok_or_else(bad)?.to_owned());
        let standard_port = match scheme {
            "http" => 80,
            "https" if cfg!(feature = "tls") => 443,
            "https" => return Err(Refusal::Tls),
            _ => return Err(bad()),
        };
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(bad());
        }
        let port = uri.port_u16().unwrap_or(standard_port);
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let addresses: Vec<_> =
            (name, port).to_socket_addrs().map_err(|reason| Refusal::Unknown { host: host.clone(), reason })?.collect();
        let local = !addresses.is_empty() && addresses.iter().all(|address| is_loopback(address.ip()));
        if !local && owned.is_none_or(|owned| !owned.eq_ignore_ascii_case(&host)) {
            return Err(Refusal::Foreign { host });
        }
        let path = uri.path().trim_end_matches('/');
        let (folder, descriptor) = match path.rsplit_once('/') {
            Some((folder, name)) if name.ends_with(".json") => (folder, name),
            _ => (path, DESCRIPTOR),
        };
        let origin = format!("{scheme}://{}", uri.authority().ok_or_else(bad)?);
        let (base, descriptor) = (format!("{origin}{folder}"), descriptor.to_owned());
        Ok(Target { origin, base, descriptor, port, addresses, agent: agent(patience) })
    }

    /// Its address, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The port it listens at.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name of its descriptor, which is served below that address.
    pub fn descriptor(&self) -> &str {
        &self.descriptor
    }

    /// The same app, its paths below another address of it.
    pub fn below(&self, base: String) -> Target {
        Target { base, ..self.clone() }
    }

    /// Where its paths may be, the likeliest first: below the path of its `baseUrl`, at the address that was given, at the
    /// root. A descriptor may be served from a folder of its own, and a proxy may take a part of the path away.
    pub fn bases(&self, base_url: &str) -> Vec<String> {
        let path = base_url.parse::<Uri>().map_or_else(|_| String::new(), |uri| uri.path().to_owned());
        let mut bases = vec![format!("{}{}", self.origin, path.trim_end_matches('/'))];
        for base in [&self.base, &self.origin] {
            if !bases.contains(base) {
                bases.push(base.clone());
            }
        }
        bases
    }

    /// Where its descriptor may be: below the address that was given, or right there.
    pub fn descriptors(&self) -> Vec<String> {
        let below = format!("{}/{}", self.base, self.descriptor);
        if self.base == self.origin || self.descriptor != DESCRIPTOR {
            vec![below]
        } else {
            vec![below, self.base.clone()]
        }
    }

    /// Whether something listens there.
    pub fn is_up(&self) -> bool {
        self.addresses.iter().any(|address| TcpStream::connect_timeout(address, Duration::from_millis(500)).is_ok())
    }

    /// Fetches a text from an address of the app.
    ///
    /// # Errors
    /// When there is no response, or none of success. The reason in words.
    pub fn fetch(&self, url: &str) -> Result<String, String> {
        let response = self.agent.get(url).header(header::ACCEPT, "application/json").call();
        let mut response = response.map_err(|error| error.to_string())?;
        if !response.status().is_success() {
            return Err(format!("the answer was {}", response.status().as_u16()));
        }
        let mut text = String::new();
        let mut body = response.body_mut().as_reader().take(MOST_BODY);
        body.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }

    /// Sends a callback and waits for the answer; again, after a while, where the app says that it got too many.
    pub fn send(&self, callback: &Callback) -> Answer {
        for pause in PAUSES {
            match self.send_once(callback) {
                Answer::Status { code: 429, .. } => thread::sleep(pause),
                answer => return answer,
            }
        }
        self.send_once(callback)
    }

    fn send_once(&self, callback: &Callback) -> Answer {
        let url = format!("{}{}", self.base, callback.path);
        let sent = if callback.is_post {
            let mut request = self.agent.post(&url).header(header::CONTENT_TYPE, "application/json");
            if let Some(value) = &callback.authorization {
                request = request.header(header::AUTHORIZATION, value);
            }
            request.send(&callback.body)
        } else {
            let mut request = self.agent.get(&url);
            if let Some(value) = &callback.authorization {
                request = request.header(header::AUTHORIZATION, value);
            }
            request.call()
        };
        match sent {
            Ok(response) => read(response),
            Err(ureq::Error::Timeout(_)) => Answer::Silence,
            Err(_) => Answer::Closed,
        }
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let code = response.status().as_u16();
    let unexpected = response.headers().contains_key("x-unexpected-symmetric-hook");
    let mut bytes = Vec::new();
    let _ = response.body_mut().as_reader().take(KEPT_BODY as u64).read_to_end(&mut bytes);
    Answer::Status { code, unexpected, body: String::from_utf8_lossy(&bytes).into_owned() }
}

/// No redirects, no proxies, no reuse of connections; bounded in time.
fn agent(patience: Duration) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(patience))
        .max_idle_connections(0)
        .user_agent(concat!("connect-lint/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}

/// Whether an address is of this machine alone.
fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str, owned: Option<&str>) -> Result<String, Refusal> {
        Target::new(url, owned, Duration::from_secs(1)).map(|target| target.base)
    }

    #[test]
    fn only_this_machine_is_asked_and_what_its_owner_names() {
        assert_eq!(target("http://127.0.0.1:3000/app/", None).unwrap(), "http://127.0.0.1:3000/app");
        assert_eq!(target("http://127.0.0.1:3000/app/connect.json", None).unwrap(), "http://127.0.0.1:3000/app");
        assert_eq!(target("http://localhost:3000", None).unwrap(), "http://localhost:3000");
        assert_eq!(target("http://[::1]:3000", None).unwrap(), "http://[::1]:3000");
        for foreign in ["http://192.0.2.1/", "http://10.0.0.1:80", "http://0.0.0.0:3000", "http://[2001:db8::1]/"] {
            assert!(matches!(target(foreign, None), Err(Refusal::Foreign { .. })), "{foreign}");
        }
        assert!(target("http://192.0.2.1/", Some("192.0.2.1")).is_ok());
        assert!(matches!(target("http://192.0.2.1/", Some("192.0.2.2")), Err(Refusal::Foreign { .. })));
        for bad in ["127.0.0.1:3000", "ftp://127.0.0.1/", "http://127.0.0.1@192.0.2.1/", "nonsense", "/installed"] {
            assert!(matches!(target(bad, None), Err(Refusal::Address(_))), "{bad}");
        }
        #[cfg(not(feature = "tls"))]
        assert!(matches!(target("https://127.0.0.1/", None), Err(Refusal::Tls)));
    }

    #[test]
    fn paths_are_looked_for_where_the_descriptor_says() {
        let target = |url| Target::new(url, None, Duration::from_secs(1)).unwrap();
        let root = "http://127.0.0.1:3000";
        assert_eq!(target(root).bases(root), [root]);
        assert_eq!(
            target("http://127.0.0.1:3000/static/connect.json").bases("https://a.example.com"),
            [root, "http://127.0.0.1:3000/static"]
        );
        assert_eq!(target(root).bases("https://a.example.com/app/"), ["http://127.0.0.1:3000/app", root]);
        assert_eq!(
            target("http://127.0.0.1:3000/descriptor").descriptors(),
            ["http://127.0.0.1:3000/descriptor/atlassian-connect.json", "http://127.0.0.1:3000/descriptor"]
        );
    }
}
