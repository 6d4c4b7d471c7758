//! The branch a commit goes to.

use std::fs;
use std::path::Path;

use git2::{Reference, ReferenceFormat};

use super::git::Git;
use super::{CommitId, Ledger, places, strange};
use crate::error::{Error, Result};

/// Where a commit goes, as it was when the commit began.
pub(super) struct Target {
    pub reference: String,
    /// The commit it builds on; none on an unborn branch.
    pub tip: Option<CommitId>,
    /// What the branch points to: the same, unless it is still to be made or to be brought up to the tip.
    pub points_to: Option<CommitId>,
    /// As it was asked for.
    pub grows_from: Option<CommitId>,
    /// Whether this work tree and its index follow.
    pub checked_out: bool,
}

impl Target {
    /// HEAD's branch, or the one named. Refused where git would refuse a partial commit (builtin/commit.c), and where
    /// another work tree would be left behind. Where a commit is given, a branch that is
    /// not there grows from it, and one that is behind is brought up to it, unless it is checked out.
    pub fn find(
        ledger: &Ledger,
        git: &Git,
        branch: Option<&str>,
        grows_from: Option<CommitId>,
    ) -> Result<Target> {
        let current = ledger.checked_out()?;
        let named = branch.map(branch_reference).transpose()?;
        let Some(reference) = named.map(|named| ledger.followed(named)).transpose()?.or(current.clone())
        else {
            return Err(why_detached(ledger));
        };
        if !branch_reference(&reference).is_ok_and(|name| name == reference) {
            return Err(Error::BadBranchName { name: reference });
        }
        let is_current = current.as_ref() == Some(&reference);
        let checked_out = is_current && !ledger.is_bare();
        if checked_out {
            refuse_operation(ledger)?;
        }
        let points_to = ledger.tip(&reference)?;
        let tip = match (points_to, grows_from) {
            (None, None) if !is_current => {
                // A mistyped name must not become a branch with a history of its own.
                return Err(ledger.unknown(branch.unwrap_or_default()));
            }
            (None, Some(from)) if !is_current => Some(from),
            (Some(now), Some(from)) if !checked_out && ledger.is_ancestor(now, from)? => Some(from),
            (now, _) => now,
        };
        let target = Target { reference, tip, points_to, grows_from, checked_out };
        target.refuse_rebased(ledger)?;
        if !checked_out || ledger.common_dir().join("worktrees").exists() {
            target.refuse_other_worktrees(ledger, git)?;
        }
        Ok(target)
    }

    /// The short name, for people.
    pub fn branch(&self) -> String {
        self.reference.strip_prefix("refs/heads/").unwrap_or(&self.reference).to_owned()
    }

    /// The same branch as it is by now, if this work tree follows it as before.
    pub fn again(&self, ledger: &Ledger, git: &Git) -> Result<Target> {
        let now = Target::find(ledger, git, Some(&self.reference), self.grows_from)?;
        if now.checked_out == self.checked_out { Ok(now) } else { Err(self.left()) }
    }

    pub fn moved(&self) -> Error {
        Error::BranchMoved { branch: self.branch() }
    }

    pub fn left(&self) -> Error {
        Error::HeadMoved { branch: self.branch() }
    }

    /// A rebase, in whatever work tree, ends by putting its branches where it, or `--abort`, wants them: what was committed
    /// to them meanwhile would be gone.
    fn refuse_rebased(&self, ledger: &Ledger) -> Result<()> {
        let linked = fs::read_dir(ledger.common_dir().join("worktrees")).into_iter().flatten().flatten();
        let git_dirs = linked.map(|entry| entry.path()).chain([ledger.common_dir().to_owned()]);
        // What `git rebase` itself keeps of them, and with `--update-refs` of those in between (sequencer.c).
        let places = ["rebase-merge/head-name", "rebase-apply/head-name", "rebase-merge/update-refs"];
        for git_dir in git_dirs {
            let mut texts = places.iter().filter_map(|place| strange::text(&git_dir.join(place)));
            if texts.any(|text| text.lines().any(|line| line == self.reference)) {
                return Err(Error::Rebased { branch: self.branch(), path: places::work_tree_of(&git_dir) });
            }
        }
        Ok(())
    }

    fn refuse_other_worktrees(&self, ledger: &Ledger, git: &Git) -> Result<()> {
        let own = ledger.workdir().and_then(|path| path.canonicalize().ok());
        // Of a copy the other one is there still.
        let moved = ledger.places.was_at().filter(|path| !path.exists());
        let output = git.plumbing("worktree", ["list", "--porcelain", "-z"]).output()?;
        let text = String::from_utf8_lossy(&output);
        for record in text.split("\0\0") {
            let field = |name: &str| record.split('\0').find_map(|line| line.strip_prefix(name));
            // A bare repository stands first in the list, with its HEAD and without a work tree.
            let (Some(path), Some(branch)) = (field("worktree "), field("branch ")) else { continue };
            let path = Path::new(path);
            let is_other = path.canonicalize().ok() != own && moved.as_deref() != Some(path);
            if is_other && ledger.followed(branch.to_owned())? == self.reference {
                return Err(Error::CheckedOutElsewhere { branch: self.branch(), path: path.to_owned() });
            }
        }
        Ok(())
    }
}

/// Why HEAD is on no branch.
fn why_detached(ledger: &Ledger) -> Error {
    let is_bisected = || ledger.git_dir().join("BISECT_LOG").exists();
    match operation(ledger) {
        Ok(Some(operation)) => Error::OperationInProgress { operation },
        Ok(None) if is_bisected() => Error::OperationInProgress { operation: "bisect" },
        Ok(None) => Error::DetachedHead,
        Err(error) => error,
    }
}

fn refuse_operation(ledger: &Ledger) -> Result<()> {
    match operation(ledger)? {
        Some(operation) => Err(Error::OperationInProgress { operation }),
        None => Ok(()),
    }
}

/// An operation of git in this work tree that is not finished, told by what it leaves behind (wt-status.c). While
/// bisecting HEAD is detached anyway, or on a branch that may be committed to.
pub(super) fn operation(ledger: &Ledger) -> Result<Option<&'static str>> {
    let is_there = |name: &str| ledger.git_dir().join(name).exists();
    // Where refs are not files, these two are not either.
    let is_ref = |name: &str| Ok::<_, Error>(ledger.store.reference(name)?.is_some());
    Ok(if is_there("rebase-merge") || is_there("rebase-apply/rebasing") {
        Some("rebase")
    } else if is_there("rebase-apply") {
        Some("am")
    } else if is_there("MERGE_HEAD") {
        Some("merge")
    } else if is_ref("REVERT_HEAD")? {
        Some("revert")
    } else if is_ref("CHERRY_PICK_HEAD")? {
        Some("cherry-pick")
    } else {
        None
    })
}

/// The full ref name of a branch, from its short or its full name.
pub(super) fn branch_reference(name: &str) -> Result<String> {
    let full = format!("refs/heads/{}", name.strip_prefix("refs/heads/").unwrap_or(name));
    let normal = Reference::normalize_name(&full, ReferenceFormat::NORMAL);
    if name.starts_with('-') || normal.as_deref() != Ok(&full) {
        return Err(Error::BadBranchName { name: name.to_owned() });
    }
    Ok(full)
}
