//! What kept a file from being analysed. A problem is no finding: it says that the report may lack something.

/// What is said of code that no parser was given room for.
pub const BEYOND: &str = "is too large, or nests too deep, for code that someone wrote";

/// A file that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, relative to the scanned root, or as the user wrote it.
    pub path: String,
    /// What stood in the way, in lower case without a full stop.
    pub message: String,
}

impl Problem {
    /// A problem.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { path: path.into(), message: message.into() }
    }
}
