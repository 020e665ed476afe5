//! The forms in which variables are written: quotes, continued lines, commands inside of commands, anchors.

use connect_lint::{
    ecosystem,
    facts::Variable,
    source::{SourceFile, Sources},
};

/// `name=value` of what a file sets, the value as its span reads, and the place if there is one.
fn read(path: &str, text: &str) -> Vec<String> {
    let sources = Sources::new(vec![SourceFile::new(path, text)]);
    let facts = ecosystem::read(&sources);
    let shown = |variable: &Variable| {
        assert!(variable.span.start <= variable.value.span.start && variable.value.span.end <= variable.span.end);
        let place = variable.place.as_ref().map_or(String::new(), |place| format!(" @{place}"));
        let (name, value) = (&variable.name, &variable.value.value);
        assert_eq!(sources.text(variable.value.span), value, "the span of `{name}`");
        format!("{name}={value}{place}")
    };
    facts.variables.iter().map(shown).collect()
}

#[test]
fn env_files() {
    let text =
        "# AC_OPTS=no-auth\nPORT=1\nexport AC_OPTS = \"no-auth\" # why\nAC_PRODUCT=jira # x\nAC_SIGNED_INSTALL=\n";
    assert_eq!(read(".env", text), ["AC_OPTS=no-auth", "AC_PRODUCT=jira", "AC_SIGNED_INSTALL="]);
    assert_eq!(read("dev/.env.development.local", "AC_OPTS=x\r\n"), ["AC_OPTS=x @dev development local"]);
    assert_eq!(
        read("prod.env", "AC_OPTS='a\nb'\nAC_PRODUCT=${P:-jira}"),
        ["AC_OPTS=a\nb @prod", "AC_PRODUCT=jira @prod"]
    );
    assert_eq!(read("test/.env", "AC_OPTS=x"), ["AC_OPTS=x @test"]);
}

#[test]
fn dockerfiles() {
    let text = "FROM a AS dev\nENV A=1 \\\n # AC_OPTS=x\n  AC_OPTS=\"no-auth\" B=2\nenv AC_PRODUCT jira\n# ENV AC_OPTS=x\nARG AC_SIGNED_INSTALL=force\nRUN AC_OPTS=y npm t\n";
    assert_eq!(
        read("Dockerfile", text),
        ["AC_OPTS=no-auth @dev", "AC_PRODUCT=jira @dev", "AC_SIGNED_INSTALL=force @dev"]
    );
    let list = "FROM a\nCMD [\"java\", \"-Datlassian.connect.debug=true\", \"-jar\"]\n";
    assert_eq!(read("Dockerfile.dev", list), ["atlassian.connect.debug=true @dev"]);
    let shell = "ENV JAVA_OPTS=\"-Xmx1g -Datlassian.connect.debug=true\"\nENTRYPOINT AC_OPTS=a node .";
    assert_eq!(read("Containerfile", shell), ["atlassian.connect.debug=true", "AC_OPTS=a"]);
}

#[test]
fn compose_files() {
    let map = "services:\n  app:\n    environment:\n      AC_OPTS: \"no-auth\"\n      AC_PRODUCT:\n      atlassian.connect.debug: true\n";
    assert_eq!(read("docker-compose.yml", map), ["AC_OPTS=no-auth @app", "atlassian.connect.debug=true @app"]);
    let list = "services:\n  app:\n    command: [java, -Datlassian.connect.a=b]\n    environment:\n      - 'AC_OPTS=no-reg, no-auth'\n      # - AC_PRODUCT=x\n";
    assert_eq!(read("compose.dev.yaml", list), ["atlassian.connect.a=b @dev app", "AC_OPTS=no-reg, no-auth @dev app"]);
    let json = "services:\n  app:\n    environment:\n      SPRING_APPLICATION_JSON: '{\"atlassian\":{\"connect\":{\"a-b\":true,\"c\":\"d\"}},\"atlassian.connect.e\":1}'\n";
    let found = read("compose.yml", json);
    assert_eq!(
        found[1..],
        ["atlassian.connect.a-b=true @app", "atlassian.connect.c=d @app", "atlassian.connect.e=1 @app"]
    );
    assert!(found[0].starts_with("SPRING_APPLICATION_JSON={"));
}

#[test]
fn manifests() {
    let pod = "kind: Pod\nmetadata: {name: calendar-test}\nspec:\n  containers:\n    - name: web\n      env:\n        - name: AC_OPTS\n          value: no-auth\n        - {value: 'true', name: ATLASSIAN_CONNECT_A}\n";
    let place = "calendar-test web";
    let expected = [format!("AC_OPTS=no-auth @{place}"), format!("ATLASSIAN_CONNECT_A=true @{place}")];
    assert_eq!(read("deployment.yaml", pod), expected);
    let workflow = "env:\n  AC_OPTS: a\njobs:\n  check:\n    steps:\n      - name: Run tests\n        run: |\n          export AC_OPTS=no-auth\n          AC_PRODUCT=jira npm test\n          echo AC_OPTS=x\n";
    let expected = ["AC_OPTS=a @ci", "AC_OPTS=no-auth @ci check Run tests", "AC_PRODUCT=jira @ci check Run tests"];
    assert_eq!(read(".github/workflows/ci.yml", workflow), expected);
    let own = "atlassian:\n  connect:\n    debug: true\natlassian.connect.x: true\n";
    assert_eq!(read("src/main/resources/application.yml", own), [""; 0]);
    assert_eq!(read("a.yml", "a: [\n"), [""; 0]);
    let anchors = "x: &x\n  AC_OPTS: a\nservices:\n  b:\n    environment:\n      <<: *x\n  c:\n    environment: *x\n";
    assert_eq!(read("compose.yml", anchors), ["AC_OPTS=a"]);
    let prose = "description: Run it with AC_OPTS=no-auth\nsteps: [{run: 'echo AC_OPTS=x'}]\nrun: npx -y cross-env AC_OPTS=a node .\n";
    assert_eq!(read("a.yml", prose), ["AC_OPTS=a"]);
    let debug = "{\"configurations\": [{\"name\": \"Run\", \"env\": {\"AC_OPTS\": \"no-auth\"}}]}";
    assert_eq!(read(".vscode/launch.json", debug), ["AC_OPTS=no-auth @debug Run"]);
}

#[test]
fn npm_scripts() {
    let script = |text: &str| read("package.json", &format!("{{\"scripts\": {{\"start\": \"{text}\", \"x\": 1}}}}"));
    assert_eq!(script("AC_OPTS=no-auth,no-reg node app.js"), ["AC_OPTS=no-auth,no-reg @start"]);
    assert_eq!(script("NODE_ENV=a cross-env AC_OPTS=no-auth node ."), ["AC_OPTS=no-auth @start"]);
    assert_eq!(script("set AC_OPTS=no-auth&& node app.js"), ["AC_OPTS=no-auth @start"]);
    assert_eq!(script("set \\\"AC_OPTS=no-auth\\\" && node app.js"), ["AC_OPTS=no-auth @start"]);
    assert_eq!(script("SET AC_OPTS=a node . && b"), ["AC_OPTS=a node . @start"]);
    assert_eq!(script("concurrently \\\"AC_OPTS=no-auth node .\\\" 'npm:x'"), ["AC_OPTS=no-auth @start"]);
    assert_eq!(script("echo 'AC_OPTS=no-auth node .'"), [""; 0]);
    assert_eq!(script("node app.js AC_OPTS=no-auth # AC_OPTS=x"), [""; 0]);
    assert_eq!(script("docker run -e AC_OPTS=a --env=AC_PRODUCT=b x"), ["AC_OPTS=a @start", "AC_PRODUCT=b @start"]);
}

#[test]
fn scripts_units_and_processes() {
    let shell = "#!/bin/sh\n# AC_OPTS=x\nif true; then export AC_OPTS='a b'; fi\nbash -c \"AC_PRODUCT=jira node .\"\ncat <<END\nAC_OPTS=y\nEND\n";
    assert_eq!(read("run-dev.sh", shell), ["AC_OPTS=a b @dev", "AC_PRODUCT=jira @dev"]);
    let unit = "[Service]\n;Environment=AC_OPTS=x\nEnvironment=\"AC_OPTS=a b\" AC_PRODUCT=jira\nExecStart=/usr/bin/java -Datlassian.connect.a=b\n";
    assert_eq!(read("x.service", unit), ["AC_OPTS=a b", "AC_PRODUCT=jira", "atlassian.connect.a=b"]);
    let processes = "# web: AC_OPTS=x\nweb: java -jar a.jar --atlassian.connect.a=b\nworker: AC_OPTS=a node .\n";
    assert_eq!(read("Procfile", processes), ["atlassian.connect.a=b @web", "AC_OPTS=a @worker"]);
    let run = "mvn spring-boot:run -Dspring-boot.run.jvmArguments='-Datlassian.connect.a=b'\n";
    assert_eq!(read("a.sh", run), ["atlassian.connect.a=b"]);
}

#[test]
fn hostile_text_does_no_harm() {
    let texts = [
        "\"",
        "AC_OPTS=\"",
        "é=\\",
        "$(",
        "ENV",
        "ENV AC_OPTS",
        "web:",
        "A=\\\r\n",
        "<<",
        "${",
        "AC_OPTS=${:-}",
        "'é\\",
        "\u{feff}",
    ];
    for path in [".env", "Dockerfile", "Procfile", "package.json", "compose.yml", "a.sh", "a.service"] {
        for first in texts {
            for second in texts {
                let file = SourceFile::new(path, format!("{first}{second} {first}"));
                ecosystem::read(&Sources::new(vec![file]));
            }
        }
    }
}
