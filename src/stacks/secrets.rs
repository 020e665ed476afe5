//! What code says of the app as a whole: the hosts of Atlassian's keys, and where an install callback's body is read.

use std::collections::BTreeSet;

use crate::{
    facts::Facts,
    source::Span,
    stacks::{
        Language,
        code::{Code, NodeId},
        project::Project,
    },
};

/// Adds the places that name a host of Atlassian's keys; where nothing knows of RS256, those that read a callback.
pub fn read(project: &Project<'_>, facts: &mut Facts) {
    for code in &project.files {
        let hosts =
            code.ids().filter(|node| code.is_string(*node) && code.text(*node).contains("connect-install-keys"));
        facts.mentions.extend(hosts.map(|node| code.span(node)));
        let Some(read) = callback(project, code) else { continue };
        facts.mentions.push(read);
        if project.overall.asymmetric.is_none() {
            facts.secret_reads.push(read);
        }
    }
}

/// Where a function reads what only the body of an install callback has: its secret, its key and one more member.
/// In Go and C# the members' names are those of any store, and say nothing.
fn callback(project: &Project<'_>, code: &Code<'_>) -> Option<Span> {
    if matches!(code.language, Language::Go | Language::CSharp) {
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut secrets = code.ids().filter(|node| key(code, *node) == Some("sharedSecret"));
    secrets.find_map(|secret| {
        let scope = Some(function(code, secret)).filter(|scope| seen.insert(*scope))?;
        let reads = |name: &str| code.below(scope).any(|node| key(code, node) == Some(name));
        let is_callback = reads("clientKey") && ["baseUrl", "productType", "publicKey"].into_iter().any(reads);
        let is_bitbucket = reads("baseApiUrl") || reads("principal");
        let checked = code.below(scope).find(|node| code.string(*node) == Some("HS256"));
        let stores = project.files.iter().position(|file| file.file == code.file);
        let stores = stores.is_some_and(|file| project.reading(file, scope).words.acts.is_some());
        (is_callback && stores && !is_bitbucket).then(|| code.span(checked.unwrap_or(secret)))
    })
}

/// The key of an access that reads: `x['key']`, `x.get('key')`, `params[:key]`; not one of a literal that is built.
fn key<'s>(code: &Code<'s>, node: NodeId) -> Option<&'s str> {
    const READS: [&str; 5] = ["subscript", "subscript_expression", "element_reference", "argument_list", "argument"];
    let text = match code.kind(node) {
        "simple_symbol" => code.text(node).trim_start_matches(':'),
        _ => code.string(node)?,
    };
    code.parent(node).filter(|above| READS.contains(&code.kind(*above))).map(|_| text)
}

/// The function around a node, or the file.
fn function(code: &Code<'_>, node: NodeId) -> NodeId {
    const FUNCTIONS: [&str; 6] = [
        "function_definition",
        "method_declaration",
        "method",
        "anonymous_function",
        "do_block",
        "function_declaration",
    ];
    code.ancestors(node).find(|above| FUNCTIONS.contains(&code.kind(*above))).unwrap_or(0)
}
