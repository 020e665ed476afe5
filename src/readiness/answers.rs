//! What people ask about the change, answered for one app. The facts are Atlassian's announcement and what its staff said
//! below it, and its pages on the end of Connect.

use crate::{
    app::{App, Phase},
    facts::Event,
    readiness::{Answer, Aspect, State, Subject},
};

/// What publishing a changed descriptor means.
pub(super) fn publishing() -> Vec<String> {
    [
        "A changed descriptor is a new version of the app; sites fetch it by themselves within hours, and each then sends \
         `installed` once more.",
        "Signed installs are enforced since 29 October 2021. Since 31 March 2026 the Marketplace takes no new version of an app \
         with a Connect descriptor, and private Connect apps can no longer be installed; support for Connect ends in \
         December 2026.",
        "What a host sends today to an app whose descriptor lacks the flag is not documented.",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The two questions of those who migrate.
pub(super) fn answers(app: &App, aspects: &[Aspect]) -> Vec<Answer> {
    vec![
        Answer {
            question: "Must callbacks of the old kind still be accepted?",
            answer: format!("{} {}", old_kind(app.phase), accepts_now(aspects)),
        },
        Answer {
            question: "What signature will the uninstallation of an old installation carry?",
            answer: format!("{} {}", uninstallation(app.phase), uninstalls(aspects)),
        },
    ]
}

fn old_kind(phase: Phase) -> &'static str {
    match phase {
        Phase::Enforced => {
            "No: `installed` and `uninstalled` are signed RS256 since 29 October 2021, and ACE 7.5.0 itself accepts nothing else."
        }
        Phase::Transition => {
            "Yes, for hours after the descriptor was published: a site that still holds the old one sends HS256, or nothing on \
             a first installation."
        }
    }
}

fn accepts_now(aspects: &[Aspect]) -> String {
    match state(aspects, Subject::Fallback) {
        State::Done => "This app accepts RS256 alone.".to_owned(),
        State::ToDo => "This app still accepts them.".to_owned(),
        State::Unknown | State::None => "Whether this app accepts them could not be told.".to_owned(),
    }
}

fn uninstallation(phase: Phase) -> &'static str {
    match phase {
        Phase::Enforced => "RS256, whatever descriptor the site holds.",
        Phase::Transition => {
            "HS256 with the tenant's secret as long as its site holds the old descriptor, RS256 from then on."
        }
    }
}

fn uninstalls(aspects: &[Aspect]) -> String {
    let subject = Subject::Hook(Event::Uninstalled);
    let fact = aspects.iter().find(|aspect| aspect.subject == subject).map_or("", |aspect| &aspect.fact);
    match state(aspects, subject) {
        State::None => "This app has no `uninstalled` callback.".to_owned(),
        _ => format!("Here: {fact}."),
    }
}

fn state(aspects: &[Aspect], subject: Subject) -> State {
    aspects.iter().find(|aspect| aspect.subject == subject).map_or(State::Unknown, |aspect| aspect.state)
}
