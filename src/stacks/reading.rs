//! What a piece of code, together with the functions of the tree that it calls, does with a request.

use crate::{
    facts::GuardClass,
    source::Span,
    stacks::{
        Language,
        code::{Code, NodeId},
        evidence::{Evidence, Strength, is_client_key, is_issuer, is_log, word_strength},
        exits::{function_around, hands_on},
        project::Project,
        results::{Outcome, result},
        standing::{Standing, Weight, standing},
        stores::is_store,
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
        let counts = |token: &TokenCall| token.weight != Weight::Nothing;
        let in_vain = self.in_vain();
        if self.tokens.iter().any(|token| counts(token) && token.proof == Proof::Unknown)
            || has(|token| token.weight == Weight::Doubted && token.proof != Proof::Nothing)
            || self.words.asymmetric.is_some() && in_vain.is_none()
        {
            return GuardClass::Unknown;
        }
        if self.tokens.iter().any(|token| counts(token) && token.proof == Proof::Symmetric) {
            return GuardClass::Symmetric;
        }
        let doubt = if self.tokens.is_empty() { self.words.suspicious } else { self.words.verifying };
        match doubt.or(self.words.symmetric.filter(|_| in_vain.is_none())).or(self.words.compared) {
            Some(_) => GuardClass::Unknown,
            None => GuardClass::Unverified,
        }
    }

    /// A signature that is checked while nothing becomes of a failure.
    pub fn in_vain(&self) -> Option<Span> {
        self.tokens.iter().find(|token| token.is_in_vain()).map(|token| token.span)
    }

    /// Whether it verifies a request to a path, as far as it asks for paths.
    pub fn concerns(&self, path: &str) -> bool {
        let path = path.to_lowercase();
        let segment = path.rsplit('/').next();
        let is_it = |only: &String| {
            only.starts_with('/') && path.starts_with(only.as_str()) || only.rsplit('/').next() == segment
        };
        let mut limited = self.tokens.iter().filter(|token| token.proof != Proof::Nothing).peekable();
        limited.peek().is_none() || limited.any(|token| token.only.is_empty() || token.only.iter().any(is_it))
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

/// Goes through code and what it calls. `is_dropped` tells that nobody looks at what the code returns.
pub fn read(project: &Project<'_>, at: At, is_dropped: bool) -> Reading {
    let mut walk = Walk { project, seen: Vec::new(), reading: Reading::default(), verified: false, sites: 0 };
    walk.visit(at, 0, &Standing::default(), is_dropped);
    walk.manual();
    walk.reading
}

/// How far calls are followed.
const DEEPEST: usize = 5;

/// How many definitions one walk goes through.
const MOST: usize = 80;

/// How many calls one walk looks at for what becomes of a failure.
const MOST_SITES: usize = 1_000;

struct Walk<'p, 's> {
    project: &'p Project<'s>,
    /// What was gone through, and what failures in it count for.
    seen: Vec<(At, Weight, bool)>,
    reading: Reading,
    verified: bool,
    /// How many calls were looked at for what becomes of a failure.
    sites: usize,
}

impl Walk<'_, '_> {
    fn visit(&mut self, at: At, depth: usize, outer: &Standing, is_dropped: bool) {
        let project = self.project;
        let is_known = |(seen, weight, dropped): &(At, Weight, bool)| {
            *seen == at && *weight >= outer.weight && (!dropped || is_dropped)
        };
        let Some(code) =
            project.files.get(at.file).filter(|_| self.seen.len() <= MOST && !self.seen.iter().any(is_known))
        else {
            return;
        };
        self.seen.push((at, outer.weight, is_dropped));
        self.reading.places.push(at);
        let (mut skipped, mut in_vain) = (at.node, if outer.weight == Weight::Nothing { usize::MAX } else { at.node });
        let mut unrun = at.node;
        for node in code.below(at.node) {
            if node < unrun {
                continue;
            }
            if code.kind(at.node) == "program" && is_definition(code, node) {
                unrun = code.below(node).end; // a script runs what it defines only where that is called
                continue;
            }
            if let Some(mut token) = token_call(project, At { node, ..at }) {
                let (standing, _) = self.site(At { node, ..at }, &[], at.node, outer, is_dropped);
                self.verified |=
                    !matches!(token.proof, Proof::Nothing | Proof::Unknown) && standing.weight != Weight::Nothing;
                (token.weight, token.only) = (standing.weight, standing.only);
                self.reading.tokens.push(token);
                skipped = skipped.max(code.below(node).end);
            }
            if node >= in_vain && self.is_in_vain(At { node, ..at }, at.node, outer, is_dropped) {
                in_vain = code.below(node).end;
            }
            self.note(code, node, depth, node < skipped, node < in_vain);
            if code.is_name(node) && depth < DEEPEST {
                self.follow(At { node, ..at }, at.node, depth, outer, is_dropped);
            }
        }
    }

    /// How a call stands, and whether nobody looks at its value.
    fn site(&mut self, site: At, targets: &[At], root: NodeId, outer: &Standing, is_dropped: bool) -> (Standing, bool) {
        self.sites += 1;
        if self.sites > MOST_SITES {
            let mut doubted = outer.clone();
            doubted.weight = doubted.weight.min(Weight::Doubted);
            return (doubted, false);
        }
        let code = &self.project.files[site.file];
        let function = function_around(code, site.node, root);
        let mut standing = standing(self.project, site, root, is_dropped && function == root);
        let result = result(self.project, site, function);
        let drops = result == Outcome::Dropped || result == Outcome::Returned && is_dropped;
        let drops = drops && !targets.iter().any(|target| self.is_chained(*target));
        if drops && code.language == Language::Go {
            standing.weight = Weight::Nothing;
        }
        standing.weight = standing.weight.min(outer.weight);
        standing.only.extend(outer.only.iter().cloned());
        (standing, drops)
    }

    /// Whether a Go function returns nothing and hands the request on by itself.
    fn is_chained(&self, function: At) -> bool {
        let code = &self.project.files[function.file];
        code.language == Language::Go && code.field(function.node, "result").is_none() && hands_on(code, function.node)
    }

    /// What one node tells.
    fn note(&mut self, code: &Code<'_>, node: NodeId, depth: usize, in_token: bool, in_vain: bool) {
        let reading = &mut self.reading;
        let strength =
            if in_token || names_definition(code, node) { Strength::None } else { word_strength(code, node) };
        let strength = if in_vain && strength != Strength::Acts { Strength::None } else { strength };
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

    /// Whether a node is a call of something in the tree, and nothing becomes of a failure.
    fn is_in_vain(&mut self, call: At, root: NodeId, outer: &Standing, is_dropped: bool) -> bool {
        let code = &self.project.files[call.file];
        let name = callee(code, call.node).and_then(|callee| code.below(callee).rfind(|node| code.is_name(*node)));
        let targets = name.map_or(Vec::new(), |node| self.project.targets(At { node, ..call }));
        !targets.is_empty() && self.site(call, &targets, root, outer, is_dropped).0.weight == Weight::Nothing
    }

    /// Reads what a name refers to.
    fn follow(&mut self, name: At, from: NodeId, depth: usize, outer: &Standing, is_dropped: bool) {
        let targets = self.project.targets(name);
        if targets.is_empty() {
            return;
        }
        let site = call_of(&self.project.files[name.file], name.node);
        let (standing, drops) = self.site(At { node: site, ..name }, &targets, from, outer, is_dropped);
        for target in targets {
            let is_around = |code: &Code<'_>| target.file == name.file && code.below(target.node).contains(&from);
            if !self.project.files.get(target.file).is_some_and(is_around) {
                self.visit(target, depth + 1, &standing, drops);
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

/// What a call calls.
fn callee(code: &Code<'_>, call: NodeId) -> Option<NodeId> {
    let is_call = code.kind(call).contains("call") || code.kind(call).contains("invocation");
    ["function", "method", "name"].into_iter().find_map(|field| code.field(call, field)).filter(|_| is_call)
}

/// The call that a name is what is called of; the name itself, where it is none.
fn call_of(code: &Code<'_>, name: NodeId) -> NodeId {
    let calls = |above: &NodeId| callee(code, *above).is_some_and(|callee| code.below(callee).contains(&name));
    code.ancestors(name).take(3).find(calls).unwrap_or(name)
}

/// Whether a node defines a function or a class, or only names one.
fn is_definition(code: &Code<'_>, node: NodeId) -> bool {
    const KINDS: [&str; 4] =
        ["function_definition", "class_declaration", "trait_declaration", "namespace_use_declaration"];
    KINDS.contains(&code.kind(node))
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
