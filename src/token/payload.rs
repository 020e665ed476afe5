//! The body of a lifecycle callback.

use serde_json::Value;

/// What the body of a pasted request says.
#[derive(Clone, Debug, Default)]
pub(super) struct Payload {
    /// Which site it speaks of.
    pub(super) client_key: Option<String>,
    /// The key of the app.
    pub(super) app_key: Option<String>,
    /// The secret to store. It is compared, and never shown.
    pub(super) shared_secret: Option<String>,
    /// `installed`, `uninstalled`, `enabled`, `disabled`.
    event: Option<String>,
    /// `jira`, `confluence`, `bitbucket`.
    product: Option<String>,
}

impl Payload {
    /// Reads a body in JSON; another one says nothing.
    pub(super) fn parse(body: &str) -> Payload {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let member = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        Payload {
            client_key: member("clientKey"),
            app_key: member("key"),
            shared_secret: member("sharedSecret"),
            event: member("eventType"),
            product: member("productType"),
        }
    }

    /// Whether it is the body of a lifecycle callback.
    pub(super) fn is_lifecycle(&self) -> bool {
        self.client_key.is_some()
    }

    /// Whether it is that of `installed` or `uninstalled`, which hosts sign RS256. Bitbucket never has.
    pub(super) fn is_install(&self) -> bool {
        self.is_lifecycle()
            && self.product.as_deref() != Some("bitbucket")
            && match self.event.as_deref() {
                Some(event) => ["installed", "uninstalled"].contains(&event),
                None => self.shared_secret.is_some(),
            }
    }

    /// The event, if it is `enabled` or `disabled`, which hosts sign with the secret of the tenant.
    pub(super) fn later_event(&self) -> Option<&str> {
        self.event.as_deref().filter(|event| self.is_lifecycle() && ["enabled", "disabled"].contains(event))
    }
}
