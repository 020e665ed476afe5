//! Every exchange for programs, one a line.

use std::io::{self, Write};

use serde::Serialize;

use crate::probe::{
    answer::{Answer, Exchange, Verdict},
    request::{Tenant, Wanted},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'exchange> {
    event: &'static str,
    path: &'exchange str,
    tenant: Tenant,
    request: &'static str,
    status: Option<u16>,
    answer: Verdict,
    sound: Wanted,
    key_fetched: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unexpected_symmetric_hook: bool,
    detail: &'exchange str,
}

/// Writes a JSON object a line for every exchange, in the order they were made. Nothing in it is a secret.
///
/// # Errors
/// When it cannot be written.
pub fn write(exchanges: &[Exchange], out: &mut dyn Write) -> io::Result<()> {
    for exchange in exchanges {
        let (unexpected, detail) = match &exchange.answer {
            Answer::Status { unexpected, body, .. } => (*unexpected, body.as_str()),
            Answer::Closed | Answer::Silence => (false, ""),
        };
        let line = Line {
            event: exchange.event.key(),
            path: &exchange.path,
            tenant: exchange.tenant,
            request: exchange.row.name,
            status: exchange.answer.status(),
            answer: exchange.verdict(),
            sound: exchange.wanted(),
            key_fetched: exchange.key_fetched,
            unexpected_symmetric_hook: unexpected,
            detail,
        };
        serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
