//! Patterns of paths as Spring's settings, matchers and mappings have them, Ant's and `PathPattern`'s alike.
//!
//! Source: the documentation of `org.springframework.util.AntPathMatcher` and
//! `org.springframework.web.util.pattern.PathPattern`.

use crate::patterns::LONGEST;

/// Whether a pattern matches a path, whose query does not count: `?` is a character, `*` and `{name}` what is left of a
/// segment, `**` and `{*name}` any number of segments. `None` where the regular expression of a `{name:[a-z]+}` decides.
/// What is longer than [`LONGEST`] matches nothing.
pub fn matches_path(pattern: &str, path: &str) -> Option<bool> {
    let path = path.split('?').next().unwrap_or(path);
    let pattern = pattern.trim();
    let is_other = pattern.ends_with('/') && pattern.len() > 1; // only the path itself with a slash
    if pattern.len().max(path.len()) > LONGEST || is_other {
        return Some(false);
    }
    let pattern: Vec<Segment> = segments(pattern).into_iter().map(segment).collect();
    let path: Vec<Vec<char>> =
        path.split('/').filter(|segment| !segment.is_empty()).map(|segment| segment.chars().collect()).collect();
    let holds_if = |regular: bool| all_match(&pattern, &path, &|one, text| part_match(one, text, regular));
    match (holds_if(false), holds_if(true)) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}

/// Whether one of several patterns matches a path; `None` as for one alone.
pub fn any_matches<'a>(patterns: impl IntoIterator<Item = &'a str>, path: &str) -> Option<bool> {
    let mut unknown = false;
    for pattern in patterns {
        match matches_path(pattern, path) {
            Some(true) => return Some(true),
            matched => unknown |= matched.is_none(),
        }
    }
    (!unknown).then_some(false)
}

/// A segment of a pattern.
enum Segment {
    /// Any number of segments.
    Any,
    /// One, made of these parts.
    One(Vec<Part>),
}

/// A part of a segment.
enum Part {
    Char(char),
    /// Some character.
    One,
    /// Any number of characters.
    Any,
    /// What a regular expression matches.
    Regular,
}

/// The segments of a pattern; a slash between braces divides none.
fn segments(pattern: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let slashes = |c: char| {
        depth = match c {
            '{' => depth + 1,
            '}' => depth.saturating_sub(1),
            _ => depth,
        };
        c == '/' && depth == 0
    };
    pattern.split(slashes).filter(|segment| !segment.is_empty()).collect()
}

fn segment(text: &str) -> Segment {
    if text == "**" || text.starts_with("{*") && text.ends_with('}') {
        return Segment::Any;
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (part, length) = match (first, braces(rest)) {
            ('?', _) => (Part::One, 1),
            ('*', _) => (Part::Any, 1),
            (_, Some(inside)) => (variable(inside), inside.len() + 2),
            _ => (Part::Char(first), first.len_utf8()),
        };
        parts.push(part);
        rest = &rest[length..];
    }
    Segment::One(parts)
}

/// What stands between the braces that a text begins with.
fn braces(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return text.get(1..at).filter(|_| at > 0);
        }
    }
    None
}

fn variable(inside: &str) -> Part {
    match inside.split_once(':') {
        None | Some((_, ".*" | ".+")) => Part::Any,
        Some(_) => Part::Regular,
    }
}

/// Whether a segment's parts match a text; what a regular expression matches is anything or nothing, as `regular` says.
fn part_match(segment: &Segment, text: &[char], regular: bool) -> bool {
    let Segment::One(parts) = segment else { return false };
    if !regular && parts.iter().any(|part| matches!(part, Part::Regular)) {
        return false;
    }
    let mut reached: Vec<bool> = (0..=text.len()).map(|at| at == 0).collect();
    for part in parts {
        let fits = |at: usize| matches!(part, Part::One) || matches!(part, Part::Char(own) if text[at] == *own);
        match part {
            Part::Any | Part::Regular => {
                let first = reached.iter().position(|reached| *reached).unwrap_or(reached.len());
                reached.iter_mut().skip(first).for_each(|reached| *reached = true);
            }
            Part::Char(_) | Part::One => {
                reached = (0..=text.len()).map(|at| at > 0 && reached[at - 1] && fits(at - 1)).collect();
            }
        }
    }
    reached.last() == Some(&true)
}

/// Whether segments match those of a path, one by one.
fn all_match(pattern: &[Segment], path: &[Vec<char>], matches: &dyn Fn(&Segment, &[char]) -> bool) -> bool {
    let mut reached: Vec<bool> = (0..=path.len()).map(|at| at == 0).collect();
    for segment in pattern {
        let Some(first) = reached.iter().position(|reached| *reached) else { return false };
        match segment {
            Segment::Any => reached.iter_mut().skip(first).for_each(|reached| *reached = true),
            Segment::One(_) => {
                reached =
                    (0..=path.len()).map(|at| at > 0 && reached[at - 1] && matches(segment, &path[at - 1])).collect();
            }
        }
    }
    reached.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_spring_says() {
        for (pattern, path) in [
            ("/**", "/installed"),
            ("/**", "/"),
            ("/connect/**", "/connect"),
            ("/api/*/installed", "/api/v1/installed"),
            ("/inst*", "installed?version=1"),
            ("/inst?lled", "/installed/"),
            ("/**/installed", "/installed"),
            ("/**/installed", "/a/b/installed"),
            ("/a/**/b/**/installed", "/a/b/x/b/installed"),
            ("/{tenant}/installed", "/acme/installed"),
            ("/{tenant}/installed", "/{tenant}/installed"),
            ("/{tenant:.+}/installed", "/acme/installed"),
            ("/connect/{*rest}", "/connect/jira/installed"),
            ("/connect/{*rest}", "/connect"),
            ("/on-{event}", "/on-installed"),
            ("/{name}ed", "/installed"),
        ] {
            assert_eq!(matches_path(pattern, path), Some(true), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/issues/**", "/linter/installed"),
            ("/*", "/api/installed"),
            ("/*", "/"),
            ("/install", "/installed"),
            ("/install?", "/install"),
            ("/installed/", "/installed"),
            ("/{tenant}", "/acme/installed"),
            ("/{tenant}/installed", "/installed"),
            ("/{tenant}/installed", "/acme/uninstalled"),
            ("/{tenant:[a-z]+}/installed", "/acme/uninstalled"),
            ("/{tenant:[a-z]+}/installed", "/installed"),
            ("/{installed,uninstalled}/x", "/installed"),
            ("${base}/installed", "/api/installed"),
        ] {
            assert_eq!(matches_path(pattern, path), Some(false), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/{tenant:[a-z]+}/installed", "/acme/installed"),
            ("/{tenant:[a-z]{2,9}}/**", "/acme/installed"),
            ("/{event:(un)?installed}", "/installed"),
            ("/{path:[^/]*}", "/installed"),
        ] {
            assert_eq!(matches_path(pattern, path), None, "{pattern} {path}");
        }
    }

    #[test]
    fn patterns_without_end_are_read_soon() {
        for endless in ["a", "{", "}", "{a", "*", "**/", "*a", "{a:", "?"] {
            for times in [300, 100_000] {
                assert_ne!(matches_path(&endless.repeat(times), "/installed"), None, "{endless}");
            }
            matches_path(&endless.repeat(300), &"/a".repeat(400));
        }
        assert_ne!(matches_path(&("{a".repeat(200) + &"}".repeat(200)), "/installed"), Some(false));
    }
}
