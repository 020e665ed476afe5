//! What an app answered, and what that comes to.

use std::borrow::Cow;

use crate::{
    facts::Event,
    probe::request::{Row, Tenant, Wanted},
};

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A response.
    Status {
        /// Its status.
        code: u16,
        /// Whether ACE says that it did not expect this kind of signature, by `x-unexpected-symmetric-hook`.
        unexpected: bool,
        /// The start of its body; hostile text.
        body: String,
    },
    /// The connection was closed without a response.
    Closed,
    /// Nothing within the time allowed.
    Silence,
}

/// What an answer comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A status of success.
    Accepted,
    /// Any other below 500; redirects are not followed.
    Refused,
    /// 500 and more, or no response at all.
    Crashed,
}

impl Answer {
    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        match self {
            Answer::Status { code: 200..=299, .. } => Verdict::Accepted,
            Answer::Status { code: ..=499, .. } => Verdict::Refused,
            _ => Verdict::Crashed,
        }
    }

    /// The status, if there was a response.
    pub fn status(&self) -> Option<u16> {
        match self {
            Answer::Status { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// The answer in a word: `401`, `no answer`.
    pub fn word(&self) -> Cow<'static, str> {
        match self {
            Answer::Status { code, .. } => code.to_string().into(),
            Answer::Closed => "connection closed".into(),
            Answer::Silence => "no answer".into(),
        }
    }
}

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The event it tells of.
    pub event: Event,
    /// Where it went, as the descriptor has it.
    pub path: String,
    /// Whether the app knew the tenant.
    pub tenant: Tenant,
    /// What was sent.
    pub row: Row,
    /// What came back.
    pub answer: Answer,
    /// Whether the app asked the key server for a key meanwhile.
    pub key_fetched: bool,
    /// Whether it asked a stranger's server for a key meanwhile.
    pub stranger_asked: bool,
}

impl Exchange {
    /// What the answer comes to.
    pub fn verdict(&self) -> Verdict {
        self.answer.verdict()
    }

    /// Whether the app took it.
    pub fn is_accepted(&self) -> bool {
        self.verdict() == Verdict::Accepted
    }

    /// What a sound app answers. An app may refuse to uninstall a tenant that it never heard of, and need not look at
    /// a token to do nothing for it.
    pub fn wanted(&self) -> Wanted {
        if self.event == Event::Uninstalled && self.tenant == Tenant::Fresh { Wanted::Either } else { self.row.wanted }
    }
}
