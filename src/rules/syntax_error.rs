use crate::{app::App, finding::Finding, rule::Rule};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let errors = app.facts.syntax_errors.iter();
    errors.map(|error| rule.finding(app, error.span, app.path(error.span), error.message.clone())).collect()
}
