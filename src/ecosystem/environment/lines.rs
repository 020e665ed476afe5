//! Files of one command or setting a line: Procfiles and systemd units.

use super::{
    command, setting,
    shell::{self, Syntax},
    text::Text,
};
use crate::{facts::Variable, source::FileId};

/// What the processes of a Procfile are run with.
pub(super) fn procfile(file: FileId, source: &str) -> Vec<Variable> {
    let mut found = Vec::new();
    for line in lines(file, source) {
        let text = line.as_str();
        let Some(colon) = text.find(':').filter(|_| !text.trim_start().starts_with('#')) else { continue };
        let process = text[..colon].trim().to_owned();
        let read = command::read(&line.part(colon + 1..text.len()));
        found.extend(read.into_iter().map(|variable| Variable { place: Some(process.clone()), ..variable }));
    }
    found
}

fn lines(file: FileId, source: &str) -> impl Iterator<Item = Text> {
    let mut at = 0;
    source.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        Text::verbatim(file, source, start..at)
    })
}

/// What a systemd unit sets and starts.
pub(super) fn unit(file: FileId, source: &str) -> Vec<Variable> {
    let lines = super::docker::lines(file, source);
    lines.iter().filter(|line| !line.as_str().trim_start().starts_with(';')).flat_map(directive).collect()
}

fn directive(line: &Text) -> Vec<Variable> {
    let Some((key, value)) = line.assignment() else { return Vec::new() };
    match key.as_str().trim() {
        "Environment" => {
            let words = shell::commands(&value, Syntax::Words).into_iter().flatten();
            let settings = words.filter_map(|word| word.assignment());
            settings.flat_map(|(name, value)| setting::read(&name, &value, 0)).collect()
        }
        key if key.starts_with("Exec") => command::read(&value),
        _ => Vec::new(),
    }
}
