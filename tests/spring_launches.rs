//! Which of several places decides a Spring setting, in which profiles.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

use connect_lint::{
    app::{
        App, Phase,
        launch::{Definition, launches},
    },
    declared::Declared,
    source::{SourceFile, Sources},
};

const KEY: &str = "atlassian.connect.debug-all-js";
const POM: &str = "<project><dependencies><dependency><groupId>com.atlassian.connect</groupId>\
    <artifactId>atlassian-connect-spring-boot-starter</artifactId><version>2.2.3</version></dependency></dependencies></project>";

/// Each launch as `profiles: value @ file`, in order.
fn launched(files: &[(&str, &str)]) -> Vec<String> {
    let files = files.iter().map(|(path, text)| SourceFile::new(*path, *text));
    let sources = Sources::new(files.chain([SourceFile::new("pom.xml", POM)]).collect());
    let (apps, _) = App::read(sources, Phase::default(), &Declared::default());
    let app = apps.first().unwrap();
    let shown = launches(app).into_iter().map(|launch| {
        let profiles = launch.profiles.join("+");
        let Some(decision) = launch.decide(KEY) else { return format!("{profiles}: -") };
        let span = match &decision.definition {
            Definition::Document(_, setting) => setting.0.value.span,
            Definition::Variable(variable) => variable.span,
        };
        let value = decision.value.map_or("?".to_owned(), |value| value.to_string());
        format!("{profiles}: {value} @ {}", app.path(span).rsplit('/').next().unwrap())
    });
    shown.collect()
}

#[track_caller]
fn decides(files: &[(&str, &str)], expected: &[&str]) {
    let launched = launched(files);
    let mut distinct: Vec<&str> = Vec::new();
    for launch in &launched {
        if !distinct.contains(&launch.as_str()) {
            distinct.push(launch);
        }
    }
    assert_eq!(distinct, expected);
}

const YML: &str = "src/main/resources/application.yml";
const PROPERTIES: &str = "src/main/resources/application.properties";
const ON: &str = "atlassian.connect.debug-all-js=true\n";
const OFF: &str = "atlassian.connect.debug-all-js=false\n";
const ON_YML: &str = "atlassian.connect.debugAllJs: true\n";

#[test]
fn later_places_of_files_win() {
    decides(&[(YML, ON_YML), (PROPERTIES, OFF)], &[": false @ application.properties"]);
    let config = "src/main/resources/config/application.yaml";
    decides(&[(PROPERTIES, OFF), (config, ON_YML)], &[": true @ application.yaml"]);
    decides(&[("src/main/resources/bootstrap.yml", ON_YML), (YML, "a: 1\n")], &[": true @ bootstrap.yml"]);
    decides(&[("src/main/resources/bootstrap.yml", ON_YML), (PROPERTIES, OFF)], &[": false @ application.properties"]);
}

#[test]
fn a_file_outside_may_or_may_not_be_beside_the_app() {
    let outside = ("deploy/application.yml", ON_YML);
    decides(&[(PROPERTIES, OFF), outside], &[": false @ application.properties", ": true @ application.yml"]);
    decides(&[outside], &[": true @ application.yml"]);
    decides(&[(PROPERTIES, OFF), ("deploy/application.yml", "other: 1\n")], &[": false @ application.properties"]);
}

#[test]
fn profiles_win_over_the_base_and_the_last_one_over_the_others() {
    let prod = ("src/main/resources/application-prod.properties", ON);
    decides(
        &[(PROPERTIES, OFF), prod],
        &[": false @ application.properties", "prod: true @ application-prod.properties"],
    );
    let eu = ("src/main/resources/application-eu.properties", OFF);
    let both = "spring.profiles.active=prod,eu\n";
    let expected = ["prod+eu: false @ application-eu.properties", ": -"];
    decides(&[(PROPERTIES, both), prod, eu], &expected);
    let default = ("src/main/resources/application-default.properties", ON);
    decides(
        &[(PROPERTIES, OFF), default, ("src/main/resources/application-x.yml", "a: 1\n")],
        &[": true @ application-default.properties", "x: false @ application.properties"],
    );
}

#[test]
fn documents_count_while_their_expression_holds() {
    let text = "a.b=1\n#---\nspring.config.activate.on-profile=!prod & !dev\natlassian.connect.debug-all-js=true\n\
                #---\nspring.config.activate.on-profile=prod\natlassian.connect.debug-all-js=false\n";
    let expected = [": true @ application.properties", "prod: false @ application.properties"];
    decides(&[(PROPERTIES, text)], &expected);
    let legacy =
        "atlassian.connect.debug-all-js: true\n---\nspring:\n  profiles: [a, b]\natlassian.connect.debug-all-js: no\n";
    let expected = [": true @ application.yml", "a: false @ application.yml", "b: false @ application.yml"];
    decides(&[(YML, legacy)], &expected);
}

#[test]
fn groups_and_includes_bring_profiles_along() {
    let base = "spring.profiles.group.prod=db,web\nspring.profiles.include=common\n";
    let web = ("src/main/resources/application-web.properties", ON);
    let common = ("src/main/resources/application-common.properties", OFF);
    let prod = ("src/main/resources/application-prod.properties", OFF);
    let expected =
        ["common: false @ application-common.properties", "common+prod+db+web: true @ application-web.properties"];
    let found = launched(&[(PROPERTIES, base), web, common, prod]);
    for launch in expected {
        assert!(found.iter().any(|found| found == launch), "{found:?}");
    }
    assert!(!found.iter().any(|found| found.starts_with("common+web:")), "{found:?}");
}

#[test]
fn imports_win_over_the_document_that_imports_them() {
    let base =
        "spring.config.import=optional:classpath:more.yml, configserver:\natlassian.connect.debug-all-js=false\n";
    let more = ("src/main/resources/more.yml", ON_YML);
    decides(&[(PROPERTIES, base), more], &[": true @ more.yml"]);
    let later = "spring.config.import=more.yml\n#---\natlassian.connect.debug-all-js=false\n";
    decides(&[(PROPERTIES, later), more], &[": false @ application.properties"]);
    let looping = ("src/main/resources/more.yml", "spring.config.import: application.properties\n");
    assert_eq!(launched(&[(PROPERTIES, later), looping]).len(), 1);
}

#[test]
fn what_is_given_from_outside_wins_in_spring_s_order() {
    let given =
        |line: &str| [(PROPERTIES.to_owned(), OFF.to_owned()), ("Procfile".to_owned(), format!("web: {line}\n"))];
    let decided = |line: &str| {
        let files = given(line);
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        launched(&files).pop().unwrap()
    };
    let variable = "ATLASSIAN_CONNECT_DEBUGALLJS=false";
    let system = "-Datlassian.connect.debug-all-js=true";
    let argument = "--atlassian.connect.debug-all-js=false";
    let json = "SPRING_APPLICATION_JSON='{\"atlassian.connect\":{\"debugAllJs\":true}}'";
    assert_eq!(decided(&format!("{variable} java -jar a.jar")), ": false @ Procfile");
    assert_eq!(decided(&format!("{variable} java {system} -jar a.jar")), ": true @ Procfile");
    assert_eq!(decided(&format!("{json} {variable} java -jar a.jar")), ": true @ Procfile");
    assert_eq!(decided(&format!("{json} java {system} -jar a.jar {argument}")), ": false @ Procfile");
}

#[test]
fn a_launch_chooses_its_profiles() {
    let prod = ("src/main/resources/application-prod.properties", ON);
    for launch in ["SPRING_PROFILES_ACTIVE=eu,prod java -jar a.jar", "java -jar a.jar --spring.profiles.active=eu,prod"]
    {
        let procfile = format!("web: {launch}\n");
        let found = launched(&[(PROPERTIES, OFF), prod, ("Procfile", &procfile)]);
        assert_eq!(found.last().unwrap(), "eu+prod: true @ application-prod.properties");
    }
}

#[test]
fn a_profile_from_elsewhere_is_none_that_the_tree_chooses() {
    let entry = "ENTRYPOINT java -Dspring.profiles.active=${PROFILE} -jar /app.jar\n";
    let prod = ("src/main/resources/application-prod.properties", OFF);
    decides(
        &[(PROPERTIES, ON), prod, ("Dockerfile", entry)],
        &[": true @ application.properties", "prod: false @ application-prod.properties"],
    );
}

#[test]
fn placeholders_are_followed_as_far_as_the_tree_goes() {
    let value = |value: &str| format!("flags.debug=true\natlassian.connect.debug-all-js={value}\n");
    for (written, expected) in [
        ("${flags.debug}", ": true @ application.properties"),
        ("${DEBUG_ALL:false}", ": false @ application.properties"),
        ("${DEBUG_ALL:${flags.debug}}", ": true @ application.properties"),
        ("${DEBUG_ALL}", ": ? @ application.properties"),
        ("@debug@", ": ? @ application.properties"),
        ("${atlassian.connect.debug-all-js}", ": ? @ application.properties"),
    ] {
        decides(&[(PROPERTIES, &value(written))], &[expected]);
    }
}
