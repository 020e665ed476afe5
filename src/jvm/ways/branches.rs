//! What decisions and errors do to a way.

use crate::{
    jvm::{
        conditions::{self, Says},
        course::{Act, Catch},
    },
    source::Span,
};

use super::{
    Proof,
    walk::{End, Path, Value, Walk, behind_break},
};

impl Walk<'_, '_> {
    pub(super) fn choose(&mut self, frame: usize, parts: &[Act; 3], span: Span, path: Path) -> Vec<Path> {
        let [test, yes, no] = parts;
        let paths = self.act(frame, test, Path { asked: false, ..path });
        self.each_of(paths, |walk, path| {
            let holds = match path.value {
                _ if path.asked && !matches!(path.value, Value::Truth(_)) => None,
                Value::Truth(holds) => Some(holds),
                _ => walk.path.and_then(|path| match conditions::of(walk.reach, frame, span, path)? {
                    Says::Yes => Some(true),
                    Says::No => Some(false),
                    Says::Unknown => None,
                }),
            };
            match holds {
                Some(holds) => walk.act(frame, if holds { yes } else { no }, Path { asked: false, ..path }),
                None => {
                    let fresh = Path { asked: false, ..path.clone() };
                    let sides = vec![walk.act(frame, yes, fresh.clone()), walk.act(frame, no, fresh)];
                    walk.decide(frame, span, &path, sides)
                }
            }
        })
    }

    pub(super) fn arms(
        &mut self,
        frame: usize,
        arms: &[Act],
        falls: bool,
        is_whole: bool,
        path: &Path,
    ) -> Vec<Vec<Path>> {
        let fresh = Path { asked: false, ..path.clone() };
        let mut sides = Vec::new();
        let mut carried: Vec<Path> = Vec::new();
        for arm in arms {
            let mut paths = std::mem::take(&mut carried);
            paths.push(fresh.clone());
            let paths = self.each_of(paths, |walk, path| walk.act(frame, arm, path));
            let (next, left): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| falls && path.is_next());
            carried = next;
            sides.push(left.into_iter().map(behind_break).collect());
        }
        sides.push(carried);
        sides.extend((!is_whole).then(|| vec![fresh]));
        sides.retain(|side: &Vec<Path>| !side.is_empty());
        sides
    }

    /// The ways on from a decision that is not known. Who asks what tells is taken to do the right thing: without a proof
    /// the side is taken on which nothing is done, or which ends.
    pub(super) fn decide(&mut self, frame: usize, span: Span, before: &Path, mut sides: Vec<Vec<Path>>) -> Vec<Path> {
        let is_proven = |path: &Path| path.proof == Proof::Public;
        if before.asked && !is_proven(before) {
            let acts = |side: &Vec<Path>| side.iter().any(|path| path.acts.len() > before.acts.len());
            let goes_on = |side: &Vec<Path>| side.iter().any(Path::is_next);
            let is_some = |has: &dyn Fn(&Vec<Path>) -> bool| sides.iter().any(has) && !sides.iter().all(has);
            if is_some(&acts) {
                sides.retain(|side| !acts(side));
            } else if is_some(&goes_on) {
                sides.retain(|side| !goes_on(side));
            } else {
                let doubt = |path: &mut Path| {
                    if !is_proven(path) {
                        path.proof = Proof::Doubtful;
                    }
                };
                sides.iter_mut().flatten().for_each(doubt);
            }
            return sides.concat();
        }
        let is_chosen = !is_proven(before) && sides.iter().any(|side| side.iter().any(is_proven));
        let passed_by = |path: &&mut Path| is_chosen && !is_proven(path) && path.chosen.is_none();
        for path in sides.iter_mut().flatten().filter(passed_by) {
            path.chosen = Some((frame, span));
        }
        sides.concat()
    }

    pub(super) fn attempt(
        &mut self,
        frame: usize,
        body: &Act,
        catches: &[Catch],
        finally: &Act,
        path: Path,
    ) -> Vec<Path> {
        let was_caught = path.caught;
        let mut all = Vec::new();
        for path in self.act(frame, body, path) {
            let End::Throw(kind) = path.end.clone() else {
                all.push(path);
                continue;
            };
            let mut is_caught = false;
            for catch in catches.iter().filter(|catch| catches_it(catch, kind.as_deref()) != Says::No) {
                is_caught = catches_it(catch, kind.as_deref()) == Says::Yes;
                let proof = if is_caught || path.proof >= Proof::Secret { path.proof } else { Proof::Doubtful };
                let mut known = path.known.clone();
                known.insert(catch.name.clone(), Value::Telling);
                let chosen = path.chosen.or(Some((frame, catch.span)));
                let caught = Path { proof, chosen, known, end: End::Next, caught: true, ..path.clone() };
                let handled = self.act(frame, &catch.body, caught);
                all.extend(handled.into_iter().map(|path| Path { caught: was_caught, ..path }));
                if is_caught {
                    break;
                }
            }
            all.extend((!is_caught).then_some(path));
        }
        if finally.is_nothing() {
            return all;
        }
        let mut ended = Vec::new();
        for path in all {
            let (end, value) = (path.end.clone(), path.value);
            let paths = self.act(frame, finally, Path { end: End::Next, ..path });
            ended.extend(
                paths
                    .into_iter()
                    .map(|path| if path.is_next() { Path { end: end.clone(), value, ..path } } else { path }),
            );
        }
        ended
    }
}

/// Whether a clause catches what is thrown: of a type that the tree says, or by a call that verifies.
fn catches_it(catch: &Catch, kind: Option<&str>) -> Says {
    const EVERYTHING: [&str; 3] = ["Exception", "Throwable", "RuntimeException"];
    const VERIFYING: [&str; 6] = [
        "JWTVerificationException",
        "JwtException",
        "JOSEException",
        "BadJOSEException",
        "SignatureVerificationException",
        "SignatureException",
    ];
    let names = |known: &[&str]| catch.types.iter().any(|own| known.contains(&own.as_str()));
    match kind {
        _ if names(&EVERYTHING) => Says::Yes,
        Some(kind) if names(&[kind]) => Says::Yes,
        None if names(&VERIFYING) => Says::Yes,
        _ => Says::Unknown,
    }
}
