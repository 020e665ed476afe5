//! npm manifests, their lockfiles, and ACE's `config.json`.

use crate::{
    ecosystem::{Ecosystem, Interest, connect::is_aside},
    facts::{AceConfig, Dependency, Facts},
    frameworks,
    source::{FileId, SourceFile, Sources},
    syntax::{SyntaxError, json},
    tree::{self, Member, Value},
};

mod lockfile;
mod requirement;

use lockfile::Wanted;
pub(super) use lockfile::is_lockfile;
use requirement::Requirement;

/// The room.
pub(super) struct Node;

impl Ecosystem for Node {
    fn interest(&self, path: &str) -> Interest {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_ours = matches!(name, "package.json" | "config.json") || is_lockfile(name);
        if is_ours && !is_aside(path) { Interest::Always } else { Interest::None }
    }

    fn read(&self, sources: &Sources, facts: &mut Facts) {
        let named =
            |name: &'static str| sources.iter().filter(move |(_, file)| file.name() == name && !is_aside(&file.path));
        let is_known = |package: &str| frameworks::framework(package).is_some();
        for (id, file) in named("package.json") {
            facts.build_files.push(id);
            match manifest(id, file) {
                Ok(tree) => facts.dependencies.extend(dependencies(sources, file, &tree, &is_known)),
                Err(error) => facts.syntax_errors.extend(error),
            }
        }
        for (id, file) in named("config.json") {
            match ace_config(id, file, is_ace_app(sources, facts, file.folder())) {
                Ok(config) => facts.ace_configs.extend(config),
                Err(error) => facts.syntax_errors.push(error),
            }
        }
    }
}

/// The tree of a `package.json`; no error for one that a generator fills in.
fn manifest(id: FileId, file: &SourceFile) -> Result<tree::Node, Option<SyntaxError>> {
    match json::read(id, file) {
        Ok(tree) if matches!(tree.value, Value::Object(_)) => Ok(tree),
        Ok(tree) => Err(Some(SyntaxError { message: "expected an object".to_owned(), span: tree.span })),
        Err(_) if json::is_template(&file.text) => Err(None),
        Err(error) => Err(Some(error)),
    }
}

/// The sections of a manifest. A package in several of them is read from the first.
const SECTIONS: [&str; 4] = ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"];

fn dependencies(
    sources: &Sources,
    file: &SourceFile,
    manifest: &tree::Node,
    is_known: &dyn Fn(&str) -> bool,
) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    for section in SECTIONS {
        for member in manifest.at(&[section]).map_or(&[][..], tree::Node::members) {
            let Some(dependency) = dependency(sources, file, member, is_known) else { continue };
            if found.iter().all(|other| other.package != dependency.package) {
                found.push(Dependency { development: section == "devDependencies", ..dependency });
            }
        }
    }
    found
}

fn dependency(
    sources: &Sources,
    file: &SourceFile,
    member: &Member,
    is_known: &dyn Fn(&str) -> bool,
) -> Option<Dependency> {
    let name = &member.key.value;
    let requirement = Requirement::read(&member.value);
    let alias_of = requirement.as_ref().and_then(|requirement| requirement.alias_of.as_ref());
    let package = format!("pkg:npm/{}", alias_of.unwrap_or(name));
    if !is_known(&package) {
        return None;
    }
    let wanted = Wanted { folder: file.folder(), name, requirement: member.value.as_str().unwrap_or_default() };
    let locked = lockfile::find(sources, &wanted);
    let (text, version, range) = requirement
        .map_or((None, None, None), |requirement| (Some(requirement.text), requirement.version, requirement.range));
    Some(Dependency {
        package,
        declared: member.key.span,
        requirement: text,
        version,
        range,
        update: locked.as_ref().map(|locked| format!("{} {name}", locked.update)),
        locked: locked.and_then(|locked| locked.version),
        development: false,
        shared_with: None,
    })
}

/// The package URL of ACE.
const ACE: &str = "pkg:npm/atlassian-connect-express";

/// Whether the manifest in a folder depends on ACE.
fn is_ace_app(sources: &Sources, facts: &Facts, folder: &str) -> bool {
    let mut dependencies = facts.dependencies.iter().filter(|dependency| dependency.package == ACE);
    dependencies.any(|dependency| sources.file(dependency.declared.file).folder() == folder)
}

/// ACE's configuration: a `config.json` beside its manifest, or one that names settings of ACE.
fn ace_config(id: FileId, file: &SourceFile, is_beside: bool) -> Result<Option<AceConfig>, SyntaxError> {
    let tree = match json::read(id, file) {
        Ok(tree) => tree,
        Err(error) if is_beside && !json::is_template(&file.text) => return Err(error),
        Err(_) => return Ok(None),
    };
    let is_object = matches!(tree.value, Value::Object(_));
    Ok((is_object && is_beside || names_ace_settings(&tree)).then_some(AceConfig { tree }))
}

/// Whether the object, or one of its environments, has a setting that only ACE knows.
fn names_ace_settings(tree: &tree::Node) -> bool {
    let has = |node: &tree::Node| {
        ["localBaseUrl", "allowedBaseUrls", "signed-install"].iter().any(|key| node.member(key).is_some())
    };
    has(tree) || tree.members().iter().any(|environment| has(&environment.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> (Sources, Vec<Dependency>) {
        let sources = Sources::new(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect());
        let (id, file) = sources.iter().find(|(_, file)| file.name() == "package.json").unwrap();
        let tree = manifest(id, file).unwrap();
        let found = dependencies(&sources, file, &tree, &|package| package == "pkg:npm/@s/ace");
        (sources, found)
    }

    #[test]
    fn a_known_package_is_a_dependency_with_its_lock() {
        let manifest = r#"{"devDependencies": {"@s/ace": "^2"}, "dependencies": {"x": "1", "@s/ace": "~1.2.0"}}"#;
        let lock = r#"{"packages": {"node_modules/@s/ace": {"version": "1.2.3"}}}"#;
        let (sources, found) = read(&[("a/package.json", manifest), ("a/package-lock.json", lock)]);
        let [dependency] = &found[..] else { panic!("{found:?}") };
        assert_eq!(sources.text(dependency.declared), "\"@s/ace\"");
        assert_eq!(dependency.requirement.as_ref().map(|text| sources.text(text.span)), Some("~1.2.0"));
        assert_eq!(dependency.version.as_ref().map(|version| sources.text(version.span)), Some("1.2.0"));
        assert_eq!(dependency.locked.as_ref().map(|version| sources.text(version.span)), Some("1.2.3"));
        assert_eq!(dependency.update.as_deref(), Some("npm update @s/ace"));
        assert!(!dependency.development);
    }

    #[test]
    fn an_alias_is_the_package_it_stands_for() {
        let (_, found) = read(&[("package.json", r#"{"devDependencies": {"ace": "npm:@s/ace@1.0.0", "y": 1}}"#)]);
        assert_eq!(
            found.iter().map(|found| (&*found.package, found.development)).collect::<Vec<_>>(),
            [("pkg:npm/@s/ace", true)]
        );
    }

    #[test]
    fn manifests_and_settings_are_facts_outside_of_tests() {
        let sources = Sources::new(vec![
            SourceFile::new("package.json", "{}"),
            SourceFile::new("broken/package.json", "{"),
            SourceFile::new("template/package.json", "{ <% if (a) { %> \"a\": 1 <% } %>"),
            SourceFile::new("test/package.json", "{"),
            SourceFile::new("config.json", "{ // ace\n \"development\": { \"localBaseUrl\": \"http://localhost\" } }"),
            SourceFile::new("other/config.json", "{ \"development\": { \"port\": 1 } }"),
        ]);
        let mut facts = Facts::default();
        super::Node.read(&sources, &mut facts);
        assert_eq!((facts.build_files.len(), facts.syntax_errors.len(), facts.ace_configs.len()), (3, 1, 1));
    }
}
