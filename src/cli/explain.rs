//! `connect-lint explain`: show a rule's page.

use std::io::Write;

use clap::Args;

use crate::{cli::global::Global, error::Error, page, rules, run};

/// The arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The rule's id
    rule: String,
}

impl Explain {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Error> {
        let rule = rules::all().find(|rule| rule.id == self.rule).ok_or_else(|| run::unknown_rule(&self.rule))?;
        let page = if global.style().color { page::render(rule.docs) } else { rule.docs.to_owned() };
        write!(out, "{page}")?;
        Ok(0)
    }
}
