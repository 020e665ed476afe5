//! The files that code names, found without parsing it: what follows `from`, `import`, `import(` and `require(`.
//!
//! More than the code imports may be found, never less: what a comment or a string says counts too.

use std::sync::LazyLock;

use crate::literals::{Around, Literals};

static KEYWORDS: LazyLock<Literals> = LazyLock::new(|| Literals::new(["from", "import", "require"]));

/// The names of files and packages that a text imports by literals, in order.
pub fn requests(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut of_types = false;
    for hit in KEYWORDS.hits(text.as_bytes()) {
        let around = hit.around(text);
        if is_inside_name(&around) || is_remark(&around) {
            continue;
        }
        let after = around.after;
        match hit.word {
            "from" if of_types => of_types = false,
            "from" => found.extend(quoted(after)),
            "import" => {
                of_types = names_types(after);
                found.extend(quoted(after).or_else(|| argument(after)));
            }
            _ => found.extend(argument(after)),
        }
    }
    found
}

/// Whether a word goes on, or is a member: `importer`, `Array.from`.
fn is_inside_name(around: &Around<'_>) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let Around { before, after, .. } = around;
    before.ends_with(|c| is_of_name(c) || c == '.') && !before.ends_with("...") || after.starts_with(is_of_name)
}

/// Whether a line begins as a comment does.
fn is_remark(around: &Around<'_>) -> bool {
    let line = around.line().map(str::trim_start);
    line.is_some_and(|line| line.starts_with("//") || line.starts_with('*'))
}

/// Whether an import ends before anything runs: `import type { A } from`, but not `import type from`.
fn names_types(after: &str) -> bool {
    let rest = after.trim_start().strip_prefix("type").filter(|rest| rest.starts_with(char::is_whitespace));
    let rest = rest.unwrap_or_default().trim_start();
    let is_default = rest.strip_prefix("from").is_some_and(|rest| rest.starts_with([' ', '\'', '"', '\n', '\t']));
    !rest.is_empty() && !is_default
}

fn argument(after: &str) -> Option<&str> {
    quoted(beyond_remarks(after).strip_prefix('(')?)
}

/// The literal that a text begins with.
fn quoted(text: &str) -> Option<&str> {
    let text = beyond_remarks(text);
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inside = text[1..].split([quote, '\n']).next()?;
    let is_whole = text[1 + inside.len()..].starts_with(quote);
    (is_whole && !inside.is_empty() && !inside.contains("${")).then_some(inside)
}

/// A text without the white space and the comments that it begins with.
fn beyond_remarks(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let next = match (rest.strip_prefix("/*"), rest.strip_prefix("//")) {
            (Some(remark), _) => remark.split_once("*/").map_or("", |(_, rest)| rest),
            (_, Some(remark)) => remark.split_once('\n').map_or("", |(_, rest)| rest),
            _ => return rest,
        };
        rest = next.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_import_is_found() {
        let text = "import a, { b } from './a';\nimport\"./b\"\nexport * from \"./c\"\nconst d = require( /* d */ './d')\n\
                    await import(\n  // e\n  /* webpackChunkName: \"e\" */ `./e`)\nimport f = require('./f')\n\
                    import { type G } from './g'\nimport type from './h'\nexport { i } from\n  './i'\n[...require('./j')]";
        let names = ["./a", "./b", "./c", "./d", "./e", "./f", "./g", "./h", "./i", "./j"];
        assert_eq!(requests(text), names);
    }

    #[test]
    fn what_is_no_import_is_not() {
        let text = "import type { A } from './a'\nArray.from('./b')\n// import './c'\n/**\n * from './d'\n */\nrequire(e)\n\
                    import(`./${f}`)\nimporter('./g')\nx = { from: './h' }\nrequire('')";
        assert_eq!(requests(text), Vec::<&str>::new());
    }
}
