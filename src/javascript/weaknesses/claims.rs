//! Which claims a verifier of the app's own looks at after the signature.

use crate::{
    facts::{Audience, GuardClass, WeaknessKind},
    javascript::{
        ir::{Kind, NodeId},
        values::{At, Given, Link, Root, Value},
    },
};

use super::{
    Found,
    reach::{Call, Reach, TokenCall, chains},
};

/// Libraries that compare `exp` by themselves, where there is one.
const COMPARE_EXPIRY: [&str; 5] = ["verify", "jwtVerify", "createVerifier", "expressjwt", "decode"];

pub(super) fn found(reach: &Reach<'_, '_, '_>) -> Vec<Found> {
    let mut found = Vec::new();
    for token in reach.token_calls().filter(|token| token.class.is_some_and(GuardClass::is_asymmetric)) {
        if !escapes(reach, token.call) {
            audience(reach, &token, &mut found);
            query_hash(reach, &token, &mut found);
            expiry(reach, &token, &mut found);
        }
    }
    found
}

fn audience(reach: &Reach<'_, '_, '_>, token: &TokenCall<'_>, found: &mut Vec<Found>) {
    let span = reach.span(&token.call.at);
    if option(reach, token, "audience") != Stated::Absent {
        return;
    }
    let is_audience = |word: &str| word == "aud" || word.to_ascii_lowercase().contains("audience");
    if !reach.mentions(is_audience) {
        found.push(Found::new(WeaknessKind::Audience(Audience::Unchecked), span));
    } else if partly(reach) {
        found.push(Found::new(WeaknessKind::Audience(Audience::Partly), span));
    }
}

/// Whether one element of `aud` is asked for a part of its text, and nothing compares it as a whole.
fn partly(reach: &Reach<'_, '_, '_>) -> bool {
    let is_element = |at: &At| {
        let value = reach.values.of(at);
        let Value::Chain(chain) = &value else { return false };
        let members: Vec<&str> = chain.members().collect();
        let ends_in_call = matches!(chain.links.last(), Some(Link::Call { .. }));
        !ends_in_call && members.len() > 1 && members[members.len() - 2] == "aud" && members[members.len() - 1] == "0"
    };
    let mut is_partly = false;
    for at in &reach.nodes {
        match reach.kind(at) {
            Kind::Binary { operator: "===" | "!==" | "==" | "!=", left, right } => {
                let sides = [at.with(*left), at.with(*right)];
                if sides.iter().any(|side| names_audience(reach, side) && !is_absent(reach, &sides)) {
                    return false;
                }
            }
            Kind::Call { callee, arguments } => {
                let Kind::Member { object, property, .. } = reach.kind(&at.with(*callee)) else { continue };
                let asks = matches!(
                    property.as_str(),
                    "includes" | "startsWith" | "indexOf" | "endsWith" | "search" | "match"
                );
                if asks && is_element(&at.with(*object)) {
                    is_partly = true;
                } else if arguments.iter().any(|argument| names_audience(reach, &at.with(*argument))) {
                    return false; // given to something that may compare it as a whole
                }
            }
            _ => {}
        }
    }
    is_partly
}

fn names_audience(reach: &Reach<'_, '_, '_>, at: &At) -> bool {
    let value = reach.values.of(at);
    chains(&value).iter().any(|chain| chain.members().any(|name| name == "aud"))
}

/// Whether a comparison only asks whether there is a value, or of which type it is.
fn is_absent(reach: &Reach<'_, '_, '_>, sides: &[At]) -> bool {
    sides.iter().any(|side| matches!(reach.kind(side), Kind::Null | Kind::Number(_) | Kind::Unary { .. }))
}

fn query_hash(reach: &Reach<'_, '_, '_>, token: &TokenCall<'_>, found: &mut Vec<Found>) {
    let span = reach.span(&token.call.at);
    let is_hash = |word: &str| {
        let word = word.to_ascii_lowercase();
        word.contains("qsh") || word.contains("queryhash") || word.contains("querystringhash")
    };
    if !reach.mentions(is_hash) {
        found.push(Found::new(WeaknessKind::NoQueryHash, span));
    } else if accepts_context(reach) {
        found.push(Found::new(WeaknessKind::ContextQueryHash, span));
    }
}

/// Whether `context-qsh` passes where the hash of the request would.
fn accepts_context(reach: &Reach<'_, '_, '_>) -> bool {
    let is_context = |at: &At| reach.values.of(at).as_text() == Some("context-qsh");
    let compares = |at: &At, wanted: [&str; 2]| match reach.kind(at) {
        Kind::Binary { operator, left, right } => {
            wanted.contains(operator) && (is_context(&at.with(*left)) || is_context(&at.with(*right)))
        }
        _ => false,
    };
    let compares_hash = |at: &At, wanted: [&str; 2]| match reach.kind(at) {
        Kind::Binary { operator, left, right } => {
            let sides = [at.with(*left), at.with(*right)];
            let is_hash = |at: &At| reach.text(at).to_ascii_lowercase().contains("qsh");
            wanted.contains(operator)
                && !sides.iter().any(is_context)
                && sides.iter().any(is_hash)
                && !is_absent(reach, &sides)
        }
        _ => false,
    };
    reach.nodes.iter().any(|at| match reach.kind(at) {
        Kind::Logical { operator, left, right } => {
            let sides = [at.with(*left), at.with(*right)];
            let (context, wanted) = match *operator {
                "&&" => (["!==", "!="], ["!==", "!="]),
                "||" => (["===", "=="], ["===", "=="]),
                _ => return false,
            };
            let one = |first: &At, second: &At| compares(first, context) && compares_hash(second, wanted);
            one(&sides[0], &sides[1]) || one(&sides[1], &sides[0])
        }
        _ => false,
    })
}

fn expiry(reach: &Reach<'_, '_, '_>, token: &TokenCall<'_>, found: &mut Vec<Found>) {
    let is_expiry =
        |word: &str| word == "exp" || word.to_ascii_lowercase().contains("expir") && word != "ignoreExpiration";
    let compares =
        COMPARE_EXPIRY.contains(&token.entry.call.as_str()) && !token.entry.package.ends_with("atlassian-jwt");
    let is_off = option(reach, token, "ignoreExpiration") == Stated::True;
    if (!compares || is_off) && !reach.mentions(is_expiry) {
        found.push(Found::new(WeaknessKind::NoExpiry, reach.span(&token.call.at)));
    }
}

/// What the options of a verifying call say.
#[derive(PartialEq, Eq)]
enum Stated {
    Absent,
    True,
    Something,
}

fn option(reach: &Reach<'_, '_, '_>, token: &TokenCall<'_>, name: &str) -> Stated {
    let Some(node) = token.entry.options.and_then(|index| token.call.arguments.get(index)) else {
        return Stated::Absent;
    };
    let at = token.call.at.with(*node);
    if matches!(reach.kind(&at), Kind::Function(_) | Kind::Null) {
        return Stated::Absent;
    }
    let Some(object) = reach.object(&at) else { return Stated::Something };
    match reach.property(&object, name) {
        Ok(None) => Stated::Absent,
        Ok(Some(value)) if matches!(reach.values.of(&value), Value::Bool(true)) => Stated::True,
        _ => Stated::Something,
    }
}

/// Whether the verified claims are given to something that could not be followed.
fn escapes(reach: &Reach<'_, '_, '_>, verifying: &Call) -> bool {
    reach.calls.iter().any(|call| {
        let Some(chain) = call.outside() else { return is_unfollowed(call) && gives_claims(reach, call, verifying) };
        let is_harmless = match &chain.root {
            Root::Given(Given::Response | Given::Next | Given::Error) => true,
            Root::Global(name) => {
                matches!(name.as_str(), "console" | "JSON" | "Object" | "String" | "Boolean" | "Date" | "Error")
            }
            _ => false,
        };
        !is_harmless
            && !super::logs::is_log(reach.values, &call.at, call.callee)
            && gives_claims(reach, call, verifying)
    })
}

/// Whether a call's callee is neither of the tree nor a library's.
fn is_unfollowed(call: &Call) -> bool {
    call.value.is_unknown()
}

fn gives_claims(reach: &Reach<'_, '_, '_>, call: &Call, verifying: &Call) -> bool {
    if call.at.key() == verifying.at.key() {
        return false;
    }
    let module = reach.module(&call.at);
    let is_callback_of = |function: NodeId| verifying.arguments.contains(&function);
    let given = call.arguments.iter().flat_map(|argument| {
        let names =
            module.own(*argument).filter(|node| matches!(module.kind(*node), Kind::Name(_) | Kind::Call { .. }));
        names.map(|node| call.at.with(node)).collect::<Vec<_>>()
    });
    given.into_iter().any(|at| {
        let value = reach.values.of(&at);
        let Value::Chain(chain) = &value else { return false };
        if let Root::Parameter { name, module, function, .. } = &chain.root
            && chain.links.is_empty()
        {
            let name = name.to_ascii_lowercase();
            let sounds = ["claims", "decoded", "payload", "verified"].iter().any(|word| name.contains(word));
            return sounds || *module == verifying.at.module && is_callback_of(*function);
        }
        let from_here =
            chain.links.iter().position(|link| matches!(link, Link::Call { at, .. } if at.key() == verifying.at.key()));
        let Some(index) = from_here else { return false };
        chain.links[index + 1..].iter().all(|link| matches!(link, Link::Member(name) if name == "payload"))
    })
}
