//! Microsoft's token handlers, JWT.NET and jose-jwt.

use crate::stacks::{code::NodeId, project::Project, values::At};

use super::{Algorithms, Proof, Stated, TokenCall, is_false};

pub(super) fn token_call(project: &Project<'_>, at: At) -> Option<TokenCall> {
    let code = project.files.get(at.file)?;
    let span = code.span(at.node);
    if code.kind(at.node) == "object_creation_expression" {
        let class = code.field(at.node, "type").map_or("", |class| code.last_name(class));
        let list = code.field(at.node, "arguments").map_or(0, |list| code.children(list).count());
        return (class == "JwtSecurityToken" && list == 1).then(|| TokenCall::new(span, Proof::Nothing));
    }
    let function = code.field(at.node, "function").filter(|_| code.kind(at.node) == "invocation_expression")?;
    let name = code.field(function, "name").map_or("", |name| code.text(name).split('<').next().unwrap_or_default());
    let receiver = code.field(function, "expression").map_or("", |receiver| code.text(receiver));
    match name {
        "ReadJwtToken" | "ReadJsonWebToken" => Some(TokenCall::new(span, Proof::Nothing)),
        "ValidateToken" | "ValidateTokenAsync" => Some(validate(project, at)),
        "Decode" | "DecodeToObject" if receiver.contains("JwtBuilder") => Some(builder(project, at)),
        "Decode" if receiver.ends_with("JWT") => Some(TokenCall::new(span, jose(project, at))),
        "Payload" if receiver.ends_with("JWT") => Some(TokenCall::new(span, Proof::Nothing)),
        _ => None,
    }
}

/// `handler.ValidateToken(token, new TokenValidationParameters { … }, out _)`: by what the method around it makes of keys.
fn validate(project: &Project<'_>, at: At) -> TokenCall {
    let code = &project.files[at.file];
    let span = code.span(at.node);
    let around = code
        .ancestors(at.node)
        .find(|above| matches!(code.kind(*above), "method_declaration" | "local_function_statement"));
    let around = around.unwrap_or(at.node);
    let mut call = TokenCall::new(span, Proof::Unknown);
    call.audience = Stated::Compared;
    let (mut secret, mut public) = (false, false);
    for node in code.below(around) {
        if code.is_name(node) {
            secret |= code.text(node) == "SymmetricSecurityKey";
            public |= matches!(
                code.text(node),
                "RsaSecurityKey" | "X509SecurityKey" | "JsonWebKeySet" | "ImportFromPem" | "ImportSubjectPublicKeyInfo"
            );
        }
        let left = code
            .field(node, "left")
            .filter(|_| code.kind(node) == "assignment_expression")
            .map_or("", |left| code.last_name(left));
        let Some(right) = code.field(node, "right") else { continue };
        match left {
            "SignatureValidator" => call.proof = Proof::Nothing,
            "ValidateAudience" if is_false(code, right) => call.audience = Stated::Skipped,
            _ => {}
        }
    }
    if call.proof == Proof::Unknown {
        call.proof = match (public, secret) {
            (true, false) => Proof::Asymmetric,
            (false, true) => Proof::Symmetric,
            (true, true) => Proof::Asymmetric, // the type of a key admits one family alone
            (false, false) => Proof::Unknown,
        };
    }
    call
}

/// JWT.NET's `new JwtBuilder().WithAlgorithm(…).MustVerifySignature().Decode(token)`.
fn builder(project: &Project<'_>, at: At) -> TokenCall {
    let code = &project.files[at.file];
    let names = |name: &str| code.below(at.node).any(|node| code.is_name(node) && code.text(node) == name);
    let span = code.span(at.node);
    if names("DoNotVerifySignature") || !names("MustVerifySignature") {
        return TokenCall::new(span, Proof::Nothing);
    }
    TokenCall::new(span, Algorithms::of(project, at).proof(span))
}

/// jose-jwt's `JWT.Decode(token, key, JwsAlgorithm.RS256)`.
fn jose(project: &Project<'_>, at: At) -> Proof {
    let code = &project.files[at.file];
    let list: Vec<NodeId> = code.field(at.node, "arguments").map_or(Vec::new(), |list| code.children(list).collect());
    let Some(algorithm) = list.get(2) else { return Proof::Unknown };
    Algorithms::of(project, At { node: *algorithm, ..at }).proof(code.span(*algorithm))
}
