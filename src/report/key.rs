//! What makes a finding the same one in the next run, whatever moved: a key without lines.

use std::collections::BTreeMap;

use crate::{finding::Finding, report::Run};

/// The keys of a run's findings and of those put aside, each unlike all others. To put one aside changes no other's key.
pub(super) struct Keys {
    /// Of the findings, in their order.
    pub(super) findings: Vec<String>,
    /// Of those put aside, in their order.
    pub(super) suppressed: Vec<String>,
}

/// The keys of a run.
pub(super) fn keys(run: &Run) -> Keys {
    let suppressed = run.suppressed.iter().map(|suppressed| &suppressed.finding);
    let mut all: Vec<(usize, &Finding)> = run.findings.iter().chain(suppressed).enumerate().collect();
    all.sort_by_key(|(_, finding)| finding.span);
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    let mut keys = vec![String::new(); all.len()];
    for (at, finding) in all {
        let app = run.checkout.path(run.app_root(finding.app));
        let app = app.strip_suffix("/.").unwrap_or(&app); // the same from whichever folder it is scanned
        let path = run.checkout.path(&run.sources.file(finding.span.file).path);
        let hash = hash(&[finding.rule, app, &finding.identity, &path]);
        let occurrence = seen.entry(hash).or_default();
        *occurrence += 1;
        keys[at] = format!("{hash:016x}:{occurrence}");
    }
    let suppressed = keys.split_off(run.findings.len());
    Keys { findings: keys, suppressed }
}

/// FNV-1a of several texts.
pub(super) fn hash(texts: &[&str]) -> u64 {
    texts
        .iter()
        .flat_map(|text| text.bytes().chain([0]))
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
