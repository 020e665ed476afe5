//! The ways through a method, and whether each of them that acts has verified the request before.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    jvm::{
        bodies,
        reach::{Reach, Step},
    },
    source::Span,
};

mod branches;
mod calls;
mod proofs;
mod walk;

use walk::{End, Path, Value};

/// What was verified on a way so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Proof {
    /// Nothing.
    Nothing,
    /// Something that cannot be judged.
    Doubtful,
    /// The token is not genuine, or a check of it threw.
    Failed,
    /// A signature with a shared secret.
    Secret,
    /// A signature with a public key.
    Public,
}

/// What becomes of the verification that a method leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is done without it.
    Holds,
    /// The token's sender may choose a shared secret, or no verification, here.
    FallsBack(Span),
    /// Whether something is done without it cannot be told.
    Doubtful,
    /// The same is done whether it succeeds or not.
    Fails,
}

/// What a method does with a request that it lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passing {
    /// It stores something.
    Stores,
    /// It makes a call outside the tree that may do something.
    Works,
    /// It calls one of these.
    Calls,
    /// It does not answer `false`.
    Answers,
    /// It ends.
    Ends,
}

/// Calls that let a request pass to what is behind a filter or an aspect.
const PASSING: [&str; 4] = ["doFilter", "filter", "proceed", "chain"];

/// Judges what a method verifies, for requests of a path where one is given.
pub fn judge(reach: &Reach<'_>, path: Option<&str>) -> Verdict {
    let passing = Passing::of(reach);
    let paths = walk::paths(reach, passing, path);
    let marks = marks(reach, passing, &paths.found);
    if paths.is_cut {
        return Verdict::Doubtful;
    }
    if !marks.is_empty() || passing != Passing::Stores {
        return of_marks(reach, passing, &marks);
    }
    let working = walk::paths(reach, Passing::Works, path);
    let mut marks = self::marks(reach, Passing::Works, &working.found);
    marks.retain(|_, mark| mark.is_after);
    if working.is_cut || marks.is_empty() {
        return of_ends(reach, &paths.found);
    }
    of_marks(reach, Passing::Works, &marks)
}

/// What the places say where something is done.
fn of_marks(reach: &Reach<'_>, passing: Passing, marks: &BTreeMap<Span, Mark>) -> Verdict {
    let verified: Vec<_> = marks.values().filter(|mark| mark.proofs.contains(&Proof::Public)).collect();
    if verified.is_empty() {
        let is_inverted = marks.iter().any(|(span, mark)| {
            let of_store = |step: &&Step<'_>| step.call.span == *span && bodies::is_tenant_store(reach, step);
            mark.proofs == BTreeSet::from([Proof::Failed]) && reach.steps.iter().any(|step| of_store(&step))
        });
        return if is_inverted { Verdict::Fails } else { Verdict::Doubtful };
    }
    let has = |proof: Proof| verified.iter().any(|mark| mark.proofs.contains(&proof));
    let chosen = verified.iter().find_map(|mark| mark.chosen);
    let secret = || reach.steps.iter().find(|step| step.proves == Some(false)).map(|step| step.call.span);
    match chosen {
        _ if has(Proof::Failed) && !matches!(passing, Passing::Ends | Passing::Works) => Verdict::Fails,
        _ if has(Proof::Failed) || has(Proof::Doubtful) => Verdict::Doubtful,
        Some((frame, span)) if has(Proof::Secret) || bodies::asks_algorithm(reach, frame, span) => {
            Verdict::FallsBack(span)
        }
        _ if has(Proof::Secret) => secret().map_or(Verdict::Doubtful, Verdict::FallsBack),
        _ if has(Proof::Nothing) => Verdict::Doubtful,
        _ => Verdict::Holds,
    }
}

/// Whether a method that does nothing ends in another way where something was verified.
fn of_ends(reach: &Reach<'_>, paths: &[Path]) -> Verdict {
    let whole = reach.frames.first().map(|frame| frame.function.name.span);
    let ends = |is_public: bool| -> BTreeSet<Span> {
        let own = paths.iter().filter(|path| (path.proof == Proof::Public) == is_public);
        let place = |path: &Path| match path.end {
            End::Throw(_) => None,
            End::Return(span) => Some(span),
            End::Next | End::Break => whole,
        };
        own.filter_map(place).collect()
    };
    if ends(true).is_subset(&ends(false)) { Verdict::Doubtful } else { Verdict::Holds }
}

/// Whether a call verifies a signature, by itself or with what was made for it before.
pub fn verifies(reach: &Reach<'_>, step: &Step<'_>) -> bool {
    !proofs::of(reach, step).is_empty()
}

impl Passing {
    fn of(reach: &Reach<'_>) -> Passing {
        let Some(frame) = reach.frames.first() else { return Passing::Ends };
        let is_a = |kinds: &[&str]| frame.class.supertypes.iter().any(|name| kinds.contains(&name.as_str()));
        let name = frame.function.name.value.as_str();
        let passes = |step: &Step<'_>| !step.is_followed && PASSING.contains(&step.call.name.as_str());
        let is_aspect = frame.class.annotations.iter().any(|annotation| annotation.name == "Aspect");
        match name {
            "preHandle" => Passing::Answers,
            "doFilter" | "doFilterInternal" => Passing::Calls,
            _ if (is_aspect || is_a(&["WebFilter"])) && reach.steps.iter().any(passes) => Passing::Calls,
            _ if is_aspect || is_a(&["ContainerRequestFilter", "HandlerMethodArgumentResolver"]) => Passing::Ends,
            _ => Passing::Stores,
        }
    }
}

/// What was verified where something is done.
#[derive(Debug, Default)]
struct Mark {
    proofs: BTreeSet<Proof>,
    /// Whether it is done after a signature was verified with a public key.
    is_after: bool,
    /// What decided that a way has no public key, and its frame.
    chosen: Option<(usize, Span)>,
}

/// Everything that is done, by its place.
fn marks(reach: &Reach<'_>, passing: Passing, paths: &[Path]) -> BTreeMap<Span, Mark> {
    let mut marks: BTreeMap<Span, Mark> = BTreeMap::new();
    let mut add = |span: Span, proof: Proof, path: &Path| {
        // what is verified after all is told by another rule
        let is_late = proof == Proof::Nothing && matches!(path.proof, Proof::Public | Proof::Failed);
        let mark = marks.entry(span).or_default();
        mark.proofs.insert(if is_late { Proof::Public } else { proof });
        mark.is_after |= proof == Proof::Public;
        mark.chosen = mark.chosen.or(path.chosen.filter(|_| proof < Proof::Public));
    };
    let whole = reach.frames.first().map(|frame| frame.function.name.span);
    for path in paths {
        for (span, proof) in &path.acts {
            add(*span, *proof, path);
        }
        let normal = !matches!(path.end, End::Throw(_));
        match (passing, whole) {
            (Passing::Answers, Some(whole)) if normal && path.value != Value::Truth(false) => {
                let is_sure = path.value == Value::Truth(true) || path.proof != Proof::Failed;
                add(whole, if is_sure { path.proof } else { Proof::Doubtful }, path);
            }
            (Passing::Ends, Some(whole)) if normal => add(whole, path.proof, path),
            _ => {}
        }
    }
    marks
}
