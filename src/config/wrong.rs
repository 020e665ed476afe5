//! What a configuration may not say, and where it says it.

use crate::{
    lines::{Lines, Position},
    source::SourceFile,
    spelling::nearest,
};

/// Something that a configuration may not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The file.
    pub path: String,
    /// Where in it; `None` where the file as a whole cannot be read.
    pub position: Option<Position>,
    /// What is wrong, in lower case without a full stop.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl Wrong {
    /// A file that cannot be read.
    pub(super) fn unreadable(path: &str, reason: String) -> Wrong {
        let help = "`--config FILE` names another file, `--no-config` does without".to_owned();
        Wrong { path: path.to_owned(), position: None, message: reason, help }
    }

    /// Something at an offset.
    pub(super) fn at(file: &SourceFile, offset: usize, message: String, help: impl Into<String>) -> Wrong {
        let position = Some(Lines::new(&file.text).position(offset));
        Wrong { path: file.path.to_string(), position, message, help: help.into() }
    }
}

/// The known word that is meant, or all of them.
pub(super) fn proposal<'known>(written: &str, known: impl IntoIterator<Item = &'known str> + Clone) -> String {
    match nearest(written, known.clone()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => {
            let words: Vec<_> = known.into_iter().map(|word| format!("`{word}`")).collect();
            format!("one of {}", words.join(", "))
        }
    }
}

impl std::error::Error for Wrong {}

impl std::fmt::Display for Wrong {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self.position {
            Some(Position { line, column }) => {
                write!(formatter, "{}:{line}:{column}: {}", self.path, self.message)
            }
            None => write!(formatter, "`{}` cannot be read: {}", self.path, self.message),
        }
    }
}
