//! `connect-lint merge`: one SARIF file of several.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use clap::Args;

use crate::{cli::reports::replace, error::Error, report::sarif::merge, rules::RULES};

/// The size up to which a file is read, in bytes.
const SIZE_LIMIT: u64 = 256 << 20;

/// The arguments of `merge`.
#[derive(Debug, Args)]
pub(super) struct Merge {
    /// SARIF files that this release wrote, of one category
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Write into this file, instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Merge {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<u8, Error> {
        let mut files = self.files.clone();
        files.sort();
        files.dedup();
        let folder = common_folder(&files);
        let mut merge = merge::Merge::default();
        for file in &files {
            let wrong = |reason: String| Error::Merge { path: file.to_string_lossy().into_owned(), reason };
            let bytes = read(file).map_err(|error| wrong(error.to_string()))?;
            merge.add(&name(file, &folder), &bytes).map_err(wrong)?;
        }
        match &self.output {
            None => merge.write(&RULES, out)?,
            Some(file) => {
                let mut bytes = Vec::new();
                merge.write(&RULES, &mut bytes)?;
                replace(file, &bytes).map_err(|error| {
                    Error::Output(io::Error::other(format!("`{}`: {error}", file.to_string_lossy())))
                })?;
            }
        }
        Ok(0)
    }
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > SIZE_LIMIT {
        true => Err(io::Error::other(format!("it is larger than {} MiB", SIZE_LIMIT >> 20))),
        false => Ok(bytes),
    }
}

/// The folder that all files are below.
fn common_folder(files: &[PathBuf]) -> PathBuf {
    let folders = files.iter().map(|file| file.parent().unwrap_or(Path::new("")).to_owned());
    let shared = |a: PathBuf, b: PathBuf| {
        a.components().zip(b.components()).take_while(|(a, b)| a == b).map(|(part, _)| part).collect()
    };
    folders.reduce(shared).unwrap_or_default()
}

/// A file's path below a folder, with `/` between the parts and without what tells that it is SARIF.
fn name(file: &Path, folder: &Path) -> String {
    let below = file.strip_prefix(folder).unwrap_or(file);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let path = parts.join("/");
    let path = path.strip_suffix(".json").unwrap_or(&path);
    path.strip_suffix(".sarif").unwrap_or(path).to_owned()
}
