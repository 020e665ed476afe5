//! Which files of a tree are descriptors, and what is read out of them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use connect_lint::{
    app::{App, Phase},
    declared::Declared,
    ecosystem::{self, Interest},
    facts::{Descriptor, Facts, Origin},
    source::{SourceFile, Sources},
};

const PLAIN: &str = r#"{"key": "k", "baseUrl": "https://a.example", "lifecycle": {"installed": "/installed"}}"#;

fn read(files: Vec<SourceFile>) -> (Sources, Facts) {
    let sources = Sources::new(files);
    let facts = ecosystem::read(&sources);
    (sources, facts)
}

fn paths(files: &[(&str, &str)]) -> Vec<String> {
    let (sources, facts) = read(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect());
    facts.descriptors.iter().map(|descriptor| sources.file(descriptor.file).path.to_string()).collect()
}

fn errors(text: &str) -> Vec<String> {
    let (_, facts) = read(vec![SourceFile::new("atlassian-connect.json", text)]);
    assert!(facts.descriptors.is_empty());
    facts.syntax_errors.into_iter().map(|error| error.message).collect()
}

#[test]
fn a_descriptor_is_known_by_name_or_content() {
    for path in
        ["atlassian-connect.json", "a/atlassian-connect-dev.json", "atlassian_connect.json", "public/addon.json"]
    {
        assert_eq!(paths(&[(path, PLAIN)]), [path]);
    }
    assert_eq!(ecosystem::interest("x/atlassian-connect.json"), Interest::Always);
    assert_eq!(ecosystem::interest("x/addon.json"), Interest::Code);
    for other in [
        r#"{"key": "k", "baseUrl": "https://a.example"}"#,
        r#"{"key": "k", "baseUrl": "https://a.example", "modules": {}, "clientKey": "c", "eventType": "installed"}"#,
        r#"{"properties": {"key": {}, "baseUrl": {}}, "key": "k", "baseUrl": "", "modules": {}}"#,
        r#"{"compilerOptions": {"baseUrl": "."}}"#,
    ] {
        assert!(paths(&[("public/other.json", other)]).is_empty(), "{other}");
    }
}

#[test]
fn built_and_test_folders_do_not_count() {
    for folder in ["target/classes", "build", "a/dist", "src/test/resources", "__tests__", "node_modules/x"] {
        assert!(paths(&[(&format!("{folder}/atlassian-connect.json"), PLAIN)]).is_empty(), "{folder}");
    }
}

#[test]
fn one_of_several_copies_counts_unless_a_build_file_sets_them_apart() {
    let counted = |files: &[(&str, &str)]| -> Vec<String> {
        let sources = Sources::new(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect());
        let (apps, _) = App::read(sources, Phase::Enforced, &Declared::default());
        let path = |app: &App, descriptor: &Descriptor| app.sources.file(descriptor.file).path.to_string();
        apps.iter().flat_map(|app| app.facts.descriptors.iter().map(|own| path(app, own)).collect::<Vec<_>>()).collect()
    };
    let resource = "app/src/main/resources/atlassian-connect.json";
    assert_eq!(counted(&[("atlassian-connect.json", PLAIN), (resource, PLAIN)]), [resource]);
    let (deep, flat) = ("a/b/atlassian-connect.json", "z/atlassian-connect.json");
    assert_eq!(counted(&[(deep, PLAIN), (flat, PLAIN)]), [flat]);
    assert_eq!(counted(&[(deep, PLAIN), (flat, PLAIN), ("a/package.json", "{}")]), [deep, flat]);
}

#[test]
fn what_is_no_json_is_said_once() {
    assert_eq!(errors(""), ["empty file"]);
    assert_eq!(errors("[]"), ["expected an object"]);
    assert_eq!(errors("{ \"key\": \"{{key}}\" \"name\": 1 }"), ["expected `,`"]);
    let bytes = b"{ \"name\": \"\xc3\xa9\xe9\" }".to_vec();
    let (_, facts) = read(vec![SourceFile::decode("atlassian-connect.json", bytes)]);
    assert_eq!((facts.syntax_errors[0].message.as_str(), facts.syntax_errors[0].span.start), ("not valid UTF-8", 15));
}

#[test]
fn a_template_is_read_as_far_as_it_goes() {
    for (path, text) in [
        (
            "atlassian-connect.json",
            "{% load x %}{\"lifecycle\": {\"installed\": \"/i\"}, {% if a %}\"key\": 1{% endif %}}",
        ),
        ("t/atlassian-connect.json", "{{define \"c\"}}{\"lifecycle\": {\"installed\": \"/i\"}, \"key\": 1}{{end}}"),
        (
            "v/descriptor/show.json.erb",
            "{\"lifecycle\": {\"installed\": \"/i\"}, \"key\": \"<%= key %>\" <% if b %>, \"a\": {} <% end %>}",
        ),
        (
            "descriptor.json.hbs",
            "{\"lifecycle\": {\"installed\": \"/i\"}, \"key\": 1 {{#each m}}, \"{{k}}\": {{v}}{{/each}}}",
        ),
    ] {
        let (_, facts) = read(vec![SourceFile::new(path, text)]);
        let [descriptor] = &facts.descriptors[..] else { panic!("{path}: {facts:?}") };
        assert_eq!(descriptor.origin, Origin::Template, "{path}");
        assert_eq!(descriptor.lifecycle().count(), 1, "{path}");
        assert!(facts.syntax_errors.is_empty());
    }
}

#[test]
fn loose_json_says_what_is_loose() {
    let (_, facts) = read(vec![SourceFile::new("atlassian-connect.json", "\u{feff}{ \"key\": \"{{k}}\", }")]);
    let not_strict = facts.descriptors[0].not_strict.as_ref().map(|error| (error.message.as_str(), error.span.start));
    assert_eq!(not_strict, Some(("trailing commas are not allowed", 19)));
}

#[cfg(feature = "schema")]
#[test]
fn what_breaks_the_schema_is_told_up_to_a_limit() {
    let modules: Vec<String> = (0..1_500).map(|n| format!("\"m{n}\": {n}")).collect();
    let text = PLAIN.replace("\"lifecycle\"", &format!("\"modules\": {{{}}}, \"lifecycle\"", modules.join(", ")));
    let (_, facts) = read(vec![SourceFile::new("atlassian-connect.json", text)]);
    assert_eq!(connect_lint::schema::violations(&facts.descriptors[0]).len(), 1_000);
}
