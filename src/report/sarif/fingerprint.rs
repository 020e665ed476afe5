//! What makes a result the same result in the next run, to GitHub's uploader.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Encoding, SourceFile};

/// How many characters of the text count for a line's hash, from the line's start on.
const BLOCK: usize = 100;
const BASE: u64 = 37;

/// What GitHub's uploader reads after the last character, and beyond it.
const END_OF_FILE: u16 = 0xffff;
const BEYOND: u16 = 0;

/// The fingerprints that GitHub's uploader gives to lines of a file, by line.
///
/// It hashes the 100 UTF-16 code units from the start of the line that are neither space nor tab, with every line
/// break as one line feed, and counts how often the same hash came before. A carriage return alone ends a line there.
pub fn line_hashes(file: &SourceFile, wanted: &BTreeSet<usize>) -> BTreeMap<usize, String> {
    let (units, starts) = match file.encoding {
        Encoding::Utf8 => units(&file.text),
        Encoding::Latin1 => units(&String::from_utf8_lossy(&file.encode())),
    };
    let hashes = hashes(&units, &starts);
    let asked = wanted.iter().filter_map(|line| hashes.get(line - 1));
    let mut seen: BTreeMap<u64, usize> = asked.map(|hash| (*hash, 0)).collect();
    let mut named = BTreeMap::new();
    for (index, hash) in hashes.iter().enumerate() {
        let Some(count) = seen.get_mut(hash) else { continue };
        *count += 1;
        if wanted.contains(&(index + 1)) {
            named.insert(index + 1, format!("{hash:x}:{count}"));
        }
    }
    named
}

/// The code units that count, and where among them each line starts.
fn units(text: &str) -> (Vec<u16>, Vec<usize>) {
    let (mut units, mut starts) = (Vec::with_capacity(text.len() + 1), vec![0]);
    let mut after_return = false;
    for unit in text.encode_utf16().chain([END_OF_FILE]) {
        let is_second_half = after_return && unit == u16::from(b'\n');
        after_return = unit == u16::from(b'\r');
        if is_second_half || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        if after_return || unit == u16::from(b'\n') {
            units.push(u16::from(b'\n'));
            starts.push(units.len());
        } else {
            units.push(unit);
        }
    }
    (units, starts)
}

/// The hash of each line: a polynomial of its block, rolled along the text.
fn hashes(units: &[u16], starts: &[usize]) -> Vec<u64> {
    let unit = |at: usize| u64::from(units.get(at).copied().unwrap_or(BEYOND));
    let leaving = (1..BLOCK).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let step = |hash: u64, enters: u64| hash.wrapping_mul(BASE).wrapping_add(enters);
    let mut hash = (0..BLOCK).fold(0, |hash, at| step(hash, unit(at)));
    let mut at = 0;
    let mut hashes = Vec::with_capacity(starts.len());
    for start in starts {
        while at < *start {
            hash = step(hash.wrapping_sub(unit(at).wrapping_mul(leaving)), unit(at + BLOCK));
            at += 1;
        }
        hashes.push(hash);
    }
    hashes
}
