//! The front door: a repository as a register that can be read, changed and asked for its history.
//!
//! Reading: commit → files → [`Snapshot`]. Writing: [`Change`] → [`Prepared`], which can be looked at → one commit.
//! Taking back: [`Undo`] → [`Prepared`] → a commit for each that is undone.

mod amount;
mod audit;
mod cache;
mod compared;
pub mod conflicts;
mod crowd;
mod documents;
mod drafts;
pub mod drivers;
mod lately;
mod load;
pub mod merge;
mod overtaken;
mod plan;
mod prepare;
mod proposal;
mod pulse;
mod remote;
mod renewed;
mod reversal;
mod steps;
mod trail;
mod uncommitted;
mod undo;

use std::path::Path;

use crate::domain::{CompanyId, MeasureRef, Snapshot, Source};
use crate::error::{Error, Result};
use crate::ledger::{Caching, CommitId, Head, Ledger, Recovery};

pub use audit::{Audit, Range};
pub use compared::Compared;
pub use documents::{Completed, complete_path, read_document};
use lately::Lately;
pub(crate) use plan::message::{assessed, record_of};
pub use prepare::{Committed, Planned, Prepared};
pub use proposal::{Proposals, Said, UnderReview};
pub use pulse::Pulse;
pub use remote::{CatchUp, Remade};
pub use steps::Steps;
pub use trail::History;
use uncommitted::Uncommitted;
pub use undo::{Undo, Way, Which};

pub use crate::files::write::view as view_text;
pub use crate::ledger::{Outcome, Outgoing, Outside, Program, Pushed, Shelf, Talk, Upstream, edit};

/// A register, opened. For one thread; [`Register::reopen`] makes another.
#[derive(Debug)]
pub struct Register {
    ledger: Ledger,
    caching: Caching,
    /// The branch that counts as HEAD's, by its short name; HEAD's own where none is named.
    branch: Option<String>,
    /// The commit that branch grows from, or is brought up to, with the next commit.
    grows_from: Option<CommitId>,
    pulse: Pulse,
    lately: Lately,
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
    /// The index: what the next commit would hold.
    Staged,
}

impl At {
    /// The state a snapshot was read from.
    pub fn of(source: &Source) -> At {
        match source {
            Source::Commit(id) => At::Revision(id.clone()),
            Source::WorkTree | Source::Staged | Source::Unborn => At::Head,
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
        Ok(Register {
            ledger: Ledger::discover(path)?,
            caching: Caching::Keep,
            branch: None,
            grows_from: None,
            pulse: Pulse::default(),
            lately: Lately::default(),
        })
    }

    pub fn reopen(&self) -> Result<Register> {
        let ledger = self.ledger.reopen()?;
        let (branch, grows_from) = (self.branch.clone(), self.grows_from);
        let (pulse, lately) = Default::default();
        Ok(Register { ledger, caching: self.caching, branch, grows_from, pulse, lately })
    }

    /// The same register on another branch: read there, and decided there. What is checked out stays as it is.
    pub fn on_branch(self, name: &str) -> Result<Register> {
        let name = name.strip_prefix("refs/heads/").unwrap_or(name);
        match self.ledger.branch(name)? {
            // Whatever else the name stands for, a tag or a commit, is nothing to commit to.
            None => Err(self.ledger.no_branch(name)),
            Some(_) => Ok(Register { caching: Caching::Look, branch: Some(name.to_owned()), ..self }),
        }
    }

    /// Puts right what a writer that died left behind, and says what that was. Runs nothing of the repository's.
    pub fn recover(&self) -> Result<Option<&'static str>> {
        self.ledger.recover().map(put_right)
    }

    /// The same register, read from git's objects alone: nothing that was parsed before is used, and nothing is kept.
    pub fn without_cache(self) -> Register {
        Register { caching: Caching::Ignore, ..self }
    }

    /// The register at one revision, whole. What is wrong in its files is among the findings.
    pub fn snapshot(&self, at: &At) -> Result<Snapshot> {
        let by = |caching| load::By { caching, pulse: &self.pulse, lately: &self.lately };
        match at {
            At::WorkTree => uncommitted::snapshot_of(&Uncommitted::work_tree(&self.ledger.reopen()?)?),
            At::Staged => uncommitted::snapshot_of(&Uncommitted::staged(&self.ledger.reopen()?)?),
            At::Head => match self.head()?.commit() {
                Some(commit) => load::commit(&self.ledger, commit, &by(self.caching)),
                None => Err(self.no_register()),
            },
            At::Revision(revision) => {
                // What is kept is the head's: a look at another revision must not throw it away.
                load::commit(
                    &self.ledger,
                    self.ledger.reopen()?.resolve(revision)?,
                    &by(self.caching.min(Caching::Look)),
                )
            }
        }
    }

    /// How far the reading of a snapshot or of documents is.
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Where another program leaves its mark when it changes this register.
    pub fn outside(&self) -> Outside {
        self.ledger.outside()
    }

    /// What a state stands on now, without reading it.
    pub fn source(&self, at: &At) -> Result<Source> {
        match at {
            At::WorkTree => Ok(Source::WorkTree),
            At::Staged => Ok(Source::Staged),
            at => Ok(Source::Commit(self.commit_at(&self.ledger.reopen()?, at)?.to_string())),
        }
    }

    /// Paths of the register that differ from what is committed; none in a bare repository.
    pub fn uncommitted(&self) -> Result<Vec<String>> {
        if self.ledger.is_bare() { Ok(Vec::new()) } else { self.ledger.reopen()?.uncommitted() }
    }

    /// Gives memory back to the system that reading took and that is free again.
    pub fn rest(&self) {
        Ledger::give_memory_back();
    }

    /// What a commit here would run that neither the user nor the system chose.
    pub fn programs(&self) -> Result<Vec<Program>> {
        self.ledger.programs()
    }

    /// Whether the user has said yes to exactly these programs.
    pub fn trusts(&self, programs: &[Program]) -> bool {
        self.ledger.trusts(programs)
    }

    /// Remembers on this machine that the user says yes to exactly these programs: those they were shown.
    pub fn trust(&self, programs: &[Program]) -> Result<()> {
        self.ledger.trust(programs)
    }

    /// Forgets it; whether there was anything to forget.
    pub fn distrust(&self) -> Result<bool> {
        self.ledger.distrust()
    }

    /// Where a snapshot came from, in a few words: `main @ 3f1c2a9e01`.
    pub fn origin(&self, source: &Source) -> String {
        match source {
            Source::WorkTree => "work tree".into(),
            Source::Staged => "index".into(),
            Source::Unborn => "nothing committed yet".into(),
            Source::Commit(id) => {
                let short = id.get(..10).unwrap_or(id);
                match self.head() {
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

    /// By a handle of its own, as in [`load::commit`].
    fn head(&self) -> Result<Head> {
        self.head_by(&self.ledger.reopen()?)
    }

    fn head_by(&self, ledger: &Ledger) -> Result<Head> {
        match &self.branch {
            Some(name) => {
                let commit = match self.grows_from {
                    Some(commit) => Some(commit),
                    None => ledger.branch(name)?,
                };
                Ok(Head::Branch { name: name.clone(), commit })
            }
            None => ledger.head(),
        }
    }

    /// By a handle that more is read with.
    fn commit_at(&self, ledger: &Ledger, at: &At) -> Result<CommitId> {
        match at {
            At::Head | At::WorkTree | At::Staged => {
                self.head_by(ledger)?.commit().ok_or_else(|| self.no_register())
            }
            At::Revision(revision) => ledger.resolve(revision),
        }
    }

    fn no_register(&self) -> Error {
        load::no_register(&self.ledger)
    }
}

fn put_right(recovery: Recovery) -> Option<&'static str> {
    match recovery {
        Recovery::NothingToDo => None,
        Recovery::Finished => {
            Some("a commit that a crash cut off is in the history; its index was brought up to it")
        }
        Recovery::Undone => {
            Some("a commit that a crash cut off is not in the history; its files are as before")
        }
        Recovery::Unknown => Some(
            "another Countersign is in the middle of a commit here, or died in it and its git has not ended; \
             the next decision waits and puts it right",
        ),
    }
}
