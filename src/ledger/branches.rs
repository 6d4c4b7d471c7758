//! Branches by name: those of this repository, and what it last heard of the remotes'.

use super::desk::Desk;
use super::git::Git;
use super::target::Target;
use super::{CommitId, Ledger};
use crate::error::{Error, Result};

/// A branch and where it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Below `refs/heads/` or `refs/remotes/`: of a remote it begins with the remote's name, which may hold slashes.
    pub name: String,
    pub is_remote: bool,
    pub tip: CommitId,
}

impl Ledger {
    /// All branches whose commits are here.
    pub fn branches(&self) -> Result<Vec<Branch>> {
        let mut branches = Vec::new();
        for (reference, points_to) in self.store.references()? {
            let local = reference.strip_prefix("refs/heads/");
            let Some(name) = local.or_else(|| reference.strip_prefix("refs/remotes/")) else { continue };
            // A broken ref is no branch; `git fsck` tells of it.
            if let Ok(Some(tip)) = self.end_of(&reference, points_to) {
                branches.push(Branch { name: name.to_owned(), is_remote: local.is_none(), tip });
            }
        }
        Ok(branches)
    }

    /// Deletes a branch that still ends where it was seen to end, and is checked out nowhere.
    pub fn delete_branch(&self, name: &str, tip: CommitId) -> Result<()> {
        let git = Git::of(self)?;
        let (_desk, _) = Desk::sit(self, &git)?;
        let target = Target::find(self, &git, Some(name), None)?;
        if target.tip != Some(tip) {
            return Err(target.moved());
        }
        if target.checked_out || self.checked_out()?.as_ref() == Some(&target.reference) {
            return Err(Error::CheckedOutHere { branch: target.branch() });
        }
        let answer = git
            .command("update-ref", ["-d", "--end-of-options", &target.reference, &tip.to_string()])
            .ask()?;
        match self.tip(&target.reference)? {
            None => Ok(()),
            Some(now) if now != tip => Err(target.moved()),
            Some(_) => Err(Error::Git { command: "update-ref".to_owned(), output: answer.said }),
        }
    }
}
