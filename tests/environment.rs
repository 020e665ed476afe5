//! Environment variables and system properties, in every kind of file that sets them.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

use connect_lint::{
    ecosystem,
    facts::Variable,
    source::{SourceFile, Sources},
};

fn variables(path: &str, text: &str) -> (Sources, Vec<Variable>) {
    let sources = Sources::new(vec![SourceFile::new(path, text)]);
    let found = ecosystem::read(&sources).variables;
    (sources, found)
}

/// Each variable as `name=value` with its place; spans must read back as the value.
fn found(path: &str, text: &str) -> Vec<(String, String)> {
    let (sources, variables) = variables(path, text);
    for variable in &variables {
        let written = sources.text(variable.value.span);
        assert!(written == variable.value.value, "{variable:?}");
        assert!(variable.span.start <= variable.value.span.start && variable.value.span.end <= variable.span.end);
    }
    let pair = |v: Variable| (format!("{}={}", v.name, v.value.value), v.place.unwrap_or_default());
    variables.into_iter().map(pair).collect()
}

#[track_caller]
fn finds(path: &str, text: &str, expected: &[(&str, &str)]) {
    let found = found(path, text);
    let found: Vec<(&str, &str)> = found.iter().map(|(pair, place)| (pair.as_str(), place.as_str())).collect();
    assert_eq!(found, expected);
}

const NO_AUTH: &str = "AC_OPTS=no-auth";

#[test]
fn env_files() {
    finds(
        ".env",
        "A=1\n# AC_OPTS=x\nexport AC_OPTS=no-auth # why\r\nAC_PRODUCT=\"a b\" # c\n",
        &[(NO_AUTH, ""), ("AC_PRODUCT=a b", "")],
    );
    finds(".env.production", "AC_OPTS=no-auth no-reg", &[("AC_OPTS=no-auth no-reg", "production")]);
    finds("dev/api.env", "AC_OPTS = 'no-auth'", &[(NO_AUTH, "dev api")]);
    finds(".env.example", "AC_OPTS=", &[("AC_OPTS=", "example")]);
}

#[test]
fn dockerfiles() {
    let text = "FROM node AS api\n# ENV AC_OPTS=x\nENV A=b \\\n  # c\n  AC_OPTS=no-auth\nENV AC_OPTS no-auth\nARG AC_PRODUCT=jira\n";
    finds("Dockerfile", text, &[(NO_AUTH, "api"), (NO_AUTH, "api"), ("AC_PRODUCT=jira", "api")]);
    let text = "CMD [\"java\", \"-Datlassian.connect.fallback-install-hook-enabled=true\", \"-jar\"]\nENTRYPOINT java --atlassian.connect.debug=1 -jar\n";
    let expected = [("atlassian.connect.fallback-install-hook-enabled=true", ""), ("atlassian.connect.debug=1", "")];
    finds("docker/Dockerfile", text, &expected);
}

#[test]
fn compose_files() {
    let map = "services:\n  web:\n    environment:\n      AC_OPTS: \"no-auth\"\n";
    finds("docker-compose.yml", map, &[(NO_AUTH, "web")]);
    let list = "services:\n  web:\n    environment:\n      # - AC_OPTS=x\n      - AC_OPTS=no-auth no-reg\n    command: sh -c \"AC_OPTS=no-auth node .\"\n";
    finds("compose.dev.yaml", list, &[("AC_OPTS=no-auth no-reg", "dev web"), (NO_AUTH, "dev web")]);
    let shared = "x-env: &env\n  AC_OPTS: no-auth\nservices:\n  web:\n    environment:\n      <<: *env\n";
    finds("docker-compose.yml", shared, &[(NO_AUTH, "")]);
}

#[test]
fn manifests_and_workflows() {
    let text = "kind: Deployment\nmetadata: {name: app}\nspec:\n  containers:\n    - name: main\n      env:\n        - name: AC_OPTS\n          value: no-auth\n        - {value: 'https://x', name: CONNECT_KEYS_CDN_URL}\n        - name: AC_PRODUCT\n          valueFrom: {}\n";
    finds("k8s/app.yaml", text, &[(NO_AUTH, "app main"), ("CONNECT_KEYS_CDN_URL=https://x", "app main")]);
    let text = "jobs:\n  e2e:\n    env: {AC_OPTS: no-auth}\n    steps:\n      - run: |\n          # AC_OPTS=x\n          export AC_OPTS=no-auth\n          echo AC_OPTS=y\n";
    finds(".github/workflows/main.yml", text, &[(NO_AUTH, "e2e"), (NO_AUTH, "e2e")]);
    finds("bitbucket-pipelines.yml", "script:\n  - AC_OPTS=no-auth npm test\n", &[(NO_AUTH, "")]);
    finds(
        "app.yaml",
        "env_variables:\n  ATLASSIAN_CONNECT_FALLBACKINSTALLHOOKENABLED: true\n",
        &[("ATLASSIAN_CONNECT_FALLBACKINSTALLHOOKENABLED=true", "")],
    );
}

#[test]
fn scripts() {
    let text = r#"{"scripts": {"start": "AC_OPTS=no-auth node app.js", "dev": "cross-env A=1 AC_OPTS=\"no-auth no-reg\" node .",
        "win": "set AC_OPTS=no-auth&& node .", "set": "set \"AC_OPTS=a no-auth\"", "doc": "echo AC_OPTS=no-auth", "both": "concurrently \"AC_OPTS=no-auth node .\" b"}}"#;
    let expected = [
        (NO_AUTH, "start"),
        ("AC_OPTS=no-auth no-reg", "dev"),
        (NO_AUTH, "win"),
        ("AC_OPTS=a no-auth", "set"),
        (NO_AUTH, "both"),
    ];
    finds("package.json", text, &expected);
    finds("Procfile", "web: AC_OPTS=no-auth node app.js\n#x: AC_OPTS=y\n", &[(NO_AUTH, "web")]);
    let text = "#!/bin/sh\n# don't AC_OPTS=x\nexport AC_OPTS='no-auth' # it's\nJAVA_OPTS=\"-Xmx1g -Datlassian.connect.debug=1\"\n";
    finds("bin/run.sh", text, &[(NO_AUTH, ""), ("atlassian.connect.debug=1", "")]);
    finds(
        "etc/app.service",
        "[Service]\nEnvironment=\"AC_OPTS=no-auth\" B=c\nEnvironment=AC_PRODUCT=jira\n",
        &[(NO_AUTH, ""), ("AC_PRODUCT=jira", "")],
    );
}

#[test]
fn settings_inside_of_spring_json() {
    let text = "SPRING_APPLICATION_JSON='{\"atlassian\": {\"connect\": {\"fallback-install-hook-enabled\": true}}}'\n";
    let found = found(".env", text);
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].0, "atlassian.connect.fallback-install-hook-enabled=true");
}

#[test]
fn foreign_and_built_files_do_not_count() {
    for path in ["node_modules/x/.env", "web/dist/package.json", "src/main/resources/application.yml", "readme.md"] {
        finds(path, "AC_OPTS=no-auth", &[]);
    }
    finds("test/.env", "AC_OPTS=no-auth", &[(NO_AUTH, "test")]);
}
