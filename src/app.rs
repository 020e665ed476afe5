//! The apps of a tree, and what is known about each.

use std::sync::Arc;

use crate::{facts::Facts, source::Sources};

/// An app's number in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(pub usize);

/// When an app's users are thought to be: what a host may still send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Installed and uninstalled callbacks are RS256, whatever descriptor a site holds.
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
}
