//! Text → [`Module`]. Every type of the parser library stays behind this file.

use std::{
    ops::Range,
    panic::{self, UnwindSafe},
    thread,
};

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::{SourceType, Span};

use crate::{
    javascript::ir::Module,
    problem::BEYOND,
    source::{FileId, SourceFile},
};

mod bindings;
mod expressions;
mod lower;
mod nesting;
mod statements;

/// Enough stack for every file that was not written to nest deep.
pub const STACK: usize = nesting::LEAST_STACK;

/// Files above this size are data or bundles.
const LARGEST: usize = 2 << 20;

/// How many files are worth a thread.
const SHARE: usize = 16;

/// Why a file has no module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is not the language.
    Language,
    /// It is too large, or nests too deep.
    Beyond,
    /// The parser failed, or had no room.
    Failed,
}

impl Unread {
    /// What is said of the file, if it is for us to say: what is not the language may be anything.
    pub fn problem(self) -> Option<&'static str> {
        match self {
            Unread::Language => None,
            Unread::Beyond => Some(BEYOND),
            Unread::Failed => Some("the parser failed"),
        }
    }
}

/// Reads files on as many threads as there are processors, keeping their order. To be called on a thread whose stack is
/// [`STACK`].
pub fn parse_all(files: &[(FileId, &SourceFile)]) -> Vec<Result<Module, Unread>> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(files.len().div_ceil(SHARE));
    if threads <= 1 {
        return files.iter().map(|(id, file)| parse(*id, file)).collect();
    }
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
            modules.unwrap_or_else(|| (0..count).map(|_| Err(Unread::Failed)).collect())
        });
        joined.collect()
    })
}

/// Where the comments of a file are, in order; none where it does not parse.
pub fn comments(file: &SourceFile) -> Vec<Range<usize>> {
    let Some(stack) = stack_for(file) else { return Vec::new() };
    let read = || caught(|| parse_here(&file.path, &file.text, spans_of_comments));
    on_stack(stack.max(nesting::LEAST_STACK), read).unwrap_or_default()
}

fn spans_of_comments(mark: usize, program: &Program) -> Vec<Range<usize>> {
    let range = |span: Span| mark + span.start as usize..mark + span.end as usize;
    program.comments.iter().map(|comment| range(comment.span)).collect()
}

/// Reads a file on a thread whose stack is [`nesting::LEAST_STACK`], or on one of its own if it may need more.
fn parse(id: FileId, file: &SourceFile) -> Result<Module, Unread> {
    let stack = stack_for(file).ok_or(Unread::Beyond)?;
    let lower = |mark: usize, program: &Program| {
        let semantic = SemanticBuilder::new().with_build_nodes(true).build(program).semantic;
        lower::lower(id, mark, program, semantic.scoping())
    };
    let read = || caught(|| parse_here(&file.path, &file.text, lower));
    if stack <= nesting::LEAST_STACK { read() } else { on_stack(stack, read) }
}

/// The stack that a file needs; `None` for one that is too large or nests too deep.
fn stack_for(file: &SourceFile) -> Option<usize> {
    if file.text.len() > LARGEST { None } else { nesting::stack_for(&file.text) }
}

/// What a reader gives, unless it panics.
fn caught<T>(read: impl FnOnce() -> Option<T> + UnwindSafe) -> Result<T, Unread> {
    panic::catch_unwind(read).map_err(|_| Unread::Failed)?.ok_or(Unread::Language)
}

/// Runs something on a thread of its own.
fn on_stack<T: Send>(stack: usize, read: impl FnOnce() -> Result<T, Unread> + Send) -> Result<T, Unread> {
    thread::scope(|scope| {
        let reader = thread::Builder::new().stack_size(stack).spawn_scoped(scope, read);
        reader.ok().and_then(|reader| reader.join().ok()).unwrap_or(Err(Unread::Failed))
    })
}

/// Reads a text on the thread it is called on; `read` is given the length of its byte order mark.
fn parse_here<T>(path: &str, text: &str, read: impl Fn(usize, &Program) -> T) -> Option<T> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let text = &text[mark..];
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    source_types(path).into_iter().find_map(|source_type| {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, source_type).with_options(options).parse();
        if parsed.panicked || parsed.program.body.is_empty() && !parsed.diagnostics.is_empty() {
            return None;
        }
        Some(read(mark, &parsed.program))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn what_keeps_a_file_from_being_read_is_told() {
        assert_eq!(caught(|| Some(1)), Ok(1));
        assert_eq!(caught(|| None::<()>), Err(Unread::Language));
        assert_eq!(caught(|| -> Option<()> { panic!("the parser is wrong") }), Err(Unread::Failed));
        let read = |text: &str| {
            let sources = Sources::new(vec![SourceFile::new("a.js", text)]);
            let files: Vec<_> = sources.iter().collect();
            parse_all(&files).remove(0).map(|_| ())
        };
        assert_eq!(read("const a = 1;"), Ok(()));
        assert_eq!(read("const a ="), Err(Unread::Language));
        assert_eq!(read(&"[".repeat(3_000)), Err(Unread::Beyond));
    }
}
