//! The fix that the rules about the flag share: setting `apiMigrations.signed-install`, behind its brake.

use crate::{
    app::App,
    edit::{Applicability, Fix},
    facts::Descriptor,
    finding::Finding,
};

/// Attaches the edit that sets the flag, or says why there is none.
pub(super) fn with_fix(finding: Finding, app: &App, descriptor: &Descriptor) -> Finding {
    let Some(edit) = descriptor.migrate(&app.sources, "signed-install") else {
        return finding.help("set `apiMigrations.signed-install` to `true`");
    };
    let fix = Fix::new(applicability(app), "set `apiMigrations.signed-install` to `true`", [edit]).opting_in();
    let finding = finding.fix(fix);
    match app.accepts_signed_installs() {
        Ok(()) => finding.help("publishing the changed descriptor makes a new version of the app"),
        Err(reason) => finding.help(format!(
            "first make sure that every handler accepts RS256: {reason}, so the flag could have Atlassian turned away"
        )),
    }
}

/// How far the flag can be trusted: only as far as everything that answers is known to accept RS256.
pub(super) fn applicability(app: &App) -> Applicability {
    if app.accepts_signed_installs().is_ok() { Applicability::Safe } else { Applicability::Unsafe }
}
