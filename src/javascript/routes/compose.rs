//! Puts routes together: mounts, prefixes, and the guards in front.

use std::collections::BTreeSet;

use crate::{
    facts::{Guard, GuardClass, Method, Reach, Route},
    javascript::{
        guards::{Convention, Guards},
        ir::{Kind, NodeId},
        routes::{
            Entry, Path, Registered, RouterKey, Step, Walker,
            addon::Addons,
            parsers::{Parsers, When},
            routers,
            standing::Standing,
        },
        values::{At, Value},
    },
    source::{Label, Span, Spanned},
};

/// How often each registration may be followed on average, once for every place where its router is mounted, and how
/// many guards may stand in front of it.
const MOST_MOUNTS: usize = 10;

/// How many more of both there may be, which is all that a small app can need.
const LEAST_BUDGET: usize = 10_000;

/// How many middlewares are kept that stand in front of everything behind them: every route behind gets a copy.
const MOST_AROUND: usize = 100;

/// Puts routes together along the mounts.
pub struct Composer<'w, 'v, 'p, 's> {
    walker: &'w Walker<'v, 'p, 's>,
    guards: &'w Guards<'v, 'p, 's>,
    routes: Vec<Route>,
    addons: Addons,
    budget: usize,
}

/// What surrounds a router where it is mounted.
#[derive(Clone, Default)]
struct Surroundings {
    prefix: String,
    /// The innermost mount's call and path.
    mount: Option<(Span, Span)>,
    guards: Vec<Standing>,
    /// What earlier routes of one path verify before they hand on.
    earlier: Vec<Standing>,
    trace: Vec<Label>,
    is_many: bool,
    parsers: Parsers,
    deferred: bool,
    mounted: bool,
}

impl<'w, 'v, 'p, 's> Composer<'w, 'v, 'p, 's> {
    /// The routes of a program.
    pub fn compose(walker: &'w Walker<'v, 'p, 's>, guards: &'w Guards<'v, 'p, 's>) -> Vec<Route> {
        let entries: usize = walker.routers.values().map(|router| router.entries.len()).sum();
        let budget = LEAST_BUDGET + MOST_MOUNTS * entries;
        let mut composer = Composer { walker, guards, routes: Vec::new(), addons: Addons::default(), budget };
        let mut mounted: BTreeSet<RouterKey> = BTreeSet::new();
        for router in walker.routers.values() {
            for Registered { entry, .. } in &router.entries {
                if let Entry::Use { routers, .. } = entry {
                    mounted.extend(routers.iter().copied());
                }
            }
        }
        for is_guess in [false, true] {
            let known: BTreeSet<Span> = composer.routes.iter().map(|route| route.span).collect();
            let found = composer.routes.len();
            for (key, router) in walker.routers.iter().filter(|(_, router)| router.is_guess == is_guess) {
                if router.is_app || !mounted.contains(key) {
                    let surroundings = Surroundings { mounted: router.is_app, ..Surroundings::default() };
                    composer.router(*key, surroundings, &mut vec![*key]);
                }
            }
            let mut index = 0;
            composer.routes.retain(|route| {
                index += 1;
                index <= found || !known.contains(&route.span)
            });
        }
        composer.routes
    }

    fn router(&mut self, key: RouterKey, mut around: Surroundings, path: &mut Vec<RouterKey>) {
        let Some(router) = self.walker.routers.get(&key) else { return };
        if let Some(prefix) = &router.prefix {
            around.prefix = join(&around.prefix, prefix);
        }
        let again = registered_again(&router.entries);
        for Registered { entry, when } in &router.entries {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            match entry {
                Entry::Route { method, paths, steps, at, convention } => {
                    let inner = Surroundings { deferred: around.deferred || when.deferred, ..around.clone() };
                    for (index, own) in paths.iter().enumerate() {
                        let is_many = paths.len() > 1 && index < paths.len();
                        self.route(*method, own, is_many, steps, at, *convention, when, &inner);
                    }
                    for own in paths.iter().filter_map(|path| path.text.as_ref()).filter(|own| again.contains(own)) {
                        let path = join(&around.prefix, own);
                        let room = MOST_AROUND.saturating_sub(around.earlier.len());
                        let verified = self.handed_on(steps, *convention).into_iter().take(room);
                        around.earlier.extend(verified.map(|guard| Standing::new(&path, guard, when)));
                    }
                }
                Entry::Use { paths, steps, routers, at, convention } => {
                    self.mount(&mut around, paths, steps, routers, at, *convention, when, path);
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one entry, taken apart by the only caller")]
    fn mount(
        &mut self,
        around: &mut Surroundings,
        paths: &[Path],
        steps: &[Step],
        routers: &[RouterKey],
        at: &At,
        convention: Convention,
        when: &When,
        path: &mut Vec<RouterKey>,
    ) {
        let span = self.span(at);
        let mut own: Vec<Guard> = Vec::new();
        for step in steps {
            let known = |mount: &Path| mount.text.clone().filter(|text| !mount.is_pattern || text.contains('*'));
            let prefixes = paths.iter().map(|mount| Some(join(&around.prefix, &known(mount)?)));
            around.parsers.add(self.guards.values, &step.value, prefixes, when);
            if let Some(child) = routers::mounted(self.guards.values, &step.value)
                .map(|found| found.key)
                .filter(|key| routers.contains(key))
            {
                for mount in paths {
                    let text = mount.text.as_deref().unwrap_or_default();
                    if path.contains(&child) || path.len() > 12 {
                        continue;
                    }
                    let prefix = join(&around.prefix, text);
                    let mut inner = Surroundings { prefix: prefix.clone(), ..around.clone() };
                    let room = MOST_AROUND.saturating_sub(inner.guards.len());
                    inner.guards.iter_mut().chain(&mut inner.earlier).for_each(|standing| standing.enter(when));
                    let sure = When::default();
                    inner
                        .guards
                        .extend(own.iter().take(room).map(|guard| Standing::new(&prefix, guard.clone(), &sure)));
                    inner.mounted &= mount.text.is_some();
                    inner.is_many |= mount.is_pattern || paths.len() > 1;
                    inner.deferred |= when.deferred;
                    inner.parsers = around.parsers.inside(when);
                    inner.mount = Some((span, mount.span));
                    inner.trace.push(Label::new(span, format!("it is mounted at `{}` here", shown(text))));
                    path.push(child);
                    self.router(child, inner, path);
                    path.pop();
                }
                continue;
            }
            let shared = self.guards_of(step, convention, 0).into_iter();
            own.extend(shared.map(|guard| Guard { ace_call: None, ..guard }));
        }
        if !routers.is_empty() {
            return;
        }
        self.used_as_route(paths, steps, at, convention, when, around);
        for mount in paths {
            let Some(text) = &mount.text else { continue };
            let prefix = join(&around.prefix, text);
            let serving = own.iter().filter(|guard| guard.class != GuardClass::PassThrough || guard.stores.is_some());
            let room = MOST_AROUND.saturating_sub(around.guards.len());
            around.guards.extend(serving.take(room).map(|guard| Standing::new(&prefix, guard.clone(), when)));
        }
    }

    /// `app.use('/installed', handler)`: a function that answers under a path of its own is a route too.
    fn used_as_route(
        &mut self,
        paths: &[Path],
        steps: &[Step],
        at: &At,
        convention: Convention,
        when: &When,
        around: &Surroundings,
    ) {
        let is_for_errors = |step: &Step| match &step.value {
            Value::Literal(at) => {
                let function = self.guards.values.project.module(at.module).function(at.node);
                function.is_none_or(|function| function.parameters.len() > 3)
            }
            _ => true,
        };
        if steps.last().is_none_or(is_for_errors) {
            return;
        }
        let around = Surroundings { deferred: around.deferred || when.deferred, ..around.clone() };
        let named = |path: &&Path| path.text.as_ref().is_some_and(|text| !text.trim_matches('/').is_empty());
        for path in paths.iter().filter(named) {
            let before = self.routes.len();
            self.route(Method::Any, path, true, steps, at, convention, when, &around);
            let answers = |route: &Route| route.handler.class == GuardClass::Unverified && route.handler.acts.is_some();
            if self.routes.last().is_some_and(|route| !answers(route)) {
                self.routes.truncate(before);
            }
        }
    }

    /// The guards that a step stands for; a router in a chain stands for all that it uses.
    fn guards_of(&self, step: &Step, convention: Convention, depth: usize) -> Vec<Guard> {
        if let Some(steps) = self.listed(step).filter(|_| depth < 4) {
            return steps.iter().flat_map(|step| self.guards_of(step, convention, depth + 1)).collect();
        }
        let router = routers::mounted(self.guards.values, &step.value);
        let entries = router.and_then(|found| self.walker.routers.get(&found.key)).map(|router| &router.entries);
        let Some(entries) = entries.filter(|entries| !entries.is_empty() && depth < 4) else {
            return self.guards.guards(&step.value, self.span(&step.at), self.written(step), convention);
        };
        let used = entries.iter().filter_map(|registered| match &registered.entry {
            Entry::Use { steps, .. } => Some(steps),
            Entry::Route { .. } => None,
        });
        let inner = used.flatten().flat_map(|step| self.guards_of(step, convention, depth + 1));
        inner.map(|guard| Guard { ace_call: None, ..guard }).collect()
    }

    /// The steps of a list that is written out in the registration.
    fn listed(&self, step: &Step) -> Option<Vec<Step>> {
        const MOST: usize = 64;
        let values = self.guards.values;
        let module = values.project.module(step.at.module);
        let Kind::Array(nodes) = module.kind(step.at.node) else { return None };
        if nodes.len() > MOST || nodes.iter().any(|node| matches!(module.kind(*node), Kind::Spread(_))) {
            return None;
        }
        values.refuel();
        let step = |node: &NodeId| {
            let at = step.at.with(*node);
            Step { value: values.of(&at), at }
        };
        Some(nodes.iter().map(step).collect())
    }

    /// What a route's chain has verified when it hands on to the next route of its path.
    fn handed_on(&self, steps: &[Step], convention: Convention) -> Vec<Guard> {
        let guards = steps.iter().flat_map(|step| self.guards_of(step, convention, 0));
        let verified = guards.filter(|guard| !matches!(guard.class, GuardClass::PassThrough | GuardClass::Unverified));
        verified.map(|guard| Guard { ace_call: None, ..guard }).collect()
    }

    /// The expression of a step, if it stands in the registration itself.
    fn written<'a>(&self, step: &'a Step) -> Option<&'a At> {
        let kind = self.guards.values.project.module(step.at.module).kind(step.at.node);
        matches!(kind, Kind::Call { .. }).then_some(&step.at)
    }

    /// The addon, where a guard of ACE's can be put before the handler: a middleware of Express in a list of such.
    fn addon(&mut self, convention: Convention, handler: &Step, at: &At) -> Option<String> {
        let kind = self.guards.values.project.module(handler.at.module).kind(handler.at.node);
        let is_listed = convention == Convention::Express && !matches!(kind, Kind::Object(_));
        is_listed.then(|| self.addons.in_scope(self.guards.values, self.guards.ace, at)).flatten()
    }

    /// `app[method](…)`: which other routes such a registration makes is not told by where it stands.
    fn takes_any_method(&self, at: &At) -> bool {
        let module = self.guards.values.project.module(at.module);
        let Kind::Call { callee, .. } = module.kind(at.node) else { return false };
        let Kind::Index { index, .. } = module.kind(*callee) else { return false };
        let values = self.guards.values;
        values.refuel();
        values.of(&values.at_top(at.module, *index)).as_text().is_none() // that of a helper is known by call
    }

    fn span(&self, at: &At) -> Span {
        self.guards.values.project.node(at.module, at.node).span
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one entry, taken apart by the only caller")]
    fn route(
        &mut self,
        method: Method,
        own: &Path,
        is_many: bool,
        steps: &[Step],
        at: &At,
        convention: Convention,
        when: &When,
        around: &Surroundings,
    ) {
        let Some(text) = &own.text else { return };
        let Some((last, before)) = steps.split_last() else { return };
        let full = join(&around.prefix, text);
        let mut guards: Vec<Guard> = around
            .guards
            .iter()
            .filter(|standing| covers(&standing.prefix, &full))
            .map(|standing| standing.before(when))
            .collect();
        guards.extend(
            around.earlier.iter().filter(|standing| standing.prefix == full).map(|standing| standing.before(when)),
        );
        let mut parsers = around.parsers.clone();
        for step in before {
            parsers.add(self.guards.values, &step.value, std::iter::once(Some(full.clone())), when);
            guards.extend(self.guards_of(step, convention, 0));
        }
        self.budget = self.budget.saturating_sub(guards.len());
        let mut handler_value = last.value.clone();
        if let Some(mut listed) = self.listed(last) {
            let Some(final_step) = listed.pop() else { return };
            guards.extend(listed.iter().flat_map(|step| self.guards_of(step, convention, 1)));
            handler_value = final_step.value;
        } else if let Some(mut elements) = self.guards.values.elements(&last.value) {
            let Some(final_step) = elements.pop() else { return };
            for element in elements {
                guards.extend(self.guards.guards(&element, self.span(&last.at), None, convention));
            }
            handler_value = final_step;
        }
        let place = self.guards.values.project.module(last.at.module).whole(last.at.node);
        let handler = self.guards.handler(&handler_value, place, convention);
        let is_empty = text.trim_matches('/').is_empty();
        let mount = around.mount.filter(|_| is_empty);
        let span = mount.map_or(self.span(at), |(call, _)| call);
        let reach =
            if is_many || self.takes_any_method(at) || own.is_pattern || around.is_many || full.contains(['*', ':']) {
                Reach::Many
            } else {
                Reach::One
            };
        let addon = self.addon(convention, last, at);
        let body_parsed = parsers.parse(&full, when);
        self.routes.push(Route {
            method,
            path: Spanned { value: full, span: mount.map_or(own.span, |(_, path)| path) },
            reach,
            guards,
            handler,
            span,
            addon,
            body_parsed,
            deferred: around.deferred && !self.walker.ace_deferred,
            mounted: around.mounted,
            trace: around.trace.clone(),
        });
    }
}

/// Paths that more than one route of a router is registered for.
fn registered_again(entries: &[Registered]) -> BTreeSet<&String> {
    let mut known = BTreeSet::new();
    let routes = entries.iter().filter_map(|registered| match &registered.entry {
        Entry::Route { paths, .. } => Some(paths),
        Entry::Use { .. } => None,
    });
    let texts = routes.flatten().filter_map(|path| path.text.as_ref());
    texts.filter(|text| !known.insert(*text)).collect()
}

/// Whether a middleware mounted at a prefix sees a path.
fn covers(prefix: &str, path: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
    prefix.contains(['*', ':', '('])
        || prefix.is_empty()
        || path == prefix
        || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
}

/// A mount's path and a route's, one after the other.
pub fn join(prefix: &str, path: &str) -> String {
    let prefix = prefix.trim_end_matches('/');
    let path = path.trim_start_matches('/');
    match (prefix.is_empty(), path.is_empty()) {
        (_, true) if !prefix.is_empty() => prefix.to_owned(),
        (true, _) => format!("/{path}"),
        _ => format!("{prefix}/{path}"),
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "/" } else { path }
}
