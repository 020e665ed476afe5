//! Maven: which dependencies are found, and where their versions are defined.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use connect_lint::{
    app::Phase,
    discover::Tree,
    ecosystem,
    facts::{Dependency, Facts},
    run::{Checks, Scan},
    source::{SourceFile, Sources},
    version::{Scheme, VersionRange},
};

const STARTER: &str =
    "<groupId>com.atlassian.connect</groupId><artifactId>atlassian-connect-spring-boot-starter</artifactId>";
const JPA: &str =
    "<groupId>com.atlassian.connect</groupId><artifactId>atlassian-connect-spring-boot-jpa-starter</artifactId>";

fn read(files: &[(&str, String)]) -> (Sources, Facts) {
    let files = files.iter().map(|(path, text)| SourceFile::new(*path, text.as_str())).collect();
    let sources = Sources::new(files);
    let facts = ecosystem::read(&sources);
    (sources, facts)
}

fn project(content: &str) -> String {
    format!(
        "<project>\n<groupId>com.example</groupId><artifactId>app</artifactId><version>1.0</version>\n{content}\n</project>\n"
    )
}

fn depends(on: &str) -> String {
    format!("<dependencies><dependency>{on}</dependency></dependencies>")
}

/// The file and the text of the place where the version is defined, then the version.
fn place(sources: &Sources, dependency: &Dependency) -> (String, String, Option<String>) {
    let requirement = dependency.requirement.as_ref().unwrap();
    let path = sources.file(requirement.span.file).path.to_string();
    let version = dependency.version.as_ref().map(|version| {
        assert_eq!(version.span, requirement.span);
        version.value.to_string()
    });
    (path, sources.text(requirement.span).to_owned(), version)
}

/// The one dependency of a tree, as [`place`] gives it.
fn only(files: &[(&str, String)]) -> (String, String, Option<String>) {
    let (sources, facts) = read(files);
    assert_eq!(facts.dependencies.len(), 1, "{:?}", facts.dependencies);
    assert!(facts.syntax_errors.is_empty());
    place(&sources, &facts.dependencies[0])
}

fn defined(path: &str, version: &str) -> (String, String, Option<String>) {
    (path.to_owned(), version.to_owned(), Some(version.to_owned()))
}

#[test]
fn a_literal_is_its_own_definition() {
    let pom = project(&depends(&format!("{STARTER}<version>\n  2.1.0 <!-- old -->\n</version>")));
    let (sources, facts) = read(&[("pom.xml", pom.clone())]);
    let dependency = &facts.dependencies[0];
    assert_eq!(dependency.package, "pkg:maven/com.atlassian.connect/atlassian-connect-spring-boot");
    assert_eq!(sources.text(dependency.declared), "atlassian-connect-spring-boot-starter");
    assert!(!dependency.development && dependency.locked.is_none());
    assert!(dependency.range.as_ref().unwrap().is_within(&VersionRange::parse(Scheme::Maven, "<2.2.0").unwrap()));
    assert_eq!(only(&[("pom.xml", pom)]), defined("pom.xml", "2.1.0"));
}

#[test]
fn a_property_is_followed_to_its_definition() {
    let properties = "<properties><acsb>${revision}</acsb><revision>2.2.0</revision></properties>";
    let both = format!(
        "<dependency>{JPA}<version>${{acsb}}</version></dependency><dependency>{STARTER}<version>${{acsb}}</version></dependency>"
    );
    let pom = project(&format!("{properties}<dependencies>{both}</dependencies>"));
    assert_eq!(only(&[("pom.xml", pom.clone())]), defined("pom.xml", "2.2.0"));
    let (sources, facts) = read(&[("pom.xml", pom)]);
    assert_eq!(sources.text(facts.dependencies[0].declared), "atlassian-connect-spring-boot-starter");
}

#[test]
fn literals_in_two_places_are_two_dependencies() {
    let both = format!(
        "<dependency>{JPA}<version>2.1.0</version></dependency><dependency>{STARTER}<version>2.1.0</version></dependency><dependency>{STARTER}</dependency>"
    );
    let (_, facts) = read(&[("pom.xml", project(&format!("<dependencies>{both}</dependencies>")))]);
    assert_eq!(facts.dependencies.len(), 2);
}

#[test]
fn parents_in_the_tree_define_properties_and_versions() {
    let managed = format!(
        "<dependencyManagement>{}</dependencyManagement>",
        depends(&format!("{STARTER}<version>${{acsb}}</version>"))
    );
    let parent = project(&format!("<properties><acsb>2.1.5</acsb></properties>{managed}"));
    let child = |path: &str, properties: &str| {
        let parent = format!(
            "<parent><groupId>com.example</groupId><artifactId>app</artifactId><version>1.0</version>{path}</parent>"
        );
        format!("<project>{parent}<artifactId>web</artifactId>{properties}{}</project>", depends(STARTER))
    };
    let default = child("", "");
    assert_eq!(only(&[("pom.xml", parent.clone()), ("web/pom.xml", default.clone())]), defined("pom.xml", "2.1.5"));
    // by relativePath, to a folder; by coordinates, where the path leads nowhere
    let elsewhere = child("<relativePath>../../parent</relativePath>", "");
    let tree = [("parent/pom.xml", parent.clone()), ("apps/web/pom.xml", elsewhere)];
    assert_eq!(only(&tree), defined("parent/pom.xml", "2.1.5"));
    let tree = [("parent/pom.xml", parent.clone()), ("apps/web/pom.xml", child("<relativePath/>", ""))];
    assert_eq!(only(&tree), defined("parent/pom.xml", "2.1.5"));
    // a child's property wins over the parent's
    let own = child("", "<properties><acsb>2.3.6</acsb></properties>");
    assert_eq!(only(&[("pom.xml", parent), ("web/pom.xml", own)]), defined("web/pom.xml", "2.3.6"));
    let (_, facts) = read(&[("web/pom.xml", default)]);
    assert!(facts.dependencies[0].requirement.is_none() && facts.dependencies[0].range.is_none());
}

#[test]
fn an_acsb_parent_or_import_gives_the_version() {
    let acsb = "<groupId>com.atlassian.connect</groupId><artifactId>atlassian-connect-spring-boot</artifactId><version>2.0.1</version>";
    let pom = format!("<project><parent>{acsb}</parent><artifactId>app</artifactId>{}</project>", depends(STARTER));
    assert_eq!(only(&[("pom.xml", pom)]), defined("pom.xml", "2.0.1"));
    let import = format!(
        "<dependencyManagement>{}</dependencyManagement>",
        depends(&format!("{acsb}<type>pom</type><scope>import</scope>"))
    );
    assert_eq!(only(&[("pom.xml", project(&format!("{import}{}", depends(STARTER))))]), defined("pom.xml", "2.0.1"));
}

#[test]
fn an_imported_pom_of_the_tree_is_read_with_its_own_properties() {
    let managed = format!(
        "<dependencyManagement>{}</dependencyManagement>",
        depends(&format!("{STARTER}<version>${{acsb}}</version>"))
    );
    let bom = format!(
        "<project><groupId>com.example</groupId><artifactId>bom</artifactId><properties><acsb>2.2.1</acsb></properties>{managed}</project>"
    );
    let import = "<dependencyManagement><dependencies><dependency><groupId>com.example</groupId><artifactId>bom</artifactId><version>1</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>";
    let app = project(&format!("<properties><acsb>9</acsb></properties>{import}{}", depends(STARTER)));
    assert_eq!(only(&[("app/pom.xml", app), ("bom/pom.xml", bom)]), defined("bom/pom.xml", "2.2.1"));
}

#[test]
fn a_version_that_differs_by_profile_is_defined_in_each() {
    let pom = |activation: &str| {
        let profile = format!(
            "<profiles><profile><id>next</id>{activation}<properties><acsb>2.3.6</acsb></properties></profile></profiles>"
        );
        let dependency = depends(&format!("{STARTER}<version>${{acsb}}</version>"));
        project(&format!("<properties><acsb>2.1.0</acsb></properties>{profile}{dependency}"))
    };
    let found = |pom: String| {
        let (sources, facts) = read(&[("pom.xml", pom)]);
        let told = |dependency: &Dependency| {
            let definition = dependency.requirement.as_ref().unwrap().span;
            let told = facts.alternatives.iter().find(|told| told.definition == definition).unwrap();
            let labels = told.labels.iter().map(|label| format!("{}: {}", sources.text(label.span), label.message));
            (sources.text(definition).to_owned(), told.profile.clone(), labels.collect::<Vec<_>>())
        };
        facts.dependencies.iter().map(told).collect::<Vec<_>>()
    };
    let base = |label: &str| ("2.1.0".to_owned(), None, vec![format!("2.3.6: {label}")]);
    let other = (
        "2.3.6".to_owned(),
        Some("next".to_owned()),
        vec!["next: only in this profile".to_owned(), "2.1.0: without the profile it is another".to_owned()],
    );
    assert_eq!(found(pom("")), [base("the profile `next` has another"), other.clone()]);
    let active = "<activation><activeByDefault>true</activeByDefault></activation>";
    assert_eq!(found(pom(active)), [other, base("the profile `next`, active by default, has another")]);
}

/// A tree, read and checked.
fn scan(files: &[(&str, String)], checks: &Checks) -> Scan {
    let sources = files.iter().map(|(path, text)| SourceFile::new(*path, text.as_str())).collect();
    Scan::new(Tree { sources: Sources::new(sources), ..Tree::default() }, checks)
}

/// The apps of a tree: the folder of each, and the versions of ACSB it depends on.
fn apps(files: &[(&str, String)]) -> Vec<(String, Vec<String>)> {
    let versions = |app: &connect_lint::app::App| {
        let asked = app.facts.dependencies.iter().map(|found| found.requirement.as_ref());
        asked.map(|text| text.map_or("none".to_owned(), |text| text.value.clone())).collect()
    };
    scan(files, &Checks::all()).apps.iter().map(|app| (app.root.clone(), versions(app))).collect()
}

fn child(artifact: &str, content: &str) -> String {
    let parent =
        "<parent><groupId>com.example</groupId><artifactId>app</artifactId><version>${revision}</version></parent>";
    format!("<project>{parent}<artifactId>{artifact}</artifactId>{content}</project>")
}

const DESCRIPTOR: &str = r#"{"key": "a", "baseUrl": "${addon.base-url}", "authentication": {"type": "jwt"},
    "lifecycle": {"installed": "/installed"}}"#;

fn descriptor(module: &str) -> (String, String) {
    (format!("{module}/src/main/resources/atlassian-connect.json"), DESCRIPTOR.to_owned())
}

#[test]
fn an_app_gets_what_its_parent_and_its_modules_depend_on() {
    let module = |name: &str| {
        format!("<groupId>com.example</groupId><artifactId>{name}</artifactId><version>${{revision}}</version>")
    };
    let (path, text) = descriptor("web");
    let literal = |version: &str| depends(&format!("{STARTER}<version>{version}</version>"));
    let managed = "<properties><acsb>2.1.5</acsb></properties>";
    let property = depends(&format!("{STARTER}<version>${{acsb}}</version>"));
    let is = |versions: &[&str]| vec![("web".to_owned(), versions.iter().map(ToString::to_string).collect::<Vec<_>>())];

    // from the parent's own dependencies, also where the module defines the property anew
    let inherited = |own: &str| {
        let parent = project(&format!("<packaging>pom</packaging>{managed}{property}"));
        apps(&[("pom.xml", parent), ("web/pom.xml", child("web", own)), (&path, text.clone())])
    };
    assert_eq!(inherited(""), is(&["2.1.5"]));
    assert_eq!(inherited("<properties><acsb>2.3.6</acsb></properties>"), is(&["2.3.6"]));
    assert_eq!(inherited(&literal("2.2.1")), is(&["2.2.1"]));

    // through modules of the tree, the nearest first; a module that another is made from is no app
    let through = |web: &str, core: &str, store: &str| {
        let parent = project(&format!("<packaging>pom</packaging>{managed}"));
        let tree = [
            ("pom.xml", parent),
            ("web/pom.xml", child("web", web)),
            ("core/pom.xml", child("core", core)),
            ("store/pom.xml", child("store", store)),
            (&*path, text.clone()),
        ];
        apps(&tree)
    };
    let on = |name: &str| depends(&module(name));
    assert_eq!(through(&on("core"), &property, ""), is(&["2.1.5"]));
    assert_eq!(through(&on("core"), &on("store"), &literal("2.2.3")), is(&["2.2.3"]));
    let both =
        |version: &str| literal(version).replace("</dependencies>", "") + &on("store").replace("<dependencies>", "");
    assert_eq!(through(&on("core"), &both("2.2.0"), &literal("2.2.3")), is(&["2.2.0"]));
    let test = on("core").replace("<artifactId>", "<scope>test</scope><artifactId>");
    assert_eq!(
        through(&test, &property, ""),
        [("core".to_owned(), vec!["2.1.5".to_owned()]), ("web".to_owned(), vec![])]
    );
}

#[test]
fn a_project_that_a_tree_holds_twice_hangs_together_in_each() {
    let on = |artifact: &str| {
        depends(&format!("<groupId>com.example</groupId><artifactId>{artifact}</artifactId><version>1</version>"))
    };
    let import = on("bom").replace("</dependency>", "<type>pom</type><scope>import</scope></dependency>");
    let managed = |content: &str| format!("<dependencyManagement>{content}</dependencyManagement>");
    let copy = |folder: &str, version: &str| {
        let literal = managed(&depends(&format!("{STARTER}<version>{version}</version>")));
        let (path, text) = descriptor("web");
        let files = [
            ("pom.xml", project("<packaging>pom</packaging>")),
            ("bom/pom.xml", child("bom", &literal)),
            ("core/pom.xml", child("core", &format!("{}{}", managed(&import), depends(STARTER)))),
            ("web/pom.xml", child("web", &on("core"))),
            (&path, text),
        ];
        files.map(|(path, text)| (format!("{folder}/{path}"), text))
    };
    let tree = [copy("2024/app", "2.1.5"), copy("2024/app-next", "2.2.1"), copy("2025/app", "2.3.6")].concat();
    let tree: Vec<_> = tree.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let expected = [("2024/app-next", "2.2.1"), ("2024/app", "2.1.5"), ("2025/app", "2.3.6")];
    assert_eq!(apps(&tree), expected.map(|(folder, version)| (format!("{folder}/web"), vec![version.to_owned()])));
    // from elsewhere none of them is meant
    let elsewhere = [&tree[..], &[("tools/pom.xml", child("tools", &on("core")))]].concat();
    assert_eq!(apps(&elsewhere).len(), 3);
}

#[test]
fn what_two_apps_share_is_told_once() {
    let parent = project("<packaging>pom</packaging><properties><acsb>2.1.5</acsb></properties>");
    let dependency = depends(&format!("{STARTER}<version>${{acsb}}</version>"));
    let ((jira, text), (confluence, _)) = (descriptor("jira"), descriptor("confluence"));
    let files = [
        ("pom.xml", parent),
        ("jira/pom.xml", child("jira", &dependency)),
        ("confluence/pom.xml", child("confluence", &dependency)),
        (&*jira, text.clone()),
        (&*confluence, text.replace("\"a\"", "\"b\"")),
    ];
    let select = ["framework-without-signed-install".to_owned()];
    let scan = scan(&files, &Checks::new(&select, &[], Phase::Enforced).unwrap());
    assert_eq!(scan.apps.len(), 2);
    let [finding] = &scan.findings[..] else { panic!("{:?}", scan.findings) };
    let used: Vec<_> = finding.labels.iter().map(|label| scan.sources.file(label.span.file).path.to_string()).collect();
    assert_eq!(used, ["confluence/pom.xml", "jira/pom.xml"]);
}

#[test]
fn what_is_no_dependency_is_not_taken_for_one() {
    let exclusion = format!(
        "<groupId>org.example</groupId><artifactId>x</artifactId><exclusions><exclusion>{STARTER}</exclusion></exclusions>"
    );
    let plugin = format!(
        "<build><plugins><plugin><configuration><includeProperties>{STARTER}</includeProperties></configuration></plugin></plugins></build>"
    );
    let comment = format!("<!-- {} -->", depends(STARTER));
    let managed = format!(
        "<dependencyManagement>{}</dependencyManagement>",
        depends(&format!("{STARTER}<version>2.1.0</version>"))
    );
    let (_, facts) = read(&[("pom.xml", project(&format!("{comment}{managed}{plugin}{}", depends(&exclusion))))]);
    assert!(facts.dependencies.is_empty() && facts.build_files.len() == 1);
    let app = project(&depends(&format!("{STARTER}<version>2.1.0</version>")));
    for (path, pom) in [("src/test/resources/pom.xml", app.clone()), ("target/classes/pom.xml", app)] {
        assert!(read(&[(path, pom)]).1.dependencies.is_empty(), "{path}");
    }
}

#[test]
fn the_library_s_own_modules_do_not_depend_on_it() {
    let core = "<groupId>com.atlassian.connect</groupId><artifactId>atlassian-connect-spring-boot-core</artifactId>";
    let module = |own: &str, on: &str| {
        let dependency = depends(&format!("{on}<version>${{project.version}}</version>"));
        format!("<project>{own}<version>2.1.0</version>{dependency}</project>")
    };
    let tree = [("core/pom.xml", module(core, "")), ("starter/pom.xml", module(STARTER, core))];
    assert!(read(&tree).1.dependencies.is_empty());
    // an app made from a sample of the library, coordinates and all
    assert_eq!(only(&[("pom.xml", module(STARTER, JPA))]), defined("pom.xml", "2.1.0"));
}

#[test]
fn a_test_scope_is_development() {
    let (_, facts) =
        read(&[("pom.xml", project(&depends(&format!("{STARTER}<version>2.1.0</version><scope>test</scope>"))))]);
    assert!(facts.dependencies[0].development);
    let both = format!(
        "<dependency>{STARTER}<version>2.1.0</version><scope>test</scope></dependency><dependency>{JPA}<version>2.1.0</version></dependency>"
    );
    let (_, facts) = read(&[("pom.xml", project(&format!("<dependencies>{both}</dependencies>")))]);
    assert!(!facts.dependencies[0].development);
}

#[test]
fn unknown_versions_stay_unknown() {
    for version in ["${acsb}", "2.${minor}", "LATEST", "@acsb@"] {
        let (_, facts) = read(&[("pom.xml", project(&depends(&format!("{STARTER}<version>{version}</version>"))))]);
        let dependency = &facts.dependencies[0];
        assert_eq!(dependency.requirement.as_ref().unwrap().value, version);
        assert!(dependency.version.is_none() && dependency.range.is_none());
    }
    let (_, facts) = read(&[("pom.xml", project(&depends(&format!("{STARTER}<version>[2.0,2.2)</version>"))))]);
    assert!(facts.dependencies[0].version.is_none() && facts.dependencies[0].range.is_some());
}

#[test]
fn knots_and_broken_poms_end() {
    let knot: String = (0..20)
        .map(|from| {
            let definitions: String = (0..20)
                .map(|to| format!("<profile><properties><p{from}>${{p{to}}}</p{from}></properties></profile>"))
                .collect();
            definitions
        })
        .collect();
    let parent = "<parent><groupId>com.example</groupId><artifactId>app</artifactId><relativePath>pom.xml</relativePath></parent>";
    let pom = project(&format!(
        "{parent}<profiles>{knot}</profiles>{}",
        depends(&format!("{STARTER}<version>${{p0}}</version>"))
    ));
    let (_, facts) = read(&[
        ("pom.xml", pom),
        ("broken/pom.xml", "<project><a></project>".to_owned()),
        ("other/pom.xml", "<html/>".to_owned()),
    ]);
    assert!(facts.dependencies[0].version.is_none());
    assert_eq!((facts.syntax_errors.len(), facts.build_files.len()), (1, 3));
}

#[test]
fn gradle_build_files_are_noted() {
    let empty = |path| (path, String::new());
    let (_, facts) = read(&[
        empty("build.gradle"),
        empty("app/build.gradle.kts"),
        empty("settings.gradle"),
        empty("buildSrc/build.gradle"),
    ]);
    assert_eq!(facts.build_files.len(), 2);
    assert_eq!(ecosystem::interest("settings.gradle.kts"), ecosystem::Interest::Always);
}
