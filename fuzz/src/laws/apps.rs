//! Whole trees: checked, reported, mended.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use connect_lint::{
    baseline::{self, Baseline},
    config,
    discover::Tree,
    edit::{Applicability, Edit},
    finding::Finding,
    mend::{Choice, Mended, mend},
    patch::patch,
    plan::plan,
    proof,
    readiness::readiness,
    report::{
        Checkout, CodeScanning, Format, Run, Style,
        readiness::{PlanFormat, write as write_plan},
    },
    rules::RULES,
    run::{Checks, Scan},
    severity::Severity,
    source::{SourceFile, Sources},
};

use crate::tree;

static ALL: LazyLock<Checks> = LazyLock::new(Checks::all);

const FORMATS: [Format; 10] = [
    Format::Human,
    Format::Json,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Markdown,
    Format::Junit,
    Format::Checkstyle,
    Format::Rdjson,
    Format::Ndjson,
];

/// A tree is checked under its configuration, compared with a baseline of itself, and reported in some format.
pub fn check(input: &[u8]) {
    let sources = tree::read(input);
    for (_, file) in sources.iter() {
        let again = SourceFile::decode(&*file.path, file.encode());
        assert_eq!(again.text, file.text, "{} is not encoded as it was", file.path);
    }
    let own = sources.iter().find(|(_, file)| &*file.path == config::FILE).map(|(_, file)| file.encode());
    let configuration = own.and_then(|bytes| config::parse(bytes, config::FILE, "").ok());
    let checks = ALL.clone().configured(configuration.unwrap_or_default());
    let scan = scanned(sources, &checks);
    for finding in scan.findings.iter().chain(scan.suppressed.iter().map(|suppressed| &suppressed.finding)) {
        places_are_sound(&scan.sources, finding);
    }
    baseline_holds(&scan);
    // the same input has the same format, so that a crash can be had again
    let format = FORMATS[input.iter().fold(0, |sum, byte| sum + usize::from(*byte)) % FORMATS.len()];
    let written = reported(&scan, format);
    is_well_formed(format, &written);
    plans_hold(&scan);
}

/// Fixes change what they say, leave no new finding and no file that no longer parses, and leave nothing to a second run.
pub fn fix(input: &[u8]) {
    let before = scanned(tree::read(input), &ALL);
    before.findings.iter().for_each(|finding| edits_alone_change(&before.sources, finding));
    if plan(&before.findings, Applicability::Unsafe).applied == 0 {
        return;
    }
    let mended = mended(&before);
    let (old, new) = (grave(&before), grave(&mended.scan));
    let fresh: Vec<_> = new.iter().filter(|(key, count)| old.get(key).is_none_or(|before| before < *count)).collect();
    assert!(fresh.is_empty(), "{fresh:?} came with {:?}", mended.applied);
    let breaks: Vec<_> = broken(&mended.scan).difference(&broken(&before)).cloned().collect();
    assert!(breaks.is_empty(), "{breaks:?} no longer parse after {:?}", mended.applied);
    let again = self::mended(&mended.scan);
    assert!(again.applied.is_empty(), "a second run applies {:?} after {:?}", again.applied, mended.applied);
    let _ = patch(&before.sources, &mended.scan.sources);
}

fn scanned(sources: Sources, checks: &Checks) -> Scan {
    Scan::new(Tree { sources, ..Tree::default() }, checks)
}

fn mended(scan: &Scan) -> Mended {
    mend(scan, &ALL, Choice { trust: Applicability::Unsafe, choose: &mut |_, _, _| true })
}

/// Every place that a finding names is one.
fn places_are_sound(sources: &Sources, finding: &Finding) {
    let labels = finding.trace.iter().chain(&finding.labels).map(|label| label.span);
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
    for span in labels.chain(edits).chain([finding.span]) {
        assert!(sources.file(span.file).text.get(span.range()).is_some(), "`{}` points at {span:?}", finding.rule);
    }
}

/// A baseline of the findings knows them all.
fn baseline_holds(scan: &Scan) {
    let app = |finding: &Finding| {
        scan.apps.iter().find(|app| app.id == finding.app).map_or(String::new(), |app| app.root.clone())
    };
    let path = |finding: &Finding| scan.sources.file(finding.span.file).path.to_string();
    let identities = baseline::identities(&scan.findings, app, path);
    let known = Baseline::read(&Baseline::of(identities.clone()).write()).expect("it was written");
    let comparison = known.compare(&identities, |_| true, |_| true, "2026-01-01");
    assert_eq!(comparison.known.len(), scan.findings.len(), "{:?}", comparison.stale);
}

fn reported(scan: &Scan, format: Format) -> String {
    let proven: Vec<_> = scan.apps.iter().map(proof::proven).collect();
    let run = Run {
        rules: &RULES,
        sources: &scan.sources,
        apps: &scan.apps,
        findings: &scan.findings,
        suppressed: &scan.suppressed,
        problems: &scan.problems,
        proven: &proven,
        root: ".",
        repository: ".",
        exit_code: 0,
        checkout: &Checkout::default(),
        code_scanning: &CodeScanning { lists_suppressed: true, ..CodeScanning::default() },
        style: Style::default(),
    };
    let mut out = Vec::new();
    format.reporter()(&run, &mut out).expect("memory can be written");
    String::from_utf8(out).expect("a report is text")
}

/// A report can be read by what it is for, and holds nothing that draws on a terminal.
fn is_well_formed(format: Format, written: &str) {
    let control = written.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    assert!(control.is_none(), "{control:?} in {written:?}");
    match format {
        Format::Json | Format::Sarif | Format::Gitlab | Format::Rdjson => {
            assert!(serde_json::from_str::<serde_json::Value>(written).is_ok(), "no JSON: {written:?}");
        }
        Format::Junit | Format::Checkstyle => {
            assert!(roxmltree::Document::parse(written).is_ok(), "no XML: {written:?}");
        }
        Format::Ndjson => {
            let is_json = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
            assert!(written.lines().all(is_json), "no lines of JSON: {written:?}");
        }
        Format::Human | Format::Github | Format::Markdown => {}
    }
}

fn plans_hold(scan: &Scan) {
    let apps: Vec<_> = scan.apps.iter().map(|app| readiness(app, &scan.all_findings(app.id), ".")).collect();
    for format in [PlanFormat::Human, PlanFormat::Json, PlanFormat::Markdown] {
        let mut out = Vec::new();
        write_plan(&apps, &scan.sources, format, Style::default(), &mut out).expect("memory can be written");
        assert!(String::from_utf8(out).is_ok());
    }
}

/// Every byte outside the edits of a fix stays as it is.
fn edits_alone_change(sources: &Sources, finding: &Finding) {
    let Some(fix) = &finding.fix else { return };
    let changed = plan([finding], Applicability::Shown).apply(sources);
    let (before, after) = (untouched(sources, &fix.edits, false), untouched(&changed, &fix.edits, true));
    assert_eq!(before, after, "`{}` changes more than its edits", finding.rule);
}

/// The text of all files without the text of the edits: of their spans before, of their insertions after.
fn untouched(sources: &Sources, edits: &[Edit], after: bool) -> Vec<String> {
    let mut texts = Vec::new();
    for (id, file) in sources.iter() {
        let mut own: Vec<_> = edits.iter().filter(|edit| edit.span.file == id).collect();
        own.sort();
        let (mut at, mut shift) = (0, 0_isize);
        for edit in own {
            let start = edit.span.start.checked_add_signed(if after { shift } else { 0 }).expect("it is a place");
            texts.push(file.text[at..start].to_owned());
            let length = if after { edit.text.len() } else { edit.span.end - edit.span.start };
            at = start + length;
            shift += edit.text.len() as isize - (edit.span.end - edit.span.start) as isize;
        }
        texts.push(file.text[at..].to_owned());
    }
    texts
}

/// The warnings and errors of a tree by what they are about.
fn grave(scan: &Scan) -> BTreeMap<(&'static str, String, String), usize> {
    let mut counts = BTreeMap::new();
    for finding in scan.findings.iter().filter(|finding| finding.severity > Severity::Note) {
        let path = scan.sources.file(finding.span.file).path.to_string();
        *counts.entry((finding.rule, finding.identity.clone(), path)).or_default() += 1;
    }
    counts
}

/// The files that are not in their format.
fn broken(scan: &Scan) -> BTreeSet<String> {
    let errors = scan.apps.iter().flat_map(|app| &app.facts.syntax_errors).map(|error| error.span);
    let code = scan.apps.iter().flat_map(|app| &app.facts.unread_code).copied();
    errors.chain(code).map(|span| scan.sources.file(span.file).path.to_string()).collect()
}
