//! Something wrong in a register's files: which rule, where, what, and what to do next.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One mistake. Findings are reported together; none of them keeps the rest of the register from being used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// Path in the register, with `/`.
    pub path: String,
    pub place: Option<Place>,
    pub rule: Rule,
    pub message: String,
    pub hint: Option<String>,
}

/// Line and column, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(Place { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {} [{}]", self.message, self.rule.key())
    }
}

macro_rules! rules {
    ($($(#[doc = $reason:literal])+ $name:ident = $key:literal),* $(,)?) => {
        /// The rules a register's files are held against. A rule's name never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Rule { $($(#[doc = $reason])+ $name),* }

        impl Rule {
            pub const ALL: &[Rule] = &[$(Rule::$name),*];

            /// Its stable name.
            pub fn key(self) -> &'static str {
                match self { $(Rule::$name => $key),* }
            }

            /// Why it is a rule.
            pub fn reason(self) -> &'static str {
                match self { $(Rule::$name => concat!($($reason),+).trim_ascii()),* }
            }
        }
    };
}

rules! {
    /// The file must be TOML.
    Syntax = "syntax",
    /// A merge was left half-done in the file.
    ConflictMarker = "conflict-marker",
    /// Register files are UTF-8 text.
    NotUtf8 = "not-utf8",
    /// Register files are at most 1 MiB.
    TooLarge = "too-large",
    /// A path of the register holds something that is not a regular file.
    NotAFile = "not-a-file",
    /// A key that has no meaning here would be lost silently.
    UnknownKey = "unknown-key",
    /// A key without which the file says nothing.
    MissingKey = "missing-key",
    /// A value of the wrong type, or a word that is not among the allowed ones.
    WrongValue = "wrong-value",
    /// A day the calendar does not have, or one written another way.
    WrongDay = "wrong-day",
    /// The same thing said twice.
    Duplicate = "duplicate",
    /// A file or folder name that is not an id or a ref.
    BadId = "bad-id",
    /// A measure, commitment, requirement or model that does not exist.
    UnknownRef = "unknown-ref",
    /// A judgement rests on evidence that is not on file.
    DanglingEvidence = "dangling-evidence",
    /// A kept document whose digest is not the one on record.
    DigestMismatch = "digest-mismatch",
    /// Evidence names a document that is not beside it.
    MissingDocument = "missing-document",
    /// A judgement filed for the provider where one per model is asked, or the other way round.
    WrongLevel = "wrong-level",
    /// `source` names a key that `sources.toml` does not have.
    UnknownSource = "unknown-source",
    /// A statement that needs a source has none.
    MissingSource = "missing-source",
    /// A file in the register's folders that the register does not know.
    UnknownFile = "unknown-file",
    /// `countersign.toml` asks for a format this version does not know.
    UnknownFormat = "unknown-format",
    /// A short name wider than 9 columns, or two companies with the same one.
    ShortName = "short-name",
    /// A waiver whose last day has passed: the finding is to be mended, or answered for anew.
    ExpiredWaiver = "expired-waiver",
    /// A waiver that no finding matches: it would hide the next one.
    UnusedWaiver = "unused-waiver",
    /// A merge left keys to people, and nobody has settled them.
    Unsettled = "unsettled",
    /// More files, companies, mistakes or findings than anybody has: the rest is not looked at.
    TooMany = "too-many",
    /// Git has no readable object of the file or folder: it is not in this clone, or damaged.
    Unreadable = "unreadable",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}
