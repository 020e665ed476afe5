//! How far an app has come with signed installs: what is done, what is to do and in which order, what is not known.

use serde::Serialize;

use crate::{
    app::{App, Phase},
    facts::Event,
    finding::Finding,
    proof::unconcerned,
    severity::Severity,
    source::Span,
};

mod answers;
mod aspects;
mod steps;

/// What of an app has to be right before its installs can be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The framework's release.
    Framework,
    /// The descriptor's `apiMigrations.signed-install`.
    Flag,
    /// What accepts unsigned or HS256 installs besides.
    Fallback,
    /// The callback of an event.
    Hook(Event),
    /// What is compared with the token's audience.
    Audience,
}

impl Subject {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Subject::Framework => "framework",
            Subject::Flag => "descriptor flag",
            Subject::Fallback => "fallback",
            Subject::Hook(event) => event.key(),
            Subject::Audience => "audience",
        }
    }

    /// Its name, for programs.
    pub fn key(self) -> &'static str {
        if self == Subject::Flag { "flag" } else { self.name() }
    }
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As it should be.
    Done,
    /// Something has to be changed.
    ToDo,
    /// The tree does not say.
    Unknown,
    /// The app has nothing of the kind.
    None,
}

/// One thing that has to be right.
#[derive(Clone, Debug)]
pub struct Aspect {
    /// Which one.
    pub subject: Subject,
    /// How it stands.
    pub state: State,
    /// What the tree says of it.
    pub fact: String,
    /// Where it says so.
    pub place: Option<Span>,
}

/// When a step is to be taken. The order of the variants is the safe one once signed installs are enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The server accepts RS256: framework and guards, locked and deployed.
    Server,
    /// Nothing else is accepted.
    Fallback,
    /// The descriptor opts in, and is published.
    Flag,
}

impl Stage {
    /// Its place in the order that is safe in a phase: as long as hosts may send either signature, the fallback closes
    /// last.
    pub fn order(self, phase: Phase) -> usize {
        match (self, phase) {
            (Stage::Server, _) => 0,
            (Stage::Fallback, Phase::Enforced) | (Stage::Flag, Phase::Transition) => 1,
            (Stage::Flag, Phase::Enforced) | (Stage::Fallback, Phase::Transition) => 2,
        }
    }

    /// What it is about, for people.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Server => "a server that verifies RS256",
            Stage::Fallback => "nothing else is accepted",
            Stage::Flag => "the descriptor opts in",
        }
    }
}

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// This tool.
    Tool,
    /// A command to run.
    Command,
    /// A person.
    Person,
}

/// Something to do.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub stage: Stage,
    /// Who does it.
    pub who: Who,
    /// What is done.
    pub what: String,
    /// The command that does it, where one does.
    pub command: Option<String>,
    /// The rule that asks for it, if one does.
    pub rule: Option<&'static str>,
    /// Where.
    pub place: Option<Span>,
}

/// A question that people ask, answered for the app.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The question.
    pub question: &'static str,
    /// The answer.
    pub answer: String,
}

/// How far one app has come.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// Its folder; `.` for the scanned root.
    pub app: String,
    /// Its key, if a descriptor says it.
    pub key: Option<String>,
    /// What hosts may send.
    pub phase: Phase,
    /// Why signed installs do not concern it, if they do not; the rest is then empty.
    pub unconcerned: Option<String>,
    /// What has to be right.
    pub aspects: Vec<Aspect>,
    /// What is to do, in order.
    pub steps: Vec<Step>,
    /// What publishing the changed descriptor means; empty when it does not change.
    pub publishing: Vec<String>,
    /// What people ask.
    pub answers: Vec<Answer>,
}

/// How far an app has come, by its findings of every rule. `root` is how the user names the tree, for commands.
pub fn readiness(app: &App, findings: &[&Finding], root: &str) -> Readiness {
    let name = if app.root.is_empty() { "." } else { &app.root };
    let none = Readiness {
        app: name.to_owned(),
        key: app.key().map(str::to_owned),
        phase: app.phase,
        unconcerned: unconcerned(app).map(str::to_owned),
        aspects: Vec::new(),
        steps: Vec::new(),
        publishing: Vec::new(),
        answers: Vec::new(),
    };
    if none.unconcerned.is_some() {
        return none;
    }
    let aspects = aspects::aspects(app, findings);
    let steps = steps::steps(app, findings, &aspects, root);
    let publishes = steps.iter().any(|step| step.stage == Stage::Flag);
    let publishing = if publishes { answers::publishing() } else { Vec::new() };
    Readiness { answers: answers::answers(app, &aspects), aspects, steps, publishing, ..none }
}

/// Whether a finding asks for a change, and not only for a look.
fn is_grave(finding: &Finding) -> bool {
    finding.severity > Severity::Note || finding.rule == "lockfile-holds-old-version"
}

impl Readiness {
    /// Whether nothing is left to do.
    pub fn is_ready(&self) -> bool {
        self.steps.is_empty()
    }
}
