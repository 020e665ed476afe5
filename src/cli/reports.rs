//! Where a command reports to, and in which formats.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use crate::{
    cli::{global::Global, tree::Tree},
    error::Error,
    report::{CATEGORY, CodeScanning, Format, Style, text::clean},
};

/// The arguments about reports.
#[derive(Debug, Args)]
pub(super) struct Reports {
    /// How to report on standard output; `human` unless given, with annotations in GitHub Actions
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Report into a file, too; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = destination)]
    output: Vec<(Format, PathBuf)>,
    /// Under which name code scanning keeps the results apart from those of other runs
    #[arg(long, value_name = "NAME", default_value = CATEGORY)]
    sarif_category: String,
    /// List suppressed findings in SARIF, too, with what suppresses them
    #[arg(long)]
    sarif_suppressed: bool,
}

impl Reports {
    /// Writes every report of a tree, a check of which ends with an exit code.
    pub(super) fn write(&self, tree: &Tree, code: u8, global: &Global, out: &mut dyn Write) -> Result<(), Error> {
        let report = |format: Format, style: Style, scanning: &CodeScanning, out: &mut dyn Write| {
            tree.report(format, style, scanning, code, out)
        };
        self.write_with(global, out, report)
    }

    /// Writes every report that is asked for, each by a function of its format.
    pub(super) fn write_with(
        &self,
        global: &Global,
        out: &mut dyn Write,
        write: impl Fn(Format, Style, &CodeScanning, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let report = |format: Format, style: Style, out: &mut dyn Write| {
            write(format, style, &self.code_scanning(), out).map_err(Error::Output)
        };
        report(self.format.unwrap_or_default(), global.style(), out)?;
        let in_actions = actions() && !io::stdout().is_terminal();
        if self.format.is_none() && in_actions {
            report(Format::Github, Style { summary: false, ..global.style() }, out)?;
        }
        let plain = Style { summary: !global.quiet, ..Style::default() };
        for (format, path) in &self.output {
            let mut bytes = Vec::new();
            report(*format, plain, &mut bytes)?;
            replace(path, &bytes).map_err(|error| unwritable(path, &error))?;
        }
        match self.step_summary(in_actions) {
            Some(path) => {
                let mut bytes = Vec::new();
                report(Format::Markdown, Style::default(), &mut bytes)?;
                append(&path, &bytes).map_err(|error| unwritable(&path, &error))
            }
            None => Ok(()),
        }
    }

    /// Writes the report of one repository among several. People read only of those that there is something to say of.
    pub(super) fn write_one(&self, tree: &Tree, code: u8, global: &Global, out: &mut dyn Write) -> Result<(), Error> {
        let scan = &tree.scan;
        if self.is_for_people() {
            if scan.apps.is_empty() && scan.findings.is_empty() && scan.problems.is_empty() {
                return Ok(());
            }
            writeln!(out, "repository {}\n", clean(&tree.name))?;
        }
        tree.report(self.format.unwrap_or_default(), global.style(), &self.code_scanning(), code, out)?;
        if self.is_for_people() { Ok(writeln!(out)?) } else { Ok(()) }
    }

    /// The format on standard output, where it is not one that can be written of one repository after the other.
    pub(super) fn not_streamed(&self) -> Option<Format> {
        self.format.filter(|format| !matches!(format, Format::Human | Format::Ndjson))
    }

    /// Whether people read what goes to standard output.
    pub(super) fn is_for_people(&self) -> bool {
        matches!(self.format, None | Some(Format::Human))
    }

    fn code_scanning(&self) -> CodeScanning {
        CodeScanning { category: self.sarif_category.clone(), lists_suppressed: self.sarif_suppressed }
    }

    /// Reports, in every format that programs read, that nothing could be analysed. People read the error itself.
    pub(super) fn write_failure(&self, error: &Error, global: &Global, out: &mut dyn Write) -> Result<(), Error> {
        let (nothing, code) = (Tree::failed(error), error.exit_code());
        match self.format {
            None | Some(Format::Human) => self.write(&nothing, code, global, &mut io::sink()),
            Some(_) => self.write(&nothing, code, global, out),
        }
    }

    /// The file that GitHub Actions shows below the job, where annotations are written.
    fn step_summary(&self, in_actions: bool) -> Option<PathBuf> {
        let annotates = self.format == Some(Format::Github)
            || self.format.is_none() && in_actions
            || self.output.iter().any(|(format, _)| *format == Format::Github);
        annotates.then(|| variable("GITHUB_STEP_SUMMARY")).flatten().map(PathBuf::from)
    }
}

/// Reads `sarif=report.sarif`.
fn destination(argument: &str) -> Result<(Format, PathBuf), String> {
    let formats: Vec<String> = Format::value_variants()
        .iter()
        .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
        .collect();
    let (format, file) = argument.split_once('=').ok_or("write it as FORMAT=FILE, such as `sarif=report.sarif`")?;
    let format = Format::from_str(format, false).map_err(|_| format!("the formats are {}", formats.join(", ")))?;
    if file.is_empty() { Err("the file has no name".to_owned()) } else { Ok((format, PathBuf::from(file))) }
}

/// Whether GitHub Actions runs this.
fn actions() -> bool {
    variable("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Puts a complete file in the place of the old one. What is no file, such as a pipe, is written to.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
        return File::options().write(true).open(&target)?.write_all(bytes);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = readable_by_all(&mut tempfile::Builder::new()).tempfile_in(folder)?;
    file.write_all(bytes)?;
    Ok(file.persist(&target).map(drop)?)
}

/// Files with the mode that the user's mask leaves.
#[cfg(unix)]
fn readable_by_all<'b, 'a, 'c>(builder: &'b mut tempfile::Builder<'a, 'c>) -> &'b mut tempfile::Builder<'a, 'c> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666))
}

/// Files have no mode to keep here.
#[cfg(not(unix))]
fn readable_by_all<'b, 'a, 'c>(builder: &'b mut tempfile::Builder<'a, 'c>) -> &'b mut tempfile::Builder<'a, 'c> {
    builder
}

fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    File::options().append(true).create(true).open(path)?.write_all(bytes)
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::Output(io::Error::other(format!("`{}`: {error}", path.to_string_lossy())))
}
