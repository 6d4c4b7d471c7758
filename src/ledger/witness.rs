//! Where the last audit of each branch ended, kept outside the history it judges: who rewrites a history does not
//! rewrite this ([`super::memory`]).
//!
//! Where somebody asks for it, the same is marked by a ref, `refs/countersign/audited/<branch>`, which can be pushed, so
//! that others notice too, and keeps what vanishes from being collected as garbage.

use super::{CommitId, Filter, Ledger, Walk};
use crate::domain::deed::{Continuity, Vanished};
use crate::error::{Error, Result};

impl Ledger {
    /// How a branch that now ends in `head` stands to where its last audit ended. What this machine remembers and what a
    /// ref marks both count; where they differ, the one the branch no longer holds.
    pub fn continuity(&self, branch: &str, head: CommitId) -> Result<Continuity> {
        let mut continuity = Continuity::Unknown;
        for last in [self.last_audited(branch)?, self.tip(&mark(branch))?].into_iter().flatten() {
            if !continuity.is_broken() {
                continuity = self.continuity_since(last, head)?;
            }
        }
        Ok(continuity)
    }

    fn continuity_since(&self, last: CommitId, head: CommitId) -> Result<Continuity> {
        if last == head {
            return Ok(Continuity::Same);
        }
        let named = last.to_string();
        if self.commit_info(last).is_err() {
            return Ok(Continuity::Gone { last: named });
        }
        if self.is_ancestor(last, head)? {
            return Ok(Continuity::Forward { last: named });
        }
        let only = Filter { since: Some(head), walk: Walk::Everything, ..Filter::default() };
        let mut vanished = Vec::new();
        for record in self.history(last, &only)? {
            let commit = record?.commit;
            let (author, subject) = (commit.author.email, commit.subject);
            vanished.push(Vanished { commit: commit.id.to_string(), author, subject });
        }
        Ok(match self.is_ancestor(head, last)? {
            true => Continuity::Cut { last: named, vanished },
            false => Continuity::Rewritten { last: named, vanished },
        })
    }

    /// Keeps where an audit of a branch ended.
    pub fn keep_audited(&self, branch: &str, head: CommitId) -> Result<()> {
        let Some(witness) = self.memory(WITNESS, branch) else { return Ok(()) };
        let repository = self.common_dir().display();
        witness.keep(format!("{head}\n# the last audited commit of {branch} in {repository}\n"))
    }

    /// Marks where an audit of a branch ended by a ref, and says which.
    pub fn mark_audited(&self, branch: &str, head: CommitId) -> Result<String> {
        let reference = mark(branch);
        self.store.set_reference(&reference, head.0, "countersign: audited")?;
        Ok(reference)
    }

    /// Some commits at the end of a branch, which nobody else has, are made anew from `before` on: what this machine
    /// remembers of them ends there. Not so where a ref marks one of them, for that may be with others by now.
    ///
    /// # Errors
    /// Where a ref marks one of them.
    pub fn forget_audited(&self, branch: &str, gone: &[CommitId], before: CommitId) -> Result<()> {
        if let Some(marked) = self.tip(&mark(branch))?.filter(|marked| gone.contains(marked)) {
            let why = "it is marked as audited".to_owned();
            return Err(Error::NotMadeAnew { commit: marked.short(), why });
        }
        match self.last_audited(branch)? {
            Some(last) if gone.contains(&last) => self.keep_audited(branch, before),
            _ => Ok(()),
        }
    }

    /// None where nobody audited it here. What cannot be read is not nothing: a rewritten history would pass for a new one.
    fn last_audited(&self, branch: &str) -> Result<Option<CommitId>> {
        let Some(witness) = self.memory(WITNESS, branch) else { return Ok(None) };
        let Some(path) = witness.place() else { return Ok(None) };
        let id = witness.recall().and_then(|text| text.lines().next()?.parse().ok());
        id.map(Some).ok_or_else(|| Error::DamagedWitness { path: path.to_owned() })
    }
}

const WITNESS: &str = "witness";

fn mark(branch: &str) -> String {
    format!("refs/countersign/audited/{branch}")
}
