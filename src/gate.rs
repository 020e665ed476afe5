//! The gate: which of a tree's findings count, when it is compared with a baseline or with a commit.
//!
//! Whatever does not count is put aside, and counted in every report.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fs, iter,
    path::{Component, Path, PathBuf},
};

use crate::{
    baseline::{self, Baseline, Comparison, Identity, identities},
    error::Error,
    finding::Finding,
    git::{self, Repository, Revision},
    run::{Checks, Scan},
    source::FileId,
    suppress::{Suppressed, Suppression},
};

/// The size up to which a baseline is read, in bytes.
const SIZE_LIMIT: u64 = 64 << 20;

/// Where a baseline is, or is to be.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The parts of its folder's path.
    folder: Vec<String>,
    /// Those of the scanned root, from the same top.
    root: Vec<String>,
}

/// A baseline and where it stands.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its entries.
    pub baseline: Baseline,
    /// Its place.
    pub place: Place,
}

impl Place {
    /// The place of a file for a scanned root.
    ///
    /// # Errors
    /// When the root cannot be read.
    pub fn new(file: PathBuf, root: &Path) -> Result<Place, Error> {
        let unreadable = |error: std::io::Error| Error::Path {
            path: root.to_string_lossy().into_owned(),
            reason: error.to_string(),
        };
        let root = fs::canonicalize(root).map_err(unreadable)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let parts =
            |path: &Path| path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        Ok(Place { folder: parts(&folder), root: parts(&root), file })
    }

    /// The nearest baseline above a scanned root, up to the top of its repository.
    ///
    /// # Errors
    /// When the root cannot be read.
    pub fn find(root: &Path) -> Result<Option<Place>, Error> {
        let Ok(folder) = fs::canonicalize(root) else { return Ok(None) };
        let top = git::top(&folder);
        let above = folder.ancestors().take_while(|above| top.as_deref().is_none_or(|top| above.starts_with(top)));
        let found = above.map(|folder| folder.join(baseline::FILE)).find(|file| file.is_file());
        found.map(|file| Place::new(file, root)).transpose()
    }

    /// A path below the scanned root as the baseline names it: from its own folder.
    fn named(&self, path: &str) -> String {
        let whole: Vec<&str> = self.root.iter().map(String::as_str).chain(parts(path)).collect();
        let shared = whole.iter().zip(&self.folder).take_while(|(own, other)| own == other).count();
        let up = iter::repeat_n("..", self.folder.len() - shared);
        let named: Vec<&str> = up.chain(whole[shared..].iter().copied()).collect();
        if named.is_empty() { ".".to_owned() } else { named.join("/") }
    }

    /// What is below the scanned root of a path as the baseline names it.
    fn within(&self, path: &str) -> Option<String> {
        let mut whole: Vec<&str> = self.folder.iter().map(String::as_str).collect();
        for part in parts(path) {
            match part {
                ".." => drop(whole.pop()),
                part => whole.push(part),
            }
        }
        let (above, below) = whole.split_at_checked(self.root.len())?;
        (above == self.root).then(|| below.join("/"))
    }

    /// The identities of a tree's findings. Those that were put aside count among the occurrences, so that nothing new
    /// takes the place of one of them.
    pub fn identities(&self, scan: &Scan) -> Vec<Identity> {
        let app = |finding: &Finding| {
            self.named(scan.apps.iter().find(|app| app.id == finding.app).map_or("", |app| &app.root))
        };
        let path = |finding: &Finding| self.named(&scan.sources.file(finding.span.file).path);
        let suppressed = scan.suppressed.iter().map(|suppressed| &suppressed.finding);
        let mut all: Vec<(usize, &Finding)> = scan.findings.iter().chain(suppressed).enumerate().collect();
        all.sort_by_key(|(_, finding)| finding.span);
        let identities = identities(all.iter().map(|(_, finding)| *finding), app, path);
        let placed: BTreeMap<usize, Identity> = all.iter().map(|(at, _)| *at).zip(identities).collect();
        placed.into_values().take(scan.findings.len()).collect()
    }
}

/// The parts of a path with `/` between them.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !matches!(*part, "" | "."))
}

impl Known {
    /// Reads a baseline.
    ///
    /// # Errors
    /// When the file cannot be read, or has a line that is no entry.
    pub fn read(place: Place) -> Result<Known, Error> {
        let shown = place.file.to_string_lossy().into_owned();
        let wrong = |reason: String| Error::Baseline { path: shown.clone(), reason };
        let metadata = fs::metadata(&place.file).map_err(|error| wrong(error.to_string()))?;
        if !metadata.is_file() || metadata.len() > SIZE_LIMIT {
            return Err(wrong(format!("it is no file of at most {} MiB", SIZE_LIMIT >> 20)));
        }
        let bytes = fs::read(&place.file).map_err(|error| wrong(error.to_string()))?;
        Ok(Known { baseline: parse(bytes).map_err(wrong)?, place })
    }

    /// Reads the baseline that a commit has for a folder of its repository, `root`; the nearest one above it.
    ///
    /// # Errors
    /// When the commit cannot be read, or the file has a line that is no entry.
    pub fn read_at(repository: &Repository, revision: &Revision, root: &str) -> Result<Option<Known>, Error> {
        let mut folder = Some(root);
        while let Some(above) = folder {
            let path = if above.is_empty() { baseline::FILE.to_owned() } else { format!("{above}/{}", baseline::FILE) };
            let wrong = |reason: String| Error::Baseline { path: path.clone(), reason };
            if let Some(file) = revision.file(&path).map_err(wrong)? {
                let bytes = revision.read(&file, SIZE_LIMIT).map_err(wrong)?;
                let bytes = bytes.ok_or_else(|| wrong(format!("it is larger than {} MiB", SIZE_LIMIT >> 20)))?;
                let owned = |path| parts(path).map(str::to_owned).collect();
                let place = Place { file: repository.top.join(&path), folder: owned(above), root: owned(root) };
                return Ok(Some(Known { baseline: parse(bytes).map_err(wrong)?, place }));
            }
            folder = (!above.is_empty()).then(|| above.rsplit_once('/').map_or("", |(above, _)| above));
        }
        Ok(None)
    }

    /// Compares it with a tree's findings; `paths` are those that were scanned, `today` is a day as entries have it.
    pub fn compare(&self, scan: &Scan, checks: &Checks, paths: &[PathBuf], root: &Path, today: &str) -> Comparison {
        let folder = self.place.file.parent().unwrap_or(Path::new("."));
        let is_file = |path: &str| folder.join(path).exists();
        let apps: BTreeSet<String> = scan.apps.iter().map(|app| self.place.named(&app.root)).collect();
        let is_app = |app: &str| apps.contains(app);
        let mut comparison = self.baseline.compare(&self.place.identities(scan), is_file, is_app, today);
        let scanned = |entry: &baseline::Entry| {
            let whole = self.place.within(&entry.identity.path).map(|path| plain(&root.join(path)));
            whole.is_some_and(|whole| paths.iter().any(|path| whole.starts_with(plain(path))))
        };
        comparison.stale.retain(|entry| checks.include(&entry.identity.rule) && scanned(entry));
        comparison
    }
}

/// A path without the parts that stay where they are.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

fn parse(bytes: Vec<u8>) -> Result<Baseline, String> {
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    Baseline::read(&text).map_err(|bad| format!("line {}: {}", bad.line, bad.reason))
}

impl Scan {
    /// Puts aside the findings at some places of the list.
    pub fn put_aside(&mut self, places: &BTreeSet<usize>, by: &Suppression) {
        let findings = std::mem::take(&mut self.findings);
        for (at, finding) in findings.into_iter().enumerate() {
            match places.contains(&at) {
                true => self.suppressed.push(Suppressed { finding, by: by.clone() }),
                false => self.findings.push(finding),
            }
        }
        self.suppressed.sort_by(|a, b| {
            let key = |own: &Suppressed| (own.finding.span, own.finding.rule);
            key(a).cmp(&key(b)).then_with(|| a.finding.identity.cmp(&b.finding.identity))
        });
    }

    /// Puts aside the findings in files that a revision has as they are. A finding is judged by the file it stands in.
    ///
    /// # Errors
    /// When the revision cannot be read.
    pub fn keep_changed(&mut self, root: &Path, repository: &Repository, revision: &Revision) -> Result<(), String> {
        let mut changed: BTreeMap<FileId, bool> = BTreeMap::new();
        for finding in &self.findings {
            if let Entry::Vacant(vacant) = changed.entry(finding.span.file) {
                let file = self.sources.file(finding.span.file);
                vacant.insert(repository.differs(revision, &root.join(&*file.path), &file.encode())?);
            }
        }
        let same = self.findings.iter().enumerate().filter(|(_, finding)| !changed[&finding.span.file]);
        let same = same.map(|(at, _)| at).collect();
        self.put_aside(&same, &Suppression::Unchanged);
        Ok(())
    }

    /// Puts aside the findings that another state of the tree has, too. Where a file is gone, its findings are looked for
    /// in others, for it may have been renamed.
    pub fn keep_new(&mut self, then: &Scan) {
        let place = Place { file: PathBuf::new(), folder: Vec::new(), root: Vec::new() };
        let old = Baseline::of(place.identities(then));
        let here: BTreeSet<&str> = self.sources.iter().map(|(_, file)| &*file.path).collect();
        let apps: BTreeSet<String> = self.apps.iter().map(|app| place.named(&app.root)).collect();
        let is_app = |app: &str| apps.contains(app);
        let comparison = old.compare(&place.identities(self), |path| here.contains(path), is_app, "");
        self.put_aside(&comparison.known, &Suppression::Old);
    }
}
