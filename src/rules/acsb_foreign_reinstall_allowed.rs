use crate::{
    app::{
        ACSB, App,
        launch::{Definition, Opening, Reach},
    },
    edit::{Applicability, Fix},
    finding::Finding,
    rule::Rule,
    severity::Severity,
};

const KEY: &str = "atlassian.connect.allow-reinstall-missing-host";

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    if !app.is_affected() || app.dependency(ACSB).is_none() {
        return Vec::new();
    }
    let openings = app.openings(KEY, |decision| decision.is_some_and(|decision| decision.value == Some(true)));
    let serious = openings.iter().filter(|opening| opening.reach != Reach::Development);
    serious.filter_map(|opening| allowed(rule, app, opening)).collect()
}

fn allowed(rule: &Rule, app: &App, opening: &Opening) -> Option<Finding> {
    let decision = opening.decision.as_ref()?;
    let message = format!(
        "`allow-reinstall-missing-host` is `true`{}: an install signed by a host the app does not know is accepted, so a \
         stranger can take a tenant's place",
        opening.scope()
    );
    let (span, fix, help) = match &decision.definition {
        Definition::Document(document, setting) => {
            let is_literal = !setting.is_placeholder();
            let edit = is_literal.then(|| document.set(&app.sources, KEY, "false")).flatten();
            let fix = edit.map(|edit| Fix::new(Applicability::Unsafe, "set it to `false`", [edit]));
            (setting.0.value.span, fix, "keep it for development profiles")
        }
        Definition::Variable(variable) => (variable.span, None, "set it to `false`"),
    };
    let finding = rule.finding(app, span, KEY, message).labels(opening.closed.iter().cloned());
    Some(match opening.reach {
        Reach::Unchosen => {
            finding.severity(Severity::Note).help("set it to `false` here and to `true` for development")
        }
        _ => finding.help(help).fix(fix),
    })
}
