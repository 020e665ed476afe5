//! What a descriptor declares, as far as a fake host needs it.

use crate::{
    facts::Event,
    probe::target::Target,
    source::{FileId, SourceFile, Sources, Span, Spanned},
    syntax::json,
    tree::Node,
};

/// The app's side of a descriptor.
#[derive(Debug)]
pub struct Declared {
    /// The descriptor's text.
    pub sources: Sources,
    /// The app's key, empty if it has none.
    pub key: String,
    /// What tokens name as their audience: the `baseUrl`.
    pub audience: String,
    /// The lifecycle paths.
    pub hooks: Vec<Hook>,
}

/// A lifecycle path.
#[derive(Clone, Debug)]
pub struct Hook {
    /// The event it is for.
    pub event: Event,
    /// The path as declared, with a query if there is one.
    pub path: String,
    /// Where it is declared.
    pub span: Span,
}

impl Declared {
    /// Reads a descriptor. A `baseUrl` with a placeholder in it stands for the address of the target.
    ///
    /// # Errors
    /// When the text is no descriptor, or one without lifecycle paths.
    pub fn read(file: SourceFile, target: &Target) -> Result<Declared, String> {
        let name = file.path.clone();
        let sources = Sources::new(vec![file]);
        let id = sources.find(&name).ok_or("it is empty")?;
        let tree = json::read(id, sources.file(id)).map_err(|error| error.message)?;
        let hooks: Vec<_> = Event::ALL.into_iter().filter_map(|event| hook(&tree, event)).collect();
        if hooks.is_empty() {
            return Err("it declares no lifecycle path: there is nothing to send".to_owned());
        }
        let text = |key: &str| tree.at(&[key]).and_then(Node::as_str).unwrap_or_default().to_owned();
        let base = text("baseUrl");
        let is_address = base.starts_with("http://") || base.starts_with("https://");
        let audience = if is_address && !base.contains(['{', '$']) { base } else { target.base().to_owned() };
        Ok(Declared { key: text("key"), audience, hooks, sources })
    }

    /// The descriptor's file.
    pub fn file(&self) -> Option<FileId> {
        self.sources.iter().next().map(|(id, _)| id)
    }

    /// The path of an event.
    pub fn hook(&self, event: Event) -> Option<&Hook> {
        self.hooks.iter().find(|hook| hook.event == event)
    }
}

fn hook(tree: &Node, event: Event) -> Option<Hook> {
    let Spanned { value: path, span } = tree.at(&["lifecycle", event.key()])?.as_text()?;
    Some(Hook { event, path, span })
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
