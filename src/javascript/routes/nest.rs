//! NestJS: classes with `@Controller`, methods with `@Post`, guards by `@UseGuards` or for the whole app.

use std::rc::Rc;

use crate::{
    facts::{Guard, GuardClass, Handler, Method, Reach, Route},
    javascript::{
        guards::{Convention, Guards},
        ir::{ClassMember, Kind, NodeId, Role},
        routes::join,
        values::{At, Chain, Given, Link, Value, Values},
    },
    source::{Label, Span, Spanned},
};

mod whole;

use whole::Whole;

/// The routes of every controller.
pub fn routes(guards: &Guards<'_, '_, '_>) -> Vec<Route> {
    let values = guards.values;
    let whole = Whole::read(guards);
    let mut routes = Vec::new();
    for (id, module) in values.project.modules() {
        for class in module.index.classes.iter() {
            let Some(definition) = module.class(class) else { continue };
            let at = values.at_top(id, class);
            for (prefix, label) in controller(values, &at, &definition.decorators) {
                let of_class = used(guards, &at, &definition.decorators);
                for member in definition.members.iter().filter(|member| member.role == Role::Method) {
                    routes.extend(method(guards, &whole, &at, &prefix, label, &of_class, member));
                }
            }
        }
    }
    routes
}

/// The prefixes of a class with `@Controller`, and where the decorator stands.
fn controller(values: &Values<'_, '_>, at: &At, decorators: &[NodeId]) -> Vec<(String, Span)> {
    let found = decorators.iter().find_map(|node| decorator(values, &at.with(*node), &["Controller"]));
    let Some((_, arguments, span)) = found else { return Vec::new() };
    let first = arguments.first().cloned().unwrap_or(Value::Null);
    let first = match values.member(&first, "path") {
        Value::Text(text, span) => Value::Text(text, span),
        _ => first,
    };
    match &first {
        Value::Text(text, _) => vec![(text.clone(), span)],
        Value::Null | Value::Literal(_) => match values.elements(&first) {
            Some(elements) => elements.iter().filter_map(Value::as_text).map(|text| (text.to_owned(), span)).collect(),
            None => vec![(String::new(), span)],
        },
        _ => Vec::new(),
    }
}

/// A decorator of NestJS by one of these names: its name, arguments and place.
fn decorator(values: &Values<'_, '_>, at: &At, names: &[&str]) -> Option<(String, Vec<Value>, Span)> {
    let Value::Chain(chain) = values.of(at) else { return None };
    if !chain.package().is_some_and(|package| package.starts_with("@nestjs/")) {
        return None;
    }
    let [Link::Member(name), Link::Call { arguments, .. }] = &chain.links[..] else { return None };
    names
        .contains(&name.as_str())
        .then(|| (name.clone(), arguments.to_vec(), values.project.node(at.module, at.node).span))
}

/// The guards of `@UseGuards`.
fn used(guards: &Guards<'_, '_, '_>, at: &At, decorators: &[NodeId]) -> Vec<Guard> {
    let values = guards.values;
    let module = values.project.module(at.module);
    let mut found = Vec::new();
    for node in decorators {
        if decorator(values, &at.with(*node), &["UseGuards"]).is_none() {
            found.extend(composed(guards, &at.with(*node)));
            continue;
        }
        let Kind::Call { arguments, .. } = module.kind(*node) else { continue };
        found.extend(arguments.iter().map(|argument| guard(guards, &at.with(*argument))));
    }
    found
}

/// The guards that a decorator of the tree applies: `applyDecorators(UseGuards(Guard))`.
fn composed(guards: &Guards<'_, '_, '_>, at: &At) -> Vec<Guard> {
    let found = decorator(guards.values, at, &["applyDecorators"]);
    let Some((_, decorators, span)) = found else { return Vec::new() };
    let uses = decorators.iter().filter_map(|decorator| match decorator {
        Value::Chain(chain) => match &chain.links[..] {
            [Link::Member(name), Link::Call { arguments, .. }] if name == "UseGuards" => Some(arguments),
            _ => None,
        },
        _ => None,
    });
    uses.flat_map(|classes| classes.iter()).map(|class| judged(guards, class, span)).collect()
}

fn guard(guards: &Guards<'_, '_, '_>, at: &At) -> Guard {
    let values = guards.values;
    judged(guards, &values.of(at), values.project.node(at.module, at.node).span)
}

/// A guard is a class whose `canActivate` decides.
fn judged(guards: &Guards<'_, '_, '_>, value: &Value, span: Span) -> Guard {
    let values = guards.values;
    let instance = match value {
        Value::Literal(class) => Value::Instance(class.clone(), Default::default()),
        value => value.clone(),
    };
    let decide = match &instance {
        Value::Instance(class, _) => match values.member(&instance, "canActivate") {
            own if own.is_unknown() => parent(values, class).unwrap_or(own),
            own => own,
        },
        Value::Chain(chain) if chain.package().is_some() => instance.clone(),
        _ => Value::unknown("guard"),
    };
    let decide = without_role(decide);
    let mut found = guards.guards(&decide, span, None, Convention::Guard);
    let unknown = || Guard {
        class: GuardClass::Unknown,
        name: values.project.sources.text(span).to_owned(),
        span,
        ace_call: None,
        stores: None,
        evidence: Vec::new(),
    };
    found.pop().unwrap_or_else(unknown)
}

/// A guard of NestJS's own by what it is for: every one has its role in its name, so that says nothing.
fn without_role(guard: Value) -> Value {
    let Value::Chain(chain) = &guard else { return guard };
    match (chain.package(), &chain.links[..]) {
        (Some(package), [Link::Member(name)]) if package.starts_with("@nestjs/") => {
            let links = vec![Link::Member(name.trim_end_matches("Guard").to_owned())];
            Value::Chain(Rc::new(Chain { root: chain.root.clone(), links }))
        }
        _ => guard,
    }
}

/// The class of a package that a class of the tree extends.
fn parent(values: &Values<'_, '_>, class: &At) -> Option<Value> {
    let parent = values.project.module(class.module).class(class.node)?.parent?;
    Some(values.of(&class.with(parent)))
        .filter(|parent| matches!(parent, Value::Chain(chain) if chain.package().is_some()))
}

fn method(
    guards: &Guards<'_, '_, '_>,
    whole: &Whole,
    class: &At,
    prefix: &str,
    label: Span,
    of_class: &[Guard],
    member: &ClassMember,
) -> Vec<Route> {
    let values = guards.values;
    let found = member.decorators.iter().find_map(|node| decorator(values, &class.with(*node), &["Post", "All"]));
    let (Some((name, arguments, span)), Some(function)) = (found, member.value) else { return Vec::new() };
    let first = arguments.first().cloned().unwrap_or(Value::Null);
    let own = match &first {
        Value::Text(text, _) => vec![text.clone()],
        Value::Null => vec![String::new()],
        other => {
            values.elements(other).unwrap_or_default().iter().filter_map(Value::as_text).map(str::to_owned).collect()
        }
    };
    let is_public = |node: &NodeId| {
        let text = values.project.text(class.module, *node).to_ascii_lowercase();
        ["public", "skip", "anonymous", "noauth", "allow"]
            .iter()
            .any(|word| text.starts_with(word) || text.contains(&format!("{word}auth")))
    };
    let decorators = values.project.module(class.module).class(class.node).map_or(&[][..], |class| &class.decorators);
    let mut chain = Vec::new();
    let own_public = member.decorators.iter().any(is_public);
    if !own_public && !decorators.iter().any(is_public) {
        chain.extend(whole.guards_of(values, class.module));
    }
    // who may leave out the guard of users has no say over one that asks for Atlassian's signature
    chain.extend(of_class.iter().filter(|guard| !own_public || guard.class.is_asymmetric()).cloned());
    chain.extend(used(guards, class, &member.decorators));
    let handler = handler(guards, class, function, member.span);
    let route = |global: &str, path: String| Route {
        method: if name == "All" { Method::Any } else { Method::Post },
        reach: if own.len() > 1 || path.contains([':', '*']) { Reach::Many } else { Reach::One },
        guards: whole.in_front_of(values, class, &path).chain(chain.iter().cloned()).collect(),
        path: Spanned { value: join(global, &path), span },
        handler: handler.clone(),
        span,
        addon: None,
        body_parsed: true,
        deferred: false,
        mounted: true,
        trace: vec![Label::new(label, "its controller is mounted here")],
    };
    let globals = whole.prefixes_of(values, class.module);
    let paths = own.iter().map(|own| join(prefix, own));
    paths
        .flat_map(|path| globals.iter().map(move |global| (global, path.clone())))
        .map(|(global, path)| route(global, path))
        .collect()
}

/// The method itself: what its parameters are given, their decorators say.
fn handler(guards: &Guards<'_, '_, '_>, class: &At, function: NodeId, span: Span) -> Handler {
    let values = guards.values;
    let module = values.project.module(class.module);
    let parameters = module.function(function).map_or(&[][..], |function| &function.parameters[..]);
    let givens = parameters.iter().map(|parameter| {
        let names = ["Req", "Request", "Res", "Response", "Body", "Headers", "Query", "Next", "Param"];
        let found = parameter.decorators.iter().find_map(|node| decorator(values, &class.with(*node), &names));
        let request = |member: &str| values.member(&Value::given(Given::Request), member);
        match found.as_ref().map(|(name, ..)| name.as_str()) {
            Some("Req" | "Request") => Value::given(Given::Request),
            Some("Res" | "Response") => Value::given(Given::Response),
            Some("Next") => Value::given(Given::Next),
            Some("Body") => request("body"),
            Some("Headers") => request("headers"),
            Some("Query") => request("query"),
            _ => Value::unknown("parameter"),
        }
    });
    let this = Value::Instance(class.clone(), Default::default());
    let value = Value::Method(class.with(function), Rc::new(this));
    guards.handler_given(&value, span, givens.collect())
}
