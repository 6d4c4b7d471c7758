//! A branch brought up to another commit: forward, or with commits of its own made anew on top.
//!
//! The commits are written first, with hooks, signature and read-back, and nothing points to them yet. Then index and work
//! tree go from the old head to the new one, as git's own checkout does it, which refuses what would be lost; and last the
//! branch moves by compare-and-swap. A branch that moved meanwhile takes index and work tree back.

use super::Writer;
use super::series::Series;
use crate::error::{Error, Result};
use crate::ledger::desk::Desk;
use crate::ledger::git::Git;
use crate::ledger::settings::Settings;
use crate::ledger::stop::Stop;
use crate::ledger::target::Target;
use crate::ledger::{CommitId, Ledger};

/// A branch and where it is to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carry {
    /// The head that is left. It must still be the branch's.
    pub from: CommitId,
    /// The commit to go on from.
    pub onto: CommitId,
    /// What is made anew on it, and what these commits rest on, as it must be there.
    pub series: Series,
}

impl Ledger {
    /// Brings the branch up, or changes nothing and says why. Returns its new commits; without any it ends in `onto`.
    pub fn carry(&self, settings: &Settings, carry: &Carry, stop: &Stop) -> Result<Vec<CommitId>> {
        let git = Git::of(self)?.until(stop);
        git.refuse_other_repository(self)?;
        let (desk, _) = Desk::sit(self, &git)?;
        let held = desk.held_by(git)?;
        let writer = Writer { ledger: self, settings, git: &held, desk: &desk };
        let target = Target::find(self, &held, carry.series.branch.as_deref(), None)?;
        if target.tip != Some(carry.from) {
            return Err(target.moved());
        }
        let reference = target.reference.clone();
        let detached = Target { reference, tip: Some(carry.onto), checked_out: false, ..target };
        writer.refuse_other_grounds(&detached, &carry.series.grounds)?;
        let (ids, objects) = writer.write_all(&detached, &carry.series)?;
        objects.wait()?;
        writer.bring_up(&target, carry.from, ids.last().copied().unwrap_or(carry.onto))?;
        Ok(ids)
    }
}

impl Writer<'_> {
    fn bring_up(&self, target: &Target, from: CommitId, to: CommitId) -> Result<()> {
        let moving = self.begin_move(to)?;
        self.git.stop().close()?;
        if !target.checked_out {
            return self.move_branch(target, to, moving);
        }
        // A file that was only touched is no edit.
        self.git.plumbing("update-index", ["-q", "--refresh"]).ask()?;
        self.check_out(from, to)?;
        self.move_branch(target, to, moving).inspect_err(|_| drop(self.check_out(to, from)))
    }

    fn check_out(&self, from: CommitId, to: CommitId) -> Result<()> {
        let arguments = ["-m".to_owned(), "-u".to_owned(), from.to_string(), to.to_string()];
        let answer = self.git.plumbing("read-tree", arguments).ask()?;
        if answer.success { Ok(()) } else { Err(Error::NotBroughtUp { output: answer.said }) }
    }
}
