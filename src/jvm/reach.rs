//! What a method does together with the tree's own methods that it calls, in the order in which it runs.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use crate::{
    jvm::{
        flow::Flow,
        ir::{Body, Call, Class, Function, Unit},
        project::Project,
        proof,
        security::is_for_development,
        verifiers::verifier,
    },
    source::Span,
};

/// How far calls are followed.
const DEPTH: usize = 6;

/// How many methods one handler's calls are followed into.
const METHODS: usize = 200;

/// How many calls are looked at.
const STEPS: usize = 20_000;

/// How many verifying calls are judged.
const JUDGED: usize = 64;

/// How many methods of one name are compared.
const SAME_NAME: usize = 64;

/// How many names an expression is resolved to.
const WORDS: usize = 256;

/// A method that is gone through.
#[derive(Debug)]
pub struct Frame<'project> {
    /// Its file.
    pub unit: &'project Unit,
    /// Its class.
    pub class: &'project Class,
    /// The method.
    pub function: &'project Function,
    /// Its body.
    pub body: &'project Body,
    /// The call that leads here and the frame that it stands in; `None` for the method one starts from.
    pub caller: Option<(usize, &'project Call)>,
    /// Which of its names stand for the request, a token or claims.
    pub flow: Flow<'project>,
}

/// A call, and the frame that it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Step<'project> {
    /// The frame.
    pub frame: usize,
    /// The call.
    pub call: &'project Call,
    /// Whether it leads to a method of the tree, whose steps precede this one.
    pub is_followed: bool,
    /// Whether it verifies a signature: `true` with a public key, `false` with a secret.
    pub proves: Option<bool>,
}

/// Everything that a method leads to.
#[derive(Debug)]
pub struct Reach<'project> {
    /// The tree.
    pub project: &'project Project,
    /// The methods, the first one first.
    pub frames: Vec<Frame<'project>>,
    /// The calls in the order in which they are made.
    pub steps: Vec<Step<'project>>,
    /// Whether there was more than is followed.
    pub is_cut: bool,
    /// The frames of the methods that were gone through, by their names.
    entered: BTreeMap<Span, usize>,
    /// The methods of the tree that calls may lead to, by the frame and the call.
    led: BTreeMap<(usize, Span), Vec<Span>>,
}

impl<'project> Reach<'project> {
    /// Follows a method of a class.
    pub fn of(project: &'project Project, class: &'project Class, function: &'project Function) -> Self {
        let mut reach = Reach {
            project,
            frames: Vec::new(),
            steps: Vec::new(),
            is_cut: false,
            entered: BTreeMap::new(),
            led: BTreeMap::new(),
        };
        let unit = project.units.iter().find(|unit| unit.file == function.name.span.file);
        if let Some(unit) = unit {
            reach.enter((unit, class, function), None, DEPTH);
        }
        let verifying = reach.steps.iter().enumerate().filter(|(_, step)| verifier(step.call).is_some());
        let proofs: Vec<_> =
            verifying.take(JUDGED).map(|(at, step)| (at, proof::of_call(&reach, step.frame, step.call))).collect();
        for (at, proves) in proofs {
            reach.steps[at].proves = proves.filter(|_| reach.finishes(reach.steps[at].call));
        }
        reach
    }

    /// Whether what a call makes to verify with is used, as far as the names say.
    fn finishes(&self, call: &Call) -> bool {
        let finishing = verifier(call).and_then(|row| row.finished_by.as_deref());
        let said = |name: &str| {
            self.frames.iter().flat_map(|frame| &frame.body.names).filter(|used| used.value == name).count()
        };
        let followed = |name: &str| self.steps.iter().filter(|step| step.is_followed && step.call.name == name).count();
        self.is_cut || finishing.is_none_or(|name| said(name) > followed(name))
    }

    fn enter(
        &mut self,
        (unit, class, function): (&'project Unit, &'project Class, &'project Function),
        caller: Option<(usize, &'project Call)>,
        depth: usize,
    ) {
        let Some(body) = &function.body else { return };
        if depth == 0 || self.frames.len() >= METHODS {
            self.is_cut = true;
            return;
        }
        let index = self.frames.len();
        match self.entered.entry(function.name.span) {
            Entry::Occupied(_) => return,
            Entry::Vacant(entry) => entry.insert(index),
        };
        let given = caller.map(|(frame, call)| (&self.frames[frame], call));
        let flow = Flow::of(self.project, class, function, body, given);
        self.frames.push(Frame { unit, class, function, body, caller, flow });
        let mut calls: Vec<&Call> = body.calls.iter().collect();
        calls.sort_by_key(|call| call.span.end); // a receiver and arguments are evaluated before the call itself
        for call in calls {
            if self.steps.len() >= STEPS {
                self.is_cut = true;
                return;
            }
            let targets = self.targets(index, call);
            for target in &targets {
                self.enter(*target, Some((index, call)), depth - 1);
            }
            let names = targets.iter().map(|(_, _, function)| function.name.span);
            self.led.insert((index, call.span), names.collect());
            self.steps.push(Step { frame: index, call, is_followed: !targets.is_empty(), proves: None });
        }
    }

    /// The methods of the tree that a call can lead to.
    fn targets(&self, frame: usize, call: &Call) -> Vec<(&'project Unit, &'project Class, &'project Function)> {
        let named: Vec<_> = self.project.functions(&call.name).take(SAME_NAME).collect();
        let same = |function: &Function| function.parameters.len() == call.given.len();
        let exact = named.iter().any(|(_, _, function)| same(function));
        // Kotlin's parameters may have defaults, and the last of Java's may stand for any number
        let fits = |function: &Function| same(function) || (!exact && !function.parameters.is_empty());
        let body = self.frames[frame].body;
        if call.on.is_some_and(|on| body.calls_in(on).any(|inner| verifier(inner).is_some())) {
            return Vec::new(); // the end of a library's own chain
        }
        let fitting = named.iter().filter(|(_, _, function)| fits(function));
        let is_only = named.iter().map(|(_, class, _)| &class.name).collect::<BTreeSet<_>>().len() == 1;
        let kind = self.receiver(frame, call);
        let own = &self.frames[frame];
        let lineage = self.project.lineage(own.unit, own.class);
        let is_target = |unit: &Unit, class: &Class| match &kind {
            Receiver::Own => {
                let above = lineage.iter().any(|(_, known)| std::ptr::eq(*known, class));
                let below = class.supertypes.contains(&own.class.name) && !own.class.name.is_empty();
                let imported =
                    own.unit.imports.iter().any(|import| import.ends_with(&format!(".{}.{}", class.name, call.name)));
                above || below || imported || class.name.is_empty() || unit.file == own.unit.file
            }
            Receiver::Types(types) => {
                types.contains(&class.name) || class.supertypes.iter().any(|name| types.contains(name))
            }
            Receiver::Unknown => is_only,
        };
        let targets = || fitting.clone().filter(|(unit, class, _)| is_target(unit, class)).copied();
        let in_production: Vec<_> = targets().filter(|(_, class, _)| !is_for_development(class)).take(8).collect();
        if in_production.is_empty() { targets().take(8).collect() } else { in_production }
    }

    /// The frames of the methods of the tree that a call may lead to: one of them, not all.
    pub fn led(&self, frame: usize, call: Span) -> Vec<usize> {
        let names = self.led.get(&(frame, call)).into_iter().flatten();
        names.filter_map(|name| self.entered.get(name)).copied().collect()
    }

    /// Whether a call is one of the tree's own methods, or of an interface that the tree declares.
    pub fn is_of_tree(&self, step: &Step<'_>) -> bool {
        let is_declared = |name: &String| self.project.named(name).next().is_some();
        let of_declared = |receiver: Receiver| match receiver {
            Receiver::Types(types) => types.iter().any(is_declared),
            Receiver::Own | Receiver::Unknown => false,
        };
        step.is_followed || of_declared(self.receiver(step.frame, step.call))
    }

    /// What is known of the type of what a call is made on.
    fn receiver(&self, frame: usize, call: &Call) -> Receiver {
        let Some(receiver) = call.receiver.as_deref().filter(|name| !matches!(*name, "this" | "super")) else {
            return if call.on.is_none() || call.receiver.is_some() { Receiver::Own } else { Receiver::Unknown };
        };
        let own = &self.frames[frame];
        let is_chain = call.on.is_some_and(|on| own.body.calls_in(on).any(|inner| inner.span == on));
        if is_chain {
            let constructed = self.project.named(receiver).next().is_some();
            return if constructed { Receiver::Types(vec![receiver.to_owned()]) } else { Receiver::Unknown };
        }
        if let Some(types) = own.types(self.project, receiver) {
            return Receiver::Types(types);
        }
        if receiver.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Receiver::Types(vec![receiver.to_owned()]);
        }
        Receiver::Unknown
    }

    /// Names and texts that an expression consists of, those of its variables' values among them.
    pub fn words(&self, frame: usize, span: Span) -> BTreeSet<&'project str> {
        let mut words = BTreeSet::new();
        self.collect(frame, span, 5, &mut words);
        words
    }

    fn collect(&self, frame: usize, span: Span, depth: usize, words: &mut BTreeSet<&'project str>) {
        let Some(depth) = depth.checked_sub(1).filter(|_| words.len() < WORDS) else { return };
        let own = &self.frames[frame];
        let body: &'project Body = own.body;
        words.extend(body.texts_in(span).map(|text| text.value.as_str()));
        for name in body.names_in(span) {
            if !words.insert(name) {
                continue;
            }
            for assignment in body.values_of(name).filter(|known| !contains(known.value, span)) {
                words.extend(assignment.words.iter().map(String::as_str));
                self.collect(frame, assignment.value, depth, words);
            }
            if let Some(place) = own.function.parameters.iter().position(|parameter| parameter.name == name) {
                words.extend(own.function.parameters[place].words.iter().map(String::as_str));
                if let Some((caller, given)) = own.caller.and_then(|(at, call)| Some((at, *call.given.get(place)?))) {
                    self.collect(caller, given, depth, words);
                }
            }
            if let Some(field) = own.class.fields.iter().find(|field| field.name == name) {
                words.extend(field.words.iter().map(String::as_str));
            }
        }
        let called = |callee: &&Frame<'project>| {
            callee.caller.is_some_and(|(at, call)| at == frame && contains(span, call.span))
        };
        for callee in self.frames.iter().filter(called) {
            let body: &'project Body = callee.body;
            let all = body.names.iter().chain(&body.texts).take(WORDS);
            words.extend(all.map(|word| word.value.as_str()));
        }
    }
}

/// What is known of the type of what a call is made on.
enum Receiver {
    /// It is the class's own, or without a receiver.
    Own,
    /// It is one of these types.
    Types(Vec<String>),
    /// Nothing.
    Unknown,
}

impl Frame<'_> {
    /// The types that a name is declared with; `None` if it is not declared, or its value does not say.
    fn types(&self, project: &Project, name: &str) -> Option<Vec<String>> {
        if let Some(assignment) = self.body.values_of(name).next() {
            let declared: Vec<_> =
                assignment.words.iter().filter(|word| *word != name && *word != "var").cloned().collect();
            if !declared.is_empty() {
                return Some(declared);
            }
            let first = self.body.names_in(assignment.value).next().map(str::to_owned);
            let first = first.filter(|first| first.starts_with(|c: char| c.is_ascii_uppercase()));
            if first.is_some() {
                return first.map(|first| vec![first]);
            }
        }
        let parameter = self.function.parameters.iter().find(|parameter| parameter.name == name);
        let lineage = project.lineage(self.unit, self.class);
        let mut fields = lineage.iter().flat_map(|(_, class)| &class.fields);
        let declared = parameter.or_else(|| fields.find(|field| field.name == name))?;
        Some(declared.words.iter().filter(|word| *word != name).cloned().collect())
    }
}

/// Whether a span lies within another one.
pub fn contains(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}
