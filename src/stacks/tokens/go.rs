//! golang-jwt and its ancestors.

use crate::stacks::{
    code::{Code, NodeId},
    evidence::words,
    project::Project,
    values::At,
};

use super::{Proof, Stated, TokenCall, resolved};

pub(super) fn token_call(project: &Project<'_>, at: At) -> Option<TokenCall> {
    let code = project.files.get(at.file)?;
    let selector = code.field(at.node, "function").filter(|_| code.kind(at.node) == "call_expression")?;
    let field = code.field(selector, "field").map_or("", |field| code.text(field));
    let span = code.span(at.node);
    let list: Vec<_> = code.field(at.node, "arguments").map_or(Vec::new(), |list| code.children(list).collect());
    match field {
        "ParseUnverified" | "UnsafeClaimsWithoutVerification" => Some(TokenCall::new(span, Proof::Nothing)),
        "Parse" | "ParseWithClaims" | "ParseFromRequest" | "ParseFromRequestWithClaims" => {
            let is_library = is_library(code);
            let of_library =
                |node: &&NodeId| function(project, At { node: **node, ..at }).is_some() || code.kind(**node) == "nil";
            let last = list.iter().skip(1).find(of_library).filter(|_| is_library)?;
            let (proof, audience) = parse(project, at, *last, &list);
            Some(TokenCall { audience, ..TokenCall::new(span, proof) })
        }
        _ => None,
    }
}

/// Whether a file imports a token library.
fn is_library(code: &Code<'_>) -> bool {
    let mut imports = code.ids().filter(|node| code.kind(*node) == "import_spec");
    imports.any(|import| code.below(import).filter_map(|node| code.string(node)).any(|path| path.contains("jwt")))
}

/// The function that an argument is, stands for, or that makes it.
fn function(project: &Project<'_>, at: At) -> Option<At> {
    let code = &project.files[at.file];
    match code.kind(at.node) {
        "func_literal" => Some(at),
        "identifier" | "selector_expression" | "call_expression" => {
            let callee = code.field(at.node, "function").unwrap_or(at.node);
            let value = project
                .values
                .of(code, at)
                .filter(|value| project.files[value.file].kind(value.node) == "func_literal");
            let mut named = project.definitions.functions(code.last_name(callee));
            let only = named.next().filter(|_| named.next().is_none());
            value.or(only.map(|found| At { file: found.file, node: found.node }))
        }
        _ => None,
    }
}

fn parse(project: &Project<'_>, at: At, key: NodeId, list: &[NodeId]) -> (Proof, Stated) {
    let code = &project.files[at.file];
    if code.kind(key) == "nil" {
        return (Proof::Nothing, Stated::Left);
    }
    let Some(function) = function(project, At { node: key, ..at }) else { return (Proof::Unknown, Stated::Left) };
    let mut seen = Seen::default();
    seen.read(project, function, 0);
    let options = list.iter().filter(|node| **node != key).map(|node| resolved(project, At { node: *node, ..at }));
    let parser = code.field(at.node, "function").and_then(|selector| code.field(selector, "operand"));
    let parser = parser.map(|node| resolved(project, At { node, ..at }));
    let mut asked = Seen::default();
    options.chain(parser).filter(|option| *option != at).for_each(|option| asked.read(project, option, 3));
    let proof = match (seen.asymmetric || asked.asymmetric, seen.symmetric || asked.symmetric) {
        (true, false) => Proof::Asymmetric,
        (false, true) => Proof::Symmetric,
        (true, true) if seen.is_secret_alone() => Proof::Symmetric, // RS256 takes no secret for a key: no such token passes
        (true, true) => Proof::Asymmetric,                          // the type of a key admits one family alone
        (false, false) if seen.typed => Proof::Asymmetric,
        (false, false) if seen.fetched => Proof::FromHeader(code.span(key)),
        (false, false) if seen.secret => Proof::Symmetric,
        _ => Proof::Unknown,
    };
    (proof, if asked.audience { Stated::Compared } else { Stated::Left })
}

/// What the function that gives the key says of it.
#[derive(Default)]
struct Seen {
    asymmetric: bool,
    symmetric: bool,
    /// The key is of a type that only RSA takes.
    typed: bool,
    /// The key is what a host answered.
    fetched: bool,
    /// The key is a secret.
    secret: bool,
    /// Something is called a key.
    key: bool,
    audience: bool,
}

impl Seen {
    /// Whether a secret is the one key that may be given.
    fn is_secret_alone(&self) -> bool {
        self.secret && !self.key && !self.typed && !self.fetched
    }

    fn read(&mut self, project: &Project<'_>, at: At, depth: usize) {
        let Some(code) = project.files.get(at.file) else { return };
        for node in code.below(at.node) {
            if let Some(text) = code.string(node) {
                self.word(text, true);
                continue;
            }
            if !code.is_name(node) {
                continue;
            }
            let name = code.text(node);
            self.word(name, false);
            let called = code.ancestors(node).take(2).any(|above| code.kind(above) == "call_expression");
            let mut named = project.definitions.functions(name);
            if let Some(found) = named.next().filter(|_| called && depth < 3 && named.next().is_none())
                && !code.below(at.node).contains(&found.node)
            {
                self.read(project, At { file: found.file, node: found.node }, depth + 1);
            }
        }
    }

    fn word(&mut self, word: &str, is_text: bool) {
        self.asymmetric |= word == "RS256" || word.starts_with("SigningMethodRS");
        self.symmetric |= word == "HS256" || word.starts_with("SigningMethodH");
        if is_text {
            return;
        }
        self.typed |=
            matches!(word, "ParseRSAPublicKeyFromPEM" | "ParsePKIXPublicKey" | "ParsePKCS1PublicKey" | "PublicKey");
        self.fetched |= matches!(word, "ReadAll" | "Get");
        self.secret |= word.to_ascii_lowercase().contains("secret");
        self.key |=
            words(word).iter().any(|word| matches!(word.as_str(), "key" | "keys" | "pem" | "cert" | "certificate"))
                && !word.to_ascii_lowercase().contains("clientkey");
        self.audience |= matches!(word, "WithAudience" | "VerifyAudience");
    }
}
