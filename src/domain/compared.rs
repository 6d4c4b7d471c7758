//! What two states of a register have besides their snapshots: which files differ, and the documents among them.

use std::collections::{BTreeMap, BTreeSet};

use super::ContentId;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Paths of the register's files that are not the same on both sides.
    pub paths: BTreeSet<String>,
    /// The documents kept on one side or the other at these paths, as far as they can be read.
    pub documents: BTreeMap<ContentId, Document>,
}

/// A document as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// In hex.
    pub sha256: String,
    /// What it says, where it is text.
    pub text: Option<String>,
}
