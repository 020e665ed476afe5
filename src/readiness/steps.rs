//! What is to do, in the order that is safe.

use std::collections::BTreeSet;

use crate::{
    app::{App, Phase},
    edit::Applicability,
    facts::Dependency,
    finding::Finding,
    readiness::{
        Aspect, Stage, State, Step, Subject, Who,
        aspects::{FALLBACKS, FLAGS, RELEASES},
        is_grave,
    },
};

pub(super) fn steps(app: &App, findings: &[&Finding], aspects: &[Aspect], root: &str) -> Vec<Step> {
    let folder = folder(root, &app.root);
    let mut steps: Vec<Step> = Vec::new();
    for finding in findings.iter().filter(|finding| is_grave(finding) || finding.rule == "unresolved-lifecycle-guard") {
        let step = step(app, finding, &folder);
        let again = |known: &Step| (&known.what, known.rule, known.place) == (&step.what, step.rule, step.place);
        if !steps.iter().any(again) {
            steps.push(step);
        }
    }
    if steps.iter().any(|step| step.who == Who::Tool && is_release(step)) {
        let updates: BTreeSet<&str> = app.facts.dependencies.iter().filter_map(|own| own.update.as_deref()).collect();
        steps.extend(updates.into_iter().map(|command| update(command, None)));
    }
    if steps.iter().any(|step| step.stage == Stage::Flag) {
        steps.extend(aspects.iter().filter_map(|aspect| look(aspect, &steps)).collect::<Vec<_>>());
    }
    let mut commands = BTreeSet::new();
    steps.retain(|step| step.who != Who::Command || commands.insert(step.command.clone()));
    let phase = app.phase;
    let stages: BTreeSet<Stage> = steps.iter().map(|step| step.stage).collect();
    steps.extend(stages.iter().flat_map(|stage| closing(*stage, phase)));
    steps.sort_by_key(|step| step.stage.order(phase)); // stable: as found, then what closes the stage
    steps
}

/// What has to be looked at before hosts are told to sign a callback: nothing in the tree says what verifies it.
fn look(aspect: &Aspect, steps: &[Step]) -> Option<Step> {
    let Subject::Hook(event) = aspect.subject else { return None };
    let told = steps.iter().any(|step| step.rule == Some("unresolved-lifecycle-guard"));
    if aspect.state != State::Unknown || !event.is_signed() || told {
        return None;
    }
    Some(Step {
        stage: Stage::Server,
        who: Who::Person,
        what: format!("make sure that what answers `{}` verifies RS256; the tree does not show it", event.key()),
        command: None,
        rule: None,
        place: aspect.place,
    })
}

/// What a finding asks for.
fn step(app: &App, finding: &Finding, folder: &str) -> Step {
    let fix = finding.fix.as_ref().filter(|fix| !fix.edits.is_empty());
    let base = Step {
        stage: stage(finding.rule, app.phase),
        who: Who::Person,
        what: finding.help.clone().unwrap_or_else(|| finding.message.clone()),
        command: None,
        rule: Some(finding.rule),
        place: Some(finding.span),
    };
    match fix {
        Some(fix) if fix.applicability >= Applicability::Unsafe => {
            let trust = if fix.applicability == Applicability::Safe { "" } else { " --unsafe-fixes" };
            let command = format!("connect-lint fix --only {}{trust} {folder}", finding.rule);
            Step { who: Who::Tool, what: fix.title.clone(), command: Some(command), ..base }
        }
        Some(fix) => Step { what: fix.title.clone(), ..base },
        None => match app.facts.dependencies.iter().find(|own| own.package == finding.identity) {
            Some(Dependency { update: Some(command), .. }) if is_release(&base) => {
                Step { stage: base.stage, ..update(command, base.rule) }
            }
            _ => base,
        },
    }
}

fn is_release(step: &Step) -> bool {
    step.rule.is_some_and(|rule| RELEASES.contains(&rule))
}

/// A lockfile's update.
fn update(command: &str, rule: Option<&'static str>) -> Step {
    Step {
        stage: Stage::Server,
        who: Who::Command,
        what: "bring the lockfile up to date".to_owned(),
        command: Some(command.to_owned()),
        rule,
        place: None,
    }
}

/// When what a rule asks for is to be done. A release that verifies RS256 is where all starts; only as long as hosts may
/// send callbacks of the old kind, one that accepts nothing else comes last.
fn stage(rule: &str, phase: Phase) -> Stage {
    let closes = rule == "framework-legacy-fallback" && phase == Phase::Transition;
    if FLAGS.contains(&rule) {
        Stage::Flag
    } else if closes || (FALLBACKS.contains(&rule) && !RELEASES.contains(&rule)) {
        Stage::Fallback
    } else {
        Stage::Server
    }
}

/// What ends a stage.
fn closing(stage: Stage, phase: Phase) -> Vec<Step> {
    let person =
        |what: &str| Step { stage, who: Who::Person, what: what.to_owned(), command: None, rule: None, place: None };
    match (stage, phase) {
        (Stage::Server | Stage::Fallback, _) => vec![person("deploy the server")],
        (Stage::Flag, Phase::Enforced) => vec![person("publish the descriptor")],
        (Stage::Flag, Phase::Transition) => {
            vec![person("publish the descriptor"), person("wait until every site has it, which takes hours")]
        }
    }
}

/// The folder of an app as a shell takes it.
fn folder(root: &str, app: &str) -> String {
    let root = if root.len() > 1 { root.trim_end_matches('/') } else { root };
    let whole = match (root, app) {
        (root, "") => root.to_owned(),
        (".", app) => app.to_owned(),
        (root, app) => format!("{}/{app}", root.trim_end_matches('/')),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/-+@".contains(c);
    if whole.chars().all(plain) && !whole.starts_with('-') {
        return whole;
    }
    let whole = if whole.starts_with('-') { format!("./{whole}") } else { whole };
    format!("'{}'", whole.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn stages_name_rules_that_exist() {
        for rule in FLAGS.iter().chain(&FALLBACKS).chain(&RELEASES) {
            assert!(rules::find(rule).is_some(), "{rule}");
        }
    }

    #[test]
    fn a_folder_cannot_act_on_a_shell() {
        assert_eq!(folder(".", ""), ".");
        assert_eq!(folder("apps/", "jira"), "apps/jira");
        assert_eq!(folder(".", "a b'; rm"), r"'a b'\''; rm'");
        assert_eq!(folder(".", "-rf"), "'./-rf'");
    }
}
