//! `yarn.lock`, of Yarn 1 and of its successors.

use super::{Entry, Lockfile, Wanted, pnpm::lines};

/// Whether the lockfile is of Yarn 2 or later.
pub(super) fn is_berry(text: &str) -> bool {
    text.lines().take(20).any(|line| line.starts_with("__metadata:"))
}

/// The version of the block that lists the specifier.
pub(super) fn read(lockfile: &Lockfile<'_>, wanted: &Wanted<'_>) -> Entry {
    let own = format!("{}@{}", wanted.name, wanted.requirement);
    let registry = format!("{}@npm:{}", wanted.name, wanted.requirement);
    let mut in_block = false;
    for (start, line) in lines(&lockfile.file.text) {
        if !line.starts_with([' ', '\t']) {
            let listed = |specifier: &str| specifier == own || specifier == registry;
            in_block = line.contains(wanted.name)
                && line.trim_end_matches(':').split(',').any(|part| listed(part.trim().trim_matches('"')));
            continue;
        }
        let rest = in_block.then(|| line.trim_start().strip_prefix("version")).flatten();
        if let Some(rest) = rest.filter(|rest| rest.starts_with([' ', ':'])) {
            let value = rest.trim_start_matches([' ', ':', '"']);
            return Some(Some(lockfile.part(start + line.len() - value.len(), value)));
        }
    }
    // another folder's lockfile says nothing of a manifest that it does not mention
    lockfile.member.is_empty().then_some(None)
}
