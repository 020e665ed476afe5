//! Which names of a method stand for the request, for a token, or for the claims that were read from one.

use std::collections::BTreeMap;

use crate::{
    jvm::{
        ir::{Body, Call, Class, Function},
        project::Project,
        reach::Frame,
        verifiers::verifier,
    },
    source::Span,
};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What a token can be read from: the request, its headers, who is logged in.
    Carrier,
    /// A token, or a part of one.
    Token,
    /// What was read from a token, whether it was verified or not.
    Claims,
}

/// The names of a method that stand for something of the kind.
#[derive(Debug)]
pub struct Flow<'project> {
    project: &'project Project,
    names: BTreeMap<&'project str, Kind>,
}

/// Types and annotations of what a token can be read from.
const CARRIERS: [&str; 15] = [
    "HttpServletRequest",
    "ServletRequest",
    "ServerHttpRequest",
    "ServerWebExchange",
    "ServerRequest",
    "WebRequest",
    "NativeWebRequest",
    "HttpHeaders",
    "HttpEntity",
    "RequestEntity",
    "ContainerRequestContext",
    "Principal",
    "Authentication",
    "AuthenticationPrincipal",
    "AtlassianHostUser",
];

/// Annotations of parameters that are single parts of the request.
const PARTS: [&str; 6] = ["RequestHeader", "RequestParam", "CookieValue", "HeaderParam", "QueryParam", "Header"];

/// Calls that undo Base64, in which the parts of a token are written.
const DECODERS: [&str; 4] = ["decode", "decodeBase64", "parseBase64Binary", "decodeToString"];

impl Kind {
    /// What a parameter or field is by its name, and by its type and annotations.
    pub fn declared(name: &str, words: &[String]) -> Option<Kind> {
        let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        if has(&CARRIERS) {
            return Some(Kind::Carrier);
        }
        if has(&["RequestHeader", "HeaderParam"]) {
            return Some(Kind::Token);
        }
        let name = name.to_ascii_lowercase();
        let sounds = ["jwt", "token", "auth"].iter().any(|word| name.contains(word));
        (has(&PARTS) && sounds).then_some(Kind::Token)
    }
}

impl<'project> Flow<'project> {
    /// Reads a method that is called from a frame with arguments.
    pub fn of(
        project: &'project Project,
        class: &'project Class,
        function: &'project Function,
        body: &'project Body,
        caller: Option<(&Frame<'project>, &Call)>,
    ) -> Flow<'project> {
        let mut flow = Flow { project, names: BTreeMap::new() };
        for field in &class.fields {
            flow.names.extend(field.kind.map(|kind| (field.name.as_str(), kind)));
        }
        for (place, parameter) in function.parameters.iter().enumerate() {
            let given = caller.and_then(|(frame, call)| frame.flow.of_value(frame.body, *call.given.get(place)?));
            let kind = given.or(parameter.kind);
            flow.names.extend(kind.map(|kind| (parameter.name.as_str(), kind)));
        }
        let mut assignments: Vec<_> = body.assignments.iter().collect();
        assignments.sort_by_key(|assignment| assignment.value.start);
        for assignment in assignments {
            let constructs_own = || {
                let mut calls = body.calls_in(assignment.value).filter(|call| call.span == assignment.value);
                calls.any(|call| project.named(&call.name).next().is_some())
            };
            let names_key = || {
                let mut said = body
                    .names_in(assignment.value)
                    .chain(body.texts_in(assignment.value).map(|text| text.value.as_str()));
                said.any(|word| word == "kid" || word.to_ascii_lowercase().ends_with("keyid"))
            };
            let kind = flow.of_value(body, assignment.value).filter(|_| !constructs_own() && !names_key());
            if let Some(kind) = kind {
                flow.names.insert(&assignment.name, kind);
            }
        }
        flow
    }

    /// What an expression is.
    pub fn of_value(&self, body: &Body, span: Span) -> Option<Kind> {
        let calls = || body.calls_in(span);
        let kinds = || body.names_in(span).filter_map(|name| self.names.get(name)).copied();
        if kinds().any(|kind| kind == Kind::Claims)
            || (kinds().next().is_some() && calls().any(|call| self.reads_claims(call)))
        {
            return Some(Kind::Claims);
        }
        if kinds().any(|kind| kind == Kind::Token) || calls().any(|call| self.reads_token(body, call)) {
            return Some(Kind::Token);
        }
        let mut names = body.names_in(span);
        let only = names.next().filter(|_| names.next().is_none())?;
        self.names.get(only).copied()
    }

    /// Whether a call makes claims of a token, or leads to a method of the tree that does.
    fn reads_claims(&self, call: &Call) -> bool {
        let reads = |call: &Call| verifier(call).is_some() || DECODERS.contains(&call.name.as_str());
        let mut named =
            self.project.functions(&call.name).take(8).filter_map(|(_, _, function)| function.body.as_ref());
        reads(call) || named.any(|body| body.calls.iter().take(200).any(reads))
    }

    /// Whether a call reads a token from the request, or is given the request to do so.
    fn reads_token(&self, body: &Body, call: &Call) -> bool {
        let is_carrier = |name: &str| self.names.get(name) == Some(&Kind::Carrier);
        if call.given.iter().any(|given| {
            let mut names = body.names_in(*given);
            names.next().is_some_and(is_carrier) && names.next().is_none()
        }) {
            return true;
        }
        let on_carrier = call.on.is_some_and(|on| body.names_in(on).any(is_carrier));
        let names_one = |word: &str| {
            let word = word.to_ascii_lowercase();
            word.contains("authorization") || word.contains("jwt") || word.contains("token")
        };
        let mut said = call
            .given
            .iter()
            .flat_map(|given| body.names_in(*given).chain(body.texts_in(*given).map(|text| text.value.as_str())));
        on_carrier && said.any(names_one)
    }
}
