//! What a build script declares: dependencies, and values with names.

use std::{collections::BTreeMap, ops::Range};

use super::{
    arguments::{Asked, asked},
    expression::{Expression, Script},
    tokens::{Kind, Token, tokens},
};

/// What one script says.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    /// Values by name; several where it is assigned again.
    pub(super) values: BTreeMap<String, Vec<Expression>>,
    /// Dependencies, in order.
    pub(super) uses: Vec<Use>,
}

/// A dependency as written.
#[derive(Debug)]
pub(super) struct Use {
    /// What is asked for.
    pub(super) asked: Asked,
    /// Where.
    pub(super) declared: Range<usize>,
    /// Whether for tests or development alone.
    pub(super) development: bool,
    /// Whether it only says which version others get.
    pub(super) managed: bool,
    /// Whether it is one of the projects below, too.
    pub(super) is_shared: bool,
}

/// What a block is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Dependencies,
    Properties,
    Project,
    Other,
}

#[derive(Clone, Copy)]
struct Block {
    purpose: Purpose,
    is_foreign: bool,
    is_managed: bool,
    is_test: bool,
    is_shared: bool,
}

const ROOT: Block =
    Block { purpose: Purpose::Project, is_foreign: false, is_managed: false, is_test: false, is_shared: false };

/// Reads a script.
pub(super) fn read(text: &str, is_kotlin: bool) -> Declarations {
    let script = Script { text, is_kotlin };
    let tokens = tokens(text, 0..text.len(), is_kotlin);
    let mut reader = Reader {
        script,
        tokens: &tokens,
        open: Vec::new(),
        openers: vec![0; tokens.len()],
        found: Declarations::default(),
    };
    let mut at = 0;
    while at < tokens.len() {
        at += reader.step(at).max(1);
    }
    reader.found
}

struct Reader<'text> {
    script: Script<'text>,
    tokens: &'text [Token],
    /// The brackets that are open: the token, and a brace's block.
    open: Vec<(usize, Option<Block>)>,
    /// For every closing bracket the one it closes.
    openers: Vec<usize>,
    found: Declarations,
}

impl<'text> Reader<'text> {
    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn is(&self, at: usize, mark: u8) -> bool {
        self.kind(at) == Some(Kind::Mark(mark))
    }

    fn word(&self, at: usize) -> &'text str {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word);
        token.map_or("", |token| &self.script.text[token.range.clone()])
    }

    fn literal(&self, at: usize) -> Option<&'text str> {
        let token = self.tokens.get(at)?;
        matches!(token.kind, Kind::Literal | Kind::Template).then(|| &self.script.text[token.range.clone()])
    }

    /// The innermost block, if no other bracket is open in it.
    fn block(&self) -> Option<Block> {
        self.open.last().map_or(Some(ROOT), |(_, block)| *block)
    }

    /// Reads what begins at a token; gives how many tokens are done with.
    fn step(&mut self, at: usize) -> usize {
        match self.tokens[at].kind {
            Kind::Mark(b'{') => {
                let block = self.opened(at);
                self.open.push((at, Some(block)));
            }
            Kind::Mark(b'(' | b'[') => self.open.push((at, None)),
            Kind::Mark(b'}' | b')' | b']') => self.openers[at] = self.open.pop().map_or(at, |(opener, _)| opener),
            Kind::Word | Kind::Literal | Kind::Template => return self.statement(at),
            Kind::Mark(_) => {}
        }
        1
    }

    /// The block that a brace opens.
    fn opened(&self, at: usize) -> Block {
        let outer = self.open.iter().rev().find_map(|(_, block)| *block).unwrap_or(ROOT);
        let is_call = at > 0 && self.is(at - 1, b')');
        let opener = if is_call { self.openers[at - 1] } else { at };
        let name_at = opener.checked_sub(1);
        let name = name_at.map_or("", |name| self.word(name));
        let argument = if is_call { self.literal(opener + 1).unwrap_or("") } else { "" };
        let receiver = name_at.and_then(|name| name.checked_sub(2)).map_or("", |receiver| self.word(receiver));
        let purpose = match name {
            "dependencies" | "constraints" | "imports" => Purpose::Dependencies,
            "ext" | "extra" => Purpose::Properties,
            "apply" if receiver == "extra" || receiver == "ext" => Purpose::Properties,
            "allprojects" | "subprojects" | "buildscript" | "project" => Purpose::Project,
            "if" | "else" => outer.purpose,
            _ => Purpose::Other,
        };
        let is_foreign = ["buildscript", "pluginManagement", "plugins", "publishing", "initscript"].contains(&name);
        let is_test = [name, argument].iter().any(|name| is_for_tests(name));
        Block {
            purpose,
            is_foreign: outer.is_foreign || is_foreign,
            is_managed: outer.is_managed || ["constraints", "dependencyManagement", "imports"].contains(&name),
            is_test: outer.is_test || is_test,
            is_shared: outer.is_shared || ["allprojects", "subprojects"].contains(&name),
        }
    }

    fn statement(&mut self, at: usize) -> usize {
        let Some(block) = self.block() else { return 1 };
        if let Some(length) = self.definition(at, block) {
            return length;
        }
        let is_start = self.tokens[at].is_first
            || at > 0 && (self.is(at - 1, b'{') || self.is(at - 1, b';') || self.is(at - 1, b')'));
        let is_declaration = block.purpose == Purpose::Dependencies && !block.is_foreign && is_start;
        if is_declaration { self.dependency(at, block) } else { 1 }
    }

    fn dependency(&mut self, at: usize, block: Block) -> usize {
        let mut configuration = &self.script.text[self.tokens[at].range.clone()];
        if ["if", "else", "constraints", "imports", "def", "val", "var"].contains(&configuration) {
            return 1;
        }
        let (asked, length) = asked(self.script, &self.tokens[at..]);
        if configuration == "add" {
            configuration = self.literal(at + 2).unwrap_or("");
        }
        let development = block.is_test || is_for_tests(configuration) || configuration == "developmentOnly";
        let managed = |is_platform: bool| block.is_managed || is_platform;
        self.found.uses.extend(asked.into_iter().map(|found| Use {
            asked: found.asked,
            declared: found.declared,
            development,
            managed: managed(found.is_platform),
            is_shared: block.is_shared,
        }));
        length
    }

    /// Reads a value with a name, in any of the forms that give one.
    fn definition(&mut self, at: usize, block: Block) -> Option<usize> {
        let word = self.word(at);
        let before = at.checked_sub(1);
        let is_property =
            before.is_some_and(|dot| self.is(dot, b'.')) && ["ext", "extra"].contains(&self.word(at.checked_sub(2)?));
        let is_extra = ["ext", "extra"].contains(&word);
        if word.is_empty() {
            return None;
        }
        if is_extra && self.is(at + 1, b'[') && self.is(at + 3, b']') && self.is(at + 4, b'=') {
            let name = self.literal(at + 2)?;
            return Some(5 + self.define(name, at + 5));
        }
        if word == "set"
            && (is_property || block.purpose == Purpose::Properties)
            && self.is(at + 1, b'(')
            && self.is(at + 3, b',')
        {
            let name = self.literal(at + 2)?;
            self.define(name, at + 4);
            return None;
        }
        let keyword = before.filter(|_| !self.tokens[at].is_first).map_or("", |before| self.word(before));
        let is_kotlin_value = ["val", "var"].contains(&keyword);
        let mut next = at + 1;
        if is_kotlin_value && self.is(next, b':') {
            next += if self.is(next + 2, b'?') { 3 } else { 2 };
        }
        if is_kotlin_value && self.word(next) == "by" && self.word(next + 1) == "extra" {
            self.define(word, next + 3);
            return None;
        }
        let is_bare = matches!(block.purpose, Purpose::Project | Purpose::Properties) && self.tokens[at].is_first
            || before.is_some_and(|before| self.is(before, b'{') || self.is(before, b';'))
                && block.purpose == Purpose::Properties;
        let may_define = is_property || is_bare || !keyword.is_empty();
        if !may_define || !self.is(next, b'=') || self.is(next + 1, b'=') {
            return None;
        }
        if self.is(next + 1, b'[') {
            self.map(if is_extra { "" } else { word }, next + 2);
            return None;
        }
        Some(next + 1 - at + self.define(word, next + 1))
    }

    fn define(&mut self, name: &str, at: usize) -> usize {
        let tokens = self.tokens;
        let (expression, length) = self.script.expression(tokens.get(at..).unwrap_or_default());
        // a block belongs to the value: it is read on its own
        self.found.values.entry(name.to_owned()).or_default().push(expression);
        length
    }

    /// Groovy's `[name: 'value', …]`.
    fn map(&mut self, name: &str, mut at: usize) {
        while self.is(at + 1, b':') {
            let Some(key) = self.tokens.get(at).map(|token| &self.script.text[token.range.clone()]) else { return };
            let name = if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
            at += 2 + self.define(&name, at + 2);
            if !self.is(at, b',') {
                return;
            }
            at += 1;
        }
    }
}

/// Whether the name of a configuration or source set is one of tests.
fn is_for_tests(name: &str) -> bool {
    name.starts_with("test") || name.contains("Test")
}
