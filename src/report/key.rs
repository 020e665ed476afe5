//! What makes a finding the same one in the next run, whatever moved: a key without lines.

use crate::{baseline, report::Run};

/// A key for each finding, unlike all others of the run.
pub(super) fn keys(run: &Run) -> Vec<String> {
    let app = |finding: &crate::finding::Finding| run.checkout.path(run.app_root(finding.app));
    let path = |finding: &crate::finding::Finding| run.checkout.path(&run.sources.file(finding.span.file).path);
    baseline::identities(run.findings, app, path)
        .iter()
        .map(|own| format!("{:016x}:{}", hash(&[&own.rule, &own.app, &own.identity, &own.path]), own.occurrence))
        .collect()
}

/// FNV-1a of several texts.
pub(super) fn hash(texts: &[&str]) -> u64 {
    texts
        .iter()
        .flat_map(|text| text.bytes().chain([0]))
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
