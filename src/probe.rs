//! Plays Atlassian against a running app: sends every lifecycle callback that a verifier has to tell apart, and reads
//! the answers.
//!
//! [`request`] lists what is sent and what a sound app answers; [`host`] signs it; [`target`] sends it; [`session`] keeps
//! the order; [`findings`] and [`summary`] say what the answers mean. Nothing else of this crate opens a socket.

pub mod answer;
pub mod findings;
pub mod host;
pub mod installation;
pub mod key_server;
pub mod process;
pub mod request;
pub mod session;
pub mod settings;
pub mod subject;
pub mod summary;
pub mod target;
pub mod transcript;

pub use answer::{Answer, Exchange, Verdict};
pub use request::{Request, Tenant};
pub use session::{Limits, Record, run};
pub use subject::{Hook, Subject};
