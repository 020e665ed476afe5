//! The questions that app developers asked when signed installs were announced, each beside the line that answers it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use assert_cmd::Command;

/// What was asked, the command a developer of that app runs, and the line that answers.
const QUESTIONS: [(&str, &[&str], &str); 7] = [
    (
        "we are on ACE 3.4.1 with an `/installed` of our own: what do we have to change?",
        &["check", "apps/ace-custom-installed"],
        "nothing verifies the `installed` callback: a stranger who posts to `/installed` is taken for Atlassian",
    ),
    (
        "is raising the version of ACE one of the changes?",
        &["check", "apps/ace-custom-installed"],
        "ACE 3.4.1 cannot verify",
    ),
    (
        "since the upgrade `/uninstalled` answers 401, `Algorithm from the header \"RS256\" does not match`: why?",
        &["check", "apps/ace-uninstalled-symmetric"],
        "`addon.authenticate()` checks an HS256 signature, but Atlassian signs the `uninstalled` callback RS256",
    ),
    (
        "how can we authenticate the `/uninstalled` request?",
        &["fix", "--diff", "apps/ace-uninstalled-symmetric"],
        "+  app.post('/uninstalled', addon.authenticateInstall(), async (req, res) => {",
    ),
    (
        "ACSB 2.2.3, the flag and `fallback-install-hook-enabled: false`: are these the only changes?",
        &["check", "apps/acsb-fallback-off"],
        "ACSB `2.2.3`; `signed-install` true",
    ),
    (
        "a fake organisation was still let in after the upgrade: which setting stops that?",
        &["check", "apps/acsb-legacy"],
        "`fallback-install-hook-enabled` is not set: this ACSB falls back to unsigned installs",
    ),
    (
        "what if we do not make the changes by the 29th of October?",
        &["explain", "signed-install-missing"],
        "Atlassian has enforced signed installs since 29 October 2021",
    ),
];

#[test]
fn every_question_has_its_line() {
    for (question, arguments, answer) in QUESTIONS {
        let mut command = Command::cargo_bin("connect-lint").unwrap();
        let output = command.current_dir(common::fixture("")).args(arguments).output().unwrap();
        let output = String::from_utf8(output.stdout).unwrap();
        let folded = output.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        let answer = answer.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(folded.contains(&answer), "{question}\n{output}");
    }
}
