//! The test tenants.

/// How the client keys of all test tenants start.
pub const PREFIX: &str = "connect-lint-probe-";

/// How they start for an app that takes nothing but UUIDs.
pub const UUID_PREFIX: &str = "c0441ec7-1147-4";

/// The form of client keys. To apps they are opaque, but some want what they have seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Starts with [`PREFIX`]; no longer than a UUID, as columns may be.
    #[default]
    Named,
    /// A UUID that starts with [`UUID_PREFIX`].
    Uuid,
}

impl Form {
    /// How client keys of this form start.
    pub fn prefix(self) -> &'static str {
        match self {
            Form::Named => PREFIX,
            Form::Uuid => UUID_PREFIX,
        }
    }
}

/// An installation of the app.
#[derive(Clone, Debug)]
pub struct Installation {
    /// Its client key.
    pub client_key: String,
    /// The secret that the app was told last.
    pub secret: String,
}
