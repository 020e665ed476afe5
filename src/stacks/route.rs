//! From a registration and the code behind it to a route, and to what is done on the way.

use crate::{
    facts::{Guard, GuardClass, Handler, Method, Reach, Route, Weakness},
    source::{Label, Span, Spanned},
    stacks::{
        answers::only_answers,
        code::NodeId,
        definitions::Definition,
        evidence::{Strength, name_strength},
        project::Project,
        reading::Reading,
        standing::Weight,
        values::At,
        weaknesses,
    },
};

/// What a label says of a signature that is checked while nothing becomes of a failure.
const IN_VAIN: &str = "a failure here does not end the request";

/// What a language reads of a registration.
#[derive(Debug)]
pub struct Draft {
    /// The path, prefixes composed.
    pub path: String,
    /// The literal of its last part.
    pub literal: Span,
    /// The registration.
    pub span: Span,
    /// Which requests it answers.
    pub method: Method,
    /// What stands before the handler.
    pub guards: Vec<Step>,
    /// The file's number and the node of the handler, where it is known.
    pub handler: Option<(usize, NodeId)>,
    /// Where a finding points, if not at the registration: the definition of a handler that stands elsewhere.
    pub anchor: Option<Span>,
}

/// Something that stands before a handler.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is called, for a message.
    pub name: String,
    /// Where it stands in the chain.
    pub span: Span,
    /// What its code does; `None` where it is not in the tree.
    pub reading: Option<Reading>,
}

impl Step {
    /// A step whose code is not in the tree.
    pub fn unread(name: &str, span: Span) -> Step {
        Step { name: name.chars().take(60).collect(), span, reading: None }
    }

    /// The same, where a condition decides whether it runs.
    pub fn doubted(mut self) -> Step {
        if let Some(reading) = &mut self.reading {
            reading.tokens.iter_mut().for_each(|token| token.weight = token.weight.min(Weight::Doubted));
        }
        self
    }

    /// Whether it is for the requests to a path, as far as that is known.
    pub fn concerns(&self, path: &str) -> bool {
        self.reading.as_ref().is_none_or(|reading| reading.concerns(path))
    }

    fn guard(&self, whole: &Reading) -> Guard {
        let class = self.reading.as_ref().map_or(GuardClass::Unknown, |reading| bound(reading.class(), whole));
        let in_vain = self.reading.as_ref().and_then(Reading::in_vain).filter(|_| class == GuardClass::Unverified);
        let place = self.reading.as_ref().and_then(Reading::place).filter(|_| in_vain.is_none());
        let in_vain = in_vain.map(|span| Label::new(span, IN_VAIN));
        Guard {
            class,
            name: self.name.clone(),
            span: self.span,
            ace_call: None,
            stores: self.reading.as_ref().and_then(|reading| reading.stored_first),
            evidence: in_vain.or(place.map(|place| Label::new(place, "it is read here"))).into_iter().collect(),
        }
    }
}

/// A verifier that another step of the same chain completes.
fn bound(class: GuardClass, whole: &Reading) -> GuardClass {
    if class == GuardClass::Unbound && whole.is_bound() { GuardClass::Asymmetric } else { class }
}

impl Project<'_> {
    /// The route of a registration, and what may be wrong on the way.
    pub fn route(&self, draft: Draft) -> (Route, Vec<Weakness>) {
        let reading = draft.handler.map(|(file, node)| self.reading(file, node));
        let mut whole = reading.clone().unwrap_or_default();
        draft.guards.iter().filter_map(|step| step.reading.as_ref()).for_each(|other| whole.extend(other));
        let place = draft.anchor.unwrap_or(draft.literal);
        let registered = draft.anchor.map(|_| Label::new(draft.span, "the route is registered here"));
        let in_vain = reading.as_ref().filter(|reading| reading.class() == GuardClass::Unverified);
        let in_vain = in_vain.and_then(Reading::in_vain).map(|span| Label::new(span, IN_VAIN));
        let mut handler = self.handler(draft.handler.zip(reading.as_ref()), place, &whole);
        let open = draft.guards.iter().filter_map(|step| step.reading.as_ref());
        let stored = open.filter(|step| step.class() == GuardClass::Unverified).find_map(|step| step.stored_first);
        if reading.as_ref().is_some_and(|reading| reading.class() == GuardClass::Unverified) && handler.acts.is_none() {
            handler.acts = stored;
            handler.class = if stored.is_some() { GuardClass::Unverified } else { handler.class };
        }
        let route = Route {
            method: draft.method,
            path: Spanned { value: draft.path, span: place },
            reach: Reach::One,
            guards: draft.guards.iter().map(|step| step.guard(&whole)).collect(),
            handler,
            span: draft.anchor.unwrap_or(draft.span),
            addon: None,
            body_parsed: false,
            deferred: false,
            mounted: true,
            trace: registered.into_iter().chain(in_vain).collect(),
        };
        let weaknesses = weaknesses::found(self, &route, &whole);
        (route, weaknesses)
    }

    /// The function that answers.
    fn handler(&self, found: Option<((usize, NodeId), &Reading)>, span: Span, whole: &Reading) -> Handler {
        let reading = found.map(|(_, reading)| reading);
        let class = reading.map_or(GuardClass::Unknown, |reading| bound(reading.class(), whole));
        let answer = || {
            let ((file, node), reading) = found?;
            only_answers(self, At { file, node }, &reading.places)
        };
        let acts = reading.and_then(|reading| reading.words.acts).or_else(answer);
        let class = if class == GuardClass::Unverified && acts.is_none() { GuardClass::Unknown } else { class };
        let remark = if class == GuardClass::Unknown { "may verify here" } else { "verifies here" };
        let seen = reading.and_then(Reading::place);
        Handler {
            span,
            class,
            acts,
            stores: reading.and_then(|reading| reading.stored_first),
            hands_on: false,
            evidence: seen.map(|span| Label::new(span, remark)).into_iter().collect(),
        }
    }

    /// The guard of a name that stands for a function or a class; `None` where it is read and checks nothing, or is
    /// unread and its name speaks of something else.
    pub fn guard(&self, name: &str, text: &str, span: Span) -> Option<Step> {
        let definitions: Vec<&Definition<'_>> = self.definitions.named(name).iter().take(4).collect();
        let mut reading = Reading::default();
        definitions.iter().for_each(|definition| reading.extend(&self.step(definition.file, definition.node)));
        let matters = if definitions.is_empty() { speaks_of_verification(text) } else { is_guard(&reading) };
        let name = text.chars().take(60).collect();
        matters.then(|| Step { name, span, reading: Some(reading).filter(|_| !definitions.is_empty()) })
    }

    /// A block of code that stands before a handler; `None` where it checks nothing.
    pub fn block(&self, name: &str, file: usize, node: NodeId) -> Option<Step> {
        let reading = self.step(file, node);
        let span = self.files[file].span(node);
        is_guard(&reading).then(|| Step { name: name.to_owned(), span, reading: Some(reading) })
    }
}

/// Whether code proves anything, may do so, looks at a token, or stores.
fn is_guard(reading: &Reading) -> bool {
    reading.class() != GuardClass::Unverified || !reading.tokens.is_empty() || reading.stored_first.is_some()
}

/// Whether a word of a text is one of verification.
fn speaks_of_verification(text: &str) -> bool {
    let mut names = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|name| !name.is_empty());
    names.any(|name| !matches!(name_strength(name), Strength::None | Strength::Acts))
}

/// Two parts of a path.
pub fn join(prefix: &str, path: &str) -> String {
    format!("{}/{}", prefix.trim_end_matches('/'), path.trim_start_matches('/'))
}
