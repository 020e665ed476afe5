//! What the rules about hooks share: when ACE's own verifier can be put in the place of a wrong guard.

use crate::{
    app::{ACE, ACSB, App, Hook},
    edit::Applicability,
    facts::Reach,
};

/// Whether `authenticateInstall()` of every release the app may have compares `iss` with the body's `clientKey`.
pub(super) fn binds_client_key(app: &App) -> bool {
    app.resolves_within(ACE, ">=7.4.1")
}

/// Whether the route serves one path and one kind of event, so that changing its guard changes nothing else.
pub(super) fn is_editable(hook: &Hook) -> bool {
    hook.route.reach == Reach::One && hook.is_uniform()
}

/// How safe it is to put the verifier in: from ACE 7.5 on it accepts signed callbacks alone.
pub(super) fn applicability(app: &App) -> Applicability {
    if app.resolves_within(ACE, ">=7.4.1 <7.5.0") { Applicability::Safe } else { super::closing::applicability(app) }
}

/// What to do where no fix can be made.
pub(super) fn advice(app: &App) -> &'static str {
    if app.dependency(ACE).is_some() {
        return "put `addon.authenticateInstall()` (ACE 7.4.1 or later) before the handler, behind a JSON body parser";
    }
    if app.dependency(ACSB).is_some() {
        return "leave the path to ACSB, and listen to `AddonInstalledEvent` and `AddonUninstalledEvent`";
    }
    "verify the token before acting: RS256 with the key that `kid` names at https://connect-install-keys.atlassian.com, and \
     `iss`, `aud`, `qsh` and `exp`"
}
