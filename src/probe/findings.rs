//! Answers in, findings out.

use std::collections::BTreeMap;

use crate::{
    app::App,
    facts::Event,
    finding::Finding,
    probe::{
        answer::{Exchange, Verdict},
        request::{
            AUDIENCE, CLIENT_KEY, CONFUSION, EXPIRY, FOREIGN_KEY, KEY_ID, QUERY_HASH, RACE, REFUSED, Request, Row,
            SYMMETRIC, Tenant, UNHANDLED, UNSIGNED, Wanted,
        },
        session::Record,
        subject::{Hook, Subject},
    },
    rules,
    severity::Severity,
    source::Label,
};

/// One answer that no sound app gives, or several of a kind.
#[derive(Debug)]
struct Breach {
    severity: Severity,
    /// What was sent and answered, by the tenant it was sent for.
    evidence: BTreeMap<Tenant, Vec<String>>,
}

/// What an app does with its callbacks.
pub struct Reading<'run> {
    subject: &'run Subject,
    record: &'run Record,
    /// Whether the app is known to take its keys from the fake host.
    takes_our_keys: bool,
}

impl<'run> Reading<'run> {
    /// Reads a record. `is_pointed` says that the app was told where to take its keys, in a way that it is known to
    /// honour; without it the first key that it asks for tells.
    pub fn new(subject: &'run Subject, record: &'run Record, is_pointed: bool) -> Reading<'run> {
        Reading { subject, record, takes_our_keys: is_pointed || record.key_server_asked }
    }

    /// The app that findings are about.
    pub fn app(&self) -> &'run App {
        &self.subject.app
    }

    /// The app's lifecycle paths.
    pub fn hooks(&self) -> &'run [Hook] {
        &self.subject.hooks
    }

    /// Whether a refused RS256 callback says anything: the app takes keys from here.
    pub fn takes_our_keys(&self) -> bool {
        self.takes_our_keys
    }

    /// What was sent to a path, without the races.
    pub fn exchanges(&self, event: Event) -> impl Iterator<Item = &'run Exchange> {
        self.record.exchanges.iter().filter(move |exchange| exchange.event == event && exchange.row.rule != RACE)
    }

    /// What a request of a tenant came to.
    pub fn verdict(&self, event: Event, request: Request, tenant: Tenant) -> Option<Verdict> {
        let is_it = |exchange: &&Exchange| exchange.row.request == request && exchange.tenant == tenant;
        self.exchanges(event).find(is_it).map(Exchange::verdict)
    }

    /// Whether nothing at all serves a path.
    pub fn is_unserved(&self, event: Event) -> bool {
        let mut statuses = self.exchanges(event).map(|exchange| exchange.answer.status()).peekable();
        statuses.peek().is_some() && statuses.all(|status| matches!(status, Some(404 | 405 | 431 | 413 | 414)))
    }

    /// Whether a stranger, or someone with another's key, gets a callback accepted.
    pub fn accepts_forged(&self, event: Event) -> bool {
        self.breaches(event).iter().any(|(rule, breach)| breach.severity == Severity::Error && *rule != REFUSED)
    }

    /// Whether a refusal of a real callback is the app's doing.
    fn is_conclusive(&self, exchange: &Exchange) -> bool {
        !exchange.row.needs_key || self.takes_our_keys || self.is_unserved(exchange.event)
    }

    /// The real callbacks of an event that the app turned away, as far as that is its doing.
    pub fn refused(&self, event: Event) -> Vec<&'run Exchange> {
        let real = |exchange: &&Exchange| {
            exchange.wanted() == Wanted::Accepted && exchange.row.rule == REFUSED && !exchange.is_accepted()
        };
        self.exchanges(event).filter(real).filter(|exchange| self.is_conclusive(exchange)).collect()
    }

    /// Every rule that the app breaks on a path, with what shows it.
    fn breaches(&self, event: Event) -> BTreeMap<&'static str, Breach> {
        let mut breaches = BTreeMap::new();
        for exchange in self.refused(event) {
            // `enabled` and `disabled` that nothing serves harm nobody: the app does not want to know
            let is_ignored = !event.is_signed() && self.is_unserved(event);
            add(&mut breaches, REFUSED, if is_ignored { Severity::Warning } else { exchange.row.severity }, exchange);
        }
        for tenant in [Tenant::Fresh, Tenant::Known] {
            for exchange in self.forged(event, tenant) {
                let severity = self.weight(exchange);
                add(&mut breaches, exchange.row.rule, severity, exchange);
            }
            if self.verdict(event, Request::Rs256, tenant) == Some(Verdict::Accepted) {
                let strict = |exchange: &&Exchange| {
                    exchange.tenant == tenant
                        && exchange.row.rule == KEY_ID
                        && exchange.wanted() == Wanted::Accepted
                        && !exchange.is_accepted()
                };
                for exchange in self.exchanges(event).filter(strict) {
                    add(&mut breaches, KEY_ID, exchange.row.severity, exchange);
                }
            }
        }
        for exchange in self.exchanges(event).filter(|exchange| exchange.stranger_asked && !exchange.is_accepted()) {
            add(&mut breaches, FOREIGN_KEY, Severity::Warning, exchange);
        }
        for exchange in self.exchanges(event).filter(|exchange| self.is_unhandled(exchange)) {
            add(&mut breaches, UNHANDLED, Severity::Note, exchange);
        }
        breaches
    }

    /// The forged callbacks of one kind of tenant that the app took. Where it takes what has no proof at all, the others
    /// say nothing new.
    fn forged(&self, event: Event, tenant: Tenant) -> Vec<&'run Exchange> {
        let taken: Vec<_> = self
            .exchanges(event)
            .filter(|exchange| exchange.tenant == tenant && exchange.is_accepted())
            .filter(|exchange| self.forbidden(exchange))
            .collect();
        let without_proof: Vec<_> = taken.iter().copied().filter(|exchange| exchange.row.rule == UNSIGNED).collect();
        if without_proof.is_empty() { taken } else { without_proof }
    }

    /// Whether a sound app refuses it. What is refused for a tenant that the app knows may pass for one that it does not
    /// have to uninstall.
    fn forbidden(&self, exchange: &Exchange) -> bool {
        match exchange.wanted() {
            Wanted::Refused => true,
            Wanted::Accepted => false,
            Wanted::Either => exchange.row.wanted == Wanted::Refused && !self.knows_tenants(exchange.event),
        }
    }

    /// Whether the same was tried for a tenant that the app knows.
    fn knows_tenants(&self, event: Event) -> bool {
        self.exchanges(event).any(|exchange| exchange.tenant == Tenant::Known)
    }

    fn weight(&self, exchange: &Exchange) -> Severity {
        match exchange.wanted() {
            Wanted::Either => exchange.row.severity.min(Severity::Warning),
            _ => exchange.row.severity,
        }
    }

    /// Whether an app breaks down over a request. Of a real callback that is told as refused, and what it takes for one
    /// goes the same way.
    fn is_unhandled(&self, exchange: &Exchange) -> bool {
        let real = self.verdict(exchange.event, Request::Rs256, exchange.tenant);
        exchange.verdict() == Verdict::Crashed
            && exchange.row.rule != REFUSED
            && (real != Some(Verdict::Crashed) || !exchange.row.needs_key)
            && !(exchange.row.request == Request::Oversized && exchange.answer.status().is_none())
    }

    /// Every finding, in order of the paths.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<_> = self
            .subject
            .hooks
            .iter()
            .flat_map(|hook| {
                let breaches = self.breaches(hook.event).into_iter();
                breaches.filter_map(|(rule, breach)| self.finding(hook, rule, &breach))
            })
            .collect();
        findings.extend(self.race());
        findings
    }

    /// Whether `disabled` and `uninstalled` disturb each other: each passes alone, and one fails beside the other.
    fn race(&self) -> Option<Finding> {
        let hook = self.subject.hook(Event::Uninstalled)?;
        let passes_alone = |exchange: &&Exchange| match exchange.event {
            Event::Uninstalled => {
                self.verdict(Event::Uninstalled, Request::Rs256, Tenant::Known) == Some(Verdict::Accepted)
                    && !exchange.is_accepted()
            }
            _ => exchange.verdict() == Verdict::Crashed,
        };
        let races = self.record.exchanges.iter().filter(|exchange| exchange.row.rule == RACE);
        let disturbed: Vec<_> = races.filter(passes_alone).map(|exchange| (exchange, exchange.event.key())).collect();
        let mut breaches = BTreeMap::new();
        for (exchange, event) in disturbed {
            let breach =
                breaches.entry(RACE).or_insert_with(|| Breach { severity: Severity::Note, evidence: BTreeMap::new() });
            let said =
                format!("`{event}` → {} where `uninstalled` came {}", exchange.answer.word(), exchange.row.words);
            breach.evidence.entry(exchange.tenant).or_insert_with(Vec::new).push(said);
        }
        breaches.iter().next().and_then(|(rule, breach)| self.finding(hook, rule, breach))
    }

    fn finding(&self, hook: &Hook, id: &'static str, breach: &Breach) -> Option<Finding> {
        let rule = rules::PROBE_RULES.iter().find(|rule| rule.id == id)?;
        let evidence: Vec<_> = breach
            .evidence
            .iter()
            .map(|(tenant, said)| format!("{} tenant: {}", tenant.word(), said.join(", ")))
            .collect();
        let is_only_fetched = id == FOREIGN_KEY && !self.exchanges(hook.event).any(is_foreign);
        let says = if is_only_fetched { FETCHED.to_owned() } else { says(id, hook.event) };
        let message = format!("`{}` {says} ({})", hook.path, evidence.join("; "));
        let finding = rule.finding(self.app(), hook.span, format!("{} {}", hook.event.key(), hook.path), message);
        let trace = [Label::new(hook.span, format!("the path of `{}`", hook.event.key()))];
        Some(finding.severity(breach.severity).trace(trace).help(advice(id)))
    }
}

/// Whether an app takes a stranger's signature.
fn is_foreign(exchange: &Exchange) -> bool {
    exchange.row.rule == FOREIGN_KEY && exchange.row.wanted == Wanted::Refused && exchange.is_accepted()
}

/// What is wrong where a stranger's key is fetched, and his signature refused all the same.
const FETCHED: &str = "fetches a key from wherever the token says: anyone can make the app call any address";

fn add(breaches: &mut BTreeMap<&'static str, Breach>, rule: &'static str, severity: Severity, exchange: &Exchange) {
    let new = || Breach { severity, evidence: BTreeMap::new() };
    let breach = breaches.entry(rule).or_insert_with(new);
    breach.severity = breach.severity.max(severity);
    let said = format!("{} → {}", exchange.row.words, exchange.answer.word());
    breach.evidence.entry(exchange.tenant).or_default().push(said);
}

/// What is wrong and what follows from it, to stand behind the path.
fn says(rule: &str, event: Event) -> String {
    let deed = match event {
        Event::Installed => "register a tenant with a secret of their own",
        Event::Uninstalled => "uninstall a tenant",
        Event::Enabled | Event::Disabled => "switch a tenant on and off",
    };
    match rule {
        REFUSED => format!("turns away a real `{}` callback of Atlassian: {}", event.key(), consequence(event)),
        UNSIGNED => format!("accepts callbacks without proof: anyone can {deed}"),
        SYMMETRIC => {
            format!("accepts HS256 where Atlassian signs RS256: whoever chose or learned the secret can {deed}")
        }
        FOREIGN_KEY => {
            format!("does not hold the signature against Atlassian's key: anyone with a key of their own can {deed}")
        }
        CONFUSION => format!("takes Atlassian's public key for a secret: anyone can {deed}"),
        CLIENT_KEY => {
            format!("does not compare the body's `clientKey` with the token's `iss`: any tenant's callback can {deed}")
        }
        AUDIENCE => format!("does not compare `aud` with its own address: the owner of another app can {deed}"),
        EXPIRY => format!("does not mind the time of a token: whoever finds an old one can {deed}"),
        QUERY_HASH => format!("does not compare the query hash: a token of another request can {deed}"),
        KEY_ID => "is particular about key ids, which Atlassian may change at any time".to_owned(),
        UNHANDLED => "breaks down over a request instead of refusing it".to_owned(),
        _ => "does not bear `disabled` and `uninstalled` at the same time, as Atlassian sends them".to_owned(),
    }
}

fn consequence(event: Event) -> &'static str {
    match event {
        Event::Installed => "the app cannot be installed, or its secret not renewed",
        Event::Uninstalled => "the data of a tenant that left stays",
        Event::Enabled | Event::Disabled => "the app never learns of it",
    }
}

/// The next step.
fn advice(rule: &str) -> String {
    let next = match rule {
        REFUSED => {
            "guard `installed` and `uninstalled` with the framework's RS256 authenticator, the others with HS256"
        }
        UNSIGNED | SYMMETRIC | FOREIGN_KEY => "verify RS256 with Atlassian's key before anything of the body is used",
        CONFUSION => "name the one algorithm that the verifier takes: RS256",
        CLIENT_KEY => "compare `iss` of the verified token with `clientKey` of the body",
        AUDIENCE => "compare `aud` with the app's base URL",
        EXPIRY => "refuse tokens without `exp`, and those out of their time",
        QUERY_HASH => "compute the query hash of the request and compare it with `qsh`",
        KEY_ID => "take the key id for an opaque text",
        UNHANDLED => "answer 401 to whatever cannot be read",
        _ => "let each of them pass whichever comes first",
    };
    format!("{next}; `connect-lint check` shows where the app does it, `connect-lint explain {rule}` says more")
}

impl Tenant {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Tenant::Fresh => "fresh",
            Tenant::Known => "known",
        }
    }
}

impl Row {
    /// Whether it stands for a real callback of Atlassian.
    pub fn is_real(&self) -> bool {
        self.rule == REFUSED
    }
}
