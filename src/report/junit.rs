//! JUnit's XML: a suite for each app, a failed test for each error and warning.
//!
//! A note is a test that passed and says something; a suppressed finding is one that was skipped. A sound app has one test, which passed; a run that could not read
//! something has a test that ended in an error.

use std::io::{self, Write};

use crate::{
    app::App,
    problem::Problem,
    report::{
        Run,
        entries::{Entry, entries, problem_message, problem_path},
        places::Places,
        summary::summary,
        xml::Element,
    },
    severity::Severity,
    suppress::Suppressed,
};

/// Writes the suites.
pub fn junit(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let entries = entries(run, &Places::new(run));
    let mut suites: Vec<Suite> =
        run.apps.iter().enumerate().map(|(at, app)| app_suite(run, at, app, &entries)).collect();
    if !run.problems.is_empty() || suites.is_empty() {
        suites.push(run_suite(run));
    }
    let (tests, failures, errors) = suites.iter().fold((0, 0, 0), |(tests, failures, errors), suite| {
        (tests + suite.cases.len(), failures + suite.failures, errors + suite.errors)
    });
    let root = counted(Element::new("testsuites").with("name", env!("CARGO_PKG_NAME")), tests, failures, errors);
    root.children(suites.into_iter().map(Suite::element)).write_document(out)
}

struct Suite {
    name: String,
    cases: Vec<Element>,
    failures: usize,
    errors: usize,
}

impl Suite {
    fn element(self) -> Element {
        let suite = Element::new("testsuite").with("name", self.name);
        counted(suite, self.cases.len(), self.failures, self.errors).children(self.cases)
    }
}

fn counted(element: Element, tests: usize, failures: usize, errors: usize) -> Element {
    element.with("tests", tests).with("failures", failures).with("errors", errors)
}

fn app_suite(run: &Run, at: usize, app: &App, entries: &[Entry]) -> Suite {
    let name = run.app_root(app.id);
    let own: Vec<&Entry> = entries.iter().filter(|entry| entry.finding.app == app.id).collect();
    let failures = own.iter().filter(|entry| entry.finding.severity > Severity::Note).count();
    let mut cases: Vec<Element> = own.into_iter().map(finding_case).collect();
    let put_aside = run.suppressed.iter().filter(|suppressed| suppressed.finding.app == app.id);
    cases.extend(put_aside.map(|suppressed| suppressed_case(run, suppressed)));
    if cases.is_empty() {
        let proven = run.proven.get(at).map(|proven| Element::new("system-out").text(proven));
        cases.push(case("no findings", name).children(proven));
    }
    Suite { name: name.to_owned(), cases, failures, errors: 0 }
}

fn case(name: &str, class: &str) -> Element {
    Element::new("testcase").with("name", name).with("classname", class)
}

fn finding_case(entry: &Entry) -> Element {
    let finding = entry.finding;
    let place = format!("{}:{}:{}", entry.path, entry.start.line, entry.start.column);
    let text = format!("{place}: {}", entry.message);
    let said = match finding.severity {
        Severity::Note => Element::new("system-out").text(text),
        Severity::Warning => Element::new("failure").with("type", "warning").with("message", &entry.message).text(text),
        Severity::Error => Element::new("failure").with("type", "error").with("message", &entry.message).text(text),
    };
    case(&format!("{} {}", finding.rule, finding.identity), &entry.path).children([said])
}

fn suppressed_case(run: &Run, suppressed: &Suppressed) -> Element {
    let (finding, by) = (&suppressed.finding, &suppressed.by);
    let path = run.checkout.path(&run.sources.file(finding.span.file).path);
    let why = by.reason().map_or(format!("suppressed: {}", by.kind()), |reason| format!("suppressed: {reason}"));
    case(&format!("{} {}", finding.rule, finding.identity), &path)
        .children([Element::new("skipped").with("message", why)])
}

/// What is about no app: what could not be read, or that there is none.
fn run_suite(run: &Run) -> Suite {
    let mut cases: Vec<Element> = run.problems.iter().map(|problem| problem_case(run, problem)).collect();
    if cases.is_empty() {
        let skipped = Element::new("skipped").with("message", summary(run));
        cases.push(case("no app found", env!("CARGO_PKG_NAME")).children([skipped]));
    }
    Suite { name: env!("CARGO_PKG_NAME").to_owned(), cases, failures: 0, errors: run.problems.len() }
}

fn problem_case(run: &Run, problem: &Problem) -> Element {
    let (path, message) = (problem_path(run, problem), problem_message(problem));
    let path = path.as_deref().unwrap_or(".");
    let error = Element::new("error").with("type", "unreadable").with("message", &message);
    case("could be analysed", path).children([error.text(format!("{path}: {message}"))])
}
