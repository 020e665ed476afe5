//! From an expression in a route's chain to what it proves.

use std::cell::{Cell, RefCell};

use crate::{
    facts::{AceCall, Guard, GuardClass, Handler},
    javascript::{
        ace::Ace,
        bodies::{Act, ActKind, Bodies, Outcome},
        calls,
        ir::{Kind, Module},
        proof::Proof,
        values::{At, Chain, Given, Link, Root, Value, Values},
    },
    source::{Label, Span},
};

mod steps;

pub use steps::{Step, Steps};

/// How a framework calls what stands in a route's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    /// `(request, response, next)`; what is returned does not matter.
    Express,
    /// `(request, reply)`; what is returned is the answer.
    Fastify,
    /// `(context, next)`; `await next()` hands on.
    Koa,
    /// `(request, context)`; what is returned is the answer.
    Web,
    /// One object that has the request; what is returned is the answer.
    Context,
    /// A class's method that is given the context; what is returned says whether to hand on.
    Guard,
}

impl Convention {
    /// What a function with so many parameters is given.
    fn givens(self, parameters: usize) -> Vec<Value> {
        let givens: &[Given] = match self {
            Convention::Express if parameters == 4 => &[Given::Error, Given::Request, Given::Response, Given::Next],
            Convention::Express => &[Given::Request, Given::Response, Given::Next],
            Convention::Fastify => &[Given::Request, Given::Response, Given::Next],
            Convention::Koa => &[Given::Context, Given::Next],
            Convention::Web => &[Given::Request, Given::Context],
            Convention::Context | Convention::Guard => &[Given::Context],
        };
        givens.iter().map(|given| Value::given(*given)).collect()
    }

    fn returns_answer(self) -> bool {
        matches!(self, Convention::Fastify | Convention::Web | Convention::Context | Convention::Guard)
    }
}

/// Finds out what guards and handlers prove.
pub struct Guards<'v, 'p, 's> {
    /// What expressions stand for.
    pub values: &'v Values<'p, 's>,
    /// What ACE's own guards prove.
    pub ace: &'v Ace<'p>,
    /// The functions of the tree that were found in chains.
    pub steps: RefCell<Steps>,
    place: Cell<Option<Span>>,
}

/// What one step of a chain is.
struct Judged {
    class: GuardClass,
    stores: Option<Span>,
    acts: Option<Span>,
    hands_on: bool,
    evidence: Vec<Label>,
}

impl Judged {
    fn of(class: GuardClass, evidence: Vec<Label>) -> Judged {
        Judged { class, stores: None, acts: None, hands_on: false, evidence }
    }
}

impl<'v, 'p, 's> Guards<'v, 'p, 's> {
    /// For a program.
    pub fn new(values: &'v Values<'p, 's>, ace: &'v Ace<'p>) -> Guards<'v, 'p, 's> {
        Guards { values, ace, steps: RefCell::default(), place: Cell::default() }
    }

    fn keep(&self, function: &At, this: Option<Value>, givens: Vec<Value>, class: GuardClass, returns_answer: bool) {
        let Some(span) = self.place.get() else { return };
        let step = Step { span, class, function: function.clone(), this, givens, returns_answer };
        self.steps.borrow_mut().push(step);
    }

    /// The guards that an expression in a chain stands for: several for a list.
    pub fn guards(&self, value: &Value, span: Span, written: Option<&At>, convention: Convention) -> Vec<Guard> {
        if let Some(elements) = self.values.elements(value) {
            self.values.refuel();
            let steps = self.flat(elements);
            return steps.iter().map(|step| self.guard(step, span, None, convention)).collect();
        }
        vec![self.guard(value, span, written, convention)]
    }

    /// Lists in lists as one list, as far as a chain of handlers can reasonably be long.
    fn flat(&self, elements: Vec<Value>) -> Vec<Value> {
        const MOST: usize = 64;
        const ROUNDS: usize = 4;
        let mut steps = elements;
        for _ in 0..ROUNDS {
            steps.truncate(MOST);
            let nested = |step: Value| self.values.elements(&step).unwrap_or_else(|| vec![step]);
            steps = steps.into_iter().flat_map(nested).collect();
        }
        steps.truncate(MOST);
        steps
    }

    fn guard(&self, value: &Value, span: Span, written: Option<&At>, convention: Convention) -> Guard {
        self.values.refuel();
        self.place.set(Some(span));
        let judged = self.judge(value, convention, false, 0);
        let Judged { class, stores, evidence, .. } = judged;
        let name = self.name(span);
        let ace_call = written.and_then(|at| self.ace_call(value, at));
        Guard { class, name, span, ace_call, stores, evidence }
    }

    /// The function that answers.
    pub fn handler(&self, value: &Value, span: Span, convention: Convention) -> Handler {
        self.values.refuel();
        self.place.set(Some(span));
        let Judged { class, acts, stores, hands_on, evidence } = self.judge(value, convention, true, 0);
        Handler { span, class, acts, stores, hands_on, evidence }
    }

    /// The function that answers, where what it is given is known already and what it returns is the answer.
    pub fn handler_given(&self, value: &Value, span: Span, givens: Vec<Value>) -> Handler {
        self.values.refuel();
        let (Value::Literal(at) | Value::Method(at, _)) = value else {
            return Handler {
                span,
                class: GuardClass::Unknown,
                acts: None,
                stores: None,
                hands_on: false,
                evidence: Vec::new(),
            };
        };
        let this = match value {
            Value::Method(_, this) => Some((**this).clone()),
            _ => None,
        };
        let outcome = Bodies::run(self.values, self.ace, at, this.clone(), givens.clone(), true);
        let Judged { class, acts, stores, hands_on, evidence } = self.by_outcome(at, &outcome, true);
        self.place.set(Some(span));
        self.keep(at, this, givens, class, true);
        Handler { span, class, acts, stores, hands_on, evidence }
    }

    /// How a guard is called in messages: its text, shortened to what fits.
    fn name(&self, span: Span) -> String {
        let text: String = self.values.project.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(60) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    /// An ACE call that stands in the registration itself.
    fn ace_call(&self, value: &Value, at: &At) -> Option<AceCall> {
        let Value::Chain(chain) = value else { return None };
        let (entry, _) = calls::authenticator(chain)?;
        let module = self.values.project.module(at.module);
        let Kind::Call { callee, arguments } = module.kind(at.node) else { return None };
        let Kind::Member { object, key, property } = module.kind(*callee) else { return None };
        let is_ace = entry.package == "atlassian-connect-express" && *property == entry.call;
        let receiver = self.values.of(&at.with(*object));
        let is_addon = matches!(&receiver, Value::Chain(addon) if addon.links.len() + 2 == chain.links.len());
        if !is_ace || !is_addon {
            return None;
        }
        let text = self.values.project.sources.text(*key);
        let quotes = usize::from(text.starts_with(['"', '\'']));
        let name = Span { start: key.start + quotes, end: key.end - quotes, ..*key };
        if self.values.project.sources.text(name) != *property {
            return None; // written with escapes, or computed
        }
        let Some(first) = arguments.first() else { return Some(AceCall { name, arguments: None }) };
        let (callee, call) = (module.whole(*callee), module.span(at.node));
        let before = Span { start: callee.end, end: module.whole(*first).start, ..call };
        let bracket = self.values.project.sources.text(before).find('(').map(|at| before.start + at)?;
        let between = Span { end: bracket, ..before };
        let is_plain = matches!(self.values.project.sources.text(between).trim(), "" | "?.");
        let arguments = Some(Span { start: bracket + 1, end: call.end - 1, ..call });
        is_plain.then_some(AceCall { name, arguments })
    }

    fn judge(&self, value: &Value, convention: Convention, is_handler: bool, hops: usize) -> Judged {
        let unknown = || Judged::of(GuardClass::Unknown, Vec::new());
        if hops > 6 {
            return unknown();
        }
        match value {
            Value::Literal(at) | Value::Method(at, _) => {
                let this = match value {
                    Value::Method(_, this) => Some((**this).clone()),
                    _ => None,
                };
                let Some(function) = self.values.project.module(at.module).function(at.node) else {
                    return unknown();
                };
                if convention == Convention::Express && function.parameters.len() == 4 && !is_handler {
                    return Judged::of(GuardClass::PassThrough, Vec::new()); // it is called for errors alone
                }
                let givens = convention.givens(function.parameters.len());
                let answers = convention.returns_answer();
                let outcome = Bodies::run(self.values, self.ace, at, this.clone(), givens.clone(), answers);
                let judged = self.by_outcome(at, &outcome, is_handler);
                self.keep(at, this, givens, judged.class, answers);
                judged
            }
            Value::Chain(chain) => self.by_chain(chain, convention, is_handler, hops),
            Value::Choice(choices) => {
                let judged: Vec<Judged> =
                    choices.iter().map(|choice| self.judge(choice, convention, is_handler, hops + 1)).collect();
                let same = judged.windows(2).all(|pair| pair[0].class == pair[1].class);
                if same { judged.into_iter().next().unwrap_or_else(unknown) } else { unknown() }
            }
            _ => unknown(),
        }
    }

    fn by_chain(&self, chain: &Chain, convention: Convention, is_handler: bool, hops: usize) -> Judged {
        let last = chain.links.iter().rev().find_map(|link| match link {
            Link::Call { arguments, at } => Some((arguments, at)),
            Link::Member(_) => None,
        });
        if let Some((entry, arguments)) = calls::authenticator(chain).filter(|(entry, _)| entry.guard) {
            let module = last.map(|(_, at)| at.module);
            let class = module.and_then(|module| calls::proves(self.values, self.ace, entry, arguments, module));
            let evidence = last.map(|(_, at)| Label::new(self.span(at), format!("`{}` is made here", short(entry))));
            return Judged::of(class.unwrap_or(GuardClass::Unknown), evidence.into_iter().collect());
        }
        match last.and_then(|(arguments, _)| arguments.first()).filter(|_| is_wrapper(chain)) {
            Some(function) => self.judge(function, convention, is_handler, hops + 1),
            None if is_harmless(chain) && !is_handler => Judged::of(GuardClass::PassThrough, Vec::new()),
            None => Judged::of(GuardClass::Unknown, Vec::new()),
        }
    }

    fn span(&self, at: &At) -> Span {
        self.values.project.node(at.module, at.node).span
    }

    fn by_outcome(&self, at: &At, outcome: &Outcome, is_handler: bool) -> Judged {
        let acts = &outcome.acts;
        let of = |kind: ActKind| acts.iter().filter(move |act| act.kind == kind);
        let unproved = |act: &&Act| act.proof.class().is_weak();
        let stores = of(ActKind::Stores).find(unproved).map(|act| act.span);
        let answers = of(ActKind::Answers).find(unproved).map(|act| act.span);
        let decisive: Vec<&Act> = match of(ActKind::HandsOn).count() {
            0 => acts.iter().collect(),
            _ if is_handler => acts.iter().collect(),
            _ => of(ActKind::HandsOn).collect(),
        };
        let total = decisive.iter().map(|act| act.proof.clone()).reduce(|one, other| one.or(&other));
        let only_hands_on = !acts.is_empty() && acts.iter().all(|act| act.kind == ActKind::HandsOn);
        let doubtful = outcome.doubt.is_some() || outcome.is_cut;
        let class = match &total {
            Some(proof) => match proof.class() {
                GuardClass::Unverified if outcome.is_cut => GuardClass::Unknown,
                GuardClass::Unverified if only_hands_on && proof.evidence.is_empty() => GuardClass::PassThrough,
                GuardClass::Unverified if only_hands_on && is_handler => GuardClass::PassThrough,
                class => class,
            },
            None if doubtful || !is_handler => GuardClass::Unknown,
            None => GuardClass::Unverified,
        };
        let mut evidence = vec![defined(self.values.project.module(at.module), self.values, at)];
        evidence.extend(total.into_iter().flat_map(|proof: Proof| proof.evidence.into_iter().chain(proof.doubt)));
        let hands_on = of(ActKind::HandsOn).next().is_some();
        Judged { class, stores, acts: stores.or(answers), hands_on, evidence }
    }
}

impl GuardClass {
    /// Whether it says that nothing was verified.
    fn is_weak(self) -> bool {
        matches!(self, GuardClass::Unverified | GuardClass::PassThrough)
    }
}

/// A remark on where a function is written: its first line.
fn defined(module: &Module, values: &Values<'_, '_>, at: &At) -> Label {
    let span = module.span(at.node);
    let text = values.project.sources.text(span);
    let end = text.find('\n').map_or(span.end, |line| span.start + line);
    Label::new(Span { end, ..span }, "it is defined here")
}

fn short(entry: &crate::javascript::authenticators::Authenticator) -> &str {
    if entry.call.is_empty() { &entry.package } else { &entry.call }
}

/// Middlewares of packages that verify nothing and hand everything on: those whose name has nothing to do with
/// tokens, users or Atlassian.
fn is_harmless(chain: &Chain) -> bool {
    const WORDS: [&str; 16] = [
        "auth",
        "jwt",
        "jwk",
        "passport",
        "oauth",
        "oidc",
        "openid",
        "atlassian",
        "token",
        "verif",
        "secur",
        "guard",
        "okta",
        "clerk",
        "saml",
        "signature",
    ];
    let members: Vec<&str> = chain.members().collect();
    match &chain.root {
        Root::Package(package) => {
            let is_session_of_ace = package == "atlassian-connect-express" && members.last() == Some(&"middleware");
            let is_of_tree = package.starts_with(['@', '~', '#']) && package.matches('/').count() != 1;
            if package == "express" {
                return matches!(members.last(), Some(&("json" | "urlencoded" | "static" | "raw" | "text")));
            }
            let words = format!("{package}/{}", members.join("/")).to_ascii_lowercase();
            is_session_of_ace || !is_of_tree && !WORDS.iter().any(|word| words.contains(word))
        }
        Root::Parameter { name, .. } | Root::Unknown(name) | Root::Global(name) => {
            members.last() == Some(&"middleware") && matches!(name.as_str(), "addon" | "ace")
        }
        Root::Given(_) => false,
    }
}

/// What h3, the server of Nuxt, makes a handler with.
fn is_event_handler(name: &str) -> bool {
    matches!(name, "defineEventHandler" | "eventHandler")
}

/// Functions that only catch what the function they are given throws.
fn is_wrapper(chain: &Chain) -> bool {
    const PACKAGES: [&str; 7] = [
        "express-async-handler",
        "express-async-wrap",
        "async-middleware",
        "express-async-wrapper",
        "@fastify/express",
        "express-wrap-async",
        "express-promise-wrap",
    ];
    let name = match &chain.root {
        Root::Package(package) if PACKAGES.contains(&package.as_str()) => return true,
        Root::Unknown(name) | Root::Parameter { name, .. } => chain.members().last().unwrap_or(name),
        Root::Global(name) => return is_event_handler(name),
        Root::Package(package) => {
            return package == "h3" && chain.members().last().is_some_and(is_event_handler);
        }
        Root::Given(_) => return false,
    };
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "asynchandler" | "wrap" | "wrapasync" | "asyncwrap" | "catchasync" | "asyncmiddleware")
}
