//! Which file or package a name in `import` or `require` means.

use std::collections::BTreeMap;

use crate::{
    source::{FileId, Sources},
    syntax::json,
    tree::Node,
};

/// What a module's name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file of the tree.
    File(FileId),
    /// A package, with the path inside it: `express`, `atlassian-connect-express/lib/middleware`.
    Package(String),
    /// A file that should be in the tree but was not read.
    Missing,
}

/// Knows the tree's files, its `tsconfig.json` files and its own packages.
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    files: BTreeMap<String, FileId>,
    /// By the folder that each holds for.
    aliases: BTreeMap<String, Aliases>,
    /// The folders of the tree's own packages, by name.
    packages: BTreeMap<String, Package>,
}

/// `compilerOptions.paths` and `baseUrl` of a `tsconfig.json` or `jsconfig.json`.
#[derive(Clone, Debug, Default)]
struct Aliases {
    /// The folder that names may be relative to.
    base: Option<String>,
    /// Patterns with at most one `*`, and what stands for them, relative to the root.
    paths: Vec<(String, Vec<String>)>,
}

/// A package of the tree itself.
#[derive(Clone, Debug)]
struct Package {
    folder: String,
    entries: Vec<String>,
}

/// What may be left out at the end of a module's name.
const SUFFIXES: [&str; 9] = ["", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts"];

/// What a name may end with although the file on disk is TypeScript.
const COMPILED: [(&str, &[&str]); 4] =
    [(".js", &[".ts", ".tsx"]), (".jsx", &[".tsx"]), (".mjs", &[".mts"]), (".cjs", &[".cts"])];

impl Resolver {
    /// Learns the tree's files.
    pub fn read(sources: &Sources) -> Resolver {
        let mut resolver = Resolver::default();
        for (id, file) in sources.iter() {
            resolver.files.insert(file.path.to_string(), id);
            let name = file.name();
            let is_aliases = (name.starts_with("tsconfig") || name == "jsconfig.json") && name.ends_with(".json");
            if !is_aliases && name != "package.json" {
                continue;
            }
            let Ok(tree) = json::read(id, file) else { continue };
            if is_aliases {
                resolver.learn_aliases(file.folder(), &tree);
            } else {
                resolver.learn_package(file.folder(), &tree);
                resolver.learn_imports(file.folder(), &tree);
            }
        }
        resolver
    }

    fn learn_aliases(&mut self, folder: &str, tree: &Node) {
        let Some(options) = tree.at(&["compilerOptions"]) else { return };
        let base = options.at(&["baseUrl"]).and_then(Node::as_str).and_then(|base| join(folder, base));
        let from = base.clone().unwrap_or_else(|| folder.to_owned());
        let members = options.at(&["paths"]).map_or(&[][..], Node::members);
        let paths = members.iter().map(|member| {
            let targets = member.value.elements().iter().filter_map(|target| join(&from, target.as_str()?));
            (member.key.value.clone(), targets.collect())
        });
        let known = self.aliases.entry(folder.to_owned()).or_default();
        known.base = known.base.take().or(base);
        known.paths.extend(paths);
    }

    fn learn_package(&mut self, folder: &str, tree: &Node) {
        let Some(name) = tree.at(&["name"]).and_then(Node::as_str) else { return };
        let text = |path: &[&str]| tree.at(path).and_then(Node::as_str).map(str::to_owned);
        let named =
            [&["source"][..], &["exports"], &["exports", "."], &["exports", ".", "import"], &["module"], &["main"]];
        let mut entries: Vec<String> = named.iter().filter_map(|path| text(path)).collect();
        entries.extend(["src/index", "index", "lib/index"].map(str::to_owned));
        self.packages.entry(name.to_owned()).or_insert(Package { folder: folder.to_owned(), entries });
    }

    /// `imports` of a manifest: `#name` and `#name/*`, which stand for files beside it.
    fn learn_imports(&mut self, folder: &str, tree: &Node) {
        let members = tree.at(&["imports"]).map_or(&[][..], Node::members);
        let inside = |node: &Node| node.members().iter().find_map(|member| member.value.as_str().map(str::to_owned));
        let paths: Vec<(String, Vec<String>)> = members
            .iter()
            .filter_map(|member| {
                let target = member.value.as_str().map(str::to_owned).or_else(|| inside(&member.value))?;
                Some((member.key.value.clone(), vec![join(folder, &target)?]))
            })
            .collect();
        if !paths.is_empty() {
            self.aliases.entry(folder.to_owned()).or_default().paths.extend(paths);
        }
    }

    /// What `source` means in the file at `from`.
    pub fn resolve(&self, from: &str, source: &str) -> Target {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        if source.starts_with('.') || source.starts_with('/') {
            let found = join(folder, source).and_then(|path| self.file(&path));
            return found.map_or(Target::Missing, Target::File);
        }
        match self.by_alias(folder, source).or_else(|| self.of_tree(source)) {
            Some(file) => Target::File(file),
            None if source.starts_with("~/") || source.starts_with("@/") => Target::Missing,
            None => Target::Package(source.to_owned()),
        }
    }

    /// The paths that a relative or aliased name may mean, whether or not they were read.
    pub fn candidates(&self, from: &str, source: &str) -> Vec<String> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut stems: Vec<String> = if source.starts_with('.') {
            join(folder, source).into_iter().collect()
        } else {
            self.aliased(folder, source)
        };
        if let Some(package) = self.packages.get(source) {
            stems.extend(package.entries.iter().filter_map(|entry| join(&package.folder, entry)));
        }
        stems.iter().flat_map(|stem| spellings(stem)).collect()
    }

    fn by_alias(&self, folder: &str, source: &str) -> Option<FileId> {
        self.aliased(folder, source).iter().find_map(|path| self.file(path))
    }

    /// What the nearest `tsconfig.json` files above a folder make of a name.
    fn aliased(&self, folder: &str, source: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut above = Some(folder);
        while let Some(here) = above {
            if let Some(aliases) = self.aliases.get(here) {
                for (pattern, targets) in &aliases.paths {
                    let Some(middle) = matched(pattern, source) else { continue };
                    found.extend(targets.iter().map(|target| target.replacen('*', middle, 1)));
                }
                found.extend(aliases.base.as_ref().and_then(|base| join(base, source)));
            }
            above = (!here.is_empty()).then(|| here.rsplit_once('/').map_or("", |(parent, _)| parent));
        }
        found
    }

    /// A file of a package of the tree itself.
    fn of_tree(&self, source: &str) -> Option<FileId> {
        let is_inside =
            |name: &str| source == name || source.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
        let (name, package) = self.packages.iter().rev().find(|(name, _)| is_inside(name))?;
        let rest = source[name.len()..].trim_start_matches('/');
        if rest.is_empty() {
            return package.entries.iter().find_map(|entry| self.file(&join(&package.folder, entry)?));
        }
        [rest.to_owned(), format!("src/{rest}")].iter().find_map(|rest| self.file(&join(&package.folder, rest)?))
    }

    /// The files directly in a folder.
    pub fn folder<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, FileId)> + 'a {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = prefix.clone();
        let inside = self.files.range(from..).take_while({
            let prefix = prefix.clone();
            move |(path, _)| path.starts_with(&prefix)
        });
        inside.filter(move |(path, _)| !path[prefix.len()..].contains('/')).map(|(path, id)| (path.as_str(), *id))
    }

    /// The file that a path without its suffix means.
    fn file(&self, path: &str) -> Option<FileId> {
        spellings(path).iter().find_map(|path| self.files.get(path)).copied()
    }
}

/// The files that a path without its suffix may mean, the likeliest first.
fn spellings(path: &str) -> Vec<String> {
    let mut all: Vec<String> = SUFFIXES.iter().map(|suffix| format!("{path}{suffix}")).collect();
    for (suffix, sources) in COMPILED {
        if let Some(stem) = path.strip_suffix(suffix) {
            all.extend(sources.iter().map(|source| format!("{stem}{source}")));
        }
    }
    let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
    all.extend(SUFFIXES[1..].iter().map(|suffix| format!("{prefix}index{suffix}")));
    all
}

/// What stands for the `*` of a pattern in a name that matches it.
fn matched<'a>(pattern: &str, name: &'a str) -> Option<&'a str> {
    match pattern.split_once('*') {
        Some((before, after)) => name.strip_prefix(before)?.strip_suffix(after),
        None => (pattern == name).then_some(""),
    }
}

/// Joins a folder and a relative name; `None` if that leaves the root.
pub fn join(folder: &str, name: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
