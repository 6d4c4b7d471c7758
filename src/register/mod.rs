//! The front door: a repository as a register that can be read, changed and asked for its history.
//!
//! Reading: commit → files → [`Snapshot`]. Writing: [`Change`] → [`Prepared`], which can be looked at → one commit.

mod audit;
mod cache;
mod load;
mod prepare;
mod trail;

use std::path::Path;

use crate::domain::{CompanyId, ContentId, MeasureRef, Snapshot, Source};
use crate::error::{Error, Result};
use crate::ledger::{CommitId, Head, Ledger};

pub use audit::{Audit, Range};
pub(crate) use prepare::message;
pub use prepare::{Committed, Prepared};
pub use trail::History;

/// A register, opened. For one thread; [`Register::reopen`] makes another.
#[derive(Debug)]
pub struct Register {
    ledger: Ledger,
}

/// Which state of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// The commit HEAD stands on.
    Head,
    /// A branch, tag, commit id, or day.
    Revision(String),
    /// The files in the work tree, committed or not.
    WorkTree,
}

impl At {
    /// The state a snapshot was read from.
    pub fn of(source: &Source) -> At {
        match source {
            Source::Commit(id) => At::Revision(id.clone()),
            Source::WorkTree | Source::Unborn => At::Head,
        }
    }
}

/// Whose history.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Trail {
    Register,
    Company(CompanyId),
    Cell(CompanyId, MeasureRef),
}

impl Register {
    /// Opens the register that holds `path`. Runs nothing of the repository's.
    ///
    /// # Errors
    /// Where there is no repository, it cannot be opened, or it holds no register: what to do is in the error's hint.
    pub fn open(path: &Path) -> Result<Register> {
        Ok(Register { ledger: Ledger::discover(path)? })
    }

    pub fn reopen(&self) -> Result<Register> {
        Ok(Register { ledger: self.ledger.reopen()? })
    }

    /// The register at one revision, whole. What is wrong in its files is among the findings.
    pub fn snapshot(&self, at: &At) -> Result<Snapshot> {
        match at {
            At::WorkTree => load::work_tree(&self.ledger),
            At::Head => match self.ledger.head()?.commit() {
                Some(commit) => load::commit(&self.ledger, commit),
                None => Err(self.no_register()),
            },
            At::Revision(revision) => load::commit(&self.ledger, self.ledger.resolve(revision)?),
        }
    }

    /// Paths of the register that differ from what is committed; none in a bare repository.
    pub fn uncommitted(&self) -> Result<Vec<String>> {
        if self.ledger.is_bare() { Ok(Vec::new()) } else { self.ledger.uncommitted() }
    }

    /// Where a snapshot came from, in a few words: `main @ 3f1c2a9e01`.
    pub fn origin(&self, source: &Source) -> String {
        match source {
            Source::WorkTree => "work tree".into(),
            Source::Unborn => "nothing committed yet".into(),
            Source::Commit(id) => {
                let short = id.get(..10).unwrap_or(id);
                match self.ledger.head() {
                    Ok(Head::Branch { name, commit: Some(head) }) if head.to_string() == *id => {
                        format!("{name} @ {short}")
                    }
                    _ => short.to_owned(),
                }
            }
        }
    }

    /// A revision as a reader understands it: its day and commit.
    pub fn describe(&self, revision: &str) -> Result<String> {
        let commit = self.ledger.commit_info(self.ledger.resolve(revision)?)?;
        Ok(format!("{} ({})", trail::day_of(&commit.committer), commit.id.short()))
    }

    /// A kept document's bytes, for recomputing its digest.
    pub fn document(&self, id: &ContentId) -> Result<Vec<u8>> {
        load::document(&self.ledger, id)
    }

    fn commit_at(&self, at: &At) -> Result<CommitId> {
        match at {
            At::Head | At::WorkTree => self.ledger.head()?.commit().ok_or_else(|| self.no_register()),
            At::Revision(revision) => self.ledger.resolve(revision),
        }
    }

    fn no_register(&self) -> Error {
        load::no_register(&self.ledger)
    }
}
