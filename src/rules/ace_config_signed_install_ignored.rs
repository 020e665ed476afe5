use crate::{
    app::{ACE, App},
    edit::{Applicability, Fix},
    finding::Finding,
    rule::Rule,
    source::Spanned,
    syntax::json,
    tree::{Member, Node, Value},
};

const KEYS: [&str; 2] = ["signed-install", "signedInstall"];

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let enforced = app.resolves_within(ACE, ">=7.5.0");
    if !enforced && !app.resolves_within(ACE, ">=7.4.0 <7.5.0") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for config in &app.facts.ace_configs {
        let environments = config.tree.members().iter().map(|environment| (&environment.value, false));
        for (object, global) in std::iter::once((&config.tree, true)).chain(environments) {
            for setting in object.members().iter().filter(|member| KEYS.contains(&member.key.value.as_str())) {
                if enforced {
                    findings.push(useless(rule, app, object, setting));
                } else if !(global && is_understood(setting)) {
                    findings.push(misunderstood(rule, app, setting, global));
                }
            }
        }
    }
    let variables = app.facts.variables.iter().filter(|variable| variable.name == "AC_SIGNED_INSTALL");
    findings.extend(variables.map(|variable| {
        let message = "`AC_SIGNED_INSTALL` does nothing in this release of ACE: it is never read as a truth value";
        rule.finding(app, variable.span, "AC_SIGNED_INSTALL", message)
    }));
    findings
}

/// ACE 7.4 reads three words, and only at the top level.
fn is_understood(setting: &Member) -> bool {
    let understood = match &setting.value.value {
        Value::String(word) => ["enable", "disable", "force"].contains(&word.as_str()),
        Value::Unknown => true,
        _ => false,
    };
    understood && setting.key.value == KEYS[0]
}

fn useless(rule: &Rule, app: &App, object: &Node, setting: &Member) -> Finding {
    let Spanned { value: key, span } = &setting.key;
    let message = format!("`{key}` does nothing since ACE 7.5.0, which accepts signed installs alone");
    let removal = json::remove_member(app.sources.file(span.file), object, key);
    let fix = removal.map(|edit| Fix::new(Applicability::Safe, format!("remove `{key}`"), [edit]));
    rule.finding(app, *span, format!("/{key}"), message).fix(fix)
}

fn misunderstood(rule: &Rule, app: &App, setting: &Member, global: bool) -> Finding {
    let Spanned { value: key, span } = &setting.key;
    let place = if global { "" } else { " inside an environment" };
    let message = format!(
        "`{key}`{place} does nothing in ACE 7.4, which reads a top-level `\"signed-install\"` of `\"enable\"`, `\"disable\"` or \
         `\"force\"`: an unsigned first install is accepted, and a stranger can register a tenant"
    );
    let finding = rule.finding(app, *span, format!("/{key}"), message);
    if !global || key != KEYS[0] {
        return finding.help("write `\"signed-install\": \"force\"` at the top level of the file");
    }
    let edit = json::set_string(app.sources.file(span.file), &setting.value, "force");
    finding.fix(Fix::new(Applicability::Unsafe, "set it to `\"force\"`", [edit]))
}
