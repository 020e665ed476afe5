//! Text → [`Module`]. Every type of the parser library stays behind this file.

use std::{panic, thread};

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;

use crate::{
    javascript::ir::Module,
    source::{FileId, SourceFile},
};

mod bindings;
mod expressions;
mod lower;
mod nesting;
mod statements;

/// Files above this size are data or bundles.
const LARGEST: usize = 2 << 20;

/// Reads files on as many threads as there are processors, keeping their order; `None` for one that is too large,
/// nests too deep, or is not the language.
pub fn parse_all(files: &[(FileId, &SourceFile)]) -> Vec<Option<Module>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = files.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = files
            .chunks(share)
            .map(|chunk| {
                let read = || chunk.iter().map(|(id, file)| parse(*id, file)).collect::<Vec<_>>();
                (chunk.len(), thread::Builder::new().stack_size(nesting::LEAST_STACK).spawn_scoped(scope, read))
            })
            .collect();
        let joined = workers.into_iter().flat_map(|(count, worker)| {
            let modules = worker.ok().and_then(|worker| worker.join().ok());
            modules.unwrap_or_else(|| (0..count).map(|_| None).collect())
        });
        joined.collect()
    })
}

/// Reads a file on a thread whose stack is [`nesting::LEAST_STACK`], or on one of its own if it may need more.
fn parse(id: FileId, file: &SourceFile) -> Option<Module> {
    if file.text.len() > LARGEST {
        return None;
    }
    let stack = nesting::stack_for(&file.text)?;
    let read = || panic::catch_unwind(|| parse_here(id, &file.path, &file.text)).ok().flatten();
    if stack <= nesting::LEAST_STACK {
        return read();
    }
    thread::scope(|scope| thread::Builder::new().stack_size(stack).spawn_scoped(scope, read).ok()?.join().ok()?)
}

/// Reads a text on the thread it is called on.
fn parse_here(id: FileId, path: &str, text: &str) -> Option<Module> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let text = &text[mark..];
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    source_types(path).into_iter().find_map(|source_type| {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, source_type).with_options(options).parse();
        if parsed.panicked || parsed.program.body.is_empty() && !parsed.diagnostics.is_empty() {
            return None;
        }
        let semantic = SemanticBuilder::new().with_build_nodes(true).build(&parsed.program).semantic;
        Some(lower::lower(id, mark, &parsed.program, semantic.scoping()))
    })
}

/// The languages to try, in order: a file's suffix does not always say the truth.
fn source_types(path: &str) -> Vec<SourceType> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map_or("", |(_, suffix)| suffix) {
        "ts" | "mts" | "cts" => vec![SourceType::ts()],
        "tsx" => vec![SourceType::tsx()],
        "mjs" => vec![SourceType::mjs().with_jsx(true)],
        _ => vec![SourceType::unambiguous().with_jsx(true), SourceType::tsx(), SourceType::ts()],
    }
}
