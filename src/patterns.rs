//! Patterns for paths, as the configuration has them: `apps/legacy`, `**/*.js`, `services/*/server.ts`.

use std::{collections::BTreeMap, sync::Arc};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// No path is longer, and no pattern needs to be: a glob compiles to a program that is many times its size, and nests as
/// deep as it is long.
pub const LONGEST: usize = 1_000;

/// Patterns, relative to a folder that the scanned root is in. `*` stays in a folder, `**` does not; a folder stands
/// for all that is in it.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    globs: GlobSet,
    /// The scanned root's path from the folder that the patterns are relative to; empty where they are the same.
    below: Arc<str>,
}

impl Patterns {
    /// The patterns as written, and the scanned root's path from the folder that they are relative to.
    ///
    /// # Errors
    /// When one is none, is longer than [`LONGEST`], or leaves the folder: why, in words.
    pub fn new<'a>(written: impl IntoIterator<Item = &'a str>, below: &str) -> Result<Patterns, String> {
        let mut globs = GlobSetBuilder::new();
        for pattern in written {
            let relative = pattern.trim_start_matches("./").trim_end_matches('/');
            if relative.is_empty() || relative.starts_with('/') || relative.split('/').any(|part| part == "..") {
                return Err(format!("`{pattern}` names nothing below the folder of the configuration"));
            }
            if relative.len() > LONGEST {
                return Err(format!("a pattern has at most {LONGEST} bytes"));
            }
            for whole in [relative.to_owned(), format!("{relative}/**")] {
                let glob = GlobBuilder::new(&whole).literal_separator(true).build();
                globs.add(glob.map_err(|error| error.kind().to_string())?);
            }
        }
        let globs = globs.build().map_err(|error| error.kind().to_string())?;
        Ok(Patterns { globs, below: below.into() })
    }

    /// Whether a path below the scanned root is one of them.
    pub fn admit(&self, path: &str) -> bool {
        if self.below.is_empty() {
            self.globs.is_match(path)
        } else {
            self.globs.is_match(format!("{}/{path}", self.below))
        }
    }
}

/// Values by name: those of every file, then those of some files alone. The last that holds for a file counts.
#[derive(Clone, Debug)]
pub struct Scoped<T>(Vec<(Option<Patterns>, BTreeMap<String, T>)>);

impl<T> Scoped<T> {
    /// The values of every file.
    pub fn new(values: BTreeMap<String, T>) -> Scoped<T> {
        Scoped(vec![(None, values)])
    }

    /// Adds the values of some files.
    pub fn add(&mut self, patterns: Patterns, values: BTreeMap<String, T>) {
        self.0.push((Some(patterns), values));
    }

    /// The value of a name for the file at a path.
    pub fn get(&self, path: &str, name: &str) -> Option<&T> {
        let holds = |patterns: &Option<Patterns>| patterns.as_ref().is_none_or(|patterns| patterns.admit(path));
        let mut holding = self.0.iter().rev().filter(|(patterns, _)| holds(patterns));
        holding.find_map(|(_, values)| values.get(name))
    }
}

impl<T> Default for Scoped<T> {
    fn default() -> Scoped<T> {
        Scoped(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_for_all_that_is_in_it() {
        let patterns = Patterns::new(["apps/legacy/", "./*.js"], "").unwrap();
        assert!(patterns.admit("apps/legacy/src/server.js") && patterns.admit("server.js"));
        assert!(!patterns.admit("apps/legacy-2/server.js") && !patterns.admit("src/server.js"));
        let from_above = Patterns::new(["apps/**/server.js"], "apps/one").unwrap();
        assert!(from_above.admit("server.js") && !from_above.admit("other.js"));
    }

    #[test]
    fn patterns_stay_below_their_folder() {
        for pattern in ["", "/etc", "../x", "a/../../x", "a[", "{a"] {
            assert!(Patterns::new([pattern], "").is_err(), "{pattern}");
        }
        for endless in ["a", "{", "{a,", "[!"] {
            assert!(Patterns::new([endless.repeat(100_000).as_str()], "").is_err(), "{endless}");
        }
        assert!(!Patterns::default().admit("x"));
    }

    #[test]
    fn the_last_value_that_holds_counts() {
        let values = |pairs: &[(&str, i32)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        let mut scoped = Scoped::new(values(&[("a", 1), ("b", 2)]));
        scoped.add(Patterns::new(["apps"], "").unwrap(), values(&[("a", 3)]));
        scoped.add(Patterns::new(["apps/one"], "").unwrap(), values(&[("a", 4)]));
        let all = ["x", "apps/x", "apps/one/x"].map(|path| scoped.get(path, "a").copied());
        assert_eq!(all, [Some(1), Some(3), Some(4)]);
        assert_eq!(scoped.get("apps/one/x", "b"), Some(&2));
        assert_eq!(scoped.get("x", "c"), None);
    }
}
