//! The order of a probe: every request, with a tenant of its own, and the cleaning up.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    facts::Event,
    probe::{
        answer::{Answer, Exchange, Verdict},
        host::Host,
        installation::{Form, Installation},
        request::{EVENTS, RACES, Request, Row, TABLE, Tenant},
        subject::{Hook, Subject},
        target::Target,
    },
};

/// How long a probe may last.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'run> {
    /// When no further request is sent. Cleaning up comes after it.
    pub deadline: Instant,
    /// Set by whoever wants it to end early.
    pub stop: &'run AtomicBool,
}

/// What was sent, and what came back.
#[derive(Debug, Default)]
pub struct Record {
    /// Every exchange, in order.
    pub exchanges: Vec<Exchange>,
    /// Whether the app ever asked our key server.
    pub key_server_asked: bool,
    /// How many test tenants the app took.
    pub installed: usize,
    /// What form their client keys have.
    pub form: Form,
    /// The client keys of those that it would not uninstall.
    pub left: Vec<String>,
    /// Why not everything was sent.
    pub unfinished: Option<String>,
}

/// How long cleaning up may take, for an app that answers slowly or not at all.
const CLEANING: Duration = Duration::from_secs(60);

/// Between `disabled` and `uninstalled`, as apps have seen them arrive.
const GAP: Duration = Duration::from_millis(5);

/// Sends everything to an app.
pub fn run(subject: &Subject, target: &Target, host: &Host, limits: Limits) -> Record {
    let mut session = Session {
        subject,
        target: target.clone(),
        host,
        limits,
        made: Vec::new(),
        gone: BTreeSet::new(),
        way: None,
        record: Record::default(),
    };
    if let Err(reason) = session.send_all() {
        session.record.unfinished = Some(reason);
    }
    session.clean_up();
    session.record.key_server_asked = host.keys.times_asked() > 0;
    session.record
}

struct Session<'run> {
    subject: &'run Subject,
    target: Target,
    host: &'run Host,
    limits: Limits<'run>,
    /// The tenants that the app took.
    made: Vec<Installation>,
    /// The client keys of those whose uninstallation it has answered with success.
    gone: BTreeSet<String>,
    /// How the app can be made to know a tenant: what it was found to take.
    way: Option<Option<Request>>,
    record: Record,
}

impl Session<'_> {
    /// # Errors
    /// When not everything could be sent: why, in words.
    fn send_all(&mut self) -> Result<(), String> {
        self.settle()?;
        for event in [Event::Installed, Event::Uninstalled] {
            let Some(hook) = self.subject.hook(event).cloned() else { continue };
            for state in [Tenant::Fresh, Tenant::Known] {
                for row in TABLE {
                    self.try_row(&hook, state, row)?;
                }
            }
        }
        for event in [Event::Enabled, Event::Disabled] {
            let Some(hook) = self.subject.hook(event).cloned() else { continue };
            for row in EVENTS {
                self.try_row(&hook, Tenant::Known, row)?;
            }
        }
        RACES.into_iter().try_for_each(|row| self.race(row))
    }

    /// Finds out where the app's paths are, and whether it takes no client keys but UUIDs, by real installations.
    fn settle(&mut self) -> Result<(), String> {
        let Some(hook) = self.subject.hook(Event::Installed).cloned() else { return Ok(()) };
        let bases = self.target.bases(&self.subject.audience);
        let mut served = None;
        for base in &bases {
            self.target = self.target.below(base.clone());
            let answer = self.install(&hook, Request::Rs256)?.1;
            if answer.verdict() == Verdict::Accepted {
                return Ok(());
            }
            if served.is_none() && !matches!(answer.status(), Some(404 | 405)) {
                served = Some(base);
            }
        }
        let Some(base) = served.or(bases.first()) else { return Ok(()) };
        self.target = self.target.below(base.clone());
        if served.is_some() {
            self.record.form = Form::Uuid;
            if self.install(&hook, Request::Rs256)?.1.verdict() != Verdict::Accepted {
                self.record.form = Form::Named;
            }
        }
        Ok(())
    }

    /// Installs the app for a new tenant, if it takes the callback when it is made in this way.
    fn install(&mut self, hook: &Hook, way: Request) -> Result<(Installation, Answer), String> {
        self.may_go_on()?;
        let tenant = self.tenant()?;
        let callback = self.host.callback(self.subject, hook, &tenant, Tenant::Fresh, way);
        let answer = self.target.send(&callback.map_err(|error| error.to_string())?);
        if answer.verdict() == Verdict::Accepted {
            self.made.push(tenant.clone());
        }
        Ok((tenant, answer))
    }

    fn tenant(&self) -> Result<Installation, String> {
        self.host.tenant(self.record.form).map_err(|error| error.to_string())
    }

    /// Sends one request for a tenant of its own. A tenant that the app cannot be made to know is no failure.
    fn try_row(&mut self, hook: &Hook, state: Tenant, row: Row) -> Result<(), String> {
        self.may_go_on()?;
        let tenant = match state {
            Tenant::Fresh => self.tenant()?,
            Tenant::Known => match self.known()? {
                Some(tenant) => tenant,
                None => return Ok(()),
            },
        };
        let exchange = self.exchange(hook, &tenant, state, row)?;
        if exchange.answer.status() == Some(429) {
            return Err("the app takes no more requests for now (429); switch its rate limit off".to_owned());
        }
        let is_down = exchange.answer == Answer::Closed && !self.comes_back();
        self.record.exchanges.push(exchange);
        if is_down { Err(format!("the app went down at a request to `{}`: {}", hook.path, row.words)) } else { Ok(()) }
    }

    /// A tenant that the app knows, if it can be made to know one.
    fn known(&mut self) -> Result<Option<Installation>, String> {
        let Some(hook) = self.subject.hook(Event::Installed).cloned() else { return Ok(None) };
        let ways = match self.way {
            Some(way) => way.into_iter().collect(),
            None => vec![Request::Rs256, Request::StoredSecret, Request::Unsigned],
        };
        for way in ways {
            let (tenant, answer) = self.install(&hook, way)?;
            if answer.verdict() == Verdict::Accepted {
                self.way = Some(Some(way));
                return Ok(Some(tenant));
            }
        }
        self.way.get_or_insert(None);
        Ok(None)
    }

    fn exchange(&mut self, hook: &Hook, tenant: &Installation, state: Tenant, row: Row) -> Result<Exchange, String> {
        let callback =
            self.host.callback(self.subject, hook, tenant, state, row.request).map_err(|error| error.to_string())?;
        let asked = (self.host.keys.times_asked(), self.host.stranger.times_asked());
        let mut answer = self.target.send(&callback);
        if row.request == Request::Replay {
            if hook.event == Event::Uninstalled && answer.verdict() == Verdict::Accepted {
                self.gone.insert(tenant.client_key.clone());
            }
            answer = self.target.send(&callback);
        }
        let exchange = Exchange {
            event: hook.event,
            path: hook.path.clone(),
            tenant: state,
            row,
            answer,
            key_fetched: self.host.keys.times_asked() > asked.0,
            stranger_asked: self.host.stranger.times_asked() > asked.1,
        };
        if hook.event == Event::Installed && exchange.is_accepted() && row.request != Request::Get {
            self.made.retain(|made| made.client_key != tenant.client_key);
            self.made.push(Installation { secret: callback.secret, ..tenant.clone() });
        }
        self.note_uninstalled(&exchange, tenant);
        Ok(exchange)
    }

    fn note_uninstalled(&mut self, exchange: &Exchange, tenant: &Installation) {
        if exchange.event == Event::Uninstalled && exchange.is_accepted() && exchange.row.request != Request::Get {
            self.gone.insert(tenant.client_key.clone());
        }
    }

    /// Sends `disabled` and `uninstalled` of one tenant at almost the same time.
    fn race(&mut self, row: Row) -> Result<(), String> {
        let hooks = [Event::Disabled, Event::Uninstalled].map(|event| self.subject.hook(event).cloned());
        let [Some(disabled), Some(uninstalled)] = hooks else { return Ok(()) };
        self.may_go_on()?;
        let Some(tenant) = self.known()? else { return Ok(()) };
        let callback = |hook, request| self.host.callback(self.subject, hook, &tenant, Tenant::Known, request);
        let signed = callback(&uninstalled, Request::Rs256).map_err(|error| error.to_string())?;
        let symmetric = callback(&disabled, Request::StoredSecret).map_err(|error| error.to_string())?;
        let disabled_first = row.request == Request::AfterDisabled;
        let (first, second) = if disabled_first { (&symmetric, &signed) } else { (&signed, &symmetric) };
        let target = &self.target;
        let (first, second) = thread::scope(|scope| {
            let first = scope.spawn(|| target.send(first));
            thread::sleep(GAP);
            let second = target.send(second);
            (first.join().unwrap_or(Answer::Closed), second)
        });
        let (of_disabled, of_uninstalled) = if disabled_first { (first, second) } else { (second, first) };
        for (hook, answer) in [(disabled, of_disabled), (uninstalled, of_uninstalled)] {
            let exchange = Exchange {
                event: hook.event,
                path: hook.path,
                tenant: Tenant::Known,
                row,
                answer,
                key_fetched: false,
                stranger_asked: false,
            };
            self.note_uninstalled(&exchange, &tenant);
            self.record.exchanges.push(exchange);
        }
        Ok(())
    }

    /// Uninstalls every tenant that the app took, in whichever way it takes, as long as there is time.
    fn clean_up(&mut self) {
        self.record.installed = self.made.len();
        let deadline = Instant::now() + CLEANING;
        let hook = self.subject.hook(Event::Uninstalled).cloned();
        for tenant in std::mem::take(&mut self.made) {
            let ways = [Request::Rs256, Request::StoredSecret, Request::Unsigned];
            let gone = hook.as_ref().filter(|_| Instant::now() < deadline).is_some_and(|hook| {
                ways.into_iter().any(|way| {
                    let callback = self.host.callback(self.subject, hook, &tenant, Tenant::Known, way);
                    callback.is_ok_and(|callback| self.target.send(&callback).verdict() == Verdict::Accepted)
                })
            });
            if !gone && !self.gone.contains(&tenant.client_key) {
                self.record.left.push(tenant.client_key);
            }
        }
    }

    fn may_go_on(&self) -> Result<(), String> {
        if self.limits.stop.load(Ordering::Relaxed) {
            return Err("it was interrupted".to_owned());
        }
        if Instant::now() > self.limits.deadline {
            return Err("the time was over; `--max-time` allows more".to_owned());
        }
        Ok(())
    }

    /// Whether an app that closed a connection listens again soon.
    fn comes_back(&self) -> bool {
        (0..20).any(|round| {
            thread::sleep(Duration::from_millis(if round == 0 { 0 } else { 100 }));
            self.target.is_up()
        })
    }
}
