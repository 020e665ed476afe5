//! What the rules about verifiers of the app's own share: a place in code, and the lifecycle hooks that lead to it.

use crate::{
    app::{App, Hook},
    facts::{Event, Weakness, WeaknessKind},
    finding::Finding,
    rule::Rule,
    source::Label,
};

/// A place in code, with the hooks that lead there.
pub(super) struct Place<'a> {
    /// What is done there.
    pub weakness: &'a Weakness,
    /// The hooks; at least one.
    pub hooks: Vec<&'a Hook>,
    /// Whether other routes lead there too.
    pub is_shared: bool,
}

/// The places behind hooks of the wanted kind where `is_it` is true of what is done.
pub(super) fn places<'a>(
    app: &'a App,
    wanted: impl Fn(&Hook) -> bool,
    is_it: impl Fn(&WeaknessKind) -> bool,
) -> Vec<Place<'a>> {
    let mut places: Vec<Place<'a>> = Vec::new();
    for weakness in app.facts.weaknesses.iter().filter(|weakness| is_it(&weakness.kind)) {
        let of_route =
            |hook: &&Hook| hook.route.span == weakness.route.span && hook.route.path.value == weakness.route.value;
        let hooks: Vec<&Hook> = app.hooks.iter().filter(of_route).filter(|hook| wanted(hook)).collect();
        let is_other = hooks.is_empty();
        let same =
            |place: &&mut Place<'_>| place.weakness.span == weakness.span && place.weakness.kind == weakness.kind;
        match places.iter_mut().find(same) {
            Some(place) => {
                place.is_shared |= is_other;
                place.hooks.extend(hooks);
            }
            None => places.push(Place { weakness, hooks, is_shared: is_other }),
        }
    }
    places.retain(|place| !place.hooks.is_empty());
    places
}

/// Whether a hook's callback is signed RS256.
pub(super) fn is_signed(hook: &Hook) -> bool {
    hook.is_signed()
}

impl Place<'_> {
    /// A finding at the place.
    pub(super) fn finding(&self, rule: &Rule, app: &App, message: impl Into<String>) -> Finding {
        let identity = self.hooks.first().map(|hook| hook.route.path.value.clone()).unwrap_or_default();
        let finding = rule.finding(app, self.weakness.span, identity, message);
        finding.trace(self.trace()).labels(self.weakness.labels.iter().cloned())
    }

    /// The evidence of the first hook, and where its chain is defined.
    fn trace(&self) -> Vec<Label> {
        let Some(hook) = self.hooks.first() else { return Vec::new() };
        let guard = hook.route.guard().map(|guard| Label::new(guard.span, "this guards the route"));
        let handler = Label::new(hook.route.anchor(), "the route leads here");
        hook.trace().into_iter().chain([guard.unwrap_or(handler)]).collect()
    }

    /// The events that lead there, in words.
    pub(super) fn events(&self) -> String {
        let events = Event::ALL.into_iter().filter(|event| self.hooks.iter().any(|hook| hook.events.contains(event)));
        let names: Vec<_> = events.map(Event::key).collect();
        names.join(" and ")
    }
}
