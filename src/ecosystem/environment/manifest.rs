//! YAML and JSON: compose files, manifests of Kubernetes and clouds, workflows. Whatever the schema, a variable is a
//! member, a `NAME=value` in a list, or an object with a `name` and a `value`.

use super::{
    command,
    names::{matters, says_when},
    setting,
    text::Text,
};
use crate::{
    facts::Variable,
    source::Span,
    tree::{Member, Node, Value},
};

/// Members that hold commands, somewhere below.
const COMMANDS: [&str; 14] = [
    "after_script",
    "args",
    "before_script",
    "cmd",
    "command",
    "commands",
    "entrypoint",
    "install",
    "run",
    "script",
    "scripts",
    "start",
    "startCommand",
    "test",
];

/// Members that hold variables, under names of any form.
const ENVIRONMENTS: [&str; 6] = ["environment", "env", "env_variables", "envVars", "variables", "Variables"];

/// Members whose keys name what runs.
const RUNNERS: [&str; 5] = ["services", "jobs", "functions", "containers", "environments"];

/// Members of Kubernetes that would say when, were they names.
const SCHEMA: [&str; 2] = ["spec", "template"];

/// The longest word that is taken for the name of a place.
const NAME_LIMIT: usize = 64;

/// What a document sets.
pub(super) fn read(source: &str, document: &Node) -> Vec<Variable> {
    Walk::new(source).read(document)
}

/// Where a node is in its document.
#[derive(Clone, Copy, Default)]
struct Position<'tree> {
    key: &'tree str,
    is_command: bool,
    is_environment: bool,
    /// The last of the names that lead here.
    name: Option<usize>,
}

struct Walk<'tree> {
    source: &'tree str,
    open: Vec<(&'tree Node, Position<'tree>)>,
    /// Names of surroundings, each with the one around it.
    names: Vec<(Option<usize>, &'tree str)>,
}

impl<'tree> Walk<'tree> {
    fn new(source: &'tree str) -> Walk<'tree> {
        Walk { source, open: Vec::new(), names: Vec::new() }
    }

    fn read(mut self, document: &'tree Node) -> Vec<Variable> {
        let mut found = Vec::new();
        self.open.push((document, Position::default()));
        while let Some((node, position)) = self.open.pop() {
            let (read, position) = match &node.value {
                Value::Object(members) => match self.pair(node) {
                    Some(found) => (found, position),
                    None => {
                        let position = self.named(node, position);
                        (self.object(members, position), position)
                    }
                },
                Value::Array(elements) => (self.array(elements, position), position),
                Value::String(_) if position.is_command => {
                    (self.text(node).map_or_else(Vec::new, |text| command::read(&text)), position)
                }
                _ => continue,
            };
            let place = if read.is_empty() { None } else { self.place(position.name) };
            found.extend(read.into_iter().map(|variable| Variable { place: place.clone(), ..variable }));
        }
        found
    }

    /// The text of a scalar; nothing for an alias, whose text is elsewhere.
    fn text(&self, node: &Node) -> Option<Text> {
        let is_alias = self.source[node.span.range()].starts_with('*');
        Text::scalar(self.source, node).filter(|_| !is_alias)
    }

    /// The position with the names that an object gives itself.
    fn named(&mut self, node: &'tree Node, mut position: Position<'tree>) -> Position<'tree> {
        let own = [&["name"][..], &["metadata", "name"], &["metadata", "namespace"]];
        for name in own.iter().filter_map(|path| node.at(path)?.as_str()) {
            position.name = self.name(position.name, name);
        }
        position
    }

    fn name(&mut self, around: Option<usize>, name: &'tree str) -> Option<usize> {
        if name.len() > NAME_LIMIT {
            return around;
        }
        self.names.push((around, name));
        Some(self.names.len() - 1)
    }

    fn place(&self, mut at: Option<usize>) -> Option<String> {
        let mut words = Vec::new();
        while let Some((around, name)) = at.and_then(|at| self.names.get(at)) {
            words.push(*name);
            at = *around;
        }
        words.reverse();
        (!words.is_empty()).then(|| words.join(" "))
    }

    fn object(&mut self, members: &'tree [Member], position: Position<'tree>) -> Vec<Variable> {
        let mut found = Vec::new();
        let from = self.open.len();
        for member in members {
            let key = member.key.value.as_str();
            if let Some(read) = self.member(member, position.is_environment) {
                found.extend(read);
                continue;
            }
            let is_name = RUNNERS.contains(&position.key) || says_when(key) && !SCHEMA.contains(&key);
            let name = if is_name { self.name(position.name, key) } else { position.name };
            let is_command = position.is_command || COMMANDS.contains(&key);
            let is_environment = ENVIRONMENTS.contains(&key);
            self.open.push((&member.value, Position { key, is_command, is_environment, name }));
        }
        self.open[from..].reverse(); // the first is the next, so that an anchor is read before what repeats it
        found
    }

    /// `NAME: value`; outside of an environment only under a name in capitals.
    fn member(&self, member: &Member, is_environment: bool) -> Option<Vec<Variable>> {
        let key = &member.key;
        let is_capital = !key.value.contains(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_');
        if !(is_environment || is_capital && matters(&key.value)) {
            return None;
        }
        let value = self.text(&member.value)?;
        Some(setting::read(&self.key(key.span, &key.value), &value, 0))
    }

    fn key(&self, span: Span, name: &str) -> Text {
        Text::decoded(self.source, span, name.to_owned())
    }

    /// `name: NAME` beside `value: text`.
    fn pair(&self, node: &'tree Node) -> Option<Vec<Variable>> {
        let of = |keys: [&str; 2]| keys.iter().find_map(|key| node.at(&[*key]));
        let name = of(["name", "key"]).or_else(|| of(["Name", "Key"]))?;
        let value = of(["value", "Value"])?;
        Some(setting::read(&self.text(name)?, &self.text(value)?, 0))
    }

    fn array(&mut self, elements: &'tree [Node], position: Position<'tree>) -> Vec<Variable> {
        let strings = || elements.iter().filter(|node| matches!(node.value, Value::String(_)));
        let inside = Position { key: "", ..position };
        self.open.extend(elements.iter().rev().filter(|node| node.as_str().is_none()).map(|node| (node, inside)));
        let texts: Vec<_> = strings().filter_map(|node| self.text(node)).collect();
        if !position.is_command {
            let settings = texts.iter().filter_map(Text::assignment);
            return settings.flat_map(|(name, value)| setting::read(&name, &value, 0)).collect();
        }
        let (lines, words): (Vec<_>, Vec<_>) =
            texts.into_iter().partition(|text| text.as_str().trim().contains(char::is_whitespace));
        let mut found = command::arguments(&words, 0);
        found.extend(lines.iter().flat_map(command::read));
        found
    }
}
