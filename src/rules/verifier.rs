//! What the rules about hooks share: when ACE's own verifier can be put in the place of a wrong guard.

use crate::{
    app::{ACE, ACSB, App, Hook},
    edit::Applicability,
    facts::{Reach, Route},
};

/// Whether `authenticateInstall()` of every release the app may have compares `iss` with the body's `clientKey`.
pub(super) fn binds_client_key(app: &App) -> bool {
    app.resolves_within(ACE, ">=7.4.1")
}

/// Whether the registration serves one kind of event alone, so that changing its guard changes nothing else: not one in
/// a loop, or in a function that registers other routes too, or is given another addon.
pub(super) fn is_editable(app: &App, hook: &Hook) -> bool {
    let same = |route: &Route| route.span == hook.route.span;
    let alike = |route: &Route| {
        let reaches_same = route.addon == hook.route.addon && route.body_parsed == hook.route.body_parsed;
        let of_route = |other: &&Hook| same(&other.route) && other.route.path.value == route.path.value;
        let mut hooks = app.hooks.iter().filter(of_route).peekable();
        reaches_same
            && hooks.peek().is_some()
            && hooks.all(|other| other.is_uniform() && other.is_signed() == hook.is_signed())
    };
    let is_open = app.facts.opaque_routes.iter().any(|open| open.span == hook.route.span);
    let mut registered = app.facts.routes.iter().filter(|route| same(route));
    hook.route.reach == Reach::One && hook.is_uniform() && !is_open && registered.all(alike)
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
