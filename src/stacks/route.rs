//! From a registration and the code behind it to a route.

use crate::{
    facts::{Guard, GuardClass, Handler, Method, Reach, Route},
    source::{Label, Span, Spanned},
    stacks::{
        code::NodeId,
        definitions::Definition,
        evidence::{Evidence, Strength, name_strength},
        project::Project,
    },
};

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
    pub guards: Vec<Guard>,
    /// The file's number and the node of the handler, where it is known.
    pub handler: Option<(usize, NodeId)>,
    /// Where a finding points, if not at the registration: the definition of a handler that stands elsewhere.
    pub anchor: Option<Span>,
}

impl Project<'_> {
    /// The route of a registration.
    pub fn route(&self, draft: Draft) -> Route {
        let evidence = draft.handler.map(|(file, node)| self.evidence(file, node));
        let class = evidence.as_ref().map_or(GuardClass::Unknown, Evidence::class);
        let acts = evidence.and_then(|evidence| evidence.acts);
        let class = if class == GuardClass::Unverified && acts.is_none() { GuardClass::Unknown } else { class };
        let seen = evidence.as_ref().and_then(Evidence::place);
        let remark = if class == GuardClass::Unknown { "may verify here" } else { "verifies here" };
        let registered = draft.anchor.map(|_| Label::new(draft.span, "the route is registered here"));
        let place = draft.anchor.unwrap_or(draft.literal);
        Route {
            method: draft.method,
            path: Spanned { value: draft.path, span: place },
            reach: Reach::One,
            guards: draft.guards,
            handler: Handler {
                span: draft.anchor.unwrap_or(draft.literal),
                class,
                acts,
                stores: None,
                hands_on: false,
                evidence: seen.map(|span| Label::new(span, remark)).into_iter().collect(),
            },
            span: draft.anchor.unwrap_or(draft.span),
            addon: None,
            body_parsed: false,
            deferred: false,
            mounted: true,
            trace: registered.into_iter().collect(),
        }
    }

    /// The guard of a name that stands for a function or a class; `None` where it is read and checks nothing, or is
    /// unread and its name speaks of something else.
    pub fn guard(&self, name: &str, text: &str, span: Span) -> Option<Guard> {
        let definitions: Vec<&Definition<'_>> = self.definitions.named(name).iter().take(4).collect();
        let mut evidence = Evidence::default();
        for definition in &definitions {
            let found = self.evidence_of(definition);
            evidence.asymmetric = evidence.asymmetric.or(found.asymmetric);
            evidence.symmetric = evidence.symmetric.or(found.symmetric);
            evidence.suspicious = evidence.suspicious.or(found.suspicious);
        }
        let class = match evidence.class() {
            GuardClass::Unverified | GuardClass::Unknown => {
                self.class_by_name(text, !definitions.is_empty(), &evidence)?
            }
            class => class,
        };
        let seen = evidence.place().map(|place| Label::new(place, "it is read here"));
        let name = text.chars().take(60).collect();
        Some(Guard { class, name, span, ace_call: None, stores: None, evidence: seen.into_iter().collect() })
    }

    /// What is left for a guard whose definition does not say how it verifies.
    fn class_by_name(&self, text: &str, is_read: bool, evidence: &Evidence) -> Option<GuardClass> {
        let verifies = speaks_of_verification(text);
        if !verifies && evidence.suspicious.is_none() {
            return None;
        }
        if verifies && !is_read && self.is_symmetric_only() {
            return Some(GuardClass::Symmetric);
        }
        Some(GuardClass::Unknown)
    }
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
