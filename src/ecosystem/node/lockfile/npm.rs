//! `package-lock.json` and `npm-shrinkwrap.json` of every version, and `bun.lock`.

use super::{Entry, Lockfile, Wanted};
use crate::{source::Span, syntax::json};

/// The entry that Node would load for the manifest.
pub(super) fn read(lockfile: &Lockfile<'_>, wanted: &Wanted<'_>) -> Entry {
    let text = &lockfile.file.text;
    let locate = |path: &[&str]| json::locate(lockfile.id, text, path);
    if !lockfile.member.is_empty() {
        // the lockfile of a parent folder serves its workspaces alone
        locate(&["packages", lockfile.member])?;
    }
    let mut folder = lockfile.member;
    loop {
        let separator = if folder.is_empty() { "" } else { "/" };
        let key = format!("{folder}{separator}node_modules/{}", wanted.name);
        if let Some(span) = locate(&["packages", &key, "version"]) {
            return Some(digits(lockfile, span));
        }
        if folder.is_empty() {
            break;
        }
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    let first = locate(&["dependencies", wanted.name, "version"]);
    Some(first.and_then(|span| digits(lockfile, span)))
}

/// The entry of `bun.lock`: `"name": ["name@1.2.3", …]`, under `workspace/name` where a workspace has its own.
pub(super) fn read_bun(lockfile: &Lockfile<'_>, wanted: &Wanted<'_>) -> Entry {
    let text = &lockfile.file.text;
    let locate = |path: &[&str]| json::locate(lockfile.id, text, path);
    locate(&["workspaces", lockfile.member])?;
    let workspace = locate(&["workspaces", lockfile.member, "name"]).map(|name| text[name.range()].trim_matches('"'));
    let own = workspace.and_then(|workspace| locate(&["packages", &format!("{workspace}/{}", wanted.name)]));
    let Some(list) = own.or_else(|| locate(&["packages", wanted.name])) else { return Some(None) };
    let rest = &text[list.end..];
    let start = list.end + (rest.len() - rest.trim_start().len());
    let end = text[start..].strip_prefix('"').and_then(|rest| rest.find('"')).map(|length| start + length + 2);
    Some(end.and_then(|end| digits(lockfile, Span { start, end, ..list })))
}

/// The version in a string: all of it, or what stands behind the last `@` of an alias.
fn digits(lockfile: &Lockfile<'_>, string: Span) -> Option<Span> {
    let inner = lockfile.file.text.get(string.start + 1..string.end.checked_sub(1)?)?;
    let at = inner.rfind('@').map_or(0, |at| at + 1);
    Some(lockfile.span(string.start + 1 + at, inner.len() - at))
}
