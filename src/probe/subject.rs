//! The app that is asked, as far as its descriptor tells.

use crate::{
    app::{App, Phase},
    declared::Declared,
    facts::{Descriptor, Event, Origin},
    probe::target::Target,
    proof,
    source::{SourceFile, Sources, Span},
    tree::Node,
};

/// An app to be asked.
#[derive(Debug)]
pub struct Subject {
    /// The app that findings are about, with the descriptor that they point into.
    pub app: App,
    /// The app's key, empty if it has none.
    pub key: String,
    /// What tokens name as their audience: the `baseUrl`.
    pub audience: String,
    /// The lifecycle paths.
    pub hooks: Vec<Hook>,
}

/// A lifecycle path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The event it is for.
    pub event: Event,
    /// The path as declared, with a query if there is one.
    pub path: String,
    /// Where it is declared.
    pub span: Span,
}

impl Subject {
    /// Reads a descriptor. A `baseUrl` with a placeholder in it stands for the address of the target.
    ///
    /// # Errors
    /// When the text is no descriptor, one that signed installs do not concern, or one without lifecycle paths: why, in
    /// words.
    pub fn read(file: SourceFile, target: &Target) -> Result<Subject, String> {
        let (apps, _) = App::read(Sources::new(vec![file]), Phase::default(), &Declared::default());
        let app = apps.into_iter().next().ok_or("nothing in it is a descriptor's")?;
        let descriptor = app.facts.descriptors.first().ok_or("it is no object with a key and a `baseUrl`")?;
        if let Some(why) = proof::unconcerned(&app) {
            return Err(format!("signed installs do not concern it: {why}"));
        }
        let hooks = hooks(descriptor);
        if hooks.is_empty() {
            return Err("it declares no lifecycle path: there is nothing to send".to_owned());
        }
        let base = text(descriptor, "baseUrl");
        let is_address = base.starts_with("http://") || base.starts_with("https://");
        let audience = if is_address && !base.contains(['{', '$']) { base } else { target.base().to_owned() };
        Ok(Subject { key: text(descriptor, "key"), audience, hooks, app })
    }

    /// The same with its places in the file that the app serves it from: the descriptor with this key and these paths
    /// among those of its source, if there is one.
    pub fn located_in(self, apps: &[App]) -> Subject {
        let told = |hooks: &[Hook]| hooks.iter().map(|hook| (hook.event, hook.path.clone())).collect::<Vec<_>>();
        let located = |app: &App| {
            let of_app = app.facts.descriptors.iter().filter(|descriptor| descriptor.origin == Origin::File);
            let same = of_app.filter(|descriptor| text(descriptor, "key") == self.key).map(hooks);
            same.into_iter().find(|hooks| told(hooks) == told(&self.hooks)).map(|hooks| (app.clone(), hooks))
        };
        match apps.iter().find_map(located) {
            Some((app, hooks)) => Subject { app, hooks, ..self },
            None => self,
        }
    }

    /// The path of an event.
    pub fn hook(&self, event: Event) -> Option<&Hook> {
        self.hooks.iter().find(|hook| hook.event == event)
    }
}

fn text(descriptor: &Descriptor, key: &str) -> String {
    descriptor.tree.at(&[key]).and_then(Node::as_str).unwrap_or_default().to_owned()
}

/// The declared paths, in order of the events.
fn hooks(descriptor: &Descriptor) -> Vec<Hook> {
    let base = text(descriptor, "baseUrl");
    let declared = |event: Event| {
        let path = descriptor.tree.at(&["lifecycle", event.key()])?.as_text()?;
        Some(Hook { event, path: relative(&path.value, &base)?.to_owned(), span: path.span })
    };
    Event::ALL.into_iter().filter_map(declared).collect()
}

/// A path below the app's address; one that is spelled out whole, too, but none of another host.
fn relative<'path>(path: &'path str, base: &str) -> Option<&'path str> {
    if !path.starts_with("http://") && !path.starts_with("https://") {
        return Some(path);
    }
    let below = path.strip_prefix(base.trim_end_matches('/'))?;
    (!base.is_empty() && below.starts_with('/')).then_some(below)
}

impl Hook {
    /// The path with a slash at its start and without a query.
    pub fn route(&self) -> String {
        format!("/{}", self.path.split('?').next().unwrap_or_default().trim_start_matches('/'))
    }

    /// What follows the question mark.
    pub fn query(&self) -> &str {
        self.path.split_once('?').map_or("", |(_, query)| query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_other_hosts_are_not_asked() {
        for (path, base, below) in [
            ("/installed", "https://a.example.com", Some("/installed")),
            ("https://a.example.com/app/installed", "https://a.example.com/app/", Some("/installed")),
            ("https://b.example.com/installed", "https://a.example.com", None),
            ("https://a.example.com.evil/installed", "https://a.example.com", None),
            ("https://a.example.com/installed", "", None),
        ] {
            assert_eq!(relative(path, base), below, "{path}");
        }
    }
}
