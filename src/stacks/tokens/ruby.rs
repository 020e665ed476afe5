//! ruby-jwt, and the gem `atlassian-jwt` that hands on to it.

use crate::stacks::{
    code::{Code, NodeId},
    evidence::is_client_key,
    project::Project,
    values::At,
};

use super::{Algorithms, Proof, Stated, TokenCall, is_false, key_kind, resolved};

pub(super) fn token_call(project: &Project<'_>, at: At) -> Option<TokenCall> {
    let code = project.files.get(at.file)?;
    let receiver = code.field(at.node, "receiver").filter(|_| code.kind(at.node) == "call")?;
    let method = code.field(at.node, "method").map_or("", |method| code.text(method));
    let text = code.text(receiver).trim_start_matches("::");
    let list: Vec<_> = code.field(at.node, "arguments").map_or(Vec::new(), |list| code.children(list).collect());
    match (text, method) {
        ("JWT" | "Atlassian::Jwt", "decode") | ("JWT::Decode", "new") => Some(decode(project, at, &list)),
        _ => None,
    }
}

fn decode(project: &Project<'_>, at: At, list: &[NodeId]) -> TokenCall {
    let code = &project.files[at.file];
    let span = code.span(at.node);
    let (named, plain): (Vec<NodeId>, Vec<NodeId>) = list.iter().partition(|node| code.kind(**node) == "pair");
    if plain.get(2).is_some_and(|verify| is_false(code, *verify)) {
        return TokenCall::new(span, Proof::Nothing);
    }
    let mut options = Options::default();
    named.iter().for_each(|node| options.read(project, At { node: *node, ..at }, code.span(at.node)));
    if let Some(node) = plain.get(3) {
        options.read(project, resolved(project, At { node: *node, ..at }), code.span(*node));
    }
    let key = plain.get(1).and_then(|node| key_kind(project, At { node: *node, ..at }));
    let proof = match (options.proof, key) {
        (Some(proof), _) => proof,
        (None, Some(false)) => Proof::Symmetric, // what ruby-jwt expects if it is told nothing
        (None, _) if project.takes_any_algorithm => Proof::FromHeader(span),
        (None, _) => Proof::Unknown,
    };
    let audience = if options.compares_audience { Stated::Compared } else { Stated::Left };
    TokenCall { audience, binds: options.binds, ..TokenCall::new(span, proof) }
}

#[derive(Default)]
struct Options {
    proof: Option<Proof>,
    compares_audience: bool,
    binds: bool,
}

impl Options {
    /// Reads `algorithm: 'RS256', verify_aud: true, iss: params[:clientKey]`.
    fn read(&mut self, project: &Project<'_>, at: At, place: crate::source::Span) {
        let code = &project.files[at.file];
        for pair in code.below(at.node).filter(|node| code.kind(*node) == "pair") {
            let Some((key, value)) = code.field(pair, "key").zip(code.field(pair, "value")) else { continue };
            match code.text(key).trim_matches([':', '\'', '"']) {
                "algorithm" | "algorithms" => {
                    let is_here = code.file == project.files[at.file].file;
                    let span = if is_here { code.span(value) } else { place };
                    self.proof = Some(Algorithms::of(project, At { node: value, ..at }).proof(span));
                }
                "verify_aud" => self.compares_audience |= !is_false(code, value),
                "iss" => self.binds |= has_client_key(code, value),
                _ => {}
            }
        }
    }
}

fn has_client_key(code: &Code<'_>, node: NodeId) -> bool {
    code.below(node).any(|below| is_client_key(code, below))
}
