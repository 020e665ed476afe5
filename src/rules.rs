//! Every rule. Each has a page in `rules/`, a module here and a folder in `fixtures/`, all under its id.

use std::sync::LazyLock;

use crate::rule::Rule;

mod ace_audience_mismatch;
mod ace_authentication_disabled;
mod ace_config_signed_install_ignored;
mod ace_key_host_overridden;
mod acsb_fallback_enabled;
mod acsb_foreign_reinstall_allowed;
mod acsb_ignored_jwt;
mod acsb_lifecycle_path_excluded;
mod acsb_shadowed_lifecycle_controller;
mod asymmetric_event_hook;
mod context_qsh_missing;
mod descriptor_invalid;
mod framework_below_floor;
mod framework_known_bad_release;
mod framework_legacy_fallback;
mod framework_without_signed_install;
mod insecure_base_url;
mod jwt_without_installed_hook;
mod legacy_install_fallback;
mod lifecycle_hook_status;
mod lifecycle_path_permitted;
mod lifecycle_path_shared;
mod lifecycle_path_unhandled;
mod lifecycle_race;
mod lifecycle_secret_logged;
mod lockfile_holds_old_version;
mod no_asymmetric_verification;
mod private_ace_import;
mod signed_install_disabled;
mod signed_install_misplaced;
mod signed_install_missing;
mod strict_key_id;
mod symmetric_lifecycle_hook;
mod syntax_error;
mod tenant_stored_before_verification;
mod unauthenticated_lifecycle_hook;
mod unbound_client_key;
mod unchecked_audience;
mod unchecked_expiry;
mod unchecked_query_hash;
mod unpinned_jwt_algorithm;
mod unreachable_install_hook;
mod unresolved_lifecycle_guard;
mod untrusted_key_host;
mod unused_suppression;
mod unverified_jwt_decode;

mod closing;
mod opt_in;
mod release;
mod verifier;
mod weakness;

/// Every rule, in order of id.
pub static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    vec![
        rule!("ace-audience-mismatch", ace_audience_mismatch),
        rule!("ace-authentication-disabled", ace_authentication_disabled),
        rule!("ace-config-signed-install-ignored", ace_config_signed_install_ignored),
        rule!("ace-key-host-overridden", ace_key_host_overridden),
        rule!("acsb-fallback-enabled", acsb_fallback_enabled),
        rule!("acsb-foreign-reinstall-allowed", acsb_foreign_reinstall_allowed),
        rule!("acsb-ignored-jwt", acsb_ignored_jwt),
        rule!("acsb-lifecycle-path-excluded", acsb_lifecycle_path_excluded),
        rule!("acsb-shadowed-lifecycle-controller", acsb_shadowed_lifecycle_controller),
        rule!("asymmetric-event-hook", asymmetric_event_hook),
        rule!("context-qsh-missing", context_qsh_missing),
        rule!("descriptor-invalid", descriptor_invalid),
        rule!("framework-below-floor", framework_below_floor),
        rule!("framework-known-bad-release", framework_known_bad_release),
        rule!("framework-legacy-fallback", framework_legacy_fallback),
        rule!("framework-without-signed-install", framework_without_signed_install),
        rule!("insecure-base-url", insecure_base_url),
        rule!("jwt-without-installed-hook", jwt_without_installed_hook),
        rule!("legacy-install-fallback", legacy_install_fallback),
        rule!("lifecycle-hook-status", lifecycle_hook_status),
        rule!("lifecycle-path-permitted", lifecycle_path_permitted),
        rule!("lifecycle-path-shared", lifecycle_path_shared),
        rule!("lifecycle-path-unhandled", lifecycle_path_unhandled),
        rule!("lifecycle-race", lifecycle_race),
        rule!("lifecycle-secret-logged", lifecycle_secret_logged),
        rule!("lockfile-holds-old-version", lockfile_holds_old_version),
        rule!("no-asymmetric-verification", no_asymmetric_verification),
        rule!("private-ace-import", private_ace_import),
        rule!("signed-install-disabled", signed_install_disabled),
        rule!("signed-install-misplaced", signed_install_misplaced),
        rule!("signed-install-missing", signed_install_missing),
        rule!("strict-key-id", strict_key_id),
        rule!("symmetric-lifecycle-hook", symmetric_lifecycle_hook),
        rule!("syntax-error", syntax_error),
        rule!("tenant-stored-before-verification", tenant_stored_before_verification),
        rule!("unauthenticated-lifecycle-hook", unauthenticated_lifecycle_hook),
        rule!("unbound-client-key", unbound_client_key),
        rule!("unchecked-audience", unchecked_audience),
        rule!("unchecked-expiry", unchecked_expiry),
        rule!("unchecked-query-hash", unchecked_query_hash),
        rule!("unpinned-jwt-algorithm", unpinned_jwt_algorithm),
        rule!("unreachable-install-hook", unreachable_install_hook),
        rule!("unresolved-lifecycle-guard", unresolved_lifecycle_guard),
        rule!("untrusted-key-host", untrusted_key_host),
        rule!("unused-suppression", unused_suppression),
        rule!("unverified-jwt-decode", unverified_jwt_decode),
    ]
});

/// Every rule that only a running app can break, in order of id. `probe` reports them; they have pages alone.
pub static PROBE_RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    vec![
        rule!("probe-algorithm-confusion"),
        rule!("probe-callback-refused"),
        rule!("probe-foreign-key-accepted"),
        rule!("probe-lifecycle-race"),
        rule!("probe-strict-key-id"),
        rule!("probe-symmetric-callback-accepted"),
        rule!("probe-unbound-client-key"),
        rule!("probe-unchecked-audience"),
        rule!("probe-unchecked-expiry"),
        rule!("probe-unchecked-query-hash"),
        rule!("probe-unhandled-request"),
        rule!("probe-unsigned-callback-accepted"),
    ]
});

/// The rule of an id, among those that a tree can break.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// All rules, those that only a running app can break at the end.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().chain(PROBE_RULES.iter())
}

/// Ties a rule's page to its module.
macro_rules! rule {
    ($id:literal, $module:ident) => {
        Rule::new($id, page!($id), Some($module::check))
    };
    ($id:literal) => {
        Rule::new($id, page!($id), None)
    };
}

macro_rules! page {
    ($id:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $id, ".md"))
    };
}
use page;
use rule;
