//! What a query hash may be of when it is not that of the request: the usual ways to take a request wrong.

use crate::{
    query_hash::canonical,
    token::{Hashed, query::below, request::Request},
};

/// Another reading of a request.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    /// What is hashed.
    pub(super) canonical: String,
    /// The path that is left out, if one is.
    pub(super) context: Option<String>,
    /// How it differs, and what is right.
    pub(super) changes: Vec<String>,
}

/// The longest target whose other readings are tried, in bytes.
const LONGEST_TARGET: usize = 8192;

/// The most segments of a path that are tried as a context path.
const MOST_SEGMENTS: usize = 16;

/// Every other reading. `base` is the path of the app's base URL, or empty.
pub(super) fn variants(request: &Request, hashed: &Hashed, base: &str) -> Vec<Variant> {
    let Some((path, query)) =
        request.path_and_query().filter(|(path, query)| path.len() + query.len() <= LONGEST_TARGET)
    else {
        return Vec::new();
    };
    let mut variants = Vec::new();
    for method in methods(&hashed.method) {
        for path in paths(path, &hashed.path, base) {
            for line in lines(&method.text, &path.text, query) {
                let changes = [&method.change, &path.change, &line.change].into_iter().flatten().cloned().collect();
                variants.push(Variant { canonical: line.text, context: path.context.clone(), changes });
            }
        }
    }
    variants
}

/// A part of the request as it is right, or with what is different.
struct Part {
    text: String,
    context: Option<String>,
    change: Option<String>,
}

impl Part {
    fn right(text: &str) -> Part {
        Part { text: text.to_owned(), context: None, change: None }
    }

    fn wrong(text: impl Into<String>, change: impl Into<String>) -> Part {
        Part { text: text.into(), context: None, change: Some(change.into()) }
    }
}

fn methods(own: &str) -> Vec<Part> {
    let others = ["GET", "POST", "PUT", "DELETE"].into_iter().filter(|method| *method != own);
    let wrong = |method| Part::wrong(method, format!("with {method} for a method, where the request has {own}"));
    std::iter::once(Part::right(own)).chain(others.map(wrong)).collect()
}

/// The path that a verifier hashes, the one of the request, and what is below each of its folders.
fn paths(whole: &str, right: &str, base: &str) -> Vec<Part> {
    let mut paths = vec![Part::right(right)];
    if whole != right {
        paths.push(Part::wrong(whole, "with the path of the base URL, which does not belong into the hash"));
    }
    if below(whole, base).is_none() {
        let change = format!("with `{base}` before the path, which does not belong into the hash");
        paths.push(Part::wrong(format!("{base}{whole}"), change));
    }
    let folders = whole.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0).take(MOST_SEGMENTS);
    for at in folders.chain([whole.len()]).filter(|at| *at > 0) {
        let (context, rest) = whole.split_at(at);
        let change = format!("without `{context}`, the path of a base URL, which a verifier strips");
        paths.push(Part { context: Some(context.to_owned()), ..Part::wrong(rest, change) });
    }
    paths
}

/// Method, path and query in one line.
fn lines(method: &str, path: &str, query: &str) -> Vec<Part> {
    let usual = canonical(method, path, query);
    let without_query = canonical(method, path, "");
    let canonical_query = usual.strip_prefix(&without_query).unwrap_or_default();
    let with_slash = format!("{}/&{canonical_query}", without_query.trim_end_matches('&'));
    let mut lines = vec![
        Part::right(&usual),
        Part::wrong(with_slash, "with a slash at the end of the path, which does not belong into the hash"),
    ];
    if !canonical_query.is_empty() {
        let (spaces, written) = (usual.replace("%20", "+"), format!("{without_query}{query}"));
        lines.push(Part::wrong(without_query, "without the query, which belongs into the hash"));
        lines.push(Part::wrong(spaces, "with `+` for a space, which is `%20` in the hash"));
        lines.push(Part::wrong(written, "with the query as it is written, which is sorted and escaped in the hash"));
    }
    lines
}
