//! The schema of descriptors: what it refuses, and what it must let through.
#![cfg(feature = "schema")]
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use serde_json::{Value, json};

/// The pointers at which a descriptor breaks the schema.
fn wrong(descriptor: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(include_str!("../rules/data/descriptor.schema.json")).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(descriptor).map(|error| error.instance_path().to_string()).collect()
}

/// A sound descriptor with one member replaced; `null` removes it.
fn with(member: &str, value: Value) -> Value {
    let mut descriptor = json!({
        "$schema": "https://example.com/schema.json",
        "key": "com.example.time-sheets_2",
        "baseUrl": "https://sheets.example.com/app",
        "regionBaseUrls": { "EU": "https://eu.sheets.example.com" },
        "name": "Sheets",
        "description": "Time sheets",
        "vendor": { "name": "Example", "url": "https://example.com" },
        "links": { "self": "https://sheets.example.com/atlassian-connect.json" },
        "authentication": { "type": "jwt" },
        "lifecycle": { "installed": "/installed", "uninstalled": "gone?now=1", "enabled": "/on", "disabled": "/off" },
        "scopes": ["READ", "ACT_AS_USER"],
        "modules": { "generalPages": [{ "key": "main" }], "configurePage": { "key": "settings" } },
        "apiVersion": 1,
        "apiMigrations": { "gdpr": true, "signed-install": true, "context-qsh": true },
        "enableLicensing": true,
        "translations": { "paths": { "de-DE": "/de.json" } },
        "cloudAppMigration": { "migrationWebhookPath": "/migrated" },
        "lastUpdated": 1
    });
    let members = descriptor.as_object_mut().unwrap();
    if value.is_null() {
        members.shift_remove(member);
    } else {
        members.insert(member.to_owned(), value);
    }
    descriptor
}

#[test]
fn sound_descriptors_pass() {
    let sound = [
        ("name", Value::Null),
        ("authentication", Value::Null),
        ("authentication", json!({})),
        ("authentication", json!({ "type": "NONE" })),
        ("authentication", json!({ "type": "{{auth}}" })),
        ("key", json!("com.example.{{environment}}")),
        ("key", json!("${addon.key}")),
        ("baseUrl", json!("{{localBaseUrl}}")),
        ("baseUrl", json!("${addon.base-url}")),
        ("baseUrl", json!("http://localhost:3000")),
        ("baseUrl", json!("<set by the deployment>")),
        ("lifecycle", json!({})),
        ("lifecycle", json!({ "installed": "{{localBaseUrl}}/installed" })),
        ("apiVersion", json!("${version}")),
        ("apiMigrations", json!({ "signed-install": "true", "unheard-of": 1 })),
        ("modules", json!({ "unheard-of": [] })),
    ];
    for (member, value) in sound {
        assert_eq!(wrong(&with(member, value.clone())), Vec::<String>::new(), "{member}: {value}");
    }
    assert!(wrong(&json!({ "key": "x", "capabilities": {} })).is_empty());
}

#[test]
fn each_member_is_checked() {
    let unsound = [
        ("key", Value::Null, ""),
        ("baseUrl", Value::Null, ""),
        ("key", json!("my app"), "/key"),
        ("key", json!(""), "/key"),
        ("key", json!("k".repeat(65)), "/key"),
        ("baseUrl", json!("sheets.example.com"), "/baseUrl"),
        ("regionBaseUrls", json!(["EU"]), "/regionBaseUrls"),
        ("name", json!(1), "/name"),
        ("description", json!([]), "/description"),
        ("vendor", json!("Example"), "/vendor"),
        ("vendor", json!({ "url": 1 }), "/vendor/url"),
        ("links", json!({ "self": {} }), "/links/self"),
        ("authentication", json!("jwt"), "/authentication"),
        ("authentication", json!({ "type": "oauth" }), "/authentication/type"),
        ("lifecycle", json!([]), "/lifecycle"),
        ("lifecycle", json!({ "upgraded": "/up" }), "/lifecycle"),
        ("lifecycle", json!({ "installed": true }), "/lifecycle/installed"),
        ("lifecycle", json!({ "uninstalled": "https://example.com/gone" }), "/lifecycle/uninstalled"),
        ("lifecycle", json!({ "enabled": "//example.com/on" }), "/lifecycle/enabled"),
        ("lifecycle", json!({ "disabled": ["/off"] }), "/lifecycle/disabled"),
        ("scopes", json!("READ"), "/scopes"),
        ("scopes", json!([1]), "/scopes/0"),
        ("modules", json!([]), "/modules"),
        ("apiVersion", json!("one"), "/apiVersion"),
        ("apiVersion", json!(1.5), "/apiVersion"),
        ("apiMigrations", json!(["gdpr"]), "/apiMigrations"),
        ("enableLicensing", json!("yes"), "/enableLicensing"),
        ("translations", json!({ "paths": [] }), "/translations/paths"),
        ("cloudAppMigration", json!({ "migrationWebhookPath": 1 }), "/cloudAppMigration/migrationWebhookPath"),
    ];
    for (member, value, pointer) in unsound {
        assert_eq!(wrong(&with(member, value.clone())), [pointer], "{member}: {value}");
    }
}
