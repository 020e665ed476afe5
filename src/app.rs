//! The apps of a tree, and what is known about each.

use std::sync::Arc;

use crate::{
    declared::Declared,
    ecosystem,
    facts::{Dependency, Descriptor, Event, Facts, GuardClass, Origin, descriptor::Product},
    frameworks::framework,
    patterns::Scoped,
    problem::Problem,
    source::{Label, Sources, Span, Spanned},
    tree::Node,
    version::{Scheme, Version, VersionRange},
};

mod hook;
pub mod launch;
mod parts;
mod roots;
mod shares;

pub use crate::frameworks::{ACE, ACSB};
pub use hook::{Hook, route_path};

use parts::Parts;

/// An app's number in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(pub usize);

/// What a host may still send, which decides what a fix may close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Installed and uninstalled callbacks are RS256, whatever descriptor a site holds: since 2021-10-29.
    #[default]
    Enforced,
    /// A site may still hold the old descriptor, and send HS256 or unsigned callbacks for hours.
    Transition,
}

/// Everything known about one app.
#[derive(Clone, Debug)]
pub struct App {
    /// Its number.
    pub id: AppId,
    /// Its folder, relative to the scanned root; empty for the root itself.
    pub root: String,
    /// What hosts may still send.
    pub phase: Phase,
    /// The text behind the facts: of the whole tree, for an app may inherit from its surroundings.
    pub sources: Arc<Sources>,
    /// What was read out of it.
    pub facts: Facts,
    /// The routes that serve lifecycle events.
    pub hooks: Vec<Hook>,
    /// The oldest releases that the user accepts, by package URL.
    pub floors: Scoped<Version>,
}

impl App {
    /// Reads the apps of a tree, in order of their folders, and says which files had to be put aside. A tree without
    /// evidence of Connect has no apps.
    pub fn read(sources: Sources, phase: Phase, declared: &Declared) -> (Vec<App>, Vec<Problem>) {
        let mut facts = ecosystem::read(&sources);
        let aside = std::mem::take(&mut facts.put_aside).into_iter();
        let problem = |label: Label| Problem::new(&*sources.file(label.span.file).path, label.message);
        let problems = aside.map(problem).collect();
        declared.settle(&mut facts, &sources);
        roots::remove_copies(&mut facts, &sources);
        let parts = Parts::read(&facts, &sources);
        let roots = roots::roots(&facts, &sources, &parts);
        let sources = Arc::new(sources);
        let shares = shares::shares(facts, &sources, &roots, &parts);
        let apps = roots.into_iter().zip(shares).enumerate().map(|(index, (root, facts))| {
            let hooks = hook::hooks(&facts);
            let (sources, floors) = (Arc::clone(&sources), declared.floors.clone());
            App { id: AppId(index), root, phase, sources, facts, hooks, floors }
        });
        (apps.collect(), problems)
    }

    /// The app's key, from its descriptor.
    pub fn key(&self) -> Option<&str> {
        self.facts.descriptors.iter().find_map(|descriptor| descriptor.tree.at(&["key"])?.as_str())
    }

    /// The descriptors that signed installs concern.
    pub fn affected_descriptors(&self) -> impl Iterator<Item = &Descriptor> {
        let bitbucket = self.is_bitbucket();
        self.facts.descriptors.iter().filter(move |descriptor| descriptor.is_affected() && !bitbucket)
    }

    /// Those of them that can say how callbacks are signed.
    pub fn opting_descriptors(&self) -> impl Iterator<Item = &Descriptor> {
        self.affected_descriptors().filter(|descriptor| descriptor.can_opt_in())
    }

    /// Whether signed installs concern it: not when every descriptor is for another product or has no secret.
    pub fn is_affected(&self) -> bool {
        (self.facts.descriptors.is_empty() && !self.is_bitbucket()) || self.affected_descriptors().next().is_some()
    }

    /// Whether it is made for Bitbucket, whose callbacks stay symmetric.
    pub fn is_bitbucket(&self) -> bool {
        let configured = self.ace_settings("product").any(|node| node.as_str() == Some("bitbucket"));
        let exported =
            self.facts.variables.iter().any(|set| set.name == "AC_PRODUCT" && set.value.value == "bitbucket");
        let all = !self.facts.descriptors.is_empty()
            && self.facts.descriptors.iter().all(|descriptor| descriptor.product() == Product::Bitbucket);
        configured || exported || all
    }

    /// Its dependency on a package, the first one that is not for development alone.
    pub fn dependency(&self, package: &str) -> Option<&Dependency> {
        let mut candidates = self.facts.dependencies.iter().filter(|dependency| dependency.package == package);
        candidates.clone().find(|dependency| !dependency.development).or_else(|| candidates.next())
    }

    /// Whether every release that its dependency on a package may resolve to is in `range`.
    pub fn resolves_within(&self, package: &str, range: &str) -> bool {
        let releases = VersionRange::parse(Scheme::of(package), range);
        let Some((dependency, releases)) = self.dependency(package).zip(releases) else { return false };
        matches!(dependency.compare(&releases), Admitted::All)
    }

    /// Whether that holds of all its dependencies on the package that are not for development alone: of those of every
    /// profile, and of each artifact of a framework.
    pub fn always_resolves_within(&self, package: &str, range: &str) -> bool {
        let Some(releases) = VersionRange::parse(Scheme::of(package), range) else { return false };
        let of_package = self.facts.dependencies.iter().filter(|dependency| dependency.package == package);
        let held: Vec<_> = of_package.clone().filter(|dependency| !dependency.development).collect();
        let held = if held.is_empty() { of_package.collect() } else { held };
        held.iter().all(|dependency| dependency.compare(&releases) == Admitted::All)
    }

    /// The values of one of ACE's settings: the global one, then those of the environments.
    pub fn ace_settings(&self, key: &str) -> impl Iterator<Item = &Node> {
        self.facts.ace_configs.iter().flat_map(move |config| {
            let environments = config.tree.members().iter().filter_map(move |member| member.value.at(&[key]));
            config.tree.at(&[key]).into_iter().chain(environments)
        })
    }

    /// What ACE's top-level `"signed-install"` says.
    pub fn ace_signed_install(&self) -> Option<&str> {
        self.facts.ace_configs.iter().find_map(|config| config.tree.at(&["signed-install"])?.as_str())
    }

    /// The routes that answer a signed lifecycle event: `installed` or `uninstalled`.
    pub fn signed_hooks(&self) -> impl Iterator<Item = &Hook> {
        self.hooks.iter().filter(|hook| hook.is_signed() && !self.is_dead(hook))
    }

    /// Whether a route never runs: registered after something was awaited, it is behind ACE's own for the same path;
    /// a controller's is behind ACSB's.
    pub fn is_dead(&self, hook: &Hook) -> bool {
        (hook.route.deferred && self.ace_serves(&hook.route.path.value)) || self.is_shadowed(hook)
    }

    /// Whether ACSB's own mapping, which it makes of the descriptor, is ahead of a controller's.
    pub fn is_shadowed(&self, hook: &Hook) -> bool {
        let path = self.path(hook.route.span);
        let is_controller = path.ends_with(".java") || path.ends_with(".kt");
        is_controller && hook.is_signed() && self.dependency(ACSB).is_some()
    }

    /// Whether ACE adds a route of its own for a path: for `/installed`, unless `setupInstallRoute` is `false`.
    pub fn ace_serves(&self, path: &str) -> bool {
        let removed = self.ace_settings("setupInstallRoute").any(|node| node.as_bool() == Some(false));
        self.dependency(ACE).is_some() && !removed && route_path(path) == "/installed"
    }

    /// The file of a span, for messages.
    pub fn path(&self, span: Span) -> &str {
        &self.sources.file(span.file).path
    }

    /// What is known to refuse an RS256 signature on a signed lifecycle path: a framework's release, an own handler.
    pub fn refuses_signed_installs(&self) -> Option<String> {
        for (package, unable) in [(ACE, "<7.0.0"), (ACSB, "<2.2.0")] {
            if self.resolves_within(package, unable) {
                let name = framework(package).map_or(package, |framework| &framework.name);
                return Some(format!("this {name} cannot verify RS256"));
            }
        }
        let refuses = |hook: &&Hook| hook.route.decisive().accepts_signed() == Some(false);
        self.signed_hooks()
            .find(refuses)
            .map(|hook| format!("the handler of `{}` refuses RS256", hook.route.path.value))
    }

    /// Whether every verifier that serves a signed lifecycle path, the framework's own included, is known to accept
    /// an RS256 signature; if not, which one is not.
    pub fn accepts_signed_installs(&self) -> Result<(), String> {
        for (package, able) in [(ACE, ">=7.0.0"), (ACSB, ">=2.2.1")] {
            if self.dependency(package).is_some() && !self.always_resolves_within(package, able) {
                let name = framework(package).map_or(package, |framework| &framework.name);
                return Err(format!("this {name} is not known to verify RS256"));
            }
        }
        for hook in self.signed_hooks() {
            match hook.route.decisive().accepts_signed() {
                Some(true) => {}
                Some(false) => return Err(format!("the handler of `{}` refuses RS256", hook.route.path.value)),
                None => return Err(format!("what guards `{}` is not known", hook.route.path.value)),
            }
        }
        for descriptor in self.affected_descriptors() {
            for (_, member) in descriptor.lifecycle().filter(|(event, _)| event.is_signed()) {
                self.serves_signed(descriptor, member.value.as_str().unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// Whether what serves one declared path is known to accept RS256.
    fn serves_signed(&self, descriptor: &Descriptor, path: &str) -> Result<(), String> {
        if self
            .hooks
            .iter()
            .any(|hook| hook.route.decisive() != GuardClass::PassThrough && hook.serves(descriptor, path))
        {
            return Ok(()); // judged above
        }
        if self.ace_serves(path) || self.dependency(ACSB).is_some() {
            return Ok(()); // the framework's own route, judged above
        }
        Err(format!("what serves `{path}` is not known"))
    }
}

/// How many of the releases that a dependency may resolve to are in a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// All of them.
    All,
    /// Some of them, and others are not.
    Some,
    /// None.
    None,
    /// The dependency does not say which release it is.
    Unknown,
}

impl Dependency {
    /// How many of the releases it may resolve to are in `range`: the locked one, else those it admits.
    pub fn compare(&self, range: &VersionRange) -> Admitted {
        if let Some(locked) = self.installed() {
            return if range.admits(&locked.value) { Admitted::All } else { Admitted::None };
        }
        match &self.range {
            Some(asked) if asked.is_within(range) => Admitted::All,
            Some(asked) if asked.overlaps(range) => Admitted::Some,
            Some(_) => Admitted::None,
            None => Admitted::Unknown,
        }
    }

    /// The release it resolves to: the locked one, else the one its requirement names.
    pub fn resolved(&self) -> Option<&Spanned<Version>> {
        self.installed().or(self.version.as_ref())
    }
}

impl Hook {
    /// Whether it serves an event whose callback is signed RS256.
    pub fn is_signed(&self) -> bool {
        self.events.iter().any(|event| event.is_signed())
    }

    /// Whether it serves events of one kind alone, so that one guard can be right for all of them.
    pub fn is_uniform(&self) -> bool {
        self.events.iter().all(|event| event.is_signed() == self.is_signed())
    }

    /// The evidence that the route serves the events: the descriptor's paths, then the way to the registration.
    pub fn trace(&self) -> Vec<Label> {
        let declared = self.declared.iter().map(|span| Label::new(*span, "the descriptor declares the path"));
        declared.chain(self.route.trace.iter().cloned()).collect()
    }

    /// The events in words: `installed` or `installed and uninstalled`.
    pub fn event_names(&self) -> String {
        let names: Vec<_> = self.events.iter().map(|event: &Event| event.key()).collect();
        names.join(" and ")
    }
}

/// Whether a descriptor's tree says all there is: a key that it lacks is absent.
pub fn is_complete(descriptor: &Descriptor) -> bool {
    descriptor.origin == Origin::File
}
