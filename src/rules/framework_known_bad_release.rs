use crate::{app::App, finding::Finding, rule::Rule};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    super::release::findings(rule, app)
}
