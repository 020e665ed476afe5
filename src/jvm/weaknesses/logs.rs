//! Logs that get the body of a callback, or its secret.

use crate::{
    facts::WeaknessKind,
    jvm::{
        bodies,
        ir::{Class, Parameter},
        reach::{Reach, Step},
    },
    source::Span,
};

use super::Found;

pub(super) fn found(reach: &Reach<'_>) -> Vec<Found> {
    let steps = reach.steps.iter().filter(|step| is_log(step));
    steps.filter_map(|step| of_step(reach, step)).collect()
}

/// Whether a call writes to a log or the standard output.
fn is_log(step: &Step<'_>) -> bool {
    const LEVELS: [&str; 9] = ["trace", "debug", "info", "warn", "error", "println", "print", "printf", "log"];
    let on_log = step.call.receiver.as_deref().is_some_and(bodies::is_log);
    let is_kotlin_print = step.call.on.is_none() && matches!(step.call.name.as_str(), "println" | "print");
    !step.is_followed && LEVELS.contains(&step.call.name.as_str()) && (on_log || is_kotlin_print)
}

fn of_step(reach: &Reach<'_>, step: &Step<'_>) -> Option<Found> {
    let body = reach.frames[step.frame].body;
    for given in &step.call.given {
        let names: Vec<&str> = body.names_in(*given).collect();
        if names.iter().any(|name| matches!(*name, "getSharedSecret" | "sharedSecret"))
            || body.texts_in(*given).any(|text| text.value == "sharedSecret")
        {
            return Some(Found::new(WeaknessKind::SecretLogged, step.call.span));
        }
        if is_body(reach, step.frame, *given, 6) {
            return Some(Found::new(WeaknessKind::BodyLogged, step.call.span));
        }
    }
    None
}

/// Whether an expression is the whole body, or a text that has it.
fn is_body(reach: &Reach<'_>, frame: usize, span: Span, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let own = &reach.frames[frame];
    let mut within = own.body.calls_in(span);
    if within.any(|call| !matches!(call.name.as_str(), "toString" | "toPrettyString" | "writeValueAsString" | "toJson"))
    {
        return false; // a part of it, or something that was made of it
    }
    own.body.names_in(span).any(|name| {
        let place = own.function.parameters.iter().position(|parameter| parameter.name == name);
        let Some(place) = place else { return false };
        match own.caller {
            None => takes_whole_body(reach, &own.function.parameters[place]),
            Some((caller, call)) => call.given.get(place).is_some_and(|given| is_body(reach, caller, *given, depth)),
        }
    })
}

/// Whether a parameter is the body, and is written with its secret when it becomes a text.
fn takes_whole_body(reach: &Reach<'_>, parameter: &Parameter) -> bool {
    const WRITTEN: [&str; 7] = ["String", "Map", "HashMap", "JsonNode", "ObjectNode", "JSONObject", "JsonObject"];
    if !parameter.words.iter().any(|word| word == "RequestBody") {
        return false;
    }
    let mut kinds = parameter.words.iter().filter(|word| *word != "RequestBody" && *word != "Valid");
    let Some(kind) = kinds.next() else { return false };
    WRITTEN.contains(&kind.as_str()) || reach.project.named(kind).any(|(_, class)| is_written_whole(class))
}

/// Whether the text of an object has its `sharedSecret`: Lombok's are written with every field, unless told otherwise.
fn is_written_whole(class: &Class) -> bool {
    let has = |name: &str| class.annotations.iter().any(|annotation| annotation.name == name);
    let excluded = class.fields.iter().any(|field| field.words.iter().any(|word| word == "Exclude"));
    let keeps_secret = class.fields.iter().any(|field| field.name == "sharedSecret");
    keeps_secret
        && !excluded
        && (has("Data") || has("ToString"))
        && !class.methods.iter().any(|own| own.name.value == "toString")
}
