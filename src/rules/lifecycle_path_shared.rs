use crate::{
    app::{App, route_path},
    facts::Event,
    finding::Finding,
    rule::Rule,
    source::Span,
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings = Vec::new();
    for descriptor in app.affected_descriptors() {
        let paths: Vec<(Event, String, Span)> = descriptor
            .lifecycle()
            .filter_map(|(event, member)| Some((event, route_path(member.value.as_str()?), member.value.span)))
            .collect();
        for (event, path, span) in paths.iter().filter(|(event, ..)| event.is_signed()) {
            let Some((other, _, place)) = paths.iter().find(|(other, taken, _)| !other.is_signed() && taken == path)
            else {
                continue;
            };
            let message = format!(
                "`{}` shares `{path}` with `{}`: one handler must tell RS256 callbacks from HS256 ones, and a guard that is \
                 right for one refuses the other",
                event.key(),
                other.key()
            );
            let identity = format!("/lifecycle/{}", event.key());
            findings.push(rule.finding(app, *span, identity, message).label(*place, "the HS256 callback"));
        }
    }
    findings
}
