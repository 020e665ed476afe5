//! What has to be right, and how it stands.

use crate::{
    app::{ACE, ACSB, App, Hook},
    facts::{Dependency, Descriptor, Event, GuardClass, Origin},
    finding::Finding,
    frameworks::{FRAMEWORKS, Framework, framework},
    readiness::{Aspect, State, Subject, is_grave},
    source::Span,
    tree::Node,
};

/// The rules about releases.
pub(super) const RELEASES: [&str; 4] = [
    "framework-without-signed-install",
    "framework-legacy-fallback",
    "framework-known-bad-release",
    "lockfile-holds-old-version",
];

/// The rules about the flag.
pub(super) const FLAGS: [&str; 3] = ["signed-install-missing", "signed-install-disabled", "signed-install-misplaced"];

/// The rules about what accepts other installs besides.
pub(super) const FALLBACKS: [&str; 5] = [
    "framework-legacy-fallback",
    "framework-without-signed-install",
    "acsb-fallback-enabled",
    "legacy-install-fallback",
    "ace-config-signed-install-ignored",
];

/// The rules about the audience.
const AUDIENCES: [&str; 2] = ["ace-audience-mismatch", "unchecked-audience"];

pub(super) fn aspects(app: &App, findings: &[&Finding]) -> Vec<Aspect> {
    let hooks = Event::ALL.into_iter().map(|event| hook(app, findings, event));
    [release(app, findings), flag(app, findings), fallback(app, findings)]
        .into_iter()
        .chain(hooks)
        .chain([audience(app, findings)])
        .collect()
}

/// The first finding of some rules, those that ask for a change before the others.
fn gravest<'a>(findings: &[&'a Finding], rules: &[&str]) -> Option<&'a Finding> {
    let own = || findings.iter().copied().filter(|finding| rules.contains(&finding.rule));
    own().find(|finding| is_grave(finding)).or_else(|| own().next())
}

/// How a thing stands that rules look at: as their gravest finding says, else `otherwise`.
fn judged(finding: Option<&Finding>, otherwise: State) -> State {
    match finding {
        Some(finding) if is_grave(finding) => State::ToDo,
        Some(_) => State::Unknown,
        None => otherwise,
    }
}

/// The frameworks of the table that the app depends on, in the table's order.
fn frameworks(app: &App) -> impl Iterator<Item = (&'static Framework, &Dependency)> {
    let known = FRAMEWORKS.iter().filter(|known| known.evidence);
    known.filter_map(|known| Some((known, app.dependency(&known.package)?)))
}

fn release(app: &App, findings: &[&Finding]) -> Aspect {
    let subject = Subject::Framework;
    let Some((known, dependency)) = frameworks(app).next() else {
        let fact = "no framework that verifies callbacks is known here".to_owned();
        return Aspect { subject, state: State::None, fact, place: None };
    };
    let place = Some(dependency.requirement.as_ref().map_or(dependency.declared, |text| text.span));
    let fact = match (dependency.installed(), &dependency.requirement) {
        (Some(locked), _) => format!("{} {}, locked", known.name, locked.value),
        (None, Some(asked)) => format!("{} `{}`", known.name, asked.value),
        (None, None) => format!("{} of an unknown release", known.name),
    };
    let says = dependency.installed().is_some() || dependency.range.is_some();
    let state = judged(gravest(findings, &RELEASES), if says { State::Done } else { State::Unknown });
    Aspect { subject, state, fact, place }
}

fn flag(app: &App, findings: &[&Finding]) -> Aspect {
    let aspect = |state, fact: &str, place| Aspect { subject: Subject::Flag, state, fact: fact.to_owned(), place };
    if let Some(finding) = gravest(findings, &FLAGS) {
        let state = judged(Some(finding), State::ToDo);
        return aspect(state, "`apiMigrations.signed-install` is not `true`", Some(finding.span));
    }
    let Some(descriptor) = app.opting_descriptors().next() else {
        return match app.affected_descriptors().next() {
            Some(manifest) => aspect(State::None, "a Forge manifest has none", Some(manifest.tree.span)),
            None => aspect(State::Unknown, "no descriptor is in the tree", None),
        };
    };
    if app.opting_descriptors().all(|descriptor| descriptor.has_migrated("signed-install")) {
        let place = descriptor.migration("signed-install").map(|member| member.value.span);
        return aspect(State::Done, "`apiMigrations.signed-install` is `true`", place);
    }
    if descriptor.origin == Origin::File && !descriptor.has_signed_event() {
        return aspect(State::None, "no event is declared whose callback it concerns", None);
    }
    aspect(State::Unknown, "the descriptor does not say it in so many words", Some(descriptor.tree.span))
}

fn fallback(app: &App, findings: &[&Finding]) -> Aspect {
    let aspect = |state, fact: String, place| Aspect { subject: Subject::Fallback, state, fact, place };
    if let Some(finding) = gravest(findings, &FALLBACKS) {
        let fact = match finding.rule {
            "acsb-fallback-enabled" if is_grave(finding) => "`fallback-install-hook-enabled` is not `false`",
            "acsb-fallback-enabled" => "not switched off; whether this release still has it is not known",
            "ace-config-signed-install-ignored" => "a setting of `config.json` that does nothing",
            "legacy-install-fallback" => "the app's own code falls back",
            _ => "this release accepts unsigned first installs",
        };
        return aspect(judged(Some(finding), State::ToDo), fact.to_owned(), Some(finding.span));
    }
    let deciding = app.signed_hooks().filter(|hook| hook.route.decisive() != GuardClass::PassThrough);
    let worst = deciding.min_by_key(|hook| accepts(hook));
    if let Some(hook) = worst.filter(|hook| accepts(hook) < Accepts::Rs256) {
        let place = Some(hook.route.anchor());
        return match accepts(hook) {
            Accepts::Others => {
                let fact = "the app's own code acts on callbacks that are not signed RS256";
                aspect(State::ToDo, fact.to_owned(), place)
            }
            _ => aspect(State::Unknown, "what the app's own code accepts could not be told".to_owned(), place),
        };
    }
    if always_within(app, ACE, ">=7.5.0") {
        return aspect(State::Done, "ACE has none since 7.5.0".to_owned(), None);
    }
    if always_within(app, ACE, ">=7.4.0 <7.5.0") && app.ace_signed_install() == Some("force") {
        return aspect(State::Done, "closed by `\"signed-install\": \"force\"`".to_owned(), None);
    }
    if always_within(app, ACSB, ">=2.2.0") {
        return aspect(State::Done, "`fallback-install-hook-enabled` is `false`".to_owned(), None);
    }
    if frameworks(app).next().is_none() && worst.is_some() {
        return aspect(State::Done, "the app's own code accepts RS256 alone".to_owned(), None);
    }
    aspect(State::Unknown, "what else is accepted could not be told".to_owned(), None)
}

/// Whether an app depends on a package, and on none of its releases but these.
fn always_within(app: &App, package: &str, range: &str) -> bool {
    app.resolves_within(package, range) && app.always_resolves_within(package, range)
}

/// What a callback of the app's own is accepted with; the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Accepts {
    Others,
    Unknown,
    Rs256,
}

fn accepts(hook: &Hook) -> Accepts {
    match hook.route.decisive() {
        GuardClass::Asymmetric | GuardClass::Unbound => Accepts::Rs256,
        GuardClass::Unknown => Accepts::Unknown,
        _ => Accepts::Others,
    }
}

/// The callback of one event: how it stands where it stands worst.
fn hook(app: &App, findings: &[&Finding], event: Event) -> Aspect {
    let aspect = |state, fact: String, place| Aspect { subject: Subject::Hook(event), state, fact, place };
    let members = |descriptor: &'_ Descriptor| -> Vec<_> {
        descriptor.lifecycle().filter(|(own, _)| *own == event).map(|(_, member)| member.value.clone()).collect()
    };
    let declared: Vec<Node> = app.affected_descriptors().flat_map(members).collect();
    let own = app.hooks.iter().filter(|hook| hook.events.contains(&event) && !app.is_dead(hook));
    let own = own.map(|own| aspect(hook_state(findings, own, event), hook_fact(own), Some(own.route.anchor())));
    let mut found: Vec<Aspect> = own.collect();
    let is_handled = !found.is_empty();
    for path in &declared {
        let unhandled = findings.iter().find(|finding| {
            let about = finding.span == path.span || finding.identity.contains(event.key());
            finding.rule == "lifecycle-path-unhandled" && about
        });
        if is_handled && unhandled.is_none() {
            continue;
        }
        let (place, text) = (Some(path.span), path.as_str().unwrap_or_default());
        let serving = [(ACE, app.ace_serves(text)), (ACSB, app.dependency(ACSB).is_some())];
        let serving = serving.into_iter().find_map(|(package, serves)| framework(package).filter(|_| serves));
        found.push(match serving {
            Some(known) => {
                let state = judged(gravest(findings, &RELEASES[..3]), release(app, findings).state);
                aspect(state, format!("`{text}` is served by {}", known.name), place)
            }
            None => {
                let state = judged(unhandled.copied(), State::Unknown);
                aspect(state, format!("nothing in the tree serves `{text}`"), place)
            }
        });
    }
    let urgency = |aspect: &Aspect| match aspect.state {
        State::ToDo => 0,
        State::Unknown => 1,
        State::Done | State::None => 2,
    };
    found.into_iter().min_by_key(urgency).unwrap_or_else(|| {
        let fact = if app.affected_descriptors().next().is_some() { "not declared" } else { "not seen" };
        aspect(State::None, fact.to_owned(), None)
    })
}

fn hook_state(findings: &[&Finding], hook: &Hook, event: Event) -> State {
    let inside =
        |outer: Span, inner: Span| outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end;
    let about = |finding: &&Finding| {
        let anywhere = inside(hook.route.span, finding.span) || inside(hook.route.handler.span, finding.span);
        anywhere || finding.identity.split(' ').any(|word| word == hook.route.path.value)
    };
    if findings.iter().copied().filter(about).any(is_grave) {
        return State::ToDo;
    }
    match (hook.route.decisive(), event.is_signed()) {
        (GuardClass::Asymmetric | GuardClass::LegacyFallback, true) | (GuardClass::Symmetric, false) => State::Done,
        (GuardClass::Unbound | GuardClass::Symmetric | GuardClass::Unverified, true) => State::ToDo,
        _ => State::Unknown,
    }
}

fn hook_fact(hook: &Hook) -> String {
    let guard = hook.route.guard();
    let name = guard.map_or("its handler".to_owned(), |guard| format!("`{}`", guard.name));
    let proves = match hook.route.decisive() {
        GuardClass::Asymmetric => "verifies RS256",
        GuardClass::LegacyFallback => "verifies RS256, and falls back",
        GuardClass::Unbound => "verifies RS256, for any tenant",
        GuardClass::Symmetric => "verifies HS256",
        GuardClass::Unverified | GuardClass::PassThrough => "verifies nothing",
        GuardClass::Unknown => "could not be read to its end",
    };
    format!("`{}`: {name} {proves}", hook.route.path.value)
}

fn audience(app: &App, findings: &[&Finding]) -> Aspect {
    let aspect = |state, fact: &str, place| Aspect { subject: Subject::Audience, state, fact: fact.to_owned(), place };
    if let Some(finding) = gravest(findings, &AUDIENCES) {
        let fact = if finding.rule == "unchecked-audience" {
            "a verifier of the app does not compare it"
        } else {
            "`localBaseUrl` is not the descriptor's `baseUrl`"
        };
        return aspect(judged(Some(finding), State::ToDo), fact, Some(finding.span));
    }
    let literal = |url: &str| url.starts_with("http") && !url.contains(['{', '$', '<']);
    let base = app.affected_descriptors().filter_map(Descriptor::base_url).find(|url| literal(&url.value));
    match base {
        Some(base) if always_within(app, ACE, ">=7.4.8") && app.facts.transformers.is_empty() => {
            aspect(State::Done, "ACE takes the descriptor's literal `baseUrl`", Some(base.span))
        }
        _ if app.dependency(ACE).is_some() || app.dependency(ACSB).is_some() => {
            aspect(State::Unknown, "the base URL is set where the app runs", None)
        }
        _ => aspect(State::Unknown, "which audience is asked for could not be told", None),
    }
}
