//! `connect-lint plan`: what is done, what is to do, and in which order.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use assert_cmd::Command;
use connect_lint::{
    app::{ACE, ACSB, App},
    readiness::{Aspect, Readiness, Stage, State, Subject, Who, readiness},
    run::{Checks, Scan},
    severity::Severity,
};

fn plan(arguments: &[&str]) -> (String, i32) {
    let mut command = Command::cargo_bin("connect-lint").unwrap();
    let output = command.current_dir(common::fixture("apps")).arg("plan").args(arguments).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

fn of(scan: &Scan) -> Vec<Readiness> {
    let of = |app: &connect_lint::app::App| readiness(app, &scan.all_findings(app.id), ".");
    scan.apps.iter().map(of).collect()
}

#[test]
fn a_plan_fits_on_a_screen() {
    for app in ["ace-custom-installed", "acsb-legacy", "ace-clean", "auth-none"] {
        let (text, _) = plan(&[app]);
        assert!(text.lines().count() <= 60, "{app} takes {} lines", text.lines().count());
        let wraps = |line: &str| line.chars().count() <= 80 || line.starts_with("        $ "); // a command is one line
        assert!(text.lines().all(wraps), "{app} is wider than a terminal:\n{text}");
        insta::assert_snapshot!(format!("{app}-human"), text);
    }
}

#[test]
fn a_plan_is_read_by_programs_and_pasted_into_issues() {
    let (json, _) = plan(&["ace-custom-installed", "--format", "json"]);
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
    insta::assert_snapshot!("json", json);
    insta::assert_snapshot!("markdown", plan(&["ace-custom-installed", "--format", "markdown"]).0);
}

#[test]
fn a_rule_that_is_left_out_is_not_taken_for_one_that_found_nothing() {
    assert_eq!(plan(&["acsb-legacy", "--ignore", "acsb-fallback-enabled"]), plan(&["acsb-legacy"]));
}

#[test]
fn the_exit_code_says_whether_something_is_left() {
    assert_eq!(plan(&["ace-clean"]).1, 0);
    assert_eq!(plan(&["ace-custom-installed"]).1, 1);
    assert_eq!(plan(&["no-such-folder"]).1, 3);
}

/// The order in which the plan of an app takes the stages.
fn order(app: &str, phase: &str) -> Vec<String> {
    let (json, _) = plan(&[app, "--format", "json", "--phase", phase]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let steps = json["apps"][0]["steps"].as_array().unwrap();
    let mut stages: Vec<_> = steps.iter().map(|step| step["stage"].as_str().unwrap().to_owned()).collect();
    stages.dedup();
    stages
}

#[test]
fn the_fallback_closes_last_as_long_as_sites_may_need_it() {
    assert_eq!(order("acsb-legacy", "enforced"), ["fallback", "flag"]);
    assert_eq!(order("acsb-legacy", "transition"), ["flag", "fallback"]);
    assert_eq!(order("ace-custom-installed", "transition"), ["server", "flag"]);
}

/// What is done is said of what the app has, and nothing beside it says otherwise.
fn bears_out(name: &str, app: &App, plan: &Readiness, done: &Aspect) {
    let needs = [("ACE ", ACE), ("`fallback-install-hook-enabled`", ACSB)];
    for (_, package) in needs.iter().filter(|(start, _)| done.fact.starts_with(start)) {
        assert!(app.dependency(package).is_some(), "{name}: `{}` without it", done.fact);
    }
    let open = |aspect: &Aspect| {
        let is_signed = matches!(aspect.subject, Subject::Hook(event) if event.is_signed());
        let accepts = ["verifies nothing", "verifies HS256"].iter().any(|end| aspect.fact.ends_with(end));
        is_signed && accepts && aspect.state == State::ToDo
    };
    let closed = done.subject == Subject::Fallback && plan.aspects.iter().any(open);
    assert!(!closed, "{name}: an open hook accepts more than RS256");
}

#[test]
fn a_plan_and_a_check_agree_on_every_fixture() {
    let counts = common::parallel(&common::trees(), |(name, root)| {
        let scan = common::scan(root, &Checks::all());
        let plans = of(&scan);
        for (app, plan) in scan.apps.iter().zip(&plans).filter(|(_, plan)| plan.unconcerned.is_none()) {
            let grave = scan.all_findings(app.id).iter().any(|own| own.severity > Severity::Note);
            assert!(!grave || !plan.is_ready(), "{name}: a finding without a step");
            let to_do = plan.aspects.iter().any(|aspect| aspect.state == State::ToDo);
            assert!(!to_do || !plan.is_ready(), "{name}: something to do without a step: {:?}", plan.aspects);
            for aspect in plan.aspects.iter().filter(|aspect| aspect.state == State::Done) {
                bears_out(name, app, plan, aspect);
            }
            for step in &plan.steps {
                assert_eq!(step.who != Who::Person, step.command.is_some(), "{name}: {step:?}");
            }
            let published = plan.steps.iter().any(|step| step.stage == Stage::Flag);
            assert_eq!(published, !plan.publishing.is_empty(), "{name}");
            assert!(plan.aspects.iter().any(|aspect| aspect.subject == Subject::Framework), "{name}");
        }
        let concerned = || plans.iter().filter(|plan| plan.unconcerned.is_none());
        (concerned().filter(|plan| plan.is_ready()).count(), concerned().filter(|plan| !plan.is_ready()).count())
    });
    let (ready, unready) = counts.into_iter().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    assert!(ready > 50 && unready > 50, "{ready} ready, {unready} not");
}
