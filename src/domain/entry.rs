//! One line of the trail: a commit, seen as what it did to the register.

use super::policy::Subject;
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
    /// What happened, with the company: `meta S-1.1: gap → partial`; of what is no company's, its path.
    pub fn words(&self) -> String {
        match self.kind.company() {
            Some(company) => format!("{company} {}", self.kind.words()),
            None if self.path.is_empty() => self.kind.words(),
            None => format!("{} {}", self.path, self.kind.words()),
        }
    }

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
        from: Judged,
        to: Judged,
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
    /// A folder changed of which git has no readable object: what became of the files in it is not known.
    Unread,
    /// A shallow clone ends with this commit, so what it changed, and what came before, is not known.
    Cut,
}

/// How a cell was judged on one side of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    Not,
    As(Status),
    /// There was a judgement, and git has no readable object of it.
    NotHere,
}

impl Judged {
    pub fn words(self) -> &'static str {
        match self {
            Judged::Not => "unassessed",
            Judged::As(status) => status.key(),
            Judged::NotHere => "not here",
        }
    }

    /// As written in JSON; nothing where there was no judgement.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Judged::Not => None,
            Judged::As(status) => Some(status.key()),
            Judged::NotHere => Some("not-here"),
        }
    }
}

impl EntryKind {
    /// What happened, without the company: `S-1.1: gap → partial`, `evidence framework added`.
    pub fn words(&self) -> String {
        match self {
            EntryKind::Assessment { slot, from, to, .. } if from == to && *to != Judged::NotHere => {
                format!("{slot}: still {}", to.words())
            }
            EntryKind::Assessment { slot, from, to, .. } => {
                format!("{slot}: {} → {}", from.words(), to.words())
            }
            EntryKind::Evidence { id, how, .. } => format!("evidence {id} {}", how.words()),
            EntryKind::Model { id, how, .. } => format!("model {id} {}", how.words()),
            EntryKind::Company { how, .. } => format!("profile {}", how.words()),
            EntryKind::Catalogue { how } | EntryKind::Other { how } => how.words().to_owned(),
            EntryKind::Unread => "not here".to_owned(),
            EntryKind::Cut => "the history is cut off here".to_owned(),
        }
    }

    pub fn company(&self) -> Option<&CompanyId> {
        match self {
            EntryKind::Assessment { company, .. }
            | EntryKind::Evidence { company, .. }
            | EntryKind::Model { company, .. }
            | EntryKind::Company { company, .. } => Some(company),
            EntryKind::Catalogue { .. } | EntryKind::Other { .. } | EntryKind::Unread | EntryKind::Cut => {
                None
            }
        }
    }

    /// Whether something of it is in no object that git has here and can read.
    pub fn is_not_here(&self) -> bool {
        match self {
            EntryKind::Assessment { from, to, .. } => [from, to].contains(&&Judged::NotHere),
            kind => *kind == EntryKind::Unread,
        }
    }

    pub fn subject(&self) -> Subject {
        let chapter = match self {
            EntryKind::Assessment { slot, .. } => Some(slot.measure.chapter),
            _ => None,
        };
        Subject { company: self.company().cloned(), chapter }
    }
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
