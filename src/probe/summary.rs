//! What a probe has shown, in sentences.

use crate::{
    facts::Event,
    probe::{findings::Reading, request::Wanted, session::Record},
};

/// Who could do what, which real callbacks pass, and what could not be shown.
pub fn sentences(reading: &Reading, record: &Record) -> Vec<String> {
    let mut sentences = Vec::new();
    for (event, deed) in [(Event::Installed, "register a fake tenant"), (Event::Uninstalled, "uninstall a tenant")] {
        if reading.exchanges(event).next().is_some() {
            sentences.push(format!("who could {deed}: {}", who(reading, event)));
        }
    }
    let events: Vec<_> = reading.hooks().iter().map(|hook| real(reading, hook.event)).collect();
    sentences.push(format!("real callbacks: {}", events.join(", ")));
    sentences.extend(not_shown(reading, record));
    if record.left.is_empty() {
        sentences.push(format!("{} test tenants were made, all of them uninstalled again", record.installed));
    } else {
        sentences.push(format!(
            "{} test tenants were made; the app did not uninstall {} of them, whose client keys start with `{}`",
            record.installed,
            record.left.len(),
            record.form.prefix(),
        ));
    }
    sentences
}

/// What was shown to hold, in a line, for reports that say so of an app.
pub fn proven(reading: &Reading) -> String {
    let signed = [Event::Installed, Event::Uninstalled].into_iter();
    let safe = signed.filter(|event| reading.exchanges(*event).next().is_some() && !reading.accepts_forged(*event));
    let refused = safe.map(|event| format!("`{}` refused {} forged callbacks", event.key(), refused(reading, event)));
    let events = reading.hooks().iter().map(|hook| hook.event);
    let passed =
        events.filter(|event| passes(reading, *event)).map(|event| format!("`{}` accepted a real one", event.key()));
    let parts: Vec<_> = refused.chain(passed).collect();
    if parts.is_empty() { "nothing of what was sent was answered as it should be".to_owned() } else { parts.join("; ") }
}

fn who(reading: &Reading, event: Event) -> String {
    if reading.accepts_forged(event) {
        return "a stranger; see the findings".to_owned();
    }
    if reading.is_unserved(event) {
        return "nobody: nothing serves the path".to_owned();
    }
    let is_all = !reading.exchanges(event).any(|exchange| exchange.is_accepted());
    let others = if is_all { ", and so was everything else that was sent" } else { "" };
    format!("nobody, as far as was tried: {} forged callbacks were refused{others}", refused(reading, event))
}

/// How many forged callbacks the app refused, of those that it can tell from real ones.
fn refused(reading: &Reading, event: Event) -> usize {
    let forged =
        reading.exchanges(event).filter(|exchange| exchange.row.wanted == Wanted::Refused && !exchange.is_accepted());
    forged.filter(|exchange| reading.takes_our_keys() || !exchange.row.needs_key).count()
}

fn real(reading: &Reading, event: Event) -> String {
    let name = event.key();
    let refused = reading.refused(event);
    if let Some(exchange) = refused.first() {
        return format!("`{name}` refused ({})", exchange.answer.word());
    }
    if passes(reading, event) { format!("`{name}` accepted") } else { format!("`{name}` not shown") }
}

/// Whether the app took every real callback that it has to take, and at least one.
fn passes(reading: &Reading, event: Event) -> bool {
    let real: Vec<_> = reading.exchanges(event).filter(|exchange| exchange.row.is_real()).collect();
    real.iter().any(|exchange| exchange.is_accepted())
        && real.iter().all(|exchange| exchange.is_accepted() || exchange.wanted() != Wanted::Accepted)
}

fn not_shown(reading: &Reading, record: &Record) -> Vec<String> {
    let mut sentences = Vec::new();
    if !reading.takes_our_keys() {
        sentences.push(
            "not shown: whether RS256 callbacks pass, and whether audience, expiry, query hash and `clientKey` are \
             compared; the app never asked this key server for a key"
                .to_owned(),
        );
    }
    if record.installed == 0 {
        sentences.push("not shown: anything about known tenants; no install of ours was accepted".to_owned());
    }
    sentences
}
