//! What a piece of code, together with the functions of the tree that it calls, does with a request.

use crate::{
    facts::GuardClass,
    source::Span,
    stacks::{
        code::{Code, NodeId},
        evidence::{Evidence, Strength, is_client_key, is_issuer, is_log, is_store, word_strength},
        project::Project,
        tokens::{Proof, TokenCall, token_call},
        values::At,
    },
};

/// What was seen on the way.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Calls that take a token apart, in the order they are come by.
    pub tokens: Vec<TokenCall>,
    /// What the words that are no part of such a call tell.
    pub words: Evidence,
    /// Where something is stored before any signature is verified.
    pub stored_first: Option<Span>,
    /// Whether the token's `iss` meets the body's `clientKey` anywhere.
    pub binds: bool,
    /// Whether the body's `clientKey` is read.
    pub reads_client_key: bool,
    /// Whether the token's `iss` is read.
    pub reads_issuer: bool,
    /// Whether `aud` is named.
    pub names_audience: bool,
    /// Whether `qsh` is named.
    pub names_query_hash: bool,
    /// Whether the algorithm in the token's header is compared with one that is written down.
    pub compares_algorithm: bool,
    /// What was gone through.
    pub places: Vec<At>,
}

impl Reading {
    /// What it proves.
    pub fn class(&self) -> GuardClass {
        let has = |is_it: fn(&TokenCall) -> bool| self.tokens.iter().any(is_it);
        if has(TokenCall::is_asymmetric) {
            let binds = self.binds || has(|token| token.binds);
            return if binds { GuardClass::Asymmetric } else { GuardClass::Unbound };
        }
        if has(|token| token.proof == Proof::Unknown) || self.words.asymmetric.is_some() {
            return GuardClass::Unknown;
        }
        if has(|token| token.proof == Proof::Symmetric) {
            return GuardClass::Symmetric;
        }
        let doubt = if self.tokens.is_empty() { self.words.suspicious } else { self.words.verifying };
        match doubt.or(self.words.symmetric).or(self.words.compared) {
            Some(_) => GuardClass::Unknown,
            None => GuardClass::Unverified,
        }
    }

    /// Whether a callback of one site cannot speak for another: the two are compared, or the body's is never read.
    pub fn is_bound(&self) -> bool {
        self.binds || !self.reads_client_key || self.tokens.iter().any(|token| token.binds)
    }

    /// Where the class was seen.
    pub fn place(&self) -> Option<Span> {
        let asymmetric = self.tokens.iter().find(|token| token.is_asymmetric());
        let other = || self.tokens.iter().find(|token| token.proof != Proof::Nothing);
        asymmetric.or_else(other).map(|token| token.span).or_else(|| self.words.place())
    }

    /// Where a token is only decoded, if that is all that is done with it.
    pub fn only_decoded(&self) -> Option<Span> {
        let decoded = self.tokens.iter().find(|token| token.proof == Proof::Nothing)?;
        self.tokens.iter().all(|token| token.proof == Proof::Nothing).then_some(decoded.span)
    }

    /// Adds what another one saw.
    pub fn extend(&mut self, other: &Reading) {
        self.tokens.extend(other.tokens.iter().cloned());
        self.words.extend(&other.words);
        self.stored_first = self.stored_first.or(other.stored_first);
        self.binds |= other.binds;
        self.reads_client_key |= other.reads_client_key;
        self.reads_issuer |= other.reads_issuer;
        self.names_audience |= other.names_audience;
        self.names_query_hash |= other.names_query_hash;
        self.compares_algorithm |= other.compares_algorithm;
        self.places.extend(&other.places);
    }
}

/// Goes through code and what it calls.
pub fn read(project: &Project<'_>, at: At) -> Reading {
    let mut walk = Walk { project, seen: Vec::new(), reading: Reading::default(), verified: false };
    walk.visit(at, 0);
    walk.manual();
    walk.reading
}

/// How far calls are followed.
const DEEPEST: usize = 5;

/// How many definitions one walk goes through.
const MOST: usize = 80;

struct Walk<'p, 's> {
    project: &'p Project<'s>,
    seen: Vec<At>,
    reading: Reading,
    verified: bool,
}

impl Walk<'_, '_> {
    fn visit(&mut self, at: At, depth: usize) {
        let project = self.project;
        let Some(code) = project.files.get(at.file).filter(|_| self.seen.len() <= MOST && !self.seen.contains(&at))
        else {
            return;
        };
        self.seen.push(at);
        self.reading.places.push(at);
        let mut skipped = at.node;
        for node in code.below(at.node) {
            if let Some(token) = token_call(project, At { node, ..at }) {
                self.verified |= !matches!(token.proof, Proof::Nothing | Proof::Unknown);
                self.reading.tokens.push(token);
                skipped = skipped.max(code.below(node).end);
            }
            self.note(code, node, depth, node < skipped);
            if code.is_name(node) && depth < DEEPEST {
                self.follow(At { node, ..at }, at.node, depth);
            }
        }
    }

    /// What one node tells.
    fn note(&mut self, code: &Code<'_>, node: NodeId, depth: usize, in_token: bool) {
        let reading = &mut self.reading;
        let strength =
            if in_token || names_definition(code, node) { Strength::None } else { word_strength(code, node) };
        if depth < 2 || !matches!(strength, Strength::Suspicious | Strength::Verifying) {
            reading.words.note(strength, code.span(node));
        }
        if is_store(code, node) {
            reading.words.note(Strength::Acts, code.span(node));
            reading.stored_first = reading.stored_first.or(Some(code.span(node)).filter(|_| !self.verified));
        }
        reading.reads_client_key |= is_client_key(code, node);
        reading.reads_issuer |= is_issuer(code, node);
        if code.is_name(node) || code.is_string(node) {
            let word = code.text(node).to_ascii_lowercase();
            reading.names_audience |=
                word.trim_matches(['"', '\'', ':']) == "aud" || word.contains("audience") && word != "validateaudience";
            reading.names_query_hash |=
                word.contains("qsh") || word.contains("queryhash") || word.contains("query_hash");
        }
        reading.binds |= binds(code, node);
        reading.compares_algorithm |= compares_algorithm(code, node);
    }

    /// Reads what a name refers to.
    fn follow(&mut self, name: At, from: NodeId, depth: usize) {
        for target in self.project.targets(name) {
            let is_around = |code: &Code<'_>| target.file == name.file && code.below(target.node).contains(&from);
            if !self.project.files.get(target.file).is_some_and(is_around) {
                self.visit(target, depth + 1);
            }
        }
    }

    /// A signature that is computed with HMAC and compared is verified.
    fn manual(&mut self) {
        let Some(span) = self.reading.words.hmac.filter(|_| self.reading.words.compared.is_some()) else { return };
        let is_library = self.reading.tokens.iter().any(|token| token.proof != Proof::Nothing);
        if !is_library {
            self.reading.tokens.push(TokenCall::symmetric(span));
        }
    }
}

/// Whether a node is the name that a function or a class is given.
fn names_definition(code: &Code<'_>, node: NodeId) -> bool {
    let above = code.parent(node).filter(|above| {
        let kind = code.kind(*above);
        kind.ends_with("definition") || kind.ends_with("declaration") || matches!(kind, "method" | "class" | "module")
    });
    above.is_some_and(|above| code.field(above, "name") == Some(node))
}

/// How large an expression may be to be taken for a comparison.
const LARGEST: usize = 60;

/// Whether an expression brings the token's `iss` and the body's `clientKey` together: a comparison, an argument, a key
/// that is looked up.
fn binds(code: &Code<'_>, node: NodeId) -> bool {
    const KINDS: [&str; 15] = [
        "short_var_declaration",
        "comparison_operator",
        "binary",
        "binary_expression",
        "call",
        "call_expression",
        "invocation_expression",
        "function_call_expression",
        "member_call_expression",
        "scoped_call_expression",
        "pair",
        "keyword_argument",
        "array_element_initializer",
        "assignment",
        "assignment_expression",
    ];
    let below = code.below(node);
    KINDS.contains(&code.kind(node))
        && below.len() <= LARGEST
        && below.clone().any(|below| is_client_key(code, below))
        && (below.clone().any(|below| is_issuer(code, below)) || compares_client_keys(code, node))
        && !is_log(code, node)
        && !code.ancestors(node).take(3).any(|above| is_log(code, above))
}

/// Whether an expression compares two values that are both called the client's key.
fn compares_client_keys(code: &Code<'_>, node: NodeId) -> bool {
    const KINDS: [&str; 3] = ["comparison_operator", "binary", "binary_expression"];
    let sides: Vec<_> = code.children(node).collect();
    let names = |side: &NodeId| code.below(*side).any(|below| is_client_key(code, below));
    KINDS.contains(&code.kind(node)) && sides.len() == 2 && sides.iter().all(names)
}

/// Whether an expression compares the header's algorithm with a literal.
fn compares_algorithm(code: &Code<'_>, node: NodeId) -> bool {
    const KINDS: [&str; 3] = ["comparison_operator", "binary", "binary_expression"];
    let below = code.below(node);
    let trimmed = |below: NodeId| code.text(below).trim_matches(['"', '\'', '`', ':']).to_ascii_lowercase();
    KINDS.contains(&code.kind(node))
        && below.len() <= LARGEST
        && below.clone().any(|below| matches!(trimmed(below).as_str(), "alg" | "algorithm"))
        && below.clone().any(|below| code.is_string(below) && trimmed(below).ends_with("256"))
}
