//! What calls do to a way.

use crate::{
    jvm::{
        bodies,
        course::{Act, Called},
        reach::Step,
        verifiers::{Tells, verifier},
    },
    source::Span,
};

use super::{
    PASSING, Passing, Proof, proofs,
    walk::{End, Path, Value, Walk, behind_break},
};

/// A way to a call, with what the call is made on and given.
struct Made {
    path: Path,
    on: Value,
    first: Option<Value>,
    /// Whether something of it may tell whether the token is genuine.
    tells: bool,
}

impl Walk<'_, '_> {
    pub(super) fn call(&mut self, frame: usize, called: &Called, path: Path) -> Vec<Path> {
        let (mut ended, mut made) = (Vec::new(), Vec::new());
        let paths = match &called.on {
            Some(on) => self.act(frame, on, path),
            None => vec![Path { value: Value::Unknown, ..path }],
        };
        for path in paths {
            if path.end != End::Next {
                ended.push(path);
                continue;
            }
            if called.is_safe {
                ended.push(path.clone().with(Value::Null));
            }
            let tells = !called.on.as_deref().is_some_and(is_literal) && path.value != Value::Unknown;
            made.push(Made { on: path.value, first: None, tells, path });
        }
        for given in called.given.iter().filter(|given| !matches!(given, Act::Later(..))) {
            let mut next = Vec::new();
            for Made { path, on, first, tells } in made {
                for path in self.act(frame, given, path) {
                    if path.end != End::Next {
                        ended.push(path);
                        continue;
                    }
                    let tells = tells || (!is_literal(given) && path.value != Value::Unknown);
                    next.push(Made { on, first: first.or(Some(path.value)), tells, path });
                }
            }
            made = next;
        }
        for made in made {
            ended.extend(self.made(frame, called, made));
        }
        ended
    }

    /// The ways on from a call whose receiver and arguments are known.
    fn made(&mut self, frame: usize, called: &Called, made: Made) -> Vec<Path> {
        let at = self.steps.get(&(frame, called.span)).copied();
        let Some(step) = at.map(|at| self.reach.steps[at]) else { return vec![made.path.with(Value::Unknown)] };
        let led = self.reach.led(frame, called.span);
        let functions: Vec<_> = called.given.iter().filter(|given| matches!(given, Act::Later(..))).collect();
        if made.on == Value::Pending && led.is_empty() {
            return self.pending(frame, &step, &functions, made.path);
        }
        let paths = if led.is_empty() { self.library(frame, called, &step, made) } else { self.led(&led, made.path) };
        if runs_itself(&step, called) {
            return paths;
        }
        functions
            .into_iter()
            .fold(paths, |paths, given| paths.into_iter().flat_map(|path| self.maybe(frame, given, path)).collect())
    }

    /// The ways on from a call that one of several methods of the tree answers.
    fn led(&mut self, frames: &[usize], path: Path) -> Vec<Path> {
        let mut all = Vec::new();
        for frame in frames {
            for outcome in self.outcomes(*frame, path.proof) {
                let acts = path.acts.union(&outcome.acts).copied().collect();
                let chosen = path.chosen.or(outcome.chosen);
                let known = path.known.clone();
                let value = outcome.value;
                all.push(Path { acts, chosen, known, asked: path.asked, caught: path.caught, ..outcome }.with(value));
            }
        }
        if all.is_empty() { vec![path.with(Value::Unknown)] } else { all }
    }

    fn library(&mut self, frame: usize, called: &Called, step: &Step<'_>, made: Made) -> Vec<Path> {
        let Made { mut path, on, first, tells } = made;
        let verifies = proofs::of(self.reach, step);
        if !verifies.is_empty() {
            let chosen = (verifies.len() > 1).then_some((frame, called.span));
            return verifies.into_iter().flat_map(|(public, how)| verified(&path, public, how, chosen)).collect();
        }
        let is_act = match self.passing {
            Passing::Works => works(step),
            Passing::Stores => !step.is_followed && bodies::is_store(step.call),
            Passing::Calls => PASSING.contains(&step.call.name.as_str()),
            Passing::Answers | Passing::Ends => false,
        };
        if is_act {
            path.acts.insert((called.span, path.proof));
        }
        if let Some(receiver) = step.call.receiver.as_ref().filter(|name| path.caught && !bodies::is_log(name)) {
            path.known.insert(receiver.clone(), Value::Telling); // it may be asked for what was kept there
        }
        let run = |walk: &mut Self, path: Path| match called.given.iter().rfind(|given| matches!(given, Act::Later(..)))
        {
            Some(given) => walk.lambda(frame, given, path),
            None => vec![path],
        };
        match (step.call.name.as_str(), on) {
            ("runCatching", _) => run(self, path).into_iter().map(kept).collect(),
            ("getOrThrow", Value::Failure) => vec![Path { end: End::Throw(None), ..path }],
            ("getOrNull", Value::Failure) => vec![path.with(Value::Null)],
            ("getOrThrow" | "getOrNull", Value::Success) => vec![path.with(Value::Unknown)],
            ("onFailure", Value::Failure) | ("onSuccess", Value::Success) => {
                let paths = run(self, path);
                self.then(paths, |path| vec![path.with(on)])
            }
            ("getOrElse" | "recover" | "recoverCatching", Value::Failure) => run(self, path),
            ("onFailure" | "onSuccess", Value::Success | Value::Failure) => vec![path.with(on)],
            ("getOrElse" | "recover" | "recoverCatching", Value::Success) => vec![path.with(Value::Unknown)],
            (name, _) if throws(name, step.call.on.is_none()) => vec![Path { end: End::Throw(None), ..path }],
            (name, _) if is_assertion(name) && first == Some(Value::Truth(false)) => {
                vec![Path { end: End::Throw(None), ..path }]
            }
            (name, _) if is_assertion(name) && first == Some(Value::Telling) && path.proof < Proof::Secret => {
                vec![Path { end: End::Throw(None), ..path }]
            }
            ("let" | "run" | "with" | "use" | "runBlocking" | "withContext" | "coroutineScope" | "synchronized", _) => {
                run(self, path)
            }
            ("also" | "apply", _) => {
                let paths = run(self, path);
                self.then(paths, |path| vec![path.with(on)])
            }
            _ => vec![path.with(if tells { Value::Telling } else { Value::Unknown })],
        }
    }

    /// The ways on from a call on what comes when something was verified.
    fn pending(&mut self, frame: usize, step: &Step<'_>, functions: &[&Act], path: Path) -> Vec<Path> {
        const WAITING: [&str; 6] = ["block", "join", "get", "await", "awaitSingle", "awaitFirst"];
        if functions.is_empty() && WAITING.contains(&step.call.name.as_str()) {
            return vec![Path { proof: Proof::Public, ..path }.with(Value::Unknown)];
        }
        let before = path.proof;
        let mut paths = vec![Path { value: Value::Pending, ..path.clone() }];
        for given in functions {
            let after = self.lambda(frame, given, Path { proof: Proof::Public, ..path.clone() });
            paths.extend(after.into_iter().map(|path| Path { proof: before, value: Value::Pending, ..path }));
        }
        paths
    }

    /// The ways on where a function without a name may be run now, later, or not.
    fn maybe(&mut self, frame: usize, given: &Act, path: Path) -> Vec<Path> {
        if path.end != End::Next {
            return vec![path];
        }
        let (value, before) = (path.value, path.proof);
        let after = self.lambda(frame, given, path.clone());
        let mut ending = after.iter().filter(|path| path.end == End::Next).peekable();
        let is_pending = before < Proof::Public
            && ending.peek().is_some()
            && ending.all(|path| path.proof == Proof::Public || path.value == Value::Pending);
        let value = if is_pending { Value::Pending } else { value };
        let run = after.into_iter().map(|path| Path { proof: before, value, ..path });
        run.chain((!is_pending).then_some(path)).collect()
    }

    fn lambda(&mut self, frame: usize, given: &Act, path: Path) -> Vec<Path> {
        let Act::Later(body, leaves) = given else { return vec![path] };
        let ends = |path: Path| match path.end {
            End::Return(_) if !leaves => Path { end: End::Next, ..path },
            _ => behind_break(path),
        };
        self.act(frame, body, path).into_iter().map(ends).collect()
    }
}

/// The ways on from a call that verifies.
fn verified(path: &Path, public: bool, how: Tells, chosen: Option<(usize, Span)>) -> [Path; 2] {
    let reached = if public { Proof::Public } else { Proof::Secret };
    let chosen = path.chosen.or(chosen);
    let yes = Path { proof: path.proof.max(reached), chosen, ..path.clone() };
    let no = Path { proof: if path.proof < Proof::Secret { Proof::Failed } else { path.proof }, ..yes.clone() };
    match how {
        Tells::Answering => [yes.with(Value::Truth(true)), no.with(Value::Truth(false))],
        Tells::Throwing => [yes.with(Value::Unknown), Path { end: End::Throw(None), ..no }],
    }
}

/// What Kotlin's `runCatching` makes of a way.
fn kept(path: Path) -> Path {
    match path.end {
        End::Throw(_) => Path { end: End::Next, ..path }.with(Value::Failure),
        End::Next => path.with(Value::Success),
        _ => path,
    }
}

/// Whether a call runs the function that it is given, or does not, as its name says.
fn runs_itself(step: &Step<'_>, called: &Called) -> bool {
    const NAMES: [&str; 16] = [
        "runCatching",
        "onFailure",
        "onSuccess",
        "getOrElse",
        "recover",
        "recoverCatching",
        "let",
        "run",
        "with",
        "use",
        "runBlocking",
        "withContext",
        "coroutineScope",
        "synchronized",
        "also",
        "apply",
    ];
    !step.is_followed && !called.given.is_empty() && NAMES.contains(&step.call.name.as_str())
}

fn is_literal(act: &Act) -> bool {
    matches!(act, Act::Truth(_) | Act::Null)
}

/// Whether a call may do something, as far as its name says.
fn works(step: &Step<'_>) -> bool {
    const ANSWERS: [&str; 8] =
        ["ResponseEntity", "Response", "HttpStatus", "HttpResponse", "response", "status", "Mono", "this"];
    const BUILDS: [&str; 9] =
        ["build", "status", "body", "entity", "header", "setStatus", "sendError", "badRequest", "parse"];
    let name = step.call.name.as_str();
    let Some(receiver) = step.call.receiver.as_deref() else { return false };
    let reads = ["get", "is", "has", "to", "as"].iter().any(|head| name.starts_with(head));
    !step.is_followed
        && !reads
        && verifier(step.call).is_none()
        && !bodies::is_harmless(step.call)
        && !ANSWERS.contains(&receiver)
        && !BUILDS.contains(&name)
}

/// Whether a call ends the way, as its name says.
fn throws(name: &str, is_bare: bool) -> bool {
    const NAMES: [&str; 6] = ["rethrow", "sneakyThrow", "fail", "abortWith", "halt", "abort"];
    NAMES.contains(&name) || (is_bare && matches!(name, "error" | "exitProcess" | "TODO"))
}

/// Whether a call throws unless what it is given holds.
fn is_assertion(name: &str) -> bool {
    matches!(name, "require" | "check" | "isTrue" | "checkArgument" | "checkState" | "state")
}
