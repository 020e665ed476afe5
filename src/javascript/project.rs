//! All files of the tree that could be read, and how they name each other.

use std::collections::BTreeMap;

use crate::{
    javascript::{
        ir::{Module, Node, NodeId},
        modules::Resolver,
        parse,
    },
    source::{FileId, Label, SourceFile, Sources, Span},
};

/// A file's number in its [`Project`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub(super) usize);

impl ModuleId {
    /// No file at all.
    pub const NONE: ModuleId = ModuleId(usize::MAX);
}

/// Every file, lowered.
#[derive(Debug)]
pub struct Project<'s> {
    /// The text they come from.
    pub sources: &'s Sources,
    /// What a name in `import` or `require` means.
    pub resolver: Resolver,
    modules: Vec<Module>,
    by_file: BTreeMap<FileId, ModuleId>,
    /// Files that could not be read.
    pub unread: Vec<Label>,
    /// Those of them that should have been, with what stood in the way.
    pub put_aside: Vec<Label>,
}

impl<'s> Project<'s> {
    /// Reads every file that is part of an app.
    pub fn read(sources: &'s Sources) -> Project<'s> {
        let mut modules = Vec::new();
        let (mut unread, mut put_aside) = (Vec::new(), Vec::new());
        let files: Vec<_> = sources.iter().filter(|(_, file)| is_code(file)).collect();
        for ((id, _), module) in files.iter().zip(parse::parse_all(&files)) {
            match module {
                Ok(module) => modules.push(module),
                Err(reason) => {
                    let span = Span { file: *id, start: 0, end: 0 };
                    unread.push(Label::new(span, "this file could not be read as code"));
                    put_aside.extend(reason.problem().map(|problem| Label::new(span, problem)));
                }
            }
        }
        let by_file = modules.iter().enumerate().map(|(index, module)| (module.file, ModuleId(index))).collect();
        Project { sources, resolver: Resolver::read(sources), modules, by_file, unread, put_aside }
    }

    /// A file.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    /// Every file.
    pub fn modules(&self) -> impl Iterator<Item = (ModuleId, &Module)> {
        self.modules.iter().enumerate().map(|(index, module)| (ModuleId(index), module))
    }

    /// The lowered form of a file.
    pub fn of_file(&self, file: FileId) -> Option<ModuleId> {
        self.by_file.get(&file).copied()
    }

    /// A node of a file.
    pub fn node(&self, module: ModuleId, node: NodeId) -> &Node {
        self.module(module).node(node)
    }

    /// The text of a node.
    pub fn text(&self, module: ModuleId, node: NodeId) -> &str {
        self.sources.text(self.node(module, node).span)
    }

    /// The path of a file.
    pub fn path(&self, module: ModuleId) -> &str {
        &self.sources.file(self.module(module).file).path
    }
}

/// Whether a file is code that someone wrote for an app.
pub(super) fn is_code(file: &SourceFile) -> bool {
    is_part_of_app(&file.path) && !is_bundle(&file.text)
}

/// Whether a file without its ending configures how an app is built or served during development.
fn is_tooling(stem: &str) -> bool {
    matches!(
        stem,
        "vue.config"
            | "craco.config"
            | "vite.config"
            | "webpack.config"
            | "next.config"
            | "nuxt.config"
            | "rollup.config"
            | "gulpfile"
            | "Gruntfile"
            | "setupProxy"
            | "jest.config"
            | "webpackDevServer.config"
            | "vitest.config"
            | "angular.config"
    )
}

/// The endings of the names of code.
pub const SUFFIXES: [&str; 8] = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"];

/// Whether no file below a folder of this name is an app's own code.
fn is_foreign(folder: &[u8]) -> bool {
    matches!(
        folder,
        b"node_modules"
            | b"bower_components"
            | b"dist"
            | b"build"
            | b"out"
            | b"target"
            | b"bin"
            | b"vendor"
            | b".git"
            | b".next"
            | b"coverage"
            | b"test"
            | b"tests"
            | b"__tests__"
            | b"__mocks__"
            | b"spec"
            | b"e2e"
            | b"cypress"
            | b".storybook"
            | b"public"
            | b"assets"
            | b"static"
    )
}

/// Whether a path names code of an app: no declaration, no test, no build product.
pub fn is_part_of_app(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let Some((stem, suffix)) = name.rsplit_once('.') else { return false };
    let is_marked =
        || stem.split('.').skip(1).any(|mark| matches!(mark, "test" | "spec" | "stories" | "d" | "min" | "bundle"));
    SUFFIXES.contains(&suffix)
        && !is_marked()
        && !is_tooling(stem)
        && !folder.as_bytes().split(|byte| *byte == b'/').any(is_foreign)
}

/// Whether a text was written by a machine: its lines are too long for anyone to read, it names its source map, or it
/// begins with what webpack writes before the modules of a bundle.
pub(super) fn is_bundle(text: &str) -> bool {
    const LONG: usize = 500;
    const FIRST: usize = 20;
    if text.lines().take(FIRST).any(|line| line.ends_with("// webpackBootstrap")) {
        return true;
    }
    let last = text.trim_end().lines().next_back().unwrap_or_default();
    if last.starts_with("//# sourceMappingURL=") {
        return true;
    }
    let enough = text.len() / (LONG + 1); // line ends, for the lines to be no longer on average
    text.len() > 4 * LONG && text.bytes().filter(|byte| *byte == b'\n').take(enough).count() < enough
}
