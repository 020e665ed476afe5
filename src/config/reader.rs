//! From the text of `connect-lint.toml` to a [`Configuration`].

use std::collections::BTreeMap;

use crate::{
    config::{
        Configuration, Ignored, Level,
        wrong::{Wrong, proposal},
    },
    declared::CLASSES,
    facts::GuardClass,
    frameworks::{FRAMEWORKS, framework},
    patterns::{Patterns, Scoped},
    rule::Rule,
    rules::{self, RULES},
    severity::Severity,
    source::{SourceFile, Sources},
    spelling::nearest,
    syntax::toml,
    tree::{Member, Node, Value},
    version::Version,
};

/// The keys of each table: of the document, whose name is empty, and of the entries of its lists. Those of the other
/// tables are names: of rules, guards and packages.
pub const KEYS: [(&str, &[&str]); 4] = [
    ("", &["fail-on", "rules", "exclude", "override", "ignore", "authenticators", "frameworks"]),
    ("exclude", &["path", "reason"]),
    ("override", &["path", "rules", "authenticators", "frameworks"]),
    ("ignore", &["rule", "path", "identity", "reason"]),
];

/// The severities by their words.
const SEVERITIES: [(&str, Severity); 3] =
    [("error", Severity::Error), ("warning", Severity::Warning), ("note", Severity::Note)];

/// What a rule can be.
const LEVELS: [(&str, Level); 5] = [
    ("error", Level::As(Severity::Error)),
    ("warning", Level::As(Severity::Warning)),
    ("note", Level::As(Severity::Note)),
    ("on", Level::On),
    ("off", Level::Off),
];

type Read<T> = Result<T, Wrong>;

struct Reader<'a> {
    file: &'a SourceFile,
    below: &'a str,
}

/// Reads a whole file.
pub(super) fn read(file: SourceFile, below: &str) -> Read<Configuration> {
    let reader = Reader { file: &file, below };
    let document = reader.document()?;
    let keys = reader.entry(&document, "")?;
    let list = |key: &str| keys.get(key).map_or(Ok(&[][..]), |node| reader.list(node));
    let mut configuration = Configuration { text: file.text.clone(), below: below.to_owned(), ..Default::default() };
    configuration.fail_on = keys.get("fail-on").map(|node| reader.word(node, &SEVERITIES)).transpose()?;
    configuration.levels = Scoped::new(reader.levels(&keys)?);
    configuration.declared.authenticators = Scoped::new(reader.guards(&keys)?);
    configuration.declared.floors = Scoped::new(reader.floors(&keys)?);
    for entry in list("exclude")? {
        configuration.excluded.push(reader.excluded(entry)?);
    }
    for entry in list("override")? {
        let keys = reader.entry(entry, "override")?;
        let patterns = reader.patterns(reader.required(entry, &keys, "path")?)?;
        configuration.levels.add(patterns.clone(), reader.levels(&keys)?);
        configuration.declared.authenticators.add(patterns.clone(), reader.guards(&keys)?);
        configuration.declared.floors.add(patterns, reader.floors(&keys)?);
    }
    for entry in list("ignore")? {
        configuration.ignored.push(reader.ignored(entry)?);
    }
    Ok(configuration)
}

/// The keys of a table.
type Keys<'a> = BTreeMap<&'a str, &'a Node>;

impl Reader<'_> {
    fn document(&self) -> Read<Node> {
        let sources = Sources::new(vec![self.file.clone()]);
        let (id, file) = sources.iter().next().ok_or_else(|| Wrong::unreadable("", String::new()))?;
        toml::parse(id, &file.text).map_err(|error| {
            self.wrong(
                error.span.start,
                format!("this is no TOML: {}", error.message),
                "https://toml.io tells its syntax",
            )
        })
    }

    fn excluded(&self, entry: &Node) -> Read<Patterns> {
        let keys = self.entry(entry, "exclude")?;
        self.reason(entry, &keys)?;
        self.patterns(self.required(entry, &keys, "path")?)
    }

    fn ignored(&self, entry: &Node) -> Read<Ignored> {
        let keys = self.entry(entry, "ignore")?;
        let rule = self.required(entry, &keys, "rule")?;
        let reason = self.reason(entry, &keys)?;
        Ok(Ignored {
            rule: self.rule(self.text(rule)?, rule.span.start)?.id,
            paths: self.patterns(self.required(entry, &keys, "path")?)?,
            identity: keys.get("identity").map(|node| self.text(node).map(str::to_owned)).transpose()?,
            reason,
            range: rule.span.range(),
        })
    }

    fn levels(&self, keys: &Keys) -> Read<BTreeMap<String, Level>> {
        let level = |member: &Member| {
            let rule = self.rule(&member.key.value, member.key.span.start)?;
            Ok((rule.id.to_owned(), self.word(&member.value, &LEVELS)?))
        };
        self.names(keys, "rules")?.iter().map(level).collect()
    }

    fn guards(&self, keys: &Keys) -> Read<BTreeMap<String, GuardClass>> {
        let guard = |member: &Member| Ok((member.key.value.clone(), self.word(&member.value, &CLASSES)?));
        self.names(keys, "authenticators")?.iter().map(guard).collect()
    }

    fn floors(&self, keys: &Keys) -> Read<BTreeMap<String, Version>> {
        let floor = |member: &Member| {
            let package = &member.key.value;
            let known = || FRAMEWORKS.iter().map(|framework| framework.package.as_str());
            let framework = framework(package).ok_or_else(|| {
                let help = format!("a package URL of rules/data/frameworks.yml: {}", proposal(package, known()));
                self.wrong(member.key.span.start, format!("the package `{package}` is not known"), help)
            })?;
            let text = self.text(&member.value)?;
            let version = Version::parse(framework.scheme(), text).ok_or_else(|| {
                let message = format!("`{text}` is no version of {}", framework.name);
                self.wrong(member.value.span.start, message, "the oldest release to accept, such as \"7.11.0\"")
            })?;
            Ok((package.clone(), version))
        };
        self.names(keys, "frameworks")?.iter().map(floor).collect()
    }

    /// The members of a table whose keys are names.
    fn names<'a>(&self, keys: &Keys<'a>, table: &str) -> Read<&'a [Member]> {
        keys.get(table).map_or(Ok(&[]), |node| self.members(node))
    }

    /// The keys of an entry of a list, or of the document.
    fn entry<'a>(&self, node: &'a Node, table: &str) -> Read<Keys<'a>> {
        let known = KEYS.iter().find(|(name, _)| *name == table).map_or(&[][..], |(_, keys)| keys);
        let key = |member: &'a Member| {
            let name = member.key.value.as_str();
            if !known.contains(&name) {
                let place = if table.is_empty() { String::new() } else { format!(" in `{table}`") };
                let help = proposal(name, known.iter().copied());
                return Err(self.wrong(member.key.span.start, format!("there is no key `{name}`{place}"), help));
            }
            Ok((name, &member.value))
        };
        self.members(node)?.iter().map(key).collect()
    }

    fn required<'a>(&self, entry: &Node, keys: &Keys<'a>, key: &str) -> Read<&'a Node> {
        keys.get(key).copied().ok_or_else(|| {
            self.wrong(entry.span.start, format!("the key `{key}` is missing"), format!("add `{key} = \"…\"`"))
        })
    }

    fn reason(&self, entry: &Node, keys: &Keys) -> Read<String> {
        let node = self.required(entry, keys, "reason")?;
        let reason = self.text(node)?;
        if reason.trim().is_empty() {
            return Err(self.wrong(
                node.span.start,
                "the reason is empty".to_owned(),
                "say why, for whoever reads it next",
            ));
        }
        Ok(reason.to_owned())
    }

    /// One path, or several.
    fn patterns(&self, node: &Node) -> Read<Patterns> {
        let written = match &node.value {
            Value::Array(paths) => paths.iter().map(|path| self.text(path)).collect::<Read<Vec<_>>>()?,
            _ => vec![self.text(node)?],
        };
        let help = "a path from the folder of this file; `*` and `**` stand for any name and any folders";
        if written.is_empty() {
            return Err(self.wrong(node.span.start, "there is no path".to_owned(), help));
        }
        Patterns::new(written, self.below).map_err(|reason| self.wrong(node.span.start, reason, help))
    }

    /// The rule of an id that is written at an offset.
    fn rule(&self, id: &str, offset: usize) -> Read<&'static Rule> {
        rules::find(id).ok_or_else(|| {
            let near = nearest(id, RULES.iter().map(|rule| rule.id));
            let help = near.map_or("`connect-lint rules` lists them".to_owned(), |id| format!("did you mean `{id}`?"));
            self.wrong(offset, format!("there is no rule `{id}`"), help)
        })
    }

    /// What one of some words stands for.
    fn word<T: Copy>(&self, node: &Node, words: &[(&str, T)]) -> Read<T> {
        let text = self.text(node)?;
        words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
            let help = proposal(text, words.iter().map(|(word, _)| *word));
            self.wrong(node.span.start, format!("`{text}` is not possible here"), help)
        })
    }

    fn text<'a>(&self, node: &'a Node) -> Read<&'a str> {
        node.as_str().ok_or_else(|| self.expected(node, "text in quotes"))
    }

    fn list<'a>(&self, node: &'a Node) -> Read<&'a [Node]> {
        match &node.value {
            Value::Array(elements) => Ok(elements),
            _ => Err(self.expected(node, "a list of tables: write its name in double brackets")),
        }
    }

    fn members<'a>(&self, node: &'a Node) -> Read<&'a [Member]> {
        match &node.value {
            Value::Object(members) => Ok(members),
            _ => Err(self.expected(node, "a table")),
        }
    }

    fn expected(&self, node: &Node, what: &str) -> Wrong {
        self.wrong(node.span.start, "this has the wrong type".to_owned(), format!("it has to be {what}"))
    }

    fn wrong(&self, offset: usize, message: String, help: impl Into<String>) -> Wrong {
        Wrong::at(self.file, offset, message, help)
    }
}
