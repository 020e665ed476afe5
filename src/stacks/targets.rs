//! Which definitions of the tree a name in code refers to.

use std::collections::BTreeSet;

use crate::stacks::{
    Language,
    code::{Code, NodeId},
    definitions::{Definition, in_file},
    project::Project,
    values::At,
};

/// How many definitions of one name are all taken for the one that is called.
const AMBIGUOUS: usize = 3;

/// Methods of libraries that many classes of a tree have, too.
const COMMON: [&str; 40] = [
    "add", "all", "append", "call", "close", "commit", "count", "create", "decode", "delete", "execute", "exists",
    "filter", "find", "first", "format", "get", "handle", "init", "items", "join", "json", "keys", "list", "load",
    "new", "open", "parse", "post", "put", "read", "remove", "run", "save", "send", "set", "to_s", "update", "values",
    "write",
];

/// Methods that a class is entered by where it is named.
const ENTRIES: [&str; 6] = ["ServeHTTP", "Invoke", "InvokeAsync", "__init__", "__construct", "initialize"];

impl Project<'_> {
    /// What a name refers to: the function that is called or handed over, what a class is entered by.
    pub fn targets(&self, name: At) -> Vec<At> {
        let Some(code) = self.files.get(name.file) else { return Vec::new() };
        let text = code.text(name.node).trim_start_matches(':');
        if self.definitions.named(text).is_empty() {
            return Vec::new();
        }
        if self.definitions.classes(text).next().is_some() {
            return self.entries(text);
        }
        let chosen = match used(code, name.node) {
            Use::Member => return Vec::new(),
            Use::Plain if !is_called(code, name.node) && self.is_local(name) => return Vec::new(),
            Use::Plain => self.plain(text, name),
            Use::On(receiver) => self.on(text, At { node: receiver, ..name }),
        };
        let chosen = if chosen.len() > AMBIGUOUS { Vec::new() } else { chosen };
        chosen.iter().map(|found| At { file: found.file, node: found.node }).collect()
    }

    /// Whether a name is a variable's or a parameter's.
    fn is_local(&self, name: At) -> bool {
        const FUNCTIONS: [&str; 8] = [
            "function_definition",
            "method",
            "method_declaration",
            "function_declaration",
            "func_literal",
            "lambda_expression",
            "anonymous_function",
            "arrow_function",
        ];
        let code = &self.files[name.file];
        let text = code.text(name.node);
        let mut around = code.ancestors(name.node).filter(|above| FUNCTIONS.contains(&code.kind(*above)));
        let is_parameter = around.any(|function| {
            let list = code.field(function, "parameters");
            let first = |parameter: NodeId| code.below(parameter).find(|node| code.is_name(*node));
            list.is_some_and(|list| code.children(list).filter_map(first).any(|node| code.text(node) == text))
        });
        let is_handed_over = code.parent(name.node).is_some_and(|above| {
            matches!(code.kind(above), "argument_list" | "argument" | "decorator" | "list" | "expression_list")
        });
        let is_bare = matches!(code.kind(name.node), "simple_symbol") || code.language == Language::Ruby;
        is_parameter
            || self.values.of(code, name).is_some_and(|value| value.file == name.file)
            || !(is_handed_over || is_bare)
    }

    /// What runs when a class is made, or put into a chain.
    fn entries(&self, class: &str) -> Vec<At> {
        let methods = ENTRIES.into_iter().chain([class]).filter_map(|entry| self.definitions.method(class, entry));
        methods.map(|found| At { file: found.file, node: found.node }).collect()
    }

    /// The definitions that a name without a receiver may mean: the one in the same class or file, if there is one.
    fn plain(&self, text: &str, name: At) -> Vec<&Definition<'_>> {
        let code = &self.files[name.file];
        let named = self.definitions.named(text);
        let own = in_file(named, name.file);
        let classes = code.ancestors(name.node).filter_map(|above| code.field(above, "name"));
        let classes: BTreeSet<&str> =
            classes.map(|name| code.last_name(name)).filter(|class| !class.is_empty()).collect();
        let mut of_class = classes.iter().flat_map(|class| in_file(self.definitions.members(class, text), name.file));
        match (of_class.next().filter(|_| of_class.next().is_none()), own) {
            (Some(only), _) | (None, [only]) => vec![only],
            _ => named.iter().take(AMBIGUOUS + 1).collect(),
        }
    }

    /// The definitions that a name on a receiver may mean: the method of the class that the receiver names, else
    /// whatever has so uncommon a name.
    fn on(&self, text: &str, receiver: At) -> Vec<&Definition<'_>> {
        let code = &self.files[receiver.file];
        if matches!(code.text(receiver.node), "self" | "this" | "$this" | "cls" | "super()") {
            return self.plain(text, receiver);
        }
        let value = self.values.of(code, receiver).unwrap_or(receiver);
        let made = &self.files[value.file];
        let names = made.below(value.node).filter(|node| made.is_name(*node)).map(|node| made.text(node));
        let classes: BTreeSet<&str> = names.filter(|name| self.definitions.classes(name).next().is_some()).collect();
        let of_classes = classes.iter().flat_map(|class| self.definitions.members(class, text));
        match classes.is_empty() {
            false => {
                let mut chosen: Vec<_> = of_classes.take(AMBIGUOUS + 1).collect();
                chosen.sort_by_key(|found| (found.file, found.node));
                chosen
            }
            true if COMMON.contains(&text) => Vec::new(),
            true => self.definitions.named(text).iter().take(AMBIGUOUS + 1).collect(),
        }
    }
}

/// Whether a name is itself what a call calls.
fn is_called(code: &Code<'_>, name: NodeId) -> bool {
    let callee =
        |above: NodeId| ["function", "method", "name", "type"].into_iter().find_map(|field| code.field(above, field));
    code.parent(name).is_some_and(|above| callee(above) == Some(name) && code.kind(above) != "keyword_argument")
}

/// How a name is used.
enum Use {
    /// As a member that is read, or as the name of something else.
    Member,
    /// By itself: called, handed over, or a symbol.
    Plain,
    /// Called on something.
    On(NodeId),
}

fn used(code: &Code<'_>, name: NodeId) -> Use {
    let Some(above) = code.parent(name) else { return Use::Plain };
    let object =
        ["object", "operand", "expression", "receiver", "scope"].into_iter().find_map(|field| code.field(above, field));
    match code.kind(above) {
        "attribute" | "selector_expression" | "member_access_expression" => match object {
            Some(object) if object == name => Use::Member,
            Some(object) => Use::On(object),
            None => Use::Member,
        },
        "call" | "member_call_expression" | "scoped_call_expression" | "nullsafe_member_call_expression" => {
            match object {
                Some(object) if object == name => Use::Member,
                Some(object) => Use::On(object),
                None => Use::Plain,
            }
        }
        "keyword_argument" | "pair" | "parameters" | "parameter" | "dotted_name" | "aliased_import"
        | "keyed_element" => Use::Member,
        _ => Use::Plain,
    }
}
