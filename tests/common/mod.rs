//! What the test files share: fixture trees, read and checked.

#![allow(dead_code, reason = "every test file uses another part of it")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use connect_lint::{
    config::{self, Configuration},
    discover::{Scope, discover},
    edit::{Applicability, Edit},
    finding::Finding,
    mend::{Choice, Mended},
    patch::file_patch,
    plan::plan,
    proof,
    report::{Checkout, CodeScanning, Format, Run, Style},
    rules::RULES,
    run::{Checks, Scan},
    source::{SourceFile, Sources},
};
use walkdir::WalkDir;

pub(crate) mod tree;
pub(crate) mod xsd;

/// A path below `fixtures/`.
pub(crate) fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// The names of the folders in a folder, in order.
pub(crate) fn folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let folders = entries.map(Result::unwrap).filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<_> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every fixture tree, by name: the cases of the rules, and the whole apps.
pub(crate) fn trees() -> Vec<(String, PathBuf)> {
    let groups = RULES.iter().map(|rule| rule.id).chain(["apps"]);
    let names =
        groups.flat_map(|group| folders(&fixture(group)).into_iter().map(move |case| format!("{group}/{case}")));
    names.map(|name| (name.clone(), fixture(&name))).collect()
}

/// Maps items on every processor, in their order.
pub(crate) fn parallel<T: Sync, R: Send>(items: &[T], map: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, map(item)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The same rules under the configuration at the root of a tree.
pub(crate) fn configured(root: &Path, checks: &Checks) -> Checks {
    let file = Some(root.join(config::FILE)).filter(|file| file.exists());
    let configuration = file.map_or(Configuration::default(), |file| config::read(&file, root).unwrap());
    checks.clone().configured(configuration)
}

/// A tree, read and checked under its configuration.
pub(crate) fn scan(root: &Path, checks: &Checks) -> Scan {
    let checks = configured(root, checks);
    let excluded = checks.configuration().excluded.clone();
    let scope = Scope {
        root: root.to_owned(),
        paths: vec![root.to_owned()],
        honour_ignore_files: true,
        tracked: Vec::new(),
        excluded,
    };
    Scan::new(discover(&scope), &checks)
}

/// A tree with all its fixes applied.
pub(crate) fn mend(scan: &Scan, checks: &Checks, trust: Applicability) -> Mended {
    connect_lint::mend::mend(scan, checks, Choice { trust, choose: &mut |_, _, _| true })
}

/// The human report of some findings, as a pipe gets it.
pub(crate) fn report(scan: &Scan, findings: &[Finding], format: Format) -> String {
    let proven: Vec<_> = scan.apps.iter().map(proof::proven).collect();
    let run = Run {
        rules: &RULES,
        sources: &scan.sources,
        apps: &scan.apps,
        findings,
        suppressed: &scan.suppressed,
        problems: &scan.problems,
        proven: &proven,
        root: ".",
        repository: ".",
        exit_code: 0,
        checkout: &Checkout::default(),
        code_scanning: &CodeScanning::default(),
        style: Style::default(),
    };
    let mut out = Vec::new();
    format.reporter()(&run, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What the operating system says of a file that is not there.
pub(crate) fn not_there() -> String {
    fs::metadata("there is no such file").unwrap_err().to_string()
}

/// Every file of a folder, as bytes under its relative path.
pub(crate) fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = WalkDir::new(root).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let file = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        (path, fs::read(entry.path()).unwrap())
    };
    entries.map(file).collect()
}

/// Fails with a diff unless every source has the bytes of the file at its path in `expected`.
pub(crate) fn same_bytes(expected: &BTreeMap<String, Vec<u8>>, actual: &Sources) -> Result<(), String> {
    for (_, file) in actual.iter() {
        let wanted = expected.get(&*file.path).ok_or(format!("{} is missing in the folder of results", file.path))?;
        if *wanted != file.encode() {
            let wanted = String::from_utf8_lossy(wanted);
            let patch = file_patch(&SourceFile::new(&*file.path, &*wanted), file);
            return Err(format!("{}\n{}", file.path, String::from_utf8_lossy(&patch)));
        }
    }
    Ok(())
}

/// What cargo knows of this package and those it is made of on this platform.
pub(crate) fn cargo_metadata() -> serde_json::Value {
    // packages of other platforms are not on a machine that has only built
    let about = std::process::Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let about = String::from_utf8(about.stdout).unwrap();
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The schema of OASIS, which the crate serde-sarif holds in its source.
pub(crate) fn sarif_schema() -> serde_json::Value {
    let metadata = cargo_metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    let schema = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    // two patterns for languages end in `]?` with no `[` before it: lenient engines take the bracket for itself,
    // an engine that reads patterns as Unicode refuses them
    let mended = schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    assert_ne!(schema, mended, "the schema was mended upstream: drop this");
    serde_json::from_str(&mended).unwrap()
}

/// Fails unless the schema of OASIS admits a document.
#[cfg(feature = "schema")]
pub(crate) fn assert_valid_sarif(document: &serde_json::Value) {
    let validator = jsonschema::validator_for(&sarif_schema()).expect("the schema is one");
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Fails unless every byte outside the edits of a finding's fix stays as it is.
pub(crate) fn edits_alone_change(sources: &Sources, finding: &Finding) -> Result<(), String> {
    let Some(fix) = &finding.fix else { return Ok(()) };
    let changed = plan([finding], Applicability::Shown).apply(sources);
    if untouched(sources, &fix.edits, false) == untouched(&changed, &fix.edits, true) {
        return Ok(());
    }
    Err(format!("`{}` changes more than its edits", finding.rule))
}

/// The text of all files without the text of the edits: of their spans before, of their insertions after.
fn untouched(sources: &Sources, edits: &[Edit], after: bool) -> String {
    let mut text = String::new();
    for (id, file) in sources.iter() {
        let mut own: Vec<_> = edits.iter().filter(|edit| edit.span.file == id).collect();
        own.sort();
        let (mut at, mut shift) = (0, 0isize);
        for edit in own {
            let start = edit.span.start.checked_add_signed(if after { shift } else { 0 }).unwrap();
            text.push_str(&file.text[at..start]);
            let length = if after { edit.text.len() } else { edit.span.end - edit.span.start };
            at = start + length;
            shift += edit.text.len() as isize - (edit.span.end - edit.span.start) as isize;
        }
        text.push_str(&file.text[at..]);
        text.push('\0');
    }
    text
}
