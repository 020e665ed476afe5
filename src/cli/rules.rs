//! `connect-lint rules`: list the rules.

use std::io::{self, Write};

use clap::{Args, ValueEnum};

use crate::{error::Error, page};

/// The arguments of `rules`.
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// How to list them
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    format: ListFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListFormat {
    Table,
    Json,
}

impl Rules {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<u8, Error> {
        match self.format {
            ListFormat::Table => write!(out, "{}", page::table())?,
            ListFormat::Json => {
                serde_json::to_writer_pretty(&mut *out, &page::summaries()).map_err(io::Error::from)?;
                writeln!(out)?;
            }
        }
        Ok(0)
    }
}
