//! Every way through a body is gone once, as long as they are few.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    jvm::{course::Act, reach::Reach},
    source::Span,
};

use super::{Passing, Proof};

/// How many ways are told apart at one place.
const WAYS: usize = 64;

/// How many statements and expressions are gone through.
const STEPS: usize = 40_000;

/// How deep they may be called from each other.
const DEPTH: usize = 250;

/// How a way goes on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// With what comes next.
    Next,
    /// Behind the loop, the switch or the function without a name.
    Break,
    /// Not in this method; where it is left.
    Return(Span),
    /// Where it is caught; the type, where the tree says it.
    Throw(Option<String>),
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// Anything.
    Unknown,
    /// `true` or `false`.
    Truth(bool),
    /// `null`.
    Null,
    /// Something that may tell whether the token is genuine.
    Telling,
    /// What comes, unless it fails, when a signature was verified with a public key; until then nothing is.
    Pending,
    /// Kotlin's `Result` of what did not throw.
    Success,
    /// Kotlin's `Result` of what threw.
    Failure,
}

/// A way as far as it was gone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Path {
    pub proof: Proof,
    pub end: End,
    /// The value of what was gone through last.
    pub value: Value,
    /// What is done, and what was verified then.
    pub acts: BTreeSet<(Span, Proof)>,
    /// What decided that there is no public key, and its frame.
    pub chosen: Option<(usize, Span)>,
    /// What variables and fields have.
    pub known: BTreeMap<String, Value>,
    /// Whether the condition that is gone through asks for something that tells.
    pub asked: bool,
    /// Whether it goes through the handling of an error.
    pub caught: bool,
}

impl Path {
    pub(super) fn with(self, value: Value) -> Path {
        let asked = self.asked || matches!(value, Value::Telling | Value::Success | Value::Failure);
        Path { value, asked, ..self }
    }

    pub(super) fn is_next(&self) -> bool {
        self.end == End::Next
    }
}

/// A method that is gone through.
pub(super) struct Walk<'reach, 'project> {
    pub reach: &'reach Reach<'project>,
    pub passing: Passing,
    /// The places of the steps, by frame and call.
    pub steps: BTreeMap<(usize, Span), usize>,
    /// Whether there was more than is gone through.
    pub is_cut: bool,
    /// The path of the requests, where it is known.
    pub path: Option<&'reach str>,
    outcomes: BTreeMap<(usize, Proof), Vec<Path>>,
    open: BTreeSet<usize>,
    left: usize,
    depth: usize,
}

/// The ways through a method.
pub(super) struct Paths {
    pub found: Vec<Path>,
    /// Whether there are more.
    pub is_cut: bool,
}

/// Every way through the method that one starts from.
pub(super) fn paths(reach: &Reach<'_>, passing: Passing, path: Option<&str>) -> Paths {
    let mut walk = Walk::new(reach, passing, path);
    let found = walk.body(0, Proof::Nothing);
    Paths { found, is_cut: walk.is_cut }
}

impl<'reach, 'project> Walk<'reach, 'project> {
    fn new(reach: &'reach Reach<'project>, passing: Passing, path: Option<&'reach str>) -> Self {
        let steps = reach.steps.iter().enumerate().map(|(at, step)| ((step.frame, step.call.span), at)).collect();
        let (outcomes, open) = (BTreeMap::new(), BTreeSet::new());
        Walk { reach, passing, steps, is_cut: reach.is_cut, path, outcomes, open, left: STEPS, depth: 0 }
    }

    fn body(&mut self, frame: usize, proof: Proof) -> Vec<Path> {
        let Some(own) = self.reach.frames.get(frame) else { return Vec::new() };
        let path = Path {
            proof,
            end: End::Next,
            value: Value::Unknown,
            acts: BTreeSet::new(),
            chosen: None,
            known: BTreeMap::new(),
            asked: false,
            caught: false,
        };
        self.open.insert(frame);
        let paths = self.act(frame, &own.body.course, path);
        self.open.remove(&frame);
        paths
    }

    /// What may come of calling a method of the tree.
    pub(super) fn outcomes(&mut self, frame: usize, proof: Proof) -> Vec<Path> {
        if let Some(known) = self.outcomes.get(&(frame, proof)) {
            return known.clone();
        }
        if self.open.contains(&frame) {
            return Vec::new();
        }
        let class = self.reach.frames[frame].class;
        let mut paths = self.body(frame, proof);
        for path in &mut paths {
            let sets_field = class.fields.iter().any(|field| path.known.contains_key(&field.name));
            if sets_field && path.proof == Proof::Failed {
                path.proof = Proof::Doubtful; // others may ask the field
            }
            if !matches!(path.end, End::Throw(_)) {
                path.value = if path.is_next() { Value::Unknown } else { path.value };
                path.end = End::Next;
            }
            (path.asked, path.caught) = (false, false);
            path.known.clear();
        }
        let mut ending = paths.iter().filter(|path| path.is_next()).map(|path| path.proof);
        let first = ending.next();
        let differ = ending.any(|proof| Some(proof) != first);
        for path in paths.iter_mut().filter(|path| differ && path.is_next() && path.value == Value::Unknown) {
            path.value = Value::Telling;
        }
        let paths = self.few(paths);
        self.outcomes.insert((frame, proof), paths.clone());
        paths
    }

    /// The ways on from a statement or an expression.
    pub(super) fn act(&mut self, frame: usize, act: &Act, path: Path) -> Vec<Path> {
        if self.left == 0 || self.depth == DEPTH {
            self.is_cut = true;
            return vec![path];
        }
        self.left -= 1;
        self.depth += 1;
        let paths = self.on(frame, act, path);
        self.depth -= 1;
        self.few(paths)
    }

    fn on(&mut self, frame: usize, act: &Act, path: Path) -> Vec<Path> {
        match act {
            Act::All(acts) => self.each(frame, acts, path),
            Act::Parts(acts) => {
                let paths = self.each(frame, acts, path);
                self.then(paths, |path| vec![path.with(Value::Unknown)])
            }
            Act::Call(called) => self.call(frame, called, path),
            Act::Member(name, on) => {
                let paths = self.act(frame, on, path);
                self.then(paths, |path| {
                    let value = member(name, path.value);
                    vec![path.with(value)]
                })
            }
            Act::Assign(name, value) => {
                let paths = self.act(frame, value, path);
                self.then(paths, |mut path| {
                    match (path.value, path.caught) {
                        (Value::Unknown, false) => _ = path.known.remove(name),
                        (Value::Unknown, true) => _ = path.known.insert(name.clone(), Value::Telling),
                        (value, _) => _ = path.known.insert(name.clone(), value),
                    }
                    vec![path]
                })
            }
            Act::Name(name) => {
                let value = path.known.get(name).copied().unwrap_or(Value::Unknown);
                vec![path.with(value)]
            }
            Act::Truth(truth) => vec![path.with(Value::Truth(*truth))],
            Act::Null => vec![path.with(Value::Null)],
            Act::Not(value) => {
                let paths = self.act(frame, value, path);
                self.then(paths, |path| {
                    let value =
                        if let Value::Truth(truth) = path.value { Value::Truth(!truth) } else { Value::Unknown };
                    vec![path.with(value)]
                })
            }
            Act::Both(sides) => self.short(frame, sides, path, Value::Truth(false), Value::Truth(true)),
            Act::Either(sides) => self.short(frame, sides, path, Value::Truth(true), Value::Truth(false)),
            Act::OrElse(sides) => self.or_else(frame, sides, path),
            Act::Same(sides) => self.same(frame, sides, path),
            Act::Choose(parts, span) => self.choose(frame, parts, *span, path),
            Act::Switch { on, span, arms, falls_through, is_whole } => {
                let paths = self.act(frame, on, Path { asked: false, ..path });
                self.each_of(paths, |walk, path| {
                    let sides = walk.arms(frame, arms, *falls_through, *is_whole, &path);
                    walk.decide(frame, *span, &path, sides)
                })
            }
            Act::Maybe(act) => {
                let mut paths = vec![path.clone()];
                paths.extend(self.act(frame, act, path).into_iter().map(behind_break));
                paths
            }
            Act::Try(body, catches, finally) => self.attempt(frame, body, catches, finally, path),
            Act::Return(value, span) => {
                let paths = self.act(frame, value, Path { value: Value::Unknown, ..path });
                self.then(paths, |path| vec![Path { end: End::Return(*span), ..path }])
            }
            Act::Throw(kind, value) => {
                let paths = self.act(frame, value, path);
                self.then(paths, |path| vec![Path { end: End::Throw(kind.clone()), ..path }])
            }
            Act::Break(value) => {
                let paths = self.act(frame, value, path);
                self.then(paths, |path| vec![Path { end: End::Break, ..path }])
            }
            Act::Later(..) => vec![path.with(Value::Unknown)],
            Act::Beyond => {
                self.is_cut = true;
                vec![path]
            }
        }
    }

    /// One after the other.
    fn each(&mut self, frame: usize, acts: &[Act], path: Path) -> Vec<Path> {
        let start = vec![Path { value: Value::Unknown, ..path }];
        acts.iter().fold(start, |paths, act| {
            let paths = self.each_of(paths, |walk, path| walk.act(frame, act, path));
            self.few(paths)
        })
    }

    /// Ways that go on, each on its own; the others stay as they are.
    pub(super) fn each_of(&mut self, paths: Vec<Path>, mut on: impl FnMut(&mut Self, Path) -> Vec<Path>) -> Vec<Path> {
        let mut all = Vec::new();
        for path in paths {
            if path.is_next() { all.extend(on(self, path)) } else { all.push(path) }
        }
        all
    }

    /// A value that is `stop`, or else the second one's, where the first may be `go`.
    fn short(&mut self, frame: usize, sides: &[Act; 2], path: Path, stop: Value, go: Value) -> Vec<Path> {
        let [first, second] = sides;
        let paths = self.act(frame, first, path);
        self.each_of(paths, |walk, path| match path.value {
            value if value == stop => vec![path],
            value if value == go => walk.act(frame, second, path),
            _ => {
                let mut all = vec![path.clone().with(stop)];
                all.extend(walk.act(frame, second, path));
                all
            }
        })
    }

    fn or_else(&mut self, frame: usize, sides: &[Act; 2], path: Path) -> Vec<Path> {
        let [first, second] = sides;
        let paths = self.act(frame, first, path);
        self.each_of(paths, |walk, path| match path.value {
            Value::Truth(_) | Value::Pending | Value::Success | Value::Failure => vec![path],
            Value::Null => walk.act(frame, second, path),
            Value::Telling if path.proof == Proof::Public => vec![path],
            Value::Telling => walk.act(frame, second, path),
            Value::Unknown => {
                let mut all = vec![path.clone()];
                all.extend(walk.act(frame, second, path));
                all
            }
        })
    }

    fn same(&mut self, frame: usize, sides: &[Act; 2], path: Path) -> Vec<Path> {
        let [first, second] = sides;
        let paths = self.act(frame, first, path);
        self.each_of(paths, |walk, path| {
            let one = path.value;
            let paths = walk.act(frame, second, path);
            walk.then(paths, |path| {
                let value = match (one, path.value) {
                    (Value::Truth(one), Value::Truth(other)) => Value::Truth(one == other),
                    (Value::Null, Value::Null) => Value::Truth(true),
                    (Value::Truth(_), Value::Null) | (Value::Null, Value::Truth(_)) => Value::Truth(false),
                    _ => Value::Unknown,
                };
                vec![path.with(value)]
            })
        })
    }

    pub(super) fn then(&mut self, paths: Vec<Path>, mut on: impl FnMut(Path) -> Vec<Path>) -> Vec<Path> {
        self.each_of(paths, |_, path| on(path))
    }

    /// The same ways once, and no more than can be told apart.
    fn few(&mut self, paths: Vec<Path>) -> Vec<Path> {
        if paths.len() < 2 {
            return paths;
        }
        let mut distinct: BTreeSet<Path> = paths.into_iter().collect();
        if distinct.len() > WAYS {
            distinct = distinct.into_iter().map(|path| Path { known: BTreeMap::new(), ..path }).collect();
        }
        self.is_cut |= distinct.len() > WAYS;
        distinct.into_iter().take(WAYS).collect()
    }
}

/// A way that goes on behind what it broke off.
pub(super) fn behind_break(path: Path) -> Path {
    if path.end == End::Break { Path { end: End::Next, ..path } } else { path }
}

/// The member of a value.
fn member(name: &str, of: Value) -> Value {
    match (name, of) {
        ("isSuccess", Value::Success) | ("isFailure", Value::Failure) => Value::Truth(true),
        ("isSuccess", Value::Failure) | ("isFailure", Value::Success) => Value::Truth(false),
        (_, Value::Telling | Value::Success | Value::Failure) => Value::Telling,
        _ => Value::Unknown,
    }
}
