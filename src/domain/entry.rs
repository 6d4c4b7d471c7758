//! One line of the trail: a commit, seen as what it did to the register.

use super::{CompanyId, Day, Slot, Status};

/// A commit's effect on one fact of the register, derived from the trees, never from what the message claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Full commit id.
    pub commit: String,
    pub author: String,
    pub email: String,
    /// Seconds since 1970, and the author's offset from UTC in minutes.
    pub time: i64,
    pub offset_minutes: i32,
    pub subject: String,
    /// Path of the file this entry is about.
    pub path: String,
    pub kind: EntryKind,
}

impl Entry {
    /// The author's calendar day.
    pub fn day(&self) -> Day {
        Day::at(self.time, self.offset_minutes)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A judgement appeared, moved or vanished. `reason` is the file's own after the commit.
    Assessment {
        company: CompanyId,
        slot: Slot,
        from: Option<Status>,
        to: Option<Status>,
        reason: Option<String>,
    },
    Evidence {
        company: CompanyId,
        id: String,
        how: Touch,
    },
    Model {
        company: CompanyId,
        id: String,
        how: Touch,
    },
    Company {
        company: CompanyId,
        how: Touch,
    },
    Catalogue {
        how: Touch,
    },
    Other {
        how: Touch,
    },
}

/// How a commit touched a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    Added,
    Changed,
    Removed,
}

impl Touch {
    pub fn words(self) -> &'static str {
        match self {
            Touch::Added => "added",
            Touch::Changed => "changed",
            Touch::Removed => "removed",
        }
    }
}
