//! The key server: what `https://connect-install-keys.atlassian.com` is to apps, on the loopback.

use std::{
    collections::BTreeMap,
    io,
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use tiny_http::{Method, Request, Response, Server};

use crate::query_hash;

/// Serves public keys by their ids, and remembers which it was asked for. Stops when it is dropped.
pub struct KeyServer {
    server: Arc<Server>,
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

/// Public keys in PEM, by their ids.
pub type Keys = BTreeMap<String, String>;

impl KeyServer {
    /// Serves keys at an address; port 0 stands for any free one.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub fn start(address: SocketAddr, keys: Keys) -> io::Result<KeyServer> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let server = Arc::new(Server::from_listener(listener, None).map_err(io::Error::other)?);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let thread = {
            let (server, asked) = (Arc::clone(&server), Arc::clone(&asked));
            thread::Builder::new().name("key-server".to_owned()).spawn(move || {
                for request in server.incoming_requests() {
                    answer(request, &keys, &asked);
                }
            })?
        };
        Ok(KeyServer { server, address, asked, thread: Some(thread) })
    }

    /// Where it listens, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How often it was asked for a key, one that it has or not.
    pub fn times_asked(&self) -> usize {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for KeyServer {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(request: Request, keys: &Keys, asked: &Mutex<Vec<String>>) {
    let path = request.url().split('?').next().unwrap_or_default().trim_start_matches('/');
    let id = String::from_utf8_lossy(&query_hash::decode(&path.replace('+', "%2B"))).into_owned();
    let key = (*request.method() == Method::Get).then(|| keys.get(&id)).flatten();
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(id);
    let _ = match key {
        Some(pem) => request.respond(Response::from_string(pem)),
        None => request.respond(Response::from_string("no such key").with_status_code(404)),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_served_by_their_ids() {
        let keys = Keys::from([("a/b".to_owned(), "PEM".to_owned())]);
        let server = KeyServer::start(([127, 0, 0, 1], 0).into(), keys).unwrap();
        let get = |path: &str| ureq::get(format!("{}{path}", server.url())).call();
        assert_eq!(get("/a/b").unwrap().body_mut().read_to_string().unwrap(), "PEM");
        assert_eq!(get("/a%2Fb").unwrap().body_mut().read_to_string().unwrap(), "PEM");
        assert!(get("/other").is_err());
        assert_eq!(server.times_asked(), 3);
    }
}
