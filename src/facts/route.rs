//! A route that a POST reaches, and what verifies the request before it acts.

use crate::{
    edit::Edit,
    source::{Label, Span, Spanned},
};

/// Which requests a route answers. Routes that no POST reaches are no facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// POST.
    Post,
    /// Every method.
    Any,
}

/// How many paths a route serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The one path written at its registration.
    One,
    /// Several: a path array, a pattern, a catch-all, a mounted middleware, a method that is given by a value. Its guard is
    /// never edited.
    Many,
}

/// What a guard proves of a request. The order is from the best to the least, the last two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuardClass {
    /// An RS256 signature by Atlassian's key, bound to the `clientKey` of the body.
    Asymmetric,
    /// The same, but an unsigned first install passes too.
    LegacyFallback,
    /// An RS256 signature, but the token's `iss` is never compared with the body's `clientKey`.
    Unbound,
    /// An HS256 signature with the tenant's secret.
    Symmetric,
    /// Nothing: a token is only decoded, or its mere presence is asked for.
    Unverified,
    /// Nothing, and it stores nothing: it only hands on.
    PassThrough,
    /// It could not be resolved, or it verifies something that is not a lifecycle callback.
    Unknown,
}

impl GuardClass {
    /// Whether a valid RS256 callback passes; `None` when that is not known.
    pub fn accepts_signed(self) -> Option<bool> {
        match self {
            GuardClass::Symmetric => Some(false),
            GuardClass::Unknown => None,
            _ => Some(true),
        }
    }

    /// Whether it verifies an RS256 signature.
    pub fn is_asymmetric(self) -> bool {
        matches!(self, GuardClass::Asymmetric | GuardClass::LegacyFallback | GuardClass::Unbound)
    }
}

/// A step of a route's chain that may stop a request.
#[derive(Clone, Debug)]
pub struct Guard {
    /// What it proves.
    pub class: GuardClass,
    /// What it is called, for a message: `addon.authenticate()`.
    pub name: String,
    /// Where it stands in the route's chain, or in the handler's body.
    pub span: Span,
    /// What a fix changes; `None` where the guard is no direct call of an ACE method.
    pub ace_call: Option<AceCall>,
    /// Where it stores a part of the request before it has verified anything.
    pub stores: Option<Span>,
    /// How the class was found: the definition, the verifying call. In order, possibly in other files.
    pub evidence: Vec<Label>,
}

impl Guard {
    /// A guard of which only its name and its place are known.
    pub fn unknown(name: String, span: Span) -> Guard {
        Guard { class: GuardClass::Unknown, name, span, ace_call: None, stores: None, evidence: Vec::new() }
    }
}

/// A call of an ACE method that stands in a registration: `addon.authenticate(true)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AceCall {
    /// The method's name, `authenticate`, without the quotes that it may have.
    pub name: Span,
    /// All that stands between the brackets, if an argument does: `true`.
    pub arguments: Option<Span>,
}

impl AceCall {
    /// The edits that make it a call of another method without arguments.
    pub fn renamed(self, method: &str) -> impl Iterator<Item = Edit> {
        let name = Edit { span: self.name, text: method.to_owned() };
        let arguments = self.arguments.map(|span| Edit { span, text: String::new() });
        std::iter::once(name).chain(arguments)
    }
}

/// The function that answers.
#[derive(Clone, Debug)]
pub struct Handler {
    /// Where it stands in the registration: an inline function or a name. A fix inserts a guard before it.
    pub span: Span,
    /// What its body proves before it acts; `PassThrough` for one that only hands on to the next route, `Unverified`
    /// for one that acts without verifying, `Unknown` for one that could not be resolved.
    pub class: GuardClass,
    /// Where it answers or stores, if it was seen to: what makes an unverified handler a hole.
    pub acts: Option<Span>,
    /// Where it stores a part of the request before it has verified anything.
    pub stores: Option<Span>,
    /// Whether it can hand the request on to the next route.
    pub hands_on: bool,
    /// How the class was found.
    pub evidence: Vec<Label>,
}

/// A registration of a route.
#[derive(Clone, Debug)]
pub struct Route {
    /// Which requests it answers.
    pub method: Method,
    /// The path, mounts and prefixes composed; the span is the literal of the last part.
    pub path: Spanned<String>,
    /// How many paths it serves.
    pub reach: Reach,
    /// What stands before the handler, in order.
    pub guards: Vec<Guard>,
    /// The function that answers.
    pub handler: Handler,
    /// The registration: the call, the annotation, the exported function.
    pub span: Span,
    /// The expression by which code at the registration reaches the ACE addon, if it does.
    pub addon: Option<String>,
    /// Whether a JSON body parser provably runs before it.
    pub body_parsed: bool,
    /// Whether it is registered only after something was awaited: ACE's own route is there before it.
    pub deferred: bool,
    /// Whether its router is known to be reached at `path`; `false` where a part of the path may be missing in front.
    pub mounted: bool,
    /// From the descriptor's path to here: mounts, imports. In order.
    pub trace: Vec<Label>,
}

impl Route {
    /// The step that decides about a signed callback: the first in the chain that proves or refuses anything, else the
    /// handler's body. An unknown step hides whatever follows it.
    pub fn decisive(&self) -> GuardClass {
        self.guard().map_or(self.handler.class, |guard| guard.class)
    }

    /// The guard that decides, if one in the chain does. What an asymmetric one lets through, one of the same registration
    /// that checks HS256 still refuses.
    pub fn guard(&self) -> Option<&Guard> {
        let proves = |guard: &&Guard| !matches!(guard.class, GuardClass::PassThrough | GuardClass::Unverified);
        let first = self.guards.iter().find(proves)?;
        let mut known = self.guards.iter().take_while(|guard| guard.class != GuardClass::Unknown);
        let refusing = known.find(|guard| guard.class == GuardClass::Symmetric && self.holds(guard));
        Some(refusing.filter(|_| first.class.is_asymmetric()).unwrap_or(first))
    }

    /// Whether a guard stands in the registration itself, and not where a router is mounted.
    pub fn holds(&self, guard: &Guard) -> bool {
        let (whole, own) = (self.span, guard.span);
        whole.file == own.file && whole.start <= own.start && own.end <= whole.end
    }
}

impl Route {
    /// Where to point: the registration up to its path, so that a change inside the handler does not move it; the
    /// mount, where that is what names the path.
    pub fn anchor(&self) -> Span {
        let (whole, path) = (self.span, self.path.span);
        if path.file == whole.file && whole.start <= path.start && path.end <= whole.end {
            return Span { end: path.end, ..whole };
        }
        path
    }
}

/// A path as a router sees it: a leading slash, no trailing one, no query.
pub fn route_path(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    format!("/{}", segments.join("/"))
}
