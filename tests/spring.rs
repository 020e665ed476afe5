//! Spring Boot's configuration: which files, which profile, which setting, and how a setting is written.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

use connect_lint::{
    ecosystem,
    facts::{Facts, SpringDocument},
    source::{SourceFile, Sources},
};

const KEY: &str = "atlassian.connect.fallback-install-hook-enabled";

fn read(files: &[(&str, &str)]) -> (Sources, Facts) {
    let files = files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
    let sources = Sources::new(files);
    let facts = ecosystem::read(&sources);
    (sources, facts)
}

fn only(path: &str, text: &str) -> SpringDocument {
    let (_, mut facts) = read(&[(path, text)]);
    assert_eq!(facts.spring.len(), 1);
    facts.spring.remove(0)
}

fn profiles(files: &[(&str, &str)]) -> Vec<Option<String>> {
    let (_, facts) = read(files);
    facts.spring.iter().map(|document| document.profile.as_ref().map(|profile| profile.value.clone())).collect()
}

#[track_caller]
fn sets(path: &str, before: &str, after: &str) {
    let (sources, facts) = read(&[(path, before)]);
    let edit = facts.spring[0].set(&sources, KEY, "false").unwrap();
    let mut text = before.to_owned();
    text.replace_range(edit.span.range(), &edit.text);
    assert_eq!(text, after);
    let (_, facts) = read(&[(path, after)]);
    assert_eq!(facts.spring[0].find(KEY).unwrap().truth(), Some(false));
}

#[test]
fn files_are_known_by_name_and_place() {
    let place = |path| profiles(&[(path, "a: 1\n"), ("svc/build.gradle", "")]).len();
    assert_eq!(place("src/main/resources/application.yml"), 1);
    assert_eq!(place("app/src/main/resources/config/bootstrap-dev.yaml"), 1);
    assert_eq!(place("config/application.properties"), 1);
    assert_eq!(place("application.yml"), 1);
    assert_eq!(place("svc/application.yml"), 1);
    assert_eq!(place("deploy/application.yml"), 0);
    assert_eq!(place("src/test/resources/application.yml"), 0);
    assert_eq!(place("target/classes/resources/application.yml"), 0);
    assert_eq!(place("src/main/resources/applicationContext.yml"), 0);
    assert_eq!(place("src/main/resources/application.json"), 0);
}

#[test]
fn profiles_come_from_the_document_or_the_name() {
    let text = "a: 1\n---\nspring:\n  profiles: dev\n---\nspring.config.activate:\n  onProfile: [prod, eu]\n---\nspring:\n  profiles:\n    active: x\n";
    let some = |name: &str| Some(name.to_owned());
    assert_eq!(profiles(&[("application.yml", text)]), [None, some("dev"), some("prod,eu"), None]);
    assert_eq!(profiles(&[("application-qa.yml", text)])[0], some("qa"));
    let text = "a=1\n#---\nspring.config.activate.on-profile=dev\n";
    assert_eq!(profiles(&[("application.properties", text)]), [None, some("dev")]);
}

#[test]
fn a_bad_document_is_an_error_of_java_projects_alone() {
    let text = "a: 1\n---\nb: [\n---\nc: 1\n";
    let (_, facts) = read(&[("src/main/resources/application.yml", text), ("pom.xml", "<project/>")]);
    assert_eq!((facts.spring.len(), facts.syntax_errors.len()), (2, 1));
    let (_, facts) = read(&[("config/application.yml", text)]);
    assert_eq!((facts.spring.len(), facts.syntax_errors.len()), (2, 0));
}

#[test]
fn names_are_relaxed_and_keys_mix() {
    for text in [
        "atlassian:\n  connect:\n    fallback-install-hook-enabled: yes\n",
        "atlassian.connect:\n  fallbackInstallHookEnabled: 'true'\n",
        "atlassian:\n  connect.fallback_install_hook_enabled: on\n",
        "ATLASSIAN.CONNECT.FALLBACK_INSTALL_HOOK_ENABLED: TRUE\n",
        "atlassian:\n  x: 1\natlassian.connect.fallbackinstallhookenabled: ${HOOK:true}\n",
        "d: &d {fallback-install-hook-enabled: true}\natlassian: {connect: {<<: *d}}\n",
    ] {
        assert_eq!(only("application.yml", text).find(KEY).unwrap().truth(), Some(true), "{text}");
    }
    let found = only("application.properties", "atlassian.connect.fallbackInstallHookEnabled = False").find(KEY);
    assert_eq!(found.unwrap().truth(), Some(false));
    assert!(only("application.yml", "atlassian: {connector: 1}\n").find("atlassian.connect").is_none());
}

#[test]
fn placeholders_settle_to_their_defaults() {
    let text = |value: &str| only("application.properties", &format!("k={value}")).find("k").unwrap().text();
    assert_eq!(text("${A:${B:x}}/y").as_deref(), Some("x/y"));
    assert_eq!(text("plain:text").as_deref(), Some("plain:text"));
    for open in ["${A}", "#{1}", "@a.b@", "${A:x"] {
        assert_eq!(text(open), None, "{open}");
    }
    assert!(only("application.properties", "k=${A:x}").find("k").unwrap().is_placeholder());
}

#[test]
fn lists_are_lists_however_they_are_written() {
    let key = "atlassian.connect.require-auth-exclude-paths";
    for (path, text) in [
        ("application.yml", "atlassian.connect:\n  require-auth-exclude-paths:\n  - /a\n  - '/b/**'\n"),
        ("application.yml", "atlassian.connect.requireAuthExcludePaths: \"/a, /b/**\"\n"),
        ("application.properties", "atlassian.connect.require-auth-exclude-paths=/a,/b/**\n"),
        (
            "application.properties",
            "atlassian.connect.requireAuthExcludePaths[1]=/b/**\natlassian.connect.requireAuthExcludePaths[0]=/a\n",
        ),
    ] {
        let list = only(path, text).find(key).unwrap().list();
        let values: Vec<&str> = list.iter().map(|item| item.value.as_str()).collect();
        assert_eq!(values, ["/a", "/b/**"], "{text}");
        assert!(text[list[1].span.range()].trim_matches('\'') == "/b/**", "{text}");
    }
}

#[test]
fn the_deepest_block_is_found() {
    let document = only("application.yml", "atlassian:\n  connect:\n    x: 1\n");
    let block = document.block(KEY);
    assert_eq!((block.rest.as_str(), block.node.members().len()), ("fallback-install-hook-enabled", 1));
    assert!(only("application.yml", "x: 1\n").block(KEY).key.is_none());
}

#[test]
fn a_value_is_flipped_where_it_stands() {
    sets(
        "application.yml",
        "atlassian:\n  connect:\n    fallbackInstallHookEnabled: true # x\n",
        "atlassian:\n  connect:\n    fallbackInstallHookEnabled: false # x\n",
    );
    sets(
        "application.yml",
        "atlassian.connect.fallback-install-hook-enabled:\n",
        "atlassian.connect.fallback-install-hook-enabled: false\n",
    );
    sets(
        "application.properties",
        "atlassian.connect.fallback-install-hook-enabled: true\r\n",
        "atlassian.connect.fallback-install-hook-enabled: false\r\n",
    );
}

#[test]
fn a_setting_is_written_as_its_neighbours_are() {
    sets(
        "application.yml",
        "atlassian:\n    connect:\n        x: 1\nb: 2\n",
        "atlassian:\n    connect:\n        x: 1\n        fallback-install-hook-enabled: false\nb: 2\n",
    );
    sets(
        "application.yml",
        "atlassian:\n  api: x\n",
        "atlassian:\n  api: x\n  connect:\n    fallback-install-hook-enabled: false\n",
    );
    sets(
        "application.yml",
        "addon:\n    key: x\n\nserver:\n    port: 1\n",
        "addon:\n    key: x\n\nserver:\n    port: 1\n\natlassian:\n    connect:\n        fallback-install-hook-enabled: false\n",
    );
    sets(
        "application.yml",
        "atlassian.connect.debug: 1\n\nb: 2",
        "atlassian.connect.debug: 1\natlassian.connect.fallback-install-hook-enabled: false\n\nb: 2",
    );
    sets(
        "application.yml",
        "atlassian:\n  connect:\n#    x: 1\n",
        "atlassian:\n  connect:\n    fallback-install-hook-enabled: false\n#    x: 1\n",
    );
    sets("application.yml", "", "atlassian:\n  connect:\n    fallback-install-hook-enabled: false\n");
    sets(
        "application.yml",
        "x: &x {y: 1}\natlassian:\n  connect: *x\n",
        "x: &x {y: 1}\natlassian:\n  connect: *x\n  connect.fallback-install-hook-enabled: false\n",
    );
    sets(
        "application.properties",
        "atlassian.connect.debug = 1\nb = 2\n",
        "atlassian.connect.debug = 1\natlassian.connect.fallback-install-hook-enabled = false\nb = 2\n",
    );
    sets(
        "application.yml",
        "a: 1\n---\nspring.profiles: dev\n",
        "a: 1\natlassian:\n  connect:\n    fallback-install-hook-enabled: false\n---\nspring.profiles: dev\n",
    );
}
