//! Where facts come from. One room a stack; each is listed once, in [`ECOSYSTEMS`], and knows no rule.

use crate::{facts::Facts, source::Sources};

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
    /// Whether it reads the file at `path`, which is relative to the root.
    fn interest(&self, path: &str) -> Interest;

    /// The paths of files that the ones read ask for, as imports do; `is_fresh` tells those read last.
    fn wanted(&self, _sources: &Sources, _is_fresh: &dyn Fn(&str) -> bool) -> Vec<String> {
        Vec::new()
    }

    /// Adds what its files say. `facts` holds what the rooms listed before it found.
    fn read(&self, sources: &Sources, facts: &mut Facts);
}

/// Every room, in the order they read: code comes last, for its meaning depends on the versions of its libraries.
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
pub const CODE_WORDS: &[&str] = &[
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
];

/// The rooms of registries with lockfiles.
const REGISTRIES: [&registry::Registry; 4] =
    [&bundler::BUNDLER, &composer::COMPOSER, &pypi::PYPI, &go_modules::GO_MODULES];

/// What makes code matter besides, in languages whose files do not name the ones that they use: words of tokens and of
/// what stands before routes.
pub const TOKEN_WORDS: &[&str] = &[
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
];

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
    ECOSYSTEMS.iter().map(|ecosystem| ecosystem.interest(path)).max().unwrap_or(Interest::None)
}

/// The paths that any room asks for.
pub fn wanted(sources: &Sources, is_fresh: &dyn Fn(&str) -> bool) -> Vec<String> {
    ECOSYSTEMS.iter().flat_map(|ecosystem| ecosystem.wanted(sources, is_fresh)).collect()
}

/// Reads the facts of a whole tree.
pub fn read(sources: &Sources) -> Facts {
    let mut facts = Facts::default();
    for ecosystem in ECOSYSTEMS {
        ecosystem.read(sources, &mut facts);
    }
    facts
}
