//! Gradle: which dependencies are found, and where their versions are defined.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use connect_lint::{
    discover::Tree,
    ecosystem,
    facts::Facts,
    run::{Checks, Scan},
    source::{SourceFile, Sources},
};

fn read(files: &[(&str, &str)]) -> (Sources, Facts) {
    let sources = Sources::new(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect());
    let facts = ecosystem::read(&sources);
    (sources, facts)
}

/// Of every dependency the file and the text of its version's definition, `?` before one that is unknown.
fn places(files: &[(&str, &str)]) -> Vec<String> {
    let (sources, facts) = read(files);
    let place = |dependency: &connect_lint::facts::Dependency| {
        let Some(requirement) = &dependency.requirement else { return "none".to_owned() };
        let mark = if dependency.version.is_some() { "" } else { "?" };
        let scope = if dependency.development { " test" } else { "" };
        format!("{mark}{} {}{scope}", sources.file(requirement.span.file).path, sources.text(requirement.span))
    };
    facts.dependencies.iter().map(place).collect()
}

const NAME: &str = "com.atlassian.connect:atlassian-connect-spring-boot-starter";

fn groovy(before: &str, version: &str) -> Vec<String> {
    let text = format!("{before}\ndependencies {{\n    implementation \"{NAME}:{version}\"\n}}\n");
    places(&[("build.gradle", &text), ("gradle.properties", "acsb=2.1.0\n")])
}

fn kotlin(before: &str, argument: &str) -> Vec<String> {
    let text = format!("{before}\ndependencies {{\n    implementation({argument})\n}}\n");
    places(&[("build.gradle.kts", &text), ("gradle/libs.versions.toml", CATALOG)])
}

const CATALOG: &str = r#"
[versions]
acsb = "2.1.2"
[libraries]
acsb-starter = { module = "com.atlassian.connect:atlassian-connect-spring-boot-starter", version.ref = "acsb" }
acsb_jpa = { group = "com.atlassian.connect", name = "atlassian-connect-spring-boot-jpa-starter", version = "2.1.3" }
inline = "com.atlassian.connect:atlassian-connect-spring-boot-core:2.1.4"
[bundles]
all = ["acsb-starter", "acsb_jpa"]
"#;

#[test]
fn groovy_names_its_versions_in_many_ways() {
    for (before, version, place) in [
        ("", "2.0.1", "build.gradle 2.0.1"),
        ("def v = '2.0.2'", "$v", "build.gradle 2.0.2"),
        ("ext { v = '2.0.3' }", "${v}", "build.gradle 2.0.3"),
        ("ext {\n  v = '2.0.4'\n}", "${rootProject.ext.v}", "build.gradle 2.0.4"),
        ("ext.v = '2.0.5'", "$v", "build.gradle 2.0.5"),
        ("ext.versions = [kotlin: '1.9', acsb: '2.0.6']", "${versions.acsb}", "build.gradle 2.0.6"),
        ("buildscript { ext { v = '2.0.7' } }", "$v", "build.gradle 2.0.7"),
        ("", "$acsb", "gradle.properties 2.1.0"),
        ("", "${property('acsb')}", "gradle.properties 2.1.0"),
        ("def v = '2.0.2' + x", "$v", "?build.gradle $v"),
        ("def v = '2.0'", "$v.3", "?build.gradle $v.3"),
        ("", "2.+", "?build.gradle 2.+"),
        ("// def v = '1.0'\n/* ext.v = '1' */\ndef v = '2.0.9'", "$v", "build.gradle 2.0.9"),
    ] {
        assert_eq!(groovy(before, version), [place], "{before} {version}");
    }
}

#[test]
fn kotlin_and_catalogs_name_theirs() {
    let with = |version: &str| format!("\"{NAME}:{version}\"");
    for (before, argument, place) in [
        ("val v = \"2.0.1\"", with("$v"), "build.gradle.kts 2.0.1"),
        ("val v: String = \"2.0.2\"", with("${v}"), "build.gradle.kts 2.0.2"),
        ("val v by extra(\"2.0.3\")", with("$v"), "build.gradle.kts 2.0.3"),
        ("val v by extra { \"2.0.4\" }", with("$v"), "build.gradle.kts 2.0.4"),
        ("extra[\"v\"] = \"2.0.5\"", with("${property(\"v\")}"), "build.gradle.kts 2.0.5"),
        ("val v = \"2.0.6\"", format!("\"{NAME}:\" + v"), "build.gradle.kts 2.0.6"),
        ("", format!("platform({})", with("2.0.7")), ""),
        ("", "libs.acsb.starter".to_owned(), "gradle/libs.versions.toml 2.1.2"),
        ("", "libs.acsb.jpa".to_owned(), "gradle/libs.versions.toml 2.1.3"),
        ("", "libs.inline".to_owned(), "gradle/libs.versions.toml 2.1.4"),
        ("", with("${libs.versions.acsb.get()}"), "gradle/libs.versions.toml 2.1.2"),
    ] {
        let expected: Vec<_> = Some(place.to_owned()).into_iter().filter(|place| !place.is_empty()).collect();
        assert_eq!(kotlin(before, &argument), expected, "{before} {argument}");
    }
    assert_eq!(kotlin("", "libs.bundles.all").len(), 2);
}

#[test]
fn maps_constraints_and_scopes() {
    let map = "dependencies {\n implementation group: 'com.atlassian.connect', name: 'atlassian-connect-spring-boot-starter',\n  version: '2.1.1'\n}";
    assert_eq!(places(&[("build.gradle", map)]), ["build.gradle 2.1.1"]);
    let managed = format!(
        "dependencyManagement {{ imports {{ mavenBom '{NAME}:2.1.0' }} }}\nsubprojects {{\n dependencies {{\n  implementation '{NAME}'\n }}\n}}"
    );
    assert_eq!(places(&[("build.gradle", &managed)]), ["build.gradle 2.1.0"]);
    let test = format!("dependencies {{\n testImplementation '{NAME}:2.1.0'\n}}");
    assert_eq!(places(&[("build.gradle", &test)]), ["build.gradle 2.1.0 test"]);
    let none = format!(
        "// implementation '{NAME}:1.0'\ndependencies {{\n implementation('org.x:y:1') {{\n  exclude group: 'com.atlassian.connect', module: 'atlassian-connect-spring-boot-core'\n }}\n /* api '{NAME}:1.0' */\n}}"
    );
    assert!(places(&[("build.gradle", &none)]).is_empty());
}

#[test]
fn a_module_uses_what_is_above_it() {
    let module = format!("dependencies {{\n api \"{NAME}:$acsb\"\n}}");
    let own = [("build.gradle", "ext.acsb = '2.1.1'"), ("app/build.gradle", &module), ("gradle.properties", "acsb=1")];
    assert_eq!(places(&own), ["build.gradle 2.1.1"]);
}

#[test]
fn rich_versions_of_a_catalog() {
    let catalog = |version: &str| {
        format!(
            "[versions]\nacsb = {version}\n[libraries]\nstarter = {{ module = \"{NAME}\", version.ref = \"acsb\" }}\ninner = {{ module = \"{NAME}\", version = {version} }}\n"
        )
    };
    for alias in ["starter", "inner"] {
        let script = format!("dependencies {{\n implementation(libs.{alias})\n}}");
        let found =
            |version: &str| places(&[("build.gradle.kts", &script), ("gradle/libs.versions.toml", &catalog(version))]);
        for key in ["strictly", "require", "prefer"] {
            assert_eq!(
                found(&format!("{{ {key} = \"2.1.2\" }}")),
                ["gradle/libs.versions.toml 2.1.2"],
                "{alias} {key}"
            );
        }
        let several = "{ strictly = \"[2.0,2.3)\", prefer = \"2.1.2\" }";
        assert!(found(several).iter().all(|place| place.starts_with('?')), "{alias}");
    }
}

/// The apps of a tree: the folder of each, and the versions of ACSB it depends on.
fn apps(files: &[(&str, &str)]) -> Vec<String> {
    let sources = Sources::new(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect());
    let scan = Scan::new(Tree { sources, ..Tree::default() }, &Checks::all());
    let versions = |app: &connect_lint::app::App| {
        let asked = app.facts.dependencies.iter().filter_map(|found| found.requirement.as_ref());
        let texts: Vec<_> = asked.map(|text| text.value.clone()).collect();
        format!("{}: {}", app.root, texts.join(" "))
    };
    scan.apps.iter().map(versions).collect()
}

#[test]
fn a_project_gets_what_others_of_its_build_depend_on() {
    let descriptor = r#"{"key": "a", "baseUrl": "${addon.base-url}", "authentication": {"type": "jwt"},
        "lifecycle": {"installed": "/installed"}}"#;
    let tree = |root: &str, web: &str, core: &str| {
        apps(&[
            ("settings.gradle", "include ':web', ':libs:core'"),
            ("build.gradle", root),
            ("web/build.gradle", web),
            ("libs/core/build.gradle", core),
            ("web/src/main/resources/atlassian-connect.json", descriptor),
        ])
    };
    let on = format!("dependencies {{\n implementation '{NAME}:2.1.0'\n}}");
    for root in [format!("subprojects {{\n{on}\n}}"), format!("allprojects {{\n apply plugin: 'java'\n {on}\n}}")] {
        assert_eq!(tree(&root, "", ""), ["web: 2.1.0"]);
    }
    assert_eq!(tree(&on, "", ""), [": 2.1.0", "web: "]);
    for project in ["project(':libs:core')", "(project(path: ':libs:core'))", " project (\":libs:core\")"] {
        assert_eq!(
            tree("", &format!("dependencies {{\n implementation {project}\n}}"), &on),
            ["web: 2.1.0"],
            "{project}"
        );
    }
    let test = "dependencies {\n testImplementation project(':libs:core')\n}";
    assert_eq!(tree("", test, &on), ["libs/core: 2.1.0", "web: "]);
}

#[test]
fn odd_scripts_end() {
    for text in [
        "\"${",
        "dependencies { a('",
        "ext = [a: [b: [",
        "val v = \"$v\"\ndependencies { a(\"$v:$v:$v\") }",
        "/*",
        "'\\",
        "\"é$é",
    ] {
        for path in ["build.gradle", "build.gradle.kts"] {
            assert!(places(&[(path, text)]).is_empty());
        }
    }
    let deep = "{(".repeat(50_000);
    assert!(places(&[("build.gradle", &deep), ("gradle/libs.versions.toml", "a = [")]).is_empty());
}
