//! In which launches a setting leaves something open, and because of what.

use super::{Choice, Decision, Definition, Launch, launches};
use crate::{app::App, source::Label};

/// A setting that leaves something open in some launches, because of one definition or because there is none.
#[derive(Clone, Debug)]
pub struct Opening<'app> {
    /// What decides; nothing where no place sets it.
    pub decision: Option<Decision<'app>>,
    /// The launches in which it does.
    pub launches: Vec<Launch<'app>>,
    /// Which of the app's launches those are.
    pub reach: Reach,
    /// Where the setting is closed for launches that are not for development, in order.
    pub closed: Vec<Label>,
}

/// Which launches of an app are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    Everywhere,
    /// Some that are not for development.
    Production,
    /// None of those that somebody has chosen a profile for: these are closed.
    Unchosen,
    /// Those for development or tests alone.
    Development,
}

impl App {
    /// Where a setting leaves something open, one entry a definition.
    pub fn openings(&self, key: &str, is_open: impl Fn(Option<&Decision>) -> bool) -> Vec<Opening<'_>> {
        let mut found: Vec<Opening> = Vec::new();
        let (mut closed, mut labels, mut all) = (false, Vec::new(), 0);
        for launch in launches(self) {
            all += 1;
            let decision = launch.decide(key);
            if is_open(decision.as_ref()) {
                let place = |decision: &Option<Decision>| decision.as_ref().map(|decision| decision.definition.span());
                match found.iter_mut().find(|opening| place(&opening.decision) == place(&decision)) {
                    Some(opening) => opening.launches.push(launch),
                    None => found.push(Opening::new(decision, launch)),
                }
            } else if launch.is_chosen(decision.as_ref()) && !launch.is_for_development() {
                closed = true;
                labels.extend(launch.closing(decision.as_ref()));
            }
        }
        labels.dedup_by_key(|label: &mut Label| label.span);
        for opening in &mut found {
            opening.reach = opening.reach(all, closed);
            opening.closed.clone_from(&labels);
        }
        found
    }
}

impl<'app> Opening<'app> {
    fn new(decision: Option<Decision<'app>>, launch: Launch<'app>) -> Opening<'app> {
        Opening { decision, launches: vec![launch], reach: Reach::Everywhere, closed: Vec::new() }
    }

    fn reach(&self, all: usize, closed: bool) -> Reach {
        let mut serious = self.launches.iter().filter(|launch| !launch.is_for_development());
        match (self.launches.len() == all, serious.clone().next().is_none()) {
            (true, _) => Reach::Everywhere,
            (_, true) => Reach::Development,
            _ if closed && !serious.any(|launch| launch.is_chosen(self.decision.as_ref())) => Reach::Unchosen,
            _ => Reach::Production,
        }
    }

    /// In which profiles it is open, in words that follow a verb; empty where the app has no profiles.
    pub fn scope(&self) -> String {
        let mut names: Vec<String> = Vec::new();
        let mut others: Vec<String> = Vec::new();
        let mut add = |text: String| {
            if !others.contains(&text) {
                others.push(text);
            }
        };
        for launch in &self.launches {
            match (launch.choice, &launch.profiles[..]) {
                (Choice::Unnamed, _) => add("in any profile that no file names".to_owned()),
                (Choice::Variables, []) if self.is_given() => {}
                (_, []) => add(match launch.outside {
                    Some(folder) => format!("beside the files of `{folder}/`"),
                    None => "where no profile is active".to_owned(),
                }),
                (_, profiles) => {
                    let name = format!("`{}`", profiles.join(","));
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
        }
        if self.reach == Reach::Everywhere {
            return if names.is_empty() { String::new() } else { " in every profile".to_owned() };
        }
        let word = if names.len() == 1 { "profile" } else { "profiles" };
        let named = (!names.is_empty()).then(|| format!("in the {word} {}", listed(&names)));
        let parts: Vec<String> = named.into_iter().chain(others).collect();
        if parts.is_empty() { String::new() } else { format!(" {}", listed(&parts)) }
    }

    /// Whether a variable or an argument decides.
    fn is_given(&self) -> bool {
        let definition = self.decision.as_ref().map(|decision| &decision.definition);
        matches!(definition, Some(Definition::Variable(_)))
    }
}

fn listed(parts: &[String]) -> String {
    match parts {
        [head @ .., last] if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        _ => parts.concat(),
    }
}

impl Launch<'_> {
    /// Whether somebody chose to start the app in profiles, or with the variable that decides.
    fn is_chosen(&self, decision: Option<&Decision>) -> bool {
        let by_variable = matches!(decision.map(|decision| &decision.definition), Some(Definition::Variable(_)));
        match self.choice {
            Choice::Configuration | Choice::Unnamed => false,
            Choice::Named => true,
            Choice::Variables => by_variable || self.chosen_at.is_some(),
        }
    }

    /// What closes a setting in this launch, and where the launch is.
    fn closing(&self, decision: Option<&Decision>) -> Vec<Label> {
        let Some(decision) = decision else { return Vec::new() };
        let chosen = self.chosen_at.map(|span| Label::new(span, "the app is started with this profile here"));
        let state = if decision.value.is_some() { "closed" } else { "decided from outside" };
        let profiles = self.profiles.join(",");
        let scope = if profiles.is_empty() { String::new() } else { format!(" in the profile `{profiles}`") };
        let closing = Label::new(decision.definition.span(), format!("{state} here{scope}"));
        std::iter::once(closing).chain(chosen).collect()
    }
}
