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

impl EntryKind {
    /// What happened, without the company: `S-1.1: gap → partial`, `evidence framework added`.
    pub fn words(&self) -> String {
        let word = |status: &Option<Status>| status.map_or("unassessed", Status::key);
        match self {
            EntryKind::Assessment { slot, from, to, .. } if from == to => {
                format!("{slot}: still {}", word(to))
            }
            EntryKind::Assessment { slot, from, to, .. } => format!("{slot}: {} → {}", word(from), word(to)),
            EntryKind::Evidence { id, how, .. } => format!("evidence {id} {}", how.words()),
            EntryKind::Model { id, how, .. } => format!("model {id} {}", how.words()),
            EntryKind::Company { how, .. } => format!("profile {}", how.words()),
            EntryKind::Catalogue { how } | EntryKind::Other { how } => how.words().to_owned(),
        }
    }

    pub fn company(&self) -> Option<&CompanyId> {
        match self {
            EntryKind::Assessment { company, .. }
            | EntryKind::Evidence { company, .. }
            | EntryKind::Model { company, .. }
            | EntryKind::Company { company, .. } => Some(company),
            EntryKind::Catalogue { .. } | EntryKind::Other { .. } => None,
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
