//! What the commits did, newest first.
//!
//! A change is what differs between two trees, never what a message claims. Commits are compared by a walk that reads
//! only folders whose ids differ; libgit2's own tree diff expands every folder and is 25 times slower on a register of
//! 12,000 files.

use std::iter::FusedIterator;
use std::rc::Rc;

use super::ancestry::Commits;
use super::compare::{RawChange, TreeReader};
use super::oid::Oid;
use super::raw::RawCommit;
use super::scope::Scope;
use super::{CommitId, Ledger};
use crate::domain::ContentId;
use crate::error::Result;

/// One commit and what it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub commit: CommitInfo,
    /// Sorted by path as git sorts.
    pub changes: Vec<PathChange>,
    /// Folders that could not be read: what changed below them is not known. Only [`Ledger::line`] goes on without them.
    pub unread: Vec<String>,
    /// A shallow clone was cut off here: what the commit holds may be anybody's, and what it changed is not known.
    pub is_cut: bool,
}

impl Record {
    pub fn new(commit: CommitInfo, changes: Vec<PathChange>) -> Record {
        Record { commit, changes, unread: Vec::new(), is_cut: false }
    }

    pub(super) fn cut(commit: CommitInfo) -> Record {
        Record { is_cut: true, ..Record::new(commit, Vec::new()) }
    }

    /// Whether nothing changed, as far as can be known.
    pub(super) fn is_silent(&self) -> bool {
        self.changes.is_empty() && self.unread.is_empty() && !self.is_cut
    }
}

/// Text that is not UTF-8 is replaced where it is not; the ids are exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    pub id: CommitId,
    pub parents: Vec<CommitId>,
    pub author: Person,
    pub committer: Person,
    /// The first paragraph on one line.
    pub subject: String,
    pub message: String,
}

/// Who, and when by their own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: String,
    /// Since 1970, in UTC. A commit can claim any number.
    pub time_seconds: i64,
    pub offset_minutes: i32,
}

/// A regular file that is not the same before and after. What is no regular file, a symlink for instance, has no
/// content here and counts as absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathChange {
    pub path: String,
    pub before: Option<ContentId>,
    pub after: Option<ContentId>,
}

/// Which commits, and which of their changes. The default is everything along first parents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only changes at or below these paths, and only commits that have some. Empty: every path and every commit.
    pub paths: Vec<String>,
    /// Leave out this commit and all before it.
    pub since: Option<CommitId>,
    pub walk: Walk,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Walk {
    /// The branch's own line: a merge is one record, with everything it brought in.
    #[default]
    FirstParents,
    /// Every commit that is reachable, children before parents. A merge's record holds only what it changed itself:
    /// the files that equal none of its parents' (git's `--cc` rule).
    Everything,
}

impl Ledger {
    /// The history that ends in `from`, read while it is iterated. After an error there is nothing more.
    pub fn history(&self, from: CommitId, filter: &Filter) -> Result<History<'_>> {
        let trees = Rc::new(TreeReader::new(self));
        Ok(History {
            walk: self.commits(from, filter.since, filter.walk)?,
            recorder: Recorder { scope: Scope::of(&filter.paths), ..self.recorder(trees, filter.walk) },
            all_commits: filter.paths.is_empty(),
            over: false,
        })
    }

    /// Tells what single commits changed, through folders that others read, too.
    pub fn recorder<'ledger>(&'ledger self, trees: Rc<TreeReader<'ledger>>, walk: Walk) -> Recorder<'ledger> {
        Recorder { ledger: self, shallow: self.shallow(), trees, scope: Scope::everything(), walk }
    }

    /// The files that differ between two commits; with none before, all there are.
    pub fn diff(&self, before: impl Into<Option<CommitId>>, after: CommitId) -> Result<Vec<PathChange>> {
        TreeReader::new(self).diff(before, after)
    }

    /// Who made a commit, when, and what they said.
    pub fn commit_info(&self, id: CommitId) -> Result<CommitInfo> {
        Ok(CommitInfo::of(id, self.commit_before(id, &self.shallow())?))
    }

    /// A commit, without the parents a shallow clone has cut off.
    pub(super) fn commit_before(&self, id: CommitId, shallow: &[CommitId]) -> Result<RawCommit> {
        let commit = self.commit_object(id)?;
        Ok(if shallow.contains(&id) { RawCommit { parents: Vec::new(), ..commit } } else { commit })
    }
}

/// See [`Ledger::history`].
pub struct History<'ledger> {
    walk: Commits<'ledger>,
    recorder: Recorder<'ledger>,
    all_commits: bool,
    over: bool,
}

impl Iterator for History<'_> {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Result<Record>> {
        while !self.over {
            let record = match self.walk.next()? {
                Ok(id) => self.recorder.record(CommitId(id)),
                Err(error) => Err(error),
            };
            self.over = record.is_err();
            match record {
                Ok(record) if record.is_silent() && !self.all_commits => {}
                record => return Some(record),
            }
        }
        None
    }
}

impl FusedIterator for History<'_> {}

/// See [`Ledger::recorder`].
pub struct Recorder<'ledger> {
    ledger: &'ledger Ledger,
    shallow: Vec<CommitId>,
    trees: Rc<TreeReader<'ledger>>,
    scope: Scope,
    walk: Walk,
}

impl Recorder<'_> {
    pub fn record(&self, id: CommitId) -> Result<Record> {
        let commit = self.ledger.commit_before(id, &self.shallow)?;
        if self.shallow.contains(&id) {
            return Ok(Record::cut(CommitInfo::of(id, commit)));
        }
        let mut parents = commit.parents.iter();
        let mut changes = self.changes(commit.tree, parents.next())?;
        if self.walk == Walk::Everything {
            for other in parents {
                let against_other = self.changes(commit.tree, Some(other))?;
                changes.retain(|change| against_other.iter().any(|other| other.path == change.path));
            }
        }
        let changes = changes.into_iter().filter_map(RawChange::of_files).collect();
        Ok(Record::new(CommitInfo::of(id, commit), changes))
    }

    fn changes(&self, tree: Oid, parent: Option<&Oid>) -> Result<Vec<RawChange>> {
        let before = parent.map(|parent| self.trees.root(CommitId(*parent))).transpose()?;
        self.trees.compare(before.map(|before| before.0), Some(tree), &self.scope)
    }
}

impl CommitInfo {
    pub(super) fn of(id: CommitId, commit: RawCommit) -> CommitInfo {
        CommitInfo {
            id,
            subject: commit.subject(),
            message: commit.text(),
            parents: commit.parents.into_iter().map(CommitId).collect(),
            author: commit.author,
            committer: commit.committer,
        }
    }
}
