//! What a controller's method does with a callback beside answering it.

use crate::{
    facts::{Route, spring_code::ControllerWork},
    jvm::ir::{Call, Function, Parameter},
};

/// The work of the method that answers a route: it stores something, takes a part of the request, or calls something.
/// `None` for one that only answers and logs.
pub(super) fn of(function: &Function, route: &Route) -> Option<ControllerWork> {
    let body = function.body.as_ref()?;
    let name = function.name.span;
    let stores = route.handler.acts.filter(|acts| *acts != name);
    let takes = function.parameters.iter().any(|parameter| !is_provided(parameter)).then_some(name);
    let calls = || body.calls.iter().find(|call| !is_answer(call)).map(|call| call.span);
    Some(ControllerWork { route: route.span, span: stores.or(takes).or_else(calls)? })
}

/// Whether Spring gives a parameter from elsewhere than the request's content.
fn is_provided(parameter: &Parameter) -> bool {
    const TYPES: [&str; 8] = [
        "AtlassianHostUser",
        "AuthenticationPrincipal",
        "Authentication",
        "Principal",
        "Model",
        "ModelMap",
        "HttpServletResponse",
        "Locale",
    ];
    parameter.words.iter().any(|word| TYPES.contains(&word.as_str()))
}

/// Whether a call writes a log or builds the answer.
fn is_answer(call: &Call) -> bool {
    const RECEIVERS: [&str; 10] =
        ["log", "logger", "LOG", "LOGGER", "out", "err", "ResponseEntity", "HttpStatus", "ok", "status"];
    const NAMES: [&str; 8] =
        ["println", "ok", "build", "noContent", "status", "body", "ResponseEntity", "ModelAndView"];
    call.receiver.as_deref().is_some_and(|receiver| RECEIVERS.contains(&receiver))
        || NAMES.contains(&call.name.as_str())
}
