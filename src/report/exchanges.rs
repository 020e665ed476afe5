//! What was sent to a running app, and its answers, in a table for people.

use std::fmt::Write;

use crate::{
    probe::{
        Exchange, Tenant, Verdict,
        findings::Reading,
        request::{EVENTS, Row, TABLE, Wanted},
    },
    report::text::{clean, inert},
};

/// A table for every lifecycle path: what was sent, and the answers for a fresh tenant and for a known one. A mark stands
/// before what no sound app answers.
pub fn table(reading: &Reading) -> String {
    let mut text = String::new();
    for hook in reading.hooks() {
        let exchanges: Vec<_> = reading.exchanges(hook.event).collect();
        if exchanges.is_empty() {
            continue;
        }
        let rows: &[Row] = if hook.event.is_signed() { &TABLE } else { &EVENTS };
        let path = format!("{} ({})", clean(&hook.path), hook.event.key());
        let _ = writeln!(text, "  {path:44} {:18} known tenant", "fresh tenant");
        for row in rows {
            let of = |tenant: Tenant| {
                exchanges.iter().find(|exchange| exchange.row.request == row.request && exchange.tenant == tenant)
            };
            let cells = [Tenant::Fresh, Tenant::Known].map(of);
            if cells.iter().all(Option::is_none) {
                continue;
            }
            let mark = if cells.into_iter().flatten().any(|exchange| is_wrong(exchange)) { '!' } else { ' ' };
            let [fresh, known] = cells.map(|cell| cell.map_or_else(String::new, |exchange| answer(exchange)));
            let line = format!("{mark}   {:42} {fresh:18} {known}", row.words);
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text.push('\n');
    }
    inert(&text)
}

fn answer(exchange: &Exchange) -> String {
    let verdict = match exchange.verdict() {
        Verdict::Accepted => "accepted",
        Verdict::Refused => "refused",
        Verdict::Crashed => "crashed",
    };
    match exchange.answer.status() {
        Some(status) => format!("{status} {verdict}"),
        None => exchange.answer.word().into_owned(),
    }
}

/// Whether a sound app answers otherwise.
fn is_wrong(exchange: &Exchange) -> bool {
    match (exchange.wanted(), exchange.verdict()) {
        (_, Verdict::Crashed) => true,
        (Wanted::Accepted, verdict) => verdict != Verdict::Accepted,
        (Wanted::Refused, verdict) => verdict == Verdict::Accepted,
        (Wanted::Either, _) => false,
    }
}
