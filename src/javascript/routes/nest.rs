//! NestJS: classes with `@Controller`, methods with `@Post`, guards by `@UseGuards` or for the whole app.

use crate::{
    facts::{Guard, GuardClass, Handler, Method, Reach, Route},
    javascript::{
        guards::{Convention, Guards},
        ir::{ClassMember, Kind, NodeId, Role},
        project::ModuleId,
        routes::join,
        values::{At, Given, Link, Value, Values},
    },
    source::{Label, Span, Spanned},
};

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

/// What holds for the whole app.
#[derive(Default)]
struct Whole {
    prefix: String,
    guards: Vec<Guard>,
    /// Middlewares that a module applies, with what they are applied to.
    applied: Vec<(Vec<Value>, Guard)>,
}

impl Whole {
    /// `app.setGlobalPrefix(…)`, `app.useGlobalGuards(…)`, `{ provide: APP_GUARD, useClass }`.
    fn read(guards: &Guards<'_, '_, '_>) -> Whole {
        let values = guards.values;
        let mut whole = Whole::default();
        for (id, module) in values.project.modules() {
            if !module.requests.iter().any(|request| request.source.starts_with("@nestjs/")) {
                continue;
            }
            for node in module.ids() {
                match module.kind(node) {
                    Kind::Call { callee, arguments } => {
                        let Kind::Member { property, .. } = module.kind(*callee) else { continue };
                        let first = arguments.first().map(|first| values.of(&values.at_top(id, *first)));
                        match (property.as_str(), first) {
                            ("setGlobalPrefix", Some(Value::Text(prefix, _))) => whole.prefix = format!("/{prefix}"),
                            ("useGlobalGuards", _) => {
                                for argument in arguments {
                                    whole.guards.push(guard(guards, &values.at_top(id, *argument)));
                                }
                            }
                            ("forRoutes", _) => whole.applied.extend(applied(guards, id, *callee, arguments)),
                            _ => {}
                        }
                    }
                    Kind::Object(_) => whole.guards.extend(provided(guards, id, node)),
                    _ => {}
                }
            }
        }
        whole
    }
}

impl Whole {
    /// The middlewares that run before a route of a class.
    fn in_front_of<'a>(
        &'a self,
        values: &'a Values<'_, '_>,
        class: &'a At,
        path: &'a str,
    ) -> impl Iterator<Item = Guard> + 'a {
        let is_in_front = move |targets: &[Value]| is_target(values, targets, class, path);
        let found = self.applied.iter().filter(move |(targets, _)| is_in_front(targets));
        found.map(|(targets, guard)| match targets.is_empty() {
            true if guard.class != GuardClass::PassThrough => Guard { class: GuardClass::Unknown, ..guard.clone() },
            _ => guard.clone(),
        })
    }
}

/// `{ provide: APP_GUARD, useClass: Guard }`.
fn provided(guards: &Guards<'_, '_, '_>, id: ModuleId, node: NodeId) -> Option<Guard> {
    let values = guards.values;
    let object = values.of(&values.at_top(id, node));
    let Value::Chain(token) = values.member(&object, "provide") else { return None };
    if token.members().last() != Some("APP_GUARD") {
        return None;
    }
    let value = values.member(&object, "useClass");
    Some(judged(guards, &value, values.project.node(id, node).span))
}

/// `consumer.apply(Middleware).forRoutes(Controller)`: every middleware with what it is applied to. After an `exclude`
/// that is not known.
fn applied(guards: &Guards<'_, '_, '_>, id: ModuleId, callee: NodeId, targets: &[NodeId]) -> Vec<(Vec<Value>, Guard)> {
    let values = guards.values;
    let module = values.project.module(id);
    let Kind::Member { object, .. } = module.kind(callee) else { return Vec::new() };
    let Kind::Call { callee: inner, arguments } = module.kind(*object) else { return Vec::new() };
    let of = |node: &NodeId| values.of(&values.at_top(id, *node));
    let (middlewares, targets) = match (module.kind(*inner), module.kind(*inner)) {
        (Kind::Member { property, .. }, _) if property == "apply" => (arguments, targets.iter().map(of).collect()),
        (_, Kind::Member { object, .. }) => match module.kind(*object) {
            Kind::Call { arguments, .. } => (arguments, Vec::new()),
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let middleware = |node: &NodeId| {
        let span = values.project.node(id, *node).span;
        let value = match of(node) {
            Value::Literal(class) if values.project.module(class.module).class(class.node).is_some() => {
                values.member(&Value::Instance(class, Default::default()), "use")
            }
            value => value,
        };
        guards.guards(&value, span, None, Convention::Express)
    };
    middlewares.iter().flat_map(middleware).map(|guard| (targets.clone(), guard)).collect()
}

/// Whether a middleware's targets hold a controller's route; for one that is not known, it may.
fn is_target(values: &Values<'_, '_>, targets: &[Value], class: &At, path: &str) -> bool {
    let holds = |target: &Value| match target {
        Value::Literal(at) if values.project.module(at.module).class(at.node).is_some() => at.key() == class.key(),
        other => match other
            .as_text()
            .map(str::to_owned)
            .or_else(|| values.member(other, "path").as_text().map(str::to_owned))
        {
            Some(text) => text.contains('*') || text.trim_matches('/') == path.trim_matches('/'),
            None => true,
        },
    };
    targets.is_empty() || targets.iter().any(holds)
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
        Value::Instance(..) => values.member(&instance, "canActivate"),
        _ => Value::unknown("guard"),
    };
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
    if !member.decorators.iter().chain(decorators).any(is_public) {
        chain.extend(whole.guards.iter().chain(of_class).cloned());
    }
    chain.extend(used(guards, class, &member.decorators));
    let handler = handler(guards, class, function, member.span);
    let paths = own.iter().map(|own| join(&join(&whole.prefix, prefix), own));
    let route = |path: String| Route {
        method: if name == "All" { Method::Any } else { Method::Post },
        reach: if own.len() > 1 || path.contains([':', '*']) { Reach::Many } else { Reach::One },
        guards: whole.in_front_of(values, class, &path).chain(chain.iter().cloned()).collect(),
        path: Spanned { value: path, span },
        handler: handler.clone(),
        span,
        addon: None,
        body_parsed: true,
        deferred: false,
        mounted: true,
        trace: vec![Label::new(label, "its controller is mounted here")],
    };
    paths.map(route).collect()
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
    let value = Value::Method(class.with(function), std::rc::Rc::new(this));
    guards.handler_given(&value, span, givens.collect())
}
