//! Where facts come from. One room a stack; each is listed once, in [`ECOSYSTEMS`], and knows no rule.

use std::{collections::HashMap, sync::LazyLock};

use crate::{
    facts::Facts,
    literals::{Hit, Literals, Relevance},
    source::{SourceFile, Sources},
};

mod bundler;
mod callback;
mod clojure;
mod composer;
mod connect;
#[cfg(feature = "stacks")]
mod dotnet;
mod environment;
mod forge;
mod gradle;
mod groups;
#[cfg(feature = "stacks")]
mod go;
mod go_modules;
mod javascript;
#[cfg(feature = "jvm")]
mod jvm;
mod maven;
mod node;
#[cfg(feature = "stacks")]
mod php;
mod pypi;
#[cfg(feature = "stacks")]
mod python;
mod registry;
#[cfg(feature = "stacks")]
mod ruby;
mod sbt;
mod scala;
mod spring;

use groups::Groups;

/// When a file is worth reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interest {
    /// Never.
    None,
    /// If it contains one of the words that can make code matter.
    Code,
    /// The same, or one of the words of tokens.
    Tokens,
    /// Always: its name says what it is.
    Always,
}

/// A family of files that says something about an app.
pub trait Ecosystem: Sync {
    /// The endings of names that no other room reads.
    fn own_endings(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether it reads the file at `path`, which is relative to the root.
    fn interest(&self, path: &str) -> Interest;

    /// The words of which code that matters has at least one.
    fn words(&self) -> &'static Literals {
        &CODE_WORDS
    }

    /// How much a file that it reads if it has one of the words matters, by its text and where the words are in it.
    fn relevance(&self, _path: &str, _text: &str, _hits: &[Hit]) -> Relevance {
        Relevance::Own
    }

    /// What tells which files another one asks for, as imports do; `sources` are those that matter by themselves.
    fn follow<'s>(&self, _sources: &'s Sources) -> Option<Follow<'s>> {
        None
    }

    /// Whether it reads programs: each group of files that hang together by itself.
    fn reads_programs(&self) -> bool {
        false
    }

    /// Adds what its files say. `facts` holds what the rooms listed before it found.
    fn read(&self, sources: &Sources, facts: &mut Facts);
}

/// From a file to the files that it names.
pub type Follow<'s> = Box<dyn Fn(&SourceFile) -> Vec<Named> + Sync + 's>;

/// What a file names, as imports do. Paths are relative to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// One file, by any of these paths.
    File(Vec<String>),
    /// All files below a folder that may matter.
    Folder(String),
}

impl Named {
    /// The paths that it may stand for.
    pub fn paths(&self) -> &[String] {
        if let Named::File(paths) = self { paths } else { &[] }
    }

    /// Whether a file is one of all those below a folder.
    pub fn lists(&self, path: &str) -> bool {
        let Named::Folder(folder) = self else { return false };
        folder.is_empty() || path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// Every room, in the order they read: programs come last, for their meaning depends on the versions of libraries.
pub const ECOSYSTEMS: &[&dyn Ecosystem] = &[
    &connect::Connect,
    &forge::Forge,
    &node::Node,
    &maven::Maven,
    &gradle::Gradle,
    &sbt::Sbt,
    &bundler::BUNDLER,
    &composer::COMPOSER,
    &pypi::PYPI,
    &go_modules::GO_MODULES,
    &spring::Spring,
    &environment::Environment,
    &javascript::JavaScript,
    #[cfg(feature = "jvm")]
    &jvm::Jvm,
    #[cfg(feature = "stacks")]
    &python::Python,
    #[cfg(feature = "stacks")]
    &ruby::Ruby,
    #[cfg(feature = "stacks")]
    &php::Php,
    #[cfg(feature = "stacks")]
    &go::Go,
    #[cfg(feature = "stacks")]
    &dotnet::Dotnet,
    &clojure::Clojure,
    &scala::Scala,
];

/// Code is read only if it contains one of these: the lifecycle's words, and what registers or opens a route.
static CODE_WORDS: LazyLock<Literals> = LazyLock::new(|| {
    Literals::new([
        "installed",
        "lifecycle",
        "atlassian",
        "ATLASSIAN_CONNECT",
        "SPRING_PROFILES_",
        "SPRING_APPLICATION_JSON",
        "spring.profiles.",
        "AC_OPTS",
        "CONNECT_KEYS_CDN_URL",
        "AC_SIGNED_INSTALL",
        "signed-install",
        ".post(",
        ".all(",
        ".use(",
        ".route(",
        "@RestController",
        "@Controller",
        "@RequestMapping",
        "@PostMapping",
        "@SpringBootApplication",
        "RouterFunction",
        ".ws.rs.",
        "HttpServlet",
        "play.mvc",
        "HttpSecurity",
        "WebSecurity",
        "HandlerInterceptor",
        "OncePerRequestFilter",
        "GenericFilterBean",
        "WebFilter",
        "servlet.Filter",
        "servlet.*",
        "@Aspect",
        "sharedSecret",
        "shared-secret",
        "shared_secret",
        "SharedSecret",
        "Installed",
        "MIDDLEWARE",
        "UseMiddleware",
        "before_action",
        "HS256",
        "RS256",
    ])
});

/// The rooms of registries with lockfiles.
const REGISTRIES: [&registry::Registry; 4] =
    [&bundler::BUNDLER, &composer::COMPOSER, &pypi::PYPI, &go_modules::GO_MODULES];

/// What makes code matter besides, in languages whose files do not name the ones that they use: words of tokens and of
/// what stands before routes.
pub static TOKEN_WORDS: LazyLock<Literals> = LazyLock::new(|| {
    Literals::new([
        "jwt",
        "JWT",
        "Jwt",
        "hmac",
        "ValidateToken",
        "'guards'",
        "Auth::",
        "aliasMiddleware",
        "middlewareAliases",
        "routeMiddleware",
        "register_blueprint",
        "include_router",
        "before_request",
        "ApplicationController",
        "urlpatterns",
    ])
});

/// Whether a file is a lockfile: large, and scanned without a tree.
pub fn is_lockfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    node::is_lockfile(name) || REGISTRIES.iter().any(|registry| registry.has_lockfile(name))
}

/// The name of the configuration file; at the root it is read with the sources, so that findings can point into it.
pub const CONFIGURATION: &str = "connect-lint.toml";

/// How interesting the file at `path` is to anyone.
pub fn interest(path: &str) -> Interest {
    if path == CONFIGURATION {
        return Interest::Always;
    }
    match owner(path) {
        Some(owner) => owner.interest(path),
        None => ECOSYSTEMS.iter().map(|ecosystem| ecosystem.interest(path)).max().unwrap_or(Interest::None),
    }
}

/// The only room that reads files with the ending of `path`.
fn owner(path: &str) -> Option<&'static dyn Ecosystem> {
    static OWNERS: LazyLock<HashMap<&str, &dyn Ecosystem>> = LazyLock::new(|| {
        let owned = |ecosystem: &&'static dyn Ecosystem| {
            let ecosystem = *ecosystem;
            ecosystem.own_endings().iter().map(move |ending| (*ending, ecosystem))
        };
        ECOSYSTEMS.iter().flat_map(owned).collect()
    });
    OWNERS.get(path.rsplit_once('.')?.1).copied()
}

/// The words of which the file at `path` has at least one, if it is code and matters.
pub fn words(path: &str) -> &'static Literals {
    owner(path).map_or(&CODE_WORDS, |owner| owner.words())
}

/// How much the file at `path` matters to those that read it if it has one of the words.
pub fn relevance(path: &str, text: &str, hits: &[Hit]) -> Relevance {
    if let Some(owner) = owner(path) {
        return owner.relevance(path, text, hits);
    }
    let reads = |ecosystem: &&&dyn Ecosystem| matches!(ecosystem.interest(path), Interest::Code | Interest::Tokens);
    let rooms = ECOSYSTEMS.iter().filter(reads);
    rooms.map(|ecosystem| ecosystem.relevance(path, text, hits)).max().unwrap_or(Relevance::None)
}

/// What tells which files another one asks for, whatever room reads it.
pub fn follow(sources: &Sources) -> impl Fn(&SourceFile) -> Vec<Named> + Sync {
    let rooms: Vec<Follow<'_>> = ECOSYSTEMS.iter().filter_map(|ecosystem| ecosystem.follow(sources)).collect();
    move |file| rooms.iter().flat_map(|follow| follow(file)).collect()
}

/// Reads the facts of a whole tree.
pub fn read(sources: &Sources) -> Facts {
    let of_programs = |wanted: bool| ECOSYSTEMS.iter().filter(move |ecosystem| ecosystem.reads_programs() == wanted);
    let mut facts = Facts::default();
    of_programs(false).for_each(|ecosystem| ecosystem.read(sources, &mut facts));
    let mut all = Facts::default();
    for (sources, mut facts) in Groups::read(sources, &facts).split(facts) {
        of_programs(true).for_each(|ecosystem| ecosystem.read(&sources, &mut facts));
        all.extend(facts);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_belong_to_one_room() {
        for owner in ECOSYSTEMS {
            for ending in owner.own_endings() {
                for name in [
                    "app",
                    "index",
                    "server",
                    "atlassian-connect",
                    "descriptor",
                    "src/main/java/a/B",
                    "conf/routes",
                    "config",
                    "ecosystem.config",
                    "environment",
                    "serverless",
                    "setup",
                    "WEB-INF/web",
                    "functions/installed",
                ] {
                    let path = format!("{name}.{ending}");
                    let readers = ECOSYSTEMS.iter().filter(|ecosystem| ecosystem.interest(&path) != Interest::None);
                    assert!(readers.count() <= 1, "{path}");
                    let most = ECOSYSTEMS.iter().map(|ecosystem| ecosystem.interest(&path)).max();
                    assert_eq!(Some(interest(&path)), most, "{path}");
                }
            }
        }
    }
}
