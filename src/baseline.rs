//! Findings that are known and put off: a file of one line each, matched without line numbers.
//!
//! ```json
//! {"rule":"signed-install-missing","app":".","identity":"/apiMigrations/signed-install","path":"atlassian-connect.json"}
//! ```
//!
//! Lines are sorted, so that two branches rarely change the same place. `occurrence` counts from 1 where one file breaks
//! a rule about the same thing several times; `expires`, a date, and `owner` are a person's to add, and stay.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// The file's name, where no other is given.
pub const FILE: &str = "connect-lint-baseline.jsonl";

/// What makes a finding the same in another state of the tree. Paths are relative to the folder of the baseline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The rule's id.
    pub rule: String,
    /// The app's folder; `.` for the folder of the baseline.
    pub app: String,
    /// What the finding is about: a JSON pointer, a route, a package.
    pub identity: String,
    /// The file it stands in. A file that is gone may have been renamed, and then counts no more.
    pub path: String,
    /// Which of those alike in this file, in the order of the text.
    pub occurrence: usize,
}

/// A line of a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The finding.
    pub identity: Identity,
    /// The last day on which it holds, `2026-12-31`.
    pub expires: Option<String>,
    /// Who is to mend it.
    pub owner: Option<String>,
}

/// A line as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    rule: String,
    app: String,
    identity: String,
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    occurrence: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
}

/// A line that is no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// Why, in the parser's words.
    pub reason: String,
}

/// The findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: Vec<Entry>,
}

/// How the findings of a tree compare with a baseline.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The places, in the list of findings, of those that are known.
    pub known: BTreeSet<usize>,
    /// The entries whose finding moved along with its file, and what it is now.
    pub moved: Vec<(Entry, Identity)>,
    /// The entries that no finding answers to.
    pub stale: Vec<Entry>,
    /// The entries whose finding is still there, and whose day is past.
    pub expired: Vec<Entry>,
}

/// The identities of findings, in their order. `app` names the folder of a finding's app, `path` its file.
pub fn identities<'a>(
    findings: impl IntoIterator<Item = &'a Finding>,
    app: impl Fn(&'a Finding) -> String,
    path: impl Fn(&'a Finding) -> String,
) -> Vec<Identity> {
    let mut seen: BTreeMap<Identity, usize> = BTreeMap::new();
    let identity = |finding: &'a Finding| {
        let (rule, about) = (finding.rule.to_owned(), finding.identity.clone());
        let first = Identity { rule, app: app(finding), identity: about, path: path(finding), occurrence: 1 };
        let count = seen.entry(first.clone()).or_default();
        *count += 1;
        Identity { occurrence: *count, ..first }
    };
    findings.into_iter().map(identity).collect()
}

impl Identity {
    /// The path of its file below the folder of its app.
    fn below_app(&self) -> &str {
        let below = self.path.strip_prefix(&self.app).and_then(|rest| rest.strip_prefix('/'));
        below.unwrap_or(&self.path)
    }
}

impl Baseline {
    /// A baseline of findings.
    pub fn of(identities: impl IntoIterator<Item = Identity>) -> Baseline {
        let entry = |identity| Entry { identity, expires: None, owner: None };
        Baseline::new(identities.into_iter().map(entry).collect())
    }

    /// Reads a baseline; empty lines are passed over, for a merge may leave some.
    ///
    /// # Errors
    /// The first line that is no entry.
    pub fn read(text: &str) -> Result<Baseline, BadLine> {
        let lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let entry = |(at, line)| entry(line).map_err(|reason| BadLine { line: at + 1, reason });
        Ok(Baseline::new(lines.map(entry).collect::<Result<_, _>>()?))
    }

    /// The text of the file.
    pub fn write(&self) -> String {
        let line =
            |entry: &Entry| serde_json::to_string(&Line::from(entry)).map(|line| line + "\n").unwrap_or_default();
        self.entries.iter().map(line).collect()
    }

    /// Its entries, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Compares it with the findings of a tree. An entry answers to the very finding it names. Where its file is gone, it
    /// answers to one alike in another file of its app, and where the app is gone, too, to one in the same file of another
    /// folder: `is_file` and `is_app` tell. An entry that is past its day on `today` answers to none.
    pub fn compare(
        &self,
        findings: &[Identity],
        is_file: impl Fn(&str) -> bool,
        is_app: impl Fn(&str) -> bool,
        today: &str,
    ) -> Comparison {
        let mut open: BTreeMap<&Identity, usize> = findings.iter().enumerate().map(|(at, own)| (own, at)).collect();
        let mut comparison = Comparison::default();
        let holds = |entry: &Entry| entry.expires.as_deref().is_none_or(|last| today <= last);
        let (holding, expired): (Vec<_>, Vec<_>) = self.entries.iter().partition(|entry| holds(entry));
        let mut homeless = Vec::new();
        for entry in holding {
            match open.remove(&entry.identity) {
                Some(at) => drop(comparison.known.insert(at)),
                None => homeless.push(entry),
            }
        }
        for entry in homeless {
            let then = &entry.identity;
            let alike = |own: &Identity| (&own.rule, &own.identity) == (&then.rule, &then.identity);
            let is_app_gone = !is_app(&then.app);
            let stays = |own: &Identity| own.app == then.app || is_app_gone && own.below_app() == then.below_app();
            let moved = || open.keys().copied().find(|own| alike(own) && stays(own));
            match (!is_file(&then.path)).then(moved).flatten() {
                Some(own) => {
                    comparison.known.extend(open.remove(own));
                    comparison.moved.push((entry.clone(), own.clone()));
                }
                None => comparison.stale.push(entry.clone()),
            }
        }
        let (still, gone): (Vec<_>, Vec<_>) = expired.into_iter().partition(|entry| open.contains_key(&entry.identity));
        comparison.expired.extend(still.into_iter().cloned());
        comparison.stale.extend(gone.into_iter().cloned());
        comparison
    }

    /// The same without some entries.
    pub fn without(&self, stale: &[Entry]) -> Baseline {
        Baseline::new(self.entries.iter().filter(|entry| !stale.contains(entry)).cloned().collect())
    }

    /// The same with entries that follow their findings.
    pub fn following(&self, moved: &[(Entry, Identity)]) -> Baseline {
        let follow = |entry: &Entry| {
            let now = moved.iter().find(|(then, _)| then == entry).map(|(_, now)| now.clone());
            Entry { identity: now.unwrap_or_else(|| entry.identity.clone()), ..entry.clone() }
        };
        Baseline::new(self.entries.iter().map(follow).collect())
    }

    /// The same with further findings.
    pub fn with(&self, identities: impl IntoIterator<Item = Identity>) -> Baseline {
        let known: BTreeSet<&Identity> = self.entries.iter().map(|entry| &entry.identity).collect();
        let fresh = identities.into_iter().filter(|identity| !known.contains(identity));
        let fresh = fresh.map(|identity| Entry { identity, expires: None, owner: None });
        Baseline::new(self.entries.iter().cloned().chain(fresh).collect())
    }

    fn new(mut entries: Vec<Entry>) -> Baseline {
        entries.sort_by(|a, b| a.identity.cmp(&b.identity));
        entries.dedup_by(|a, b| a.identity == b.identity);
        Baseline { entries }
    }
}

impl From<&Entry> for Line {
    fn from(Entry { identity, expires, owner }: &Entry) -> Line {
        let Identity { rule, app, identity, path, occurrence } = identity.clone();
        let occurrence = (occurrence > 1).then_some(occurrence);
        Line { rule, app, identity, path, occurrence, expires: expires.clone(), owner: owner.clone() }
    }
}

fn entry(line: &str) -> Result<Entry, String> {
    if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
        return Err("a merge left its mark here: keep the entries of both sides, and remove the marks".to_owned());
    }
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if let Some(date) = line.expires.as_deref().filter(|date| !is_date(date)) {
        return Err(format!("`{date}` is no date: write it as `2026-12-31`"));
    }
    let Line { rule, app, identity, path, occurrence, expires, owner } = line;
    Ok(Entry { identity: Identity { rule, app, identity, path, occurrence: occurrence.unwrap_or(1) }, expires, owner })
}

/// Whether a text has the form of a date, so that dates compare as texts do.
fn is_date(text: &str) -> bool {
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<_> = text.split('-').collect();
    matches!(parts[..], [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(about: &str, path: &str) -> Identity {
        let own = |text: &str| text.to_owned();
        Identity { rule: own("r"), app: own("."), identity: own(about), path: own(path), occurrence: 1 }
    }

    fn compare(baseline: &Baseline, findings: &[Identity], files: &[&str]) -> (Vec<usize>, usize) {
        let comparison = baseline.compare(findings, |path| files.contains(&path), |app| app == ".", "2026-06-01");
        (comparison.known.into_iter().collect(), comparison.stale.len())
    }

    #[test]
    fn a_baseline_is_read_as_it_was_written() {
        let baseline = Baseline::of([identity("/b", "b.js"), identity("/a", "a.js"), identity("/a", "a.js")]);
        let text = baseline.write();
        assert_eq!(text.lines().count(), 2);
        assert!(text.lines().is_sorted());
        assert_eq!(Baseline::read(&text), Ok(baseline));
        assert_eq!(Baseline::read(&format!("\n{text}nonsense")).unwrap_err().line, 4);
        assert!(Baseline::read(&format!("{text}=======\n")).unwrap_err().reason.contains("merge"));
    }

    #[test]
    fn a_finding_that_replaces_another_is_new() {
        let baseline = Baseline::of([identity("/installed", "a.js")]);
        assert_eq!(compare(&baseline, &[identity("/installed", "a.js")], &["a.js"]), (vec![0], 0));
        assert_eq!(compare(&baseline, &[identity("/uninstalled", "a.js")], &["a.js"]), (vec![], 1));
        assert_eq!(compare(&baseline, &[identity("/installed", "b.js")], &["a.js", "b.js"]), (vec![], 1));
    }

    #[test]
    fn a_renamed_file_takes_its_entries_along() {
        let baseline = Baseline::of([identity("/installed", "a.js")]);
        assert_eq!(compare(&baseline, &[identity("/installed", "b.js")], &["b.js"]), (vec![0], 0));
    }

    #[test]
    fn an_entry_past_its_day_answers_to_nothing() {
        let line = |expires: &str| {
            let entry = Entry { identity: identity("/a", "a.js"), expires: Some(expires.to_owned()), owner: None };
            Baseline::read(&serde_json::to_string(&Line::from(&entry)).unwrap())
        };
        assert_eq!(compare(&line("2026-06-01").unwrap(), &[identity("/a", "a.js")], &["a.js"]), (vec![0], 0));
        let past = line("2026-05-31").unwrap();
        let comparison = past.compare(&[identity("/a", "a.js")], |_| true, |_| true, "2026-06-01");
        assert_eq!((comparison.known.len(), comparison.stale.len(), comparison.expired.len()), (0, 0, 1));
        assert_eq!(compare(&past, &[], &["a.js"]), (vec![], 1));
        assert!(line("soon").is_err());
    }

    #[test]
    fn what_people_added_stays() {
        let text = "{\"rule\":\"r\",\"app\":\".\",\"identity\":\"/a\",\"path\":\"a.js\",\"owner\":\"us\"}\n";
        let baseline = Baseline::read(text).unwrap().with([identity("/a", "a.js"), identity("/b", "a.js")]);
        assert!(baseline.write().starts_with(text) && baseline.len() == 2);
        assert_eq!(baseline.without(&Baseline::of([identity("/b", "a.js")]).entries).write(), text);
    }
}
