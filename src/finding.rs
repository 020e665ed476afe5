//! What a rule reports.

use crate::{
    app::AppId,
    edit::Fix,
    severity::Severity,
    source::{Label, Span},
};

/// One place where an app breaks a rule.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How much it matters here.
    pub severity: Severity,
    /// The app it is about.
    pub app: AppId,
    /// What it is about, without lines: a JSON pointer, a route, a package coordinate.
    pub identity: String,
    /// What is wrong here and what follows from it, in one line.
    pub message: String,
    /// The primary location, as tight as it can be.
    pub span: Span,
    /// The evidence, in order: descriptor, mount, route, guard.
    pub trace: Vec<Label>,
    /// Further places that explain the finding.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// A change that resolves it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// With another severity than the rule's.
    pub fn severity(mut self, severity: Severity) -> Finding {
        self.severity = severity;
        self
    }

    /// With a remark on a further place.
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Finding {
        self.labels.push(Label::new(span, message));
        self
    }

    /// With further remarks.
    pub fn labels(mut self, labels: impl IntoIterator<Item = Label>) -> Finding {
        self.labels.extend(labels);
        self
    }

    /// With the evidence that led to it.
    pub fn trace(mut self, trace: impl IntoIterator<Item = Label>) -> Finding {
        self.trace.extend(trace);
        self
    }

    /// With advice.
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// With a fix.
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Finding {
        self.fix = fix.into();
        self
    }
}
