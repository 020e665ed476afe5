//! The app descriptor, `atlassian-connect.json`, in whichever form the tree holds it.

use crate::{
    edit::Edit,
    source::{FileId, Sources, Span, Spanned},
    syntax::{SyntaxError, json},
    tree::{Member, Node, Value},
};

/// A lifecycle event of a Connect app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// The app was installed, upgraded, or its secret was rotated.
    Installed,
    /// The app was removed.
    Uninstalled,
    /// The app was switched on.
    Enabled,
    /// The app was switched off.
    Disabled,
}

impl Event {
    /// Every event a descriptor can declare.
    pub const ALL: [Event; 4] = [Event::Installed, Event::Uninstalled, Event::Enabled, Event::Disabled];

    /// Its key in the descriptor's `lifecycle`.
    pub fn key(self) -> &'static str {
        match self {
            Event::Installed => "installed",
            Event::Uninstalled => "uninstalled",
            Event::Enabled => "enabled",
            Event::Disabled => "disabled",
        }
    }

    /// The event of a key.
    pub fn from_key(key: &str) -> Option<Event> {
        Event::ALL.into_iter().find(|event| event.key() == key)
    }

    /// Whether its callback is signed RS256 with Atlassian's key; the others are HS256 with the tenant's secret.
    pub fn is_signed(self) -> bool {
        matches!(self, Event::Installed | Event::Uninstalled)
    }
}

/// How a descriptor is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A JSON file. It can be edited.
    File,
    /// A template that is not JSON: the tree holds only the members that could be recognised.
    Template,
    /// An object literal in a program.
    Code,
    /// A Forge manifest whose modules are Connect's: the tree holds what such a manifest says of a Connect app.
    Manifest,
}

/// What `authentication.type` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// `jwt`, in any case; or an `authentication` object without a type, whose default is `jwt`.
    Jwt,
    /// `none`, in any case: there is no secret and no token.
    None,
    /// There is no `authentication` at all; taken for `jwt` by rules that say so.
    Absent,
    /// Anything else, such as a placeholder.
    Unknown,
}

/// The product a descriptor is for, as far as signed installs are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// Jira or Confluence Cloud.
    Affected,
    /// Bitbucket, whose callbacks stay symmetric.
    Bitbucket,
    /// HipChat, which is gone.
    HipChat,
}

/// A Connect app descriptor.
#[derive(Clone, Debug)]
pub struct Descriptor {
    /// Its file.
    pub file: FileId,
    /// Its content, an object.
    pub tree: Node,
    /// How it is written.
    pub origin: Origin,
    /// What keeps a file from being JSON as the standard has it: a comment, a trailing comma.
    pub not_strict: Option<SyntaxError>,
}

impl Descriptor {
    /// What `authentication.type` says.
    pub fn authentication(&self) -> Authentication {
        let Some(authentication) = self.tree.at(&["authentication"]) else {
            return Authentication::Absent;
        };
        match authentication.at(&["type"]).map(|node| &node.value) {
            Some(Value::String(kind)) if kind.eq_ignore_ascii_case("jwt") => Authentication::Jwt,
            Some(Value::String(kind)) if kind.eq_ignore_ascii_case("none") => Authentication::None,
            None if matches!(authentication.value, Value::Object(_)) => Authentication::Jwt,
            _ => Authentication::Unknown,
        }
    }

    /// The product it is for.
    pub fn product(&self) -> Product {
        let strings = |key| self.tree.at(&[key]).into_iter().flat_map(Node::elements).filter_map(Node::as_str);
        let modules = self.tree.at(&["modules"]).map_or(&[][..], Node::members);
        if self.tree.member("capabilities").is_some() {
            return Product::HipChat;
        }
        let bitbucket_scope = |scope: &str| BITBUCKET_SCOPES.contains(&scope.split(':').next().unwrap_or(scope));
        let bitbucket_module = |module: &Member| {
            BITBUCKET_MODULES.contains(&module.key.value.as_str())
                || module.key.value == "webhooks" && module.value.elements().iter().any(is_bitbucket_webhook)
        };
        if strings("scopes").any(bitbucket_scope) || modules.iter().any(bitbucket_module) {
            return Product::Bitbucket;
        }
        Product::Affected
    }

    /// Whether signed installs concern it: Jira or Confluence, and not `authentication.type: none`.
    pub fn is_affected(&self) -> bool {
        self.product() == Product::Affected && self.authentication() != Authentication::None
    }

    /// Whether it is of the kind that says how callbacks are signed; a Forge manifest has no such flag.
    pub fn can_opt_in(&self) -> bool {
        self.origin != Origin::Manifest
    }

    /// The declared lifecycle events, in the order written, with their members.
    pub fn lifecycle(&self) -> impl Iterator<Item = (Event, &Member)> {
        let members = self.tree.at(&["lifecycle"]).map_or(&[][..], Node::members);
        members.iter().filter_map(|member| Some((Event::from_key(&member.key.value)?, member)))
    }

    /// Whether it declares an event whose callback is signed RS256.
    pub fn has_signed_event(&self) -> bool {
        self.lifecycle().any(|(event, _)| event.is_signed())
    }

    /// The `baseUrl`.
    pub fn base_url(&self) -> Option<Spanned<String>> {
        self.tree.at(&["baseUrl"]).and_then(Node::as_text)
    }

    /// What `apiMigrations` says of a migration.
    pub fn migration(&self, name: &str) -> Option<&Member> {
        self.tree.at(&["apiMigrations"])?.member(name)
    }

    /// Whether an API migration is literally `true`.
    pub fn has_migrated(&self, name: &str) -> bool {
        self.migration(name).is_some_and(|member| member.value.as_bool() == Some(true))
    }

    /// The edit that sets an API migration to `true`; `None` where there is no JSON object to edit.
    pub fn migrate(&self, sources: &Sources, name: &str) -> Option<Edit> {
        if self.origin != Origin::File {
            return None;
        }
        let file = sources.file(self.file);
        match self.tree.member("apiMigrations") {
            None => json::insert_object_member(file, &self.tree, "apiMigrations", &[(name, "true")]),
            Some(migrations) => match migrations.value.member(name) {
                Some(member) => Some(json::set_value(&member.value, "true")),
                None if matches!(migrations.value.value, Value::Object(_)) => {
                    json::insert_member(file, &migrations.value, name, "true")
                }
                None => None,
            },
        }
    }

    /// Where to point when an API migration is missing: the `apiMigrations` key, else `lifecycle`, else the start.
    pub fn migration_anchor(&self) -> Span {
        let keys = ["apiMigrations", "lifecycle", "authentication", "key"];
        let key = keys.into_iter().find_map(|key| self.tree.member(key)).map(|member| member.key.span);
        key.unwrap_or(Span { end: (self.tree.span.start + 1).min(self.tree.span.end), ..self.tree.span })
    }
}

/// The first parts of Bitbucket's scopes; Jira's and Confluence's are upper-case words such as `READ`.
const BITBUCKET_SCOPES: [&str; 8] =
    ["account", "repository", "pullrequest", "issue", "wiki", "snippet", "team", "pipeline"];

/// Modules that only Bitbucket has.
const BITBUCKET_MODULES: [&str; 5] = ["oauthConsumer", "repoPage", "fileViews", "linkers", "profileTab"];

/// Bitbucket names webhook events `repo:push`; Jira and Confluence use underscores.
fn is_bitbucket_webhook(webhook: &Node) -> bool {
    let event = webhook.at(&["event"]).and_then(Node::as_str).unwrap_or_default();
    ["repo:", "pullrequest:", "issue:"].iter().any(|prefix| event.starts_with(prefix)) || event == "*"
}
