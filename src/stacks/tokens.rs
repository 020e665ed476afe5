//! Calls of the libraries that decode tokens: what each of them verifies.

use std::collections::BTreeSet;

use crate::{
    source::Span,
    stacks::{
        Language,
        code::{Code, NodeId},
        project::Project,
        standing::Weight,
        values::At,
    },
};

mod csharp;
mod go;
mod php;
mod python;
mod ruby;

/// A call that takes a token apart.
#[derive(Clone, Debug)]
pub struct TokenCall {
    /// The call.
    pub span: Span,
    /// What it proves.
    pub proof: Proof,
    /// What it does about `aud`.
    pub audience: Stated,
    /// Whether it is asked to compare `iss` with the body's `clientKey`.
    pub binds: bool,
    /// What it counts for, by what becomes of a failure.
    pub weight: Weight,
    /// The paths and events of requests for which it is called; empty for all.
    pub only: BTreeSet<String>,
}

/// What a call proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// An asymmetric signature.
    Asymmetric,
    /// An HS256 signature.
    Symmetric,
    /// The signature that the token's header asks for, at the argument that says so.
    FromHeader(Span),
    /// Either, at the list of algorithms.
    Mixed(Span),
    /// Nothing.
    Nothing,
    /// A signature, in a way that could not be read.
    Unknown,
}

/// What a call does about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// It compares it.
    Compared,
    /// It is told not to.
    Skipped,
    /// Whatever it is not told, it does not do.
    Left,
}

impl TokenCall {
    fn new(span: Span, proof: Proof) -> TokenCall {
        let (weight, only) = (Weight::Full, BTreeSet::new());
        TokenCall { span, proof, audience: Stated::Left, binds: false, weight, only }
    }

    /// A signature that is checked by hand, with a secret.
    pub fn symmetric(span: Span) -> TokenCall {
        TokenCall::new(span, Proof::Symmetric)
    }

    /// Whether an RS256 signature by Atlassian passes, as far as is known, and nothing else does.
    pub fn is_asymmetric(&self) -> bool {
        self.weight == Weight::Full && self.checks_asymmetric()
    }

    /// Whether an RS256 signature is checked, whatever becomes of a failure.
    fn checks_asymmetric(&self) -> bool {
        matches!(self.proof, Proof::Asymmetric | Proof::FromHeader(_) | Proof::Mixed(_))
    }

    /// Whether a signature is checked, and nothing becomes of a failure.
    pub fn is_in_vain(&self) -> bool {
        self.weight == Weight::Nothing && (self.checks_asymmetric() || self.proof == Proof::Symmetric)
    }
}

/// The call at a node, if it is one of a token library.
pub fn token_call(project: &Project<'_>, at: At) -> Option<TokenCall> {
    let code = project.files.get(at.file)?;
    match code.language {
        Language::Python => python::token_call(project, at),
        Language::Ruby => ruby::token_call(project, at),
        Language::Php => php::token_call(project, at),
        Language::Go => go::token_call(project, at),
        Language::CSharp => csharp::token_call(project, at),
    }
}

/// Which algorithms an expression names.
#[derive(Clone, Copy, Debug, Default)]
struct Algorithms {
    asymmetric: bool,
    symmetric: bool,
    header: bool,
}

impl Algorithms {
    /// Reads an expression, and what the names in it stand for.
    fn of(project: &Project<'_>, at: At) -> Algorithms {
        let mut found = Algorithms::default();
        found.read(project, at, 0);
        found
    }

    /// Nothing known is no proof.
    fn proof(self, span: Span) -> Proof {
        match self {
            Algorithms { header: true, .. } => Proof::FromHeader(span),
            Algorithms { asymmetric: true, symmetric: true, .. } => Proof::Mixed(span),
            Algorithms { asymmetric: true, .. } => Proof::Asymmetric,
            Algorithms { symmetric: true, .. } => Proof::Symmetric,
            _ => Proof::Unknown,
        }
    }

    fn read(&mut self, project: &Project<'_>, at: At, depth: usize) {
        let Some(code) = project.files.get(at.file) else { return };
        for node in code.below(at.node) {
            let is_text = code.is_string(node);
            if !is_text && !code.is_name(node) {
                continue;
            }
            self.note(code.text(node).trim_matches(['"', '\'', '`', ':']), is_text);
            if !is_text && depth < 2 && is_whole(code, node, at.node) {
                let value = project.values.of(code, At { node, ..at });
                value.into_iter().for_each(|value| self.read(project, value, depth + 1));
            }
        }
    }

    fn note(&mut self, word: &str, is_text: bool) {
        let upper = word.to_ascii_uppercase();
        let family = |heads: [&str; 3]| heads.iter().any(|head| upper.starts_with(head) && upper.len() == 5);
        self.header |= upper == "ALG";
        self.asymmetric |= family(["RS2", "RS3", "RS5"])
            || family(["PS2", "ES2", "ES3"])
            || !is_text && (upper.contains("RS256") || upper.contains("RSASHA"));
        self.symmetric |= family(["HS2", "HS3", "HS5"])
            || is_text && upper == "NONE"
            || !is_text && (upper.contains("HS256") || upper.contains("HMAC"));
    }
}

/// Whether a name is not a member of something else within an expression, which its value would say nothing of.
fn is_whole(code: &Code<'_>, node: NodeId, within: NodeId) -> bool {
    const MEMBERS: [&str; 6] =
        ["attribute", "selector_expression", "member_access_expression", "call", "element_reference", "subscript"];
    let above = code.parent(node).filter(|above| code.below(within).contains(above));
    above.is_none_or(|above| !MEMBERS.contains(&code.kind(above)))
}

/// What the name of a key says of it: `Some(true)` if it is public, `Some(false)` if it is a secret.
fn key_kind(project: &Project<'_>, at: At) -> Option<bool> {
    key_kind_within(project, at, 0)
}

fn key_kind_within(project: &Project<'_>, at: At, depth: usize) -> Option<bool> {
    let code = project.files.get(at.file)?;
    let lower = code.text(at.node).to_ascii_lowercase();
    if lower.len() > 2000 {
        return None;
    }
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["secret"]) {
        return Some(false);
    }
    if has(&["public", "rsa", "pem", "x509", "connect-install-keys"]) {
        return Some(true);
    }
    let value = project.values.of(code, at).filter(|_| depth < 3)?;
    key_kind_within(project, value, depth + 1)
}

/// The literal that an expression is, or that the name it is stands for.
fn resolved(project: &Project<'_>, at: At) -> At {
    let Some(code) = project.files.get(at.file) else { return at };
    project.values.of(code, at).unwrap_or(at)
}

/// Whether an expression is one of a language's words for false.
fn is_false(code: &Code<'_>, node: NodeId) -> bool {
    code.text(node).eq_ignore_ascii_case("false")
}
