//! Findings and problems as the formats of other tools want them: a place from the top of the repository, and a line of
//! clean text.

use crate::{
    finding::Finding,
    lines::Position,
    problem::Problem,
    report::{Run, key, places::Places, text::sentence},
};

/// A finding.
pub(super) struct Entry<'run> {
    /// The finding itself.
    pub(super) finding: &'run Finding,
    /// Its file below the top of the repository, as it is.
    pub(super) path: String,
    /// Where it starts and ends, in Unicode scalar values.
    pub(super) start: Position,
    pub(super) end: Position,
    /// What is wrong and what to do, as sentences on one clean line.
    pub(super) message: String,
    /// What makes it the same one in the next run.
    pub(super) key: String,
}

/// The findings, in their order.
pub(super) fn entries<'run>(run: &Run<'run>, places: &Places<'run>) -> Vec<Entry<'run>> {
    let entry = |(finding, key): (&'run Finding, String)| {
        let (start, end) = places.positions(finding.span);
        let parts = [Some(finding.message.as_str()), finding.help.as_deref()];
        let message = parts.into_iter().flatten().map(sentence).collect::<Vec<_>>().join(" ");
        Entry { finding, path: places.path(finding.span.file), start, end, message, key }
    };
    run.findings.iter().zip(key::keys(run).findings).map(entry).collect()
}

/// The file of a problem below the top of the repository; none where it would say something of the machine it is on.
pub(super) fn problem_path(run: &Run, problem: &Problem) -> Option<String> {
    let path = &problem.path;
    let drive = path.as_bytes().get(1) == Some(&b':');
    let outside = path.split(['/', '\\']).any(|part| part == "..");
    let relative = !path.is_empty() && path != "." && !path.starts_with(['/', '\\']) && !drive && !outside;
    relative.then(|| run.checkout.path(path))
}

/// What is the matter with the file of a problem, as a clean sentence.
pub(super) fn problem_message(problem: &Problem) -> String {
    sentence(&format!("could not analyse this: {}", problem.message))
}
