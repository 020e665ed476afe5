//! For people, with source excerpts.

use std::{
    fmt,
    io::{self, Write},
};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters};

use crate::{
    edit::{Applicability, Fix},
    finding::Finding,
    report::{
        Run, Style, diff, excerpt,
        excerpt::{Excerpt, Remark},
        places::{Places, labels},
        summary::summary,
        text::{clean, count, inert, wrap},
    },
    severity::Severity,
};

/// How many labels of one finding are drawn.
const MOST_LABELS: usize = 24;

/// Writes each finding with its source, what could not be read, and what is left to do.
pub fn human(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(run);
    let handler = handler(run.style);
    let mut text = String::new();
    for finding in run.findings {
        handler.render_report(&mut text, &Drawing::new(&places, finding, run.style)).map_err(io::Error::other)?;
        for line in shown_diff(&places, finding) {
            text.extend(["    ", &line, "\n"]);
        }
        text.push('\n');
    }
    for problem in run.problems {
        text.extend(["could not read `", &clean(&problem.path), "`: ", &clean(&problem.message), "\n"]);
    }
    if run.style.summary {
        for (app, sentence) in run.apps.iter().zip(run.proven) {
            text.extend([&clean(run.app_root(app.id)), ": ", &clean(sentence), "\n"]);
        }
        text.extend([&summary(run), "\n"]);
    }
    out.write_all(inert(&text).as_bytes())
}

fn handler(style: Style) -> GraphicalReportHandler {
    let mut theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    if !style.unicode {
        theme.characters = ThemeCharacters::ascii();
    }
    GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_context_lines(excerpt::CONTEXT)
        .with_wrap_lines(false)
        .with_urls(style.links)
        .with_link_display_text("(page)")
        .without_syntax_highlighting()
}

fn shown_diff(places: &Places, finding: &Finding) -> Vec<String> {
    match &finding.fix {
        Some(fix) if fix.applicability == Applicability::Shown => diff::diff(places, fix),
        _ => Vec::new(),
    }
}

/// What miette draws of a finding. All its text is clean.
#[derive(Debug)]
struct Drawing {
    message: String,
    rule: &'static str,
    severity: miette::Severity,
    help: Option<String>,
    url: String,
    labels: Vec<LabeledSpan>,
    source: Excerpt,
}

impl Drawing {
    fn new(places: &Places, finding: &Finding, style: Style) -> Drawing {
        let width = style.width.max(40);
        let (source, labels) = excerpt::excerpt(places, &remarks(finding));
        Drawing {
            message: wrap(&clean(&finding.message), width - 6),
            rule: finding.rule,
            severity: match finding.severity {
                Severity::Note => miette::Severity::Advice,
                Severity::Warning => miette::Severity::Warning,
                Severity::Error => miette::Severity::Error,
            },
            help: help(finding, width - 10),
            url: super::page(finding.rule),
            labels,
            source,
        }
    }
}

/// The finding, its numbered evidence, and its further remarks.
fn remarks(finding: &Finding) -> Vec<Remark> {
    let steps = finding.trace.len();
    let remark = |(index, label): (usize, &crate::source::Label)| {
        let message = clean(&label.message);
        let numbered = if index < steps { format!("{}. {message}", index + 1) } else { message };
        Remark { span: label.span, message: Some(numbered), primary: false }
    };
    let primary = Remark { span: finding.span, message: None, primary: true };
    std::iter::once(primary).chain(labels(finding).enumerate().map(remark).take(MOST_LABELS)).collect()
}

fn help(finding: &Finding, width: usize) -> Option<String> {
    let hidden = labels(finding).count().saturating_sub(MOST_LABELS);
    let more = (hidden > 0).then(|| format!("{} not shown; `--format json` lists all", count(hidden, "place")));
    let advice = finding.help.as_deref().map(clean);
    let parts = [finding.fix.as_ref().map(fix_line), advice, more].into_iter().flatten();
    let wrapped: Vec<String> = parts.map(|part| wrap(&part, width)).collect();
    (!wrapped.is_empty()).then(|| wrapped.join("\n"))
}

fn fix_line(fix: &Fix) -> String {
    let title = clean(&fix.title);
    match fix.applicability {
        Applicability::Safe => format!("fix: {title} (`connect-lint fix`)"),
        Applicability::Unsafe => format!("unsafe fix: {title} (`connect-lint fix --unsafe-fixes`)"),
        Applicability::Shown => format!("to do by hand: {title}"),
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.url))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }
}
