//! One fix at a time: shown as a diff, applied or left as the person says.

use std::io::{self, BufRead, Write};

use crate::{
    edit::{Applicability, Fix},
    finding::Finding,
    page,
    patch::patch,
    plan::plan,
    report::{
        Style,
        text::{clean, clean_source},
    },
    rules,
    run::Scan,
};

const KEYS: &str = "y apply, n leave, a apply all, q leave this and all others, p the rule's page";

/// What the person said so far.
pub(super) struct Interactive {
    style: Style,
    /// The answer to all that follows.
    rest: Option<bool>,
}

impl Interactive {
    pub(super) fn new(style: Style) -> Interactive {
        Interactive { style, rest: None }
    }

    /// Whether to apply a fix. Where nobody answers any more it is left.
    pub(super) fn ask(&mut self, scan: &Scan, finding: &Finding, fix: &Fix, out: &mut dyn Write) -> bool {
        if let Some(rest) = self.rest {
            return rest;
        }
        let answer = self.answer(scan, finding, fix, out);
        answer.unwrap_or_else(|_| *self.rest.insert(false))
    }

    fn answer(&mut self, scan: &Scan, finding: &Finding, fix: &Fix, out: &mut dyn Write) -> io::Result<bool> {
        writeln!(out, "{}: {}", finding.rule, clean(&finding.message))?;
        let changed = plan([finding], Applicability::Shown).apply(&scan.sources);
        for line in String::from_utf8_lossy(&patch(&scan.sources, &changed)).lines() {
            writeln!(out, "{}", clean_source(line))?;
        }
        loop {
            write!(out, "{} [y,n,a,q,p,?] ", clean(&fix.title))?;
            out.flush()?;
            let mut line = String::new();
            if io::stdin().lock().read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.trim() {
                "y" => return Ok(true),
                "n" => return Ok(false),
                "a" => return Ok(*self.rest.insert(true)),
                "q" => return Ok(*self.rest.insert(false)),
                "p" => self.page(finding.rule, out)?,
                _ => writeln!(out, "{KEYS}")?,
            }
        }
    }

    fn page(&self, rule: &str, out: &mut dyn Write) -> io::Result<()> {
        let Some(rule) = rules::find(rule) else { return Ok(()) };
        let page = if self.style.color { page::render(rule.docs) } else { rule.docs.to_owned() };
        write!(out, "{page}")
    }
}
