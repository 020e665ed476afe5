//! The probe against an app whose checks can be taken out one by one: it names the one that is missing.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod app;

use std::{
    collections::BTreeSet,
    fs,
    net::{SocketAddr, TcpListener},
    process::{Command, Output, Stdio},
    sync::{LazyLock, atomic::AtomicBool},
    thread,
    time::{Duration, Instant},
};

use connect_lint::{
    probe::{
        self, Limits, Record, Subject,
        findings::Reading,
        host::{Host, Signers},
        summary,
        target::Target,
    },
    source::SourceFile,
};
use serde_json::{Value, json};

use app::{App, Flaw};

/// What a probe has shown.
struct Shown {
    /// Every finding: its event, its rule without the prefix, its severity.
    findings: BTreeSet<String>,
    sentences: Vec<String>,
    record: Record,
}

impl Shown {
    /// The findings that fail a gate.
    fn grave(&self) -> Vec<&str> {
        self.findings.iter().map(String::as_str).filter(|finding| !finding.ends_with("Note")).collect()
    }
}

/// Keys for all tests of this file.
static SIGNERS: LazyLock<Signers> = LazyLock::new(|| Signers::generate().unwrap());

fn probe_of(flaws: &[Flaw]) -> Shown {
    let host = Host::start(SIGNERS.clone(), ([127, 0, 0, 1], 0).into(), "https://example.atlassian.net").unwrap();
    let app = App::start(flaws, &host.keys.url());
    let folder = if flaws.contains(&Flaw::DescriptorInFolder) { "/static/atlassian-connect.json" } else { "" };
    let target = Target::new(&format!("{}{folder}", app.url), None, Duration::from_secs(10)).unwrap();
    let descriptor = target.fetch(&target.descriptors()[0]).unwrap();
    let subject = Subject::read(SourceFile::new("atlassian-connect.json", descriptor), &target).unwrap();
    let stop = AtomicBool::new(false);
    let limits = Limits { deadline: Instant::now() + Duration::from_secs(60), stop: &stop };
    let record = probe::run(&subject, &target, &host, limits);
    let reading = Reading::new(&subject, &record, false);
    let findings = reading.findings();
    let name = |finding: &connect_lint::finding::Finding| {
        let event = finding.identity.split(' ').next().unwrap();
        format!("{event} {} {:?}", finding.rule.trim_start_matches("probe-"), finding.severity)
    };
    let sentences = summary::sentences(&reading, &record);
    Shown { findings: findings.iter().map(name).collect(), sentences, record }
}

#[test]
fn a_sound_app_has_no_finding_and_keeps_no_tenant() {
    let shown = probe_of(&[]);
    assert_eq!(shown.findings, BTreeSet::new());
    assert!(shown.record.installed > 20 && shown.record.left.is_empty() && shown.record.unfinished.is_none());
    assert_eq!(
        shown.sentences[..3],
        [
            "who could register a fake tenant: nobody, as far as was tried: 42 forged callbacks were refused",
            "who could uninstall a tenant: nobody, as far as was tried: 42 forged callbacks were refused",
            "real callbacks: `installed` accepted, `uninstalled` accepted, `enabled` accepted, `disabled` accepted",
        ]
    );
}

#[test]
fn sound_apps_of_other_habits_have_no_finding_either() {
    for habit in
        [Flaw::UuidClientKeys, Flaw::NoTokenTwice, Flaw::EveryField, Flaw::AbsolutePaths, Flaw::DescriptorInFolder]
    {
        let shown = probe_of(&[habit]);
        assert_eq!(shown.findings, BTreeSet::new(), "{habit:?}: {:?}", shown.sentences);
        assert_eq!(shown.record.left, Vec::<String>::new(), "{habit:?}");
    }
}

#[test]
fn each_missing_check_is_named_and_nothing_else() {
    for (flaw, findings) in [
        (Flaw::NoAudience, &["installed unchecked-audience Warning", "uninstalled unchecked-audience Warning"][..]),
        (Flaw::AudienceByPart, &["installed unchecked-audience Warning", "uninstalled unchecked-audience Warning"]),
        (Flaw::NoExpiry, &["installed unchecked-expiry Warning", "uninstalled unchecked-expiry Warning"]),
        (Flaw::NoQueryHash, &["installed unchecked-query-hash Warning", "uninstalled unchecked-query-hash Warning"]),
        (Flaw::NoClientKey, &["installed unbound-client-key Error", "uninstalled unbound-client-key Error"]),
        (Flaw::AlgorithmOfTheToken, &["installed algorithm-confusion Error", "uninstalled algorithm-confusion Error"]),
        (Flaw::KeyOfTheToken, &["installed foreign-key-accepted Error", "uninstalled foreign-key-accepted Error"]),
        (Flaw::UuidKeyIds, &["installed strict-key-id Warning", "uninstalled strict-key-id Warning"]),
    ] {
        let shown = probe_of(&[flaw]);
        assert_eq!(shown.grave(), findings, "{flaw:?}");
        assert_eq!(shown.record.left, Vec::<String>::new(), "{flaw:?}");
    }
}

#[test]
fn a_crash_is_a_note() {
    let shown = probe_of(&[Flaw::CrashesOnGarbage]);
    let found: Vec<_> = shown.findings.iter().map(String::as_str).collect();
    assert_eq!(found, ["installed unhandled-request Note", "uninstalled unhandled-request Note"]);
}

#[test]
fn open_hooks_are_named() {
    for (flaw, findings) in [
        (
            Flaw::NoVerification,
            &["installed unsigned-callback-accepted Error", "uninstalled unsigned-callback-accepted Error"][..],
        ),
        (Flaw::TakesUnsignedInstalls, &["installed unsigned-callback-accepted Error"]),
        (
            Flaw::FallsBackToSecret,
            &["installed symmetric-callback-accepted Error", "uninstalled symmetric-callback-accepted Error"],
        ),
        (
            Flaw::SymmetricUninstall,
            &["uninstalled callback-refused Error", "uninstalled symmetric-callback-accepted Error"],
        ),
        (Flaw::AsymmetricEvents, &["disabled callback-refused Error", "enabled callback-refused Error"]),
    ] {
        assert_eq!(probe_of(&[flaw]).grave(), findings, "{flaw:?}");
    }
    let body = probe_of(&[Flaw::SecretOfTheBody]);
    assert!(body.grave().contains(&"installed symmetric-callback-accepted Error"), "{:?}", body.findings);
    let decoded = probe_of(&[Flaw::DecodesOnly]);
    assert!(decoded.grave().contains(&"installed unsigned-callback-accepted Error"), "{:?}", decoded.findings);
}

#[test]
fn what_is_not_shown_is_no_finding() {
    let shown = probe_of(&[Flaw::KeysOfItsOwn]);
    assert_eq!(shown.findings, BTreeSet::new());
    assert!(!shown.record.key_server_asked);
    assert!(shown.sentences.iter().any(|sentence| sentence.starts_with("not shown: whether RS256 callbacks pass")));
    let open = probe_of(&[Flaw::KeysOfItsOwn, Flaw::TakesUnsignedInstalls]);
    assert_eq!(open.grave(), ["installed unsigned-callback-accepted Error"]);
}

#[test]
fn a_path_that_nothing_serves_turns_callbacks_away() {
    let shown = probe_of(&[Flaw::NotServed]);
    assert!(shown.grave().contains(&"installed callback-refused Error"), "{:?}", shown.findings);
    assert_eq!(shown.sentences[0], "who could register a fake tenant: nobody: nothing serves the path");
}

/// The command, told that keys are wanted at an address, in an empty folder.
fn command(app: &str, keys: SocketAddr, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let keys = keys.to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-lint"));
    command.current_dir(folder.path()).args(["probe", app, "--key-server", &keys]).args(arguments);
    command.env("HTTP_PROXY", "http://192.0.2.1:9").env("http_proxy", "http://192.0.2.1:9"); // it takes no proxy
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An address that nothing listens at.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[test]
fn the_command_gates_by_its_findings() {
    let keys = free();
    let sound = App::start(&[], &format!("http://{keys}"));
    let output = command(&sound.url, keys, &[]);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    assert!(err.contains("client keys start with `connect-lint-probe-`"), "{err}");
    assert!(out.contains("1 app, no findings") && out.contains("all of them uninstalled again"), "{out}");
    drop(sound);

    let keys = free();
    let open = App::start(&[Flaw::TakesUnsignedInstalls], &format!("http://{keys}"));
    let folder = tempfile::tempdir().unwrap();
    let transcript = folder.path().join("requests.ndjson");
    let output = command(&open.url, keys, &["--format", "sarif", "--transcript", transcript.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["level"], "error");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["snippet"]["text"], "\"/lifecycle/installed?v=2\"");
    let transcript = fs::read_to_string(transcript).unwrap();
    let lines: Vec<Value> = transcript.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let unsigned = lines.iter().find(|line| line["request"] == "unsigned" && line["tenant"] == "fresh").unwrap();
    assert_eq!(
        (&unsigned["status"], &unsigned["answer"], &unsigned["sound"]),
        (&json!(204), &json!("accepted"), &json!("refused"))
    );
    assert!(!transcript.contains("secret-"), "a secret is written down");
    drop(open);

    let (keys, nowhere) = (free(), free());
    let output = command(&format!("http://{nowhere}"), keys, &[]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("nothing listens"), "{}", text(&output.stderr));
}

#[test]
fn other_machines_are_asked_only_if_the_user_owns_the_app() {
    let output = command("http://192.0.2.1:3000", free(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--i-own-this-app HOST"), "{}", text(&output.stderr));
}

#[test]
#[cfg(unix)]
fn a_probe_that_is_interrupted_says_so_and_ends_the_app() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-lint"));
    let (app, keys) = (format!("http://{}", free()), free().to_string());
    command.args(["probe", &app, "--key-server", &keys, "--start", "sleep 60"]).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    thread::sleep(Duration::from_secs(5));
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("interrupted"), "{}", text(&output.stderr));
}

#[test]
#[cfg(unix)]
fn a_started_app_that_does_not_listen_is_ended_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("mark");
    let start = format!("(sleep 2; touch '{}') & sleep 60", mark.display());
    let output = command(&format!("http://{}", free()), free(), &["--start", &start, "--wait", "1"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("does not listen"), "{}", text(&output.stderr));
    thread::sleep(Duration::from_millis(1_500));
    assert!(!mark.exists(), "a child went on");
}

#[test]
fn an_app_that_signed_installs_do_not_concern_is_sent_nothing() {
    let target = Target::new("http://127.0.0.1:9", None, Duration::from_secs(1)).unwrap();
    let read = |text: &str| Subject::read(SourceFile::new("atlassian-connect.json", text), &target);
    let lifecycle = r#""baseUrl": "{{localBaseUrl}}", "key": "a.b", "lifecycle": { "installed": "/installed" }"#;
    assert!(read(&format!("{{ {lifecycle}, \"authentication\": {{ \"type\": \"jwt\" }} }}")).is_ok());
    let none = read(&format!("{{ {lifecycle}, \"authentication\": {{ \"type\": \"none\" }} }}"));
    assert!(none.unwrap_err().contains("do not concern"));
    assert!(read("{}").is_err() && read("nonsense").is_err());
}
