//! `connect-lint probe`: ask a running app.

use std::{
    fs::{self, File},
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use clap::Args;

use crate::{
    app::App,
    cli::{FINDINGS, UNANALYSED, global::Global, reports::Reports, tree},
    error::Error,
    finding::Finding,
    probe::{
        self, Limits, Record,
        findings::Reading,
        host::{Host, Signers, Unready},
        installation, process, settings,
        settings::Setting,
        subject::Subject,
        summary,
        target::Target,
        transcript,
    },
    problem::Problem,
    report::{Checkout, Format, Run, exchanges, text::clean},
    rules::PROBE_RULES,
    severity::Severity,
    source::SourceFile,
};

/// The arguments of `probe`.
#[derive(Debug, Args)]
pub(super) struct Probe {
    /// The running app, or its descriptor: `http://127.0.0.1:3000`
    url: String,
    /// Read the descriptor from a file instead of from the app
    #[arg(long, value_name = "FILE")]
    descriptor: Option<PathBuf>,
    /// Where to serve public keys [default: 127.0.0.1:8399, with `--start` any free port]
    #[arg(long, value_name = "ADDR")]
    key_server: Option<SocketAddr>,
    /// An environment variable by which the app is told where public keys are; `--start` sets it
    #[arg(long, value_name = "NAME")]
    key_server_variable: Vec<String>,
    /// Start the app by this command of a shell, and end it afterwards
    #[arg(long, value_name = "COMMAND")]
    start: Option<String>,
    /// Write what the started app prints into a file
    #[arg(long, value_name = "FILE", requires = "start")]
    start_log: Option<PathBuf>,
    /// How many seconds the started app has until it listens
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "start")]
    wait: u64,
    /// Send forged callbacks to this host, too, although it is not this machine
    #[arg(long, value_name = "HOST")]
    i_own_this_app: Option<String>,
    /// Where the app's source is, which tells how the app learns where public keys are
    #[arg(long, value_name = "PATH", default_value = ".")]
    tree: PathBuf,
    /// The site that the test tenants are of; one that ends with `/wiki` is Confluence's, others are Jira's
    #[arg(long, value_name = "URL", default_value = "https://connect-lint-probe.atlassian.net")]
    site: String,
    /// How many seconds a request may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    /// How many seconds all requests may take
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    max_time: u64,
    /// Write every request and its answer into a file, a JSON object a line
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    #[command(flatten)]
    reports: Reports,
}

impl Probe {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        let checks = global.rules()?;
        let target = Target::new(&self.url, self.i_own_this_app.as_deref(), Duration::from_secs(self.timeout))
            .map_err(|refusal| Error::Argument {
                argument: self.url.clone(),
                reason: refusal.to_string(),
                help: help_of(&refusal),
            })?;
        let apps = self.apps(global);
        let settings = settings::of(&apps);
        let host = Signers::generate()
            .map_err(Unready::from)
            .and_then(|signers| Host::start(signers, self.key_server_address(), &self.site))
            .map_err(|unready| failed(unready.to_string(), "`--key-server ADDR` names another address"))?;
        let stop = interruptible()?;
        self.announce(&settings, &host);
        let started = self.start(&target, &host, &stop)?;
        let file = self.descriptor(&target, &settings, &host)?;
        let name = file.path.clone();
        let subject = Subject::read(file, &target)
            .map_err(|reason| {
                failed(
                    format!("nothing was sent: `{}` is not the descriptor of an app to ask: {reason}", clean(&name)),
                    DESCRIPTOR,
                )
            })?
            .located_in(&apps);
        let limits = Limits { deadline: Instant::now() + Duration::from_secs(self.max_time), stop: &stop };
        let record = probe::run(&subject, &target, &host, limits);
        drop(started);
        self.write_transcript(&record)?;
        let reading = Reading::new(&subject, &record, self.is_pointed(&settings));
        let findings: Vec<_> = reading.findings().into_iter().filter(|finding| checks.include(finding.rule)).collect();
        self.report(&reading, &record, &findings, global, out)
    }

    /// The same address every time, so that an app that was started before can be told; any free one for an app that is
    /// started here.
    fn key_server_address(&self) -> SocketAddr {
        let port = if self.start.is_some() { 0 } else { 8399 };
        self.key_server.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], port)))
    }

    /// The apps of the source, if it is one.
    fn apps(&self, global: &Global) -> Vec<App> {
        let paths = tree::Paths { paths: vec![self.tree.clone()] };
        tree::Tree::read(&paths, global).map(|tree| tree.scan.apps).unwrap_or_default()
    }

    /// Whether the app was told where keys are in a way that it is known to honour.
    fn is_pointed(&self, settings: &[&Setting]) -> bool {
        self.start.is_some()
            && (!self.key_server_variable.is_empty() || settings.iter().any(|setting| setting.variable.is_some()))
    }

    /// Says what is going to happen, and how the app is pointed at the key server.
    fn announce(&self, settings: &[&Setting], host: &Host) {
        let keys = host.keys.url();
        let mut said = format!(
            "the app will store test tenants, whose client keys start with `{}`, or with `{}` if it takes only UUIDs; at \
             the end it is asked to uninstall them\n",
            installation::PREFIX,
            installation::UUID_PREFIX,
        );
        if self.start.is_none() {
            for setting in settings {
                said.push_str(&setting.advice(&keys));
                said.push('\n');
            }
            if settings.is_empty() {
                said.push_str(&format!("public keys are served at {keys}: tell the app to take them from there\n"));
            }
        }
        let _ = io::stderr().write_all(said.as_bytes());
    }

    fn start(&self, target: &Target, host: &Host, stop: &AtomicBool) -> Result<Option<process::App>, Error> {
        let Some(command) = &self.start else { return Ok(None) };
        let keys = host.keys.url();
        let mut environment = process::environment(target, &keys).to_vec();
        environment.extend(self.key_server_variable.iter().map(|name| (name.as_str(), keys.clone())));
        let log = self.start_log.as_ref().map(File::create).transpose()?;
        let interrupted = || stop.load(Ordering::Relaxed);
        process::App::start(command, &environment, log, target, Duration::from_secs(self.wait), interrupted)
            .map(Some)
            .map_err(|error| failed(error.to_string(), "`--start-log FILE` keeps what the app prints"))
    }

    /// The descriptor: the file that is given, or what the app serves.
    fn descriptor(&self, target: &Target, settings: &[&Setting], host: &Host) -> Result<SourceFile, Error> {
        if !target.is_up() {
            let advice: Vec<_> = settings.iter().map(|setting| setting.advice(&host.keys.url())).collect();
            let help = if advice.is_empty() {
                "start the app, or give `--start 'COMMAND'`".to_owned()
            } else {
                advice.join("; ")
            };
            return Err(failed(format!("nothing listens at `{}`", target.base()), &help));
        }
        if let Some(file) = &self.descriptor {
            let path = file.to_string_lossy();
            let bytes = fs::read(file)
                .map_err(|error| Error::Path { path: path.clone().into_owned(), reason: error.to_string() })?;
            return Ok(SourceFile::decode(path.replace('\\', "/"), bytes));
        }
        let mut refusal = None;
        for url in target.descriptors() {
            match self.fetch(target, &url) {
                Ok(text) => return Ok(SourceFile::new(target.descriptor(), readable(text))),
                Err(reason) => refusal.get_or_insert(unfetched(&url, &reason)),
            };
        }
        Err(failed(refusal.unwrap_or_default(), DESCRIPTOR))
    }

    /// Fetches a text. An app that was just started may listen before it knows its own routes.
    fn fetch(&self, target: &Target, url: &str) -> Result<String, String> {
        let begun = Instant::now();
        loop {
            match target.fetch(url) {
                Err(_) if self.start.is_some() && begun.elapsed() < SETTLING => {
                    thread::sleep(Duration::from_millis(250));
                }
                fetched => return fetched,
            }
        }
    }

    fn write_transcript(&self, record: &Record) -> Result<(), Error> {
        let Some(path) = &self.transcript else { return Ok(()) };
        let mut bytes = Vec::new();
        transcript::write(&record.exchanges, &mut bytes)?;
        super::reports::replace(path, &bytes)?;
        Ok(())
    }

    fn report(
        &self,
        reading: &Reading,
        record: &Record,
        findings: &[Finding],
        global: &Global,
        out: &mut dyn Write,
    ) -> Result<u8, Error> {
        let for_people = self.reports.is_for_people();
        if for_people && !global.quiet {
            out.write_all(exchanges::table(reading).as_bytes())?;
        }
        let unfinished = record.unfinished.iter().map(|reason| Problem::new(&self.url, reason.as_str()));
        let problems: Vec<_> = unfinished.collect();
        let gate = global.fail_on.unwrap_or(Severity::Warning);
        let code = match findings.iter().any(|finding| finding.severity >= gate) {
            _ if !problems.is_empty() => UNANALYSED,
            true => FINDINGS,
            false => 0,
        };
        let sentences = summary::sentences(reading, record);
        let proven = [summary::proven(reading)];
        self.reports.write_with(global, out, |format, style, code_scanning, out| {
            let run = Run {
                rules: &PROBE_RULES,
                sources: &reading.app().sources,
                apps: std::slice::from_ref(reading.app()),
                findings,
                suppressed: &[],
                problems: &problems,
                proven: if format == Format::Human { &[] } else { &proven },
                repository: &self.tree.to_string_lossy(),
                exit_code: code,
                root: &self.tree.to_string_lossy(),
                checkout: &Checkout::around(&self.tree),
                code_scanning,
                style,
            };
            (format.reporter())(&run, out)
        })?;
        if for_people && !global.quiet {
            for sentence in &sentences {
                writeln!(out, "{}", clean(sentence))?;
            }
        }
        Ok(code)
    }
}

/// A descriptor that came in one line, in several: findings show the place.
fn readable(text: String) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(&text).ok().filter(|_| text.lines().count() <= 1);
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or(text)
}

/// How long a started app may take to serve its descriptor once it listens.
const SETTLING: Duration = Duration::from_secs(10);

const DESCRIPTOR: &str = "give the address of the descriptor, or `--descriptor FILE`";

fn failed(reason: String, help: &str) -> Error {
    Error::Probe { reason, help: help.to_owned() }
}

fn unfetched(url: &str, reason: &str) -> String {
    format!("the descriptor cannot be read at `{url}`: {}", clean(reason))
}

fn help_of(refusal: &probe::target::Refusal) -> &'static str {
    match refusal {
        probe::target::Refusal::Foreign { .. } => "if the app there is yours, say so: `--i-own-this-app HOST`",
        _ => "give the address of an app on this machine",
    }
}

/// A flag that is set when the user interrupts the probe: no further request is sent, tenants are uninstalled, and the
/// started app ends.
fn interruptible() -> Result<Arc<AtomicBool>, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|error| failed(format!("signals cannot be handled: {error}"), ""))?;
    Ok(stop)
}
