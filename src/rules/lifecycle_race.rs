use crate::{
    app::{App, Hook},
    facts::{Event, WeaknessKind},
    finding::Finding,
    rule::Rule,
};

use super::weakness::{self, Place};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let disabled = |hook: &Hook| hook.events == [Event::Disabled];
    let uninstalled = |hook: &Hook| hook.events == [Event::Uninstalled];
    let reads = weakness::places(app, disabled, |kind| matches!(kind, WeaknessKind::Reads(_)));
    let writes = weakness::places(app, disabled, |kind| matches!(kind, WeaknessKind::Writes(_)));
    let is_end = |kind: &WeaknessKind| matches!(kind, WeaknessKind::Removes(_) | WeaknessKind::Writes(_));
    let ends = weakness::places(app, uninstalled, is_end);
    let mut findings = Vec::new();
    for write in &writes {
        let is_read = reads.iter().any(|read| store(read) == store(write));
        let Some(end) = ends.iter().find(|end| is_read && store(end) == store(write)) else { continue };
        let message = "`disabled` writes back a tenant that it has read, while `uninstalled` may remove it: Connect calls both \
                       milliseconds apart";
        let finding = write.finding(rule, app, message).label(end.weakness.span, "`uninstalled` writes the same store");
        findings.push(finding.help("change the record in one step, and only where it still is"));
    }
    findings
}

fn store<'a>(place: &Place<'a>) -> Option<&'a str> {
    match &place.weakness.kind {
        WeaknessKind::Reads(store) | WeaknessKind::Writes(store) | WeaknessKind::Removes(store) => Some(store),
        _ => None,
    }
}
