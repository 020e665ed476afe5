//! What keeps the tool from judging a part of the tree.

/// Something that could not be analysed; it makes the exit code 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it was, as a path relative to the root, or as the user named it.
    pub path: String,
    /// Why, in lower case without a full stop and without the path.
    pub message: String,
}
