//! Calls of the table of authenticators, and what each proves.

use crate::{
    facts::GuardClass,
    javascript::{
        ace::Ace,
        authenticators::{AUTHENTICATORS, Authenticator, Proves},
        project::ModuleId,
        values::{Chain, Link, Root, Value, Values},
    },
};

/// The entry of the table that a chain of members and calls means, and its arguments.
pub fn authenticator(chain: &Chain) -> Option<(&'static Authenticator, &[Value])> {
    let members: Vec<&str> = chain.members().collect();
    let arguments = chain.links.iter().rev().find_map(|link| match link {
        Link::Call { arguments, .. } => Some(&arguments[..]),
        Link::Member(_) => None,
    })?;
    let is_called = matches!(chain.links.last(), Some(Link::Call { .. }));
    let found = AUTHENTICATORS.iter().filter(|entry| is_called || !entry.guard).find(|entry| match &chain.root {
        Root::Package(package) => {
            let package = package.strip_suffix(".js").unwrap_or(package);
            package == entry.package && members.join(".") == entry.call
                || package == entry.package
                    && members.last() == Some(&entry.call.as_str())
                    && !entry.receiver.is_empty()
        }
        root => members.last() == Some(&entry.call.as_str()) && is_receiver(entry, root, &members),
    });
    found.map(|entry| (entry, arguments))
}

/// Whether the name in front of the called member is one of those that stand for the library.
fn is_receiver(entry: &Authenticator, root: &Root, members: &[&str]) -> bool {
    let before = members.len().checked_sub(2).map(|index| members[index]);
    let name = before.unwrap_or(match root {
        Root::Global(name) | Root::Parameter { name, .. } | Root::Unknown(name) => name,
        Root::Package(_) | Root::Given(_) => "",
    });
    let name = name.rsplit(['/', '.']).next().unwrap_or(name).to_ascii_lowercase();
    entry.receiver.iter().any(|receiver| {
        name == *receiver || name.ends_with(&format!("{receiver}on")) || {
            receiver == "addon" && (name.ends_with("addon") || name == "atlassianconnect")
        }
    })
}

/// What an authenticator proves in this call; `None` if that is not known.
pub fn proves(
    values: &Values<'_, '_>,
    ace: &Ace<'_>,
    entry: &Authenticator,
    arguments: &[Value],
    module: ModuleId,
) -> Option<GuardClass> {
    let is_off = entry.flag.and_then(|index| arguments.get(index)).is_some_and(|flag| match flag {
        Value::Bool(flag) => *flag,
        Value::Null => false,
        _ => false,
    });
    if is_off {
        return Some(GuardClass::Unverified);
    }
    match entry.proves {
        Proves::Asymmetric => Some(GuardClass::Asymmetric),
        Proves::Unbound => Some(GuardClass::Unbound),
        Proves::LegacyFallback => Some(GuardClass::LegacyFallback),
        Proves::Symmetric => Some(GuardClass::Symmetric),
        Proves::Nothing => Some(GuardClass::Unverified),
        Proves::Install => Some(ace.install_class(module)),
        Proves::ByAlgorithm => by_algorithm(values, entry, arguments),
    }
}

fn by_algorithm(values: &Values<'_, '_>, entry: &Authenticator, arguments: &[Value]) -> Option<GuardClass> {
    let options = entry.options.and_then(|index| arguments.get(index));
    let listed = options.map(|options| values.member(options, "algorithms"));
    let single = entry.algorithm.and_then(|index| arguments.get(index)).cloned();
    let named: Vec<String> = match (listed, single) {
        (Some(list @ (Value::Literal(_) | Value::List(_))), _) => {
            let elements = values.elements(&list)?;
            elements.iter().map(|value| value.as_text().map(str::to_owned)).collect::<Option<_>>()?
        }
        (_, Some(Value::Text(name, _))) => vec![name],
        _ => Vec::new(),
    };
    if named.is_empty() {
        return entry.key.and_then(|index| arguments.get(index)).and_then(by_key);
    }
    let asymmetric = named.iter().any(|name| !name.starts_with("HS") && name != "none");
    let symmetric = named.iter().any(|name| name.starts_with("HS"));
    match (asymmetric, symmetric) {
        (true, false) => Some(GuardClass::Unbound),
        (true, true) => Some(GuardClass::LegacyFallback),
        (false, true) => Some(GuardClass::Symmetric),
        (false, false) => None,
    }
}

/// What the name of a key tells of its kind.
fn by_key(key: &Value) -> Option<GuardClass> {
    let words = words(key).to_ascii_lowercase();
    if words.contains("secret") {
        return Some(GuardClass::Symmetric);
    }
    let is_public =
        ["publickey", "public_key", "pem", "install-keys", "jwks", "spki"].iter().any(|word| words.contains(word));
    is_public.then_some(GuardClass::Unbound)
}

/// Every name that a value is made of, as far as that can be told in a few lines.
pub fn words(value: &Value) -> String {
    let mut words = String::new();
    add_words(value, &mut words);
    words
}

fn add_words(value: &Value, words: &mut String) {
    const LONGEST: usize = 2_000;
    if words.len() > LONGEST {
        return;
    }
    words.push(' '); // every step counts, so that no value can take for ever
    match value {
        Value::Chain(chain) => {
            match &chain.root {
                Root::Package(name) | Root::Global(name) | Root::Unknown(name) | Root::Parameter { name, .. } => {
                    words.extend(name.chars().take(LONGEST));
                }
                Root::Given(_) => {}
            }
            for link in &chain.links {
                match link {
                    Link::Member(name) => {
                        words.push('.');
                        words.extend(name.chars().take(LONGEST));
                    }
                    Link::Call { arguments, .. } => arguments.iter().take(4).for_each(|value| add_words(value, words)),
                }
            }
        }
        Value::Text(text, _) => words.extend(text.chars().take(LONGEST)),
        Value::Partial(parts, _) => parts.iter().flatten().for_each(|part| words.extend(part.chars().take(LONGEST))),
        Value::Choice(values) | Value::List(values) => values.iter().for_each(|value| add_words(value, words)),
        _ => {}
    }
}
