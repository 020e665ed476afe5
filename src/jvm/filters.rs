//! Filters and interceptors: what each verifies, and on which paths.

use crate::{
    facts::{GuardClass, spring::any_matches},
    jvm::{
        bodies::{self, Seen},
        conditions::{self, Says},
        ir::{Body, Call, Class, Function, Unit, Value},
        project::Project,
        reach::{Reach, contains},
        routes::Deployments,
    },
    source::{Sources, Span},
};

/// A filter, an interceptor or an aspect of the tree that verifies something.
#[derive(Debug)]
pub struct Filter<'project> {
    /// Its class.
    pub class: &'project Class,
    /// The method that is called for each request.
    pub function: &'project Function,
    /// What it verifies.
    pub seen: Seen,
    /// What it leads to.
    pub reach: Reach<'project>,
    /// What says that a request is not filtered, where there is such a method.
    exempts: Option<Reach<'project>>,
    paths: Paths,
    /// The annotations that bind it to the methods that it is called for, of JAX-RS; none where it is for all of them.
    pub bound_by: Vec<&'project str>,
}

/// The paths that a filter is registered for.
#[derive(Debug, Default)]
struct Paths {
    /// The patterns; empty for every path.
    included: Vec<String>,
    /// Patterns of paths that are left out.
    excluded: Vec<String>,
    /// Whether the place is known where it is registered, if it needs one.
    is_known: bool,
}

/// Whether a filter verifies the requests of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The code does not say.
    Unknown,
}

const FILTERS: [&str; 6] = [
    "OncePerRequestFilter",
    "GenericFilterBean",
    "Filter",
    "WebFilter",
    "ContainerRequestFilter",
    "AbstractAuthenticationProcessingFilter",
];
const INTERCEPTORS: [&str; 3] = ["HandlerInterceptor", "HandlerInterceptorAdapter", "AsyncHandlerInterceptor"];

impl<'project> Filter<'project> {
    /// Every one of a tree that verifies something.
    pub fn all(project: &'project Project, sources: &Sources) -> Vec<Filter<'project>> {
        let (deployments, registering) = (Deployments::read(sources), registering(project));
        project
            .classes()
            .filter_map(|(unit, class)| Filter::of(project, sources, &deployments, &registering, unit, class))
            .collect()
    }

    fn of(
        project: &'project Project,
        sources: &Sources,
        deployments: &Deployments,
        all: &[Registering<'_>],
        unit: &'project Unit,
        class: &'project Class,
    ) -> Option<Self> {
        let is_a = |kinds: &[&str]| class.supertypes.iter().any(|name| kinds.contains(&name.as_str()));
        let is_interceptor = is_a(&INTERCEPTORS);
        let is_aspect = class.annotations.iter().any(|annotation| annotation.name == "Aspect");
        let is_other = is_aspect || is_a(&["HandlerMethodArgumentResolver"]);
        if !is_interceptor && !is_other && !is_a(&FILTERS) {
            return None;
        }
        let (function, reach, seen) = class.methods.iter().find_map(|function| {
            let reach = Reach::of(project, class, function);
            let seen = bodies::seen(&reach);
            (seen.class() != GuardClass::Unverified).then_some((function, reach, seen))
        })?;
        let mut paths = registered(all, class);
        paths
            .included
            .extend(deployments.of(unit, class, &sources.file(unit.file).path).map(|own| own.pattern.value.clone()));
        paths.included.extend(annotated(class));
        paths.is_known |= !is_interceptor && !is_other;
        let lineage = project.lineage(unit, class);
        let mut methods = lineage.iter().flat_map(|(_, class)| class.methods.iter().map(move |own| (*class, own)));
        let exempting = methods.find(|(_, own)| own.name.value == "shouldNotFilter" && own.body.is_some());
        let exempts = exempting.map(|(class, own)| Reach::of(project, class, own));
        let binds = |name: &str| {
            let mut types = project.named(name).flat_map(|(_, class)| &class.annotations);
            types.any(|annotation| annotation.name == "NameBinding")
        };
        let bound_by = class.annotations.iter().map(|annotation| annotation.name.as_str()).filter(|name| binds(name));
        Some(Filter { class, function, seen, reach, exempts, paths, bound_by: bound_by.collect() })
    }

    /// Whether it verifies the requests of a path.
    pub fn applies_to(&self, path: &str) -> Applies {
        let included = if self.paths.included.is_empty() { Some(true) } else { any_takes(&self.paths.included, path) };
        match (any_takes(&self.paths.excluded, path), included) {
            (Some(true), _) | (_, Some(false)) => return Applies::No,
            (None, _) | (_, None) => return Applies::Unknown,
            (Some(false), Some(true)) => {}
        }
        if let Some(exempts) = &self.exempts {
            match conditions::of_method(exempts, 0, path) {
                Some(Says::Yes) => return Applies::No,
                Some(Says::Unknown) | None => return Applies::Unknown,
                Some(Says::No) => {}
            }
        }
        match self.decided_within(path) {
            Applies::Yes if !self.paths.is_known => Applies::Unknown,
            applies => applies,
        }
    }

    /// What the decisions of the method itself make of a path.
    fn decided_within(&self, path: &str) -> Applies {
        let Some(frame) = self.reach.frames.first() else { return Applies::Unknown };
        for branch in &frame.body.branches {
            let Some(says) = conditions::of(&self.reach, 0, branch.test, path) else { continue };
            let within = |side: Span| self.verifying().any(|span| contains(side, span));
            let after = self.verifying().any(|span| span.start >= branch.no.unwrap_or(branch.yes).end);
            let (yes, no) = (within(branch.yes), branch.no.is_some_and(within) || after);
            match (says, yes, no) {
                (Says::Yes, false, true) | (Says::No, true, false) => return Applies::No,
                (Says::Unknown, ..) if yes != no => return Applies::Unknown,
                _ => {}
            }
        }
        Applies::Yes
    }

    /// Where in the method itself something is verified, or leads to where it is.
    fn verifying(&self) -> impl Iterator<Item = Span> {
        let handed = self.seen.handed_on;
        let steps = self.reach.steps.iter().filter(move |step| step.proves.is_some() || handed == Some(step.call.span));
        steps.map(|step| {
            let mut at = (step.frame, step.call);
            while let Some(caller) = self.reach.frames[at.0].caller {
                at = caller;
            }
            at.1.span
        })
    }

    /// Whether it answers a request that it does not let pass, as far as its names say.
    pub fn refuses(&self) -> bool {
        const NAMES: [&str; 10] = [
            "sendError",
            "setStatus",
            "setStatusCode",
            "UNAUTHORIZED",
            "FORBIDDEN",
            "SC_UNAUTHORIZED",
            "SC_FORBIDDEN",
            "unauthorized",
            "abortWith",
            "forbidden",
        ];
        let is_interceptor = self.class.supertypes.iter().any(|name| INTERCEPTORS.contains(&name.as_str()));
        is_interceptor || self.bodies().any(|body| body.names.iter().any(|name| NAMES.contains(&name.value.as_str())))
    }

    /// Whether it reads tokens as Connect sends them: not those of another scheme.
    pub fn is_for_callbacks(&self) -> bool {
        let constants =
            self.reach.frames.iter().flat_map(|frame| &frame.class.constants).filter_map(|(_, value)| match value {
                Value::Text(text) => Some(text),
                _ => None,
            });
        let texts: Vec<_> = self.bodies().flat_map(|body| &body.texts).chain(constants).collect();
        let says = |word: &str| texts.iter().any(|text| text.value.trim().eq_ignore_ascii_case(word));
        says("jwt") && !says("bearer")
    }

    fn bodies(&self) -> impl Iterator<Item = &Body> {
        self.reach.frames.iter().map(|frame| frame.body)
    }
}

/// Whether one of several patterns takes a path, written as Spring's are or as servlets are mapped; `None` where a regular
/// expression decides.
fn any_takes(patterns: &[String], path: &str) -> Option<bool> {
    let as_servlets = patterns.iter().any(|pattern| takes_below(pattern, path));
    if as_servlets { Some(true) } else { any_matches(patterns.iter().map(String::as_str), path) }
}

/// Whether a servlet's `/connect/*` takes a path.
fn takes_below(pattern: &str, path: &str) -> bool {
    let below = pattern.strip_suffix("/*").filter(|above| !above.contains('*'));
    let is_below = |above: &str| path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    below.is_some_and(is_below)
}

/// The patterns of `@WebFilter`.
fn annotated(class: &Class) -> Vec<String> {
    let mut found = Vec::new();
    for annotation in class.annotations.iter().filter(|annotation| annotation.name == "WebFilter") {
        let values = ["value", "urlPatterns"].into_iter().filter_map(|name| annotation.argument(name));
        for value in values.flat_map(|value| value.elements()) {
            if let Value::Text(text) = value {
                found.push(text.value.clone());
            }
        }
    }
    found
}

/// A call that may register a filter or an interceptor, with the method and the class that it stands in.
type Registering<'project> = (&'project Class, &'project Function, &'project Body, &'project Call);

/// Every such call of a tree.
fn registering(project: &Project) -> Vec<Registering<'_>> {
    const NAMES: [&str; 7] = [
        "addInterceptor",
        "addPathPatterns",
        "pathPatterns",
        "excludePathPatterns",
        "addUrlPatterns",
        "setUrlPatterns",
        "urlPatterns",
    ];
    let methods = project.classes().flat_map(|(_, class)| class.methods.iter().map(move |method| (class, method)));
    let calls = methods
        .filter_map(|(class, method)| Some((class, method, method.body.as_ref()?)))
        .flat_map(|(class, method, body)| body.calls.iter().map(move |call| (class, method, body, call)));
    calls.filter(|(_, _, _, call)| NAMES.contains(&call.name.as_str())).collect()
}

/// The paths that code registers a filter or interceptor for.
fn registered(all: &[Registering<'_>], class: &Class) -> Paths {
    let mut paths = Paths::default();
    for (owner, function, body, call) in all {
        let Some(list) = list(&mut paths, body, owner, function, class, call) else { continue };
        list.extend(call.given.iter().flat_map(|given| body.texts_in(*given)).map(|text| text.value.clone()));
    }
    paths
}

/// The list that a call's patterns belong to, if it registers a class.
fn list<'paths>(
    paths: &'paths mut Paths,
    body: &Body,
    owner: &Class,
    function: &Function,
    class: &Class,
    call: &Call,
) -> Option<&'paths mut Vec<String>> {
    match call.name.as_str() {
        "addInterceptor" if call.given.iter().any(|given| stands_for(body, owner, function, class, *given)) => {
            paths.is_known = true;
            None
        }
        name @ ("addPathPatterns" | "pathPatterns" | "excludePathPatterns") => {
            let mut within = body.calls_in(call.on?).filter(|inner| inner.name == "addInterceptor");
            let added =
                within.any(|inner| inner.given.iter().any(|given| stands_for(body, owner, function, class, *given)));
            let list = if name == "excludePathPatterns" { &mut paths.excluded } else { &mut paths.included };
            added.then_some(list)
        }
        "addUrlPatterns" | "setUrlPatterns" | "urlPatterns" => {
            let whole = Span { start: 0, end: usize::MAX, ..call.span };
            let names_it = body.places_in(whole).any(|name| name.value == class.name);
            let given = function.parameters.iter().any(|parameter| parameter.words.contains(&class.name));
            (names_it || given).then_some(&mut paths.included)
        }
        _ => None,
    }
}

/// Whether an expression is an object of a class: constructed, a field or parameter of the type, a method named like it.
fn stands_for(body: &Body, owner: &Class, function: &Function, class: &Class, span: Span) -> bool {
    let typed = |name: &str| {
        let declared = function.parameters.iter().chain(&owner.fields).find(|own| own.name == name);
        declared.is_some_and(|own| own.words.contains(&class.name))
    };
    body.names_in(span).any(|name| name.eq_ignore_ascii_case(&class.name) || typed(name))
}
