//! A history written from a script: the same script gives the same commit ids, everywhere and always.
//!
//! For the demo, whose commits are made up. Nothing of the user enters: no hooks, no signature, no filter, no identity,
//! no configuration. Decisions are never committed this way.

use git2::ObjectType;

use super::commit::FILE;
use super::object::CommitId;
use super::raw::RawCommit;
use super::target::branch_reference;
use super::tree::check_path;
use super::write_tree::{NewTree, write_tree};
use super::{Ledger, Person};
use crate::error::Result;

/// One commit of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub author: Person,
    pub committer: Person,
    pub message: String,
    /// Each file's path and its content after this commit; `None` removes it.
    pub files: Vec<(String, Option<Vec<u8>>)>,
}

impl Ledger {
    /// Appends the steps to `branch` and, in a repository with a work tree whose HEAD is that branch, checks the
    /// result out over whatever is there. Returns the last commit's id, or nothing if there is no commit at all.
    pub fn replay(&self, branch: &str, steps: impl IntoIterator<Item = Step>) -> Result<Option<CommitId>> {
        let reference = branch_reference(branch)?;
        let mut newest = self.tip(&reference)?;
        for step in steps {
            newest = Some(self.append(newest, step)?);
        }
        let Some(newest) = newest else { return Ok(None) };
        self.store.set_reference(&reference, newest.0, "countersign: replay")?;
        if !self.is_bare() && self.checked_out()?.as_ref() == Some(&reference) {
            self.store.check_out(newest.0)?;
        }
        Ok(Some(newest))
    }

    fn append(&self, parent: Option<CommitId>, step: Step) -> Result<CommitId> {
        let mut changes = Vec::with_capacity(step.files.len());
        for (path, content) in &step.files {
            check_path(path)?;
            let blob =
                content.as_ref().map(|content| self.store.write(ObjectType::Blob, content)).transpose()?;
            changes.push((path.as_str(), blob.map(|blob| (FILE, blob))));
        }
        let baseline = parent.map(|parent| self.root(parent)).transpose()?.map(|root| root.0);
        let NewTree { root, .. } = write_tree(self, baseline, &changes)?;
        let commit = RawCommit {
            tree: root,
            parents: parent.iter().map(|parent| parent.0).collect(),
            author: step.author,
            committer: step.committer,
            message: step.message.into_bytes(),
        };
        self.store.write(ObjectType::Commit, &commit.to_bytes()).map(CommitId)
    }
}
