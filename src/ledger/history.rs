//! What the commits did, newest first.
//!
//! A change is what differs between two trees, never what a message claims. Commits are compared by a walk that reads
//! only folders whose ids differ; libgit2's own tree diff expands every folder and is 25 times slower on a register of
//! 12,000 files.

use std::iter::FusedIterator;

use git2::{Commit, Oid, Revwalk, Signature, Sort};

use super::compare::{RawChange, Scope, TreeReader};
use super::object::{content, unreadable};

use super::{CommitId, Kind, Ledger};
use crate::domain::ContentId;
use crate::error::Result;

/// One commit and what it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub commit: CommitInfo,
    /// Sorted by path as git sorts.
    pub changes: Vec<PathChange>,
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
        let mut walk = self.repository.revwalk()?;
        match filter.walk {
            Walk::FirstParents => walk.simplify_first_parent()?,
            Walk::Everything => walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?,
        }
        walk.push(from.0)?;
        if let Some(since) = filter.since {
            walk.hide(since.0)?;
        }
        Ok(History {
            ledger: self,
            walk,
            trees: TreeReader::new(self)?,
            scope: Scope::of(&filter.paths),
            merges: filter.walk,
            all_commits: filter.paths.is_empty(),
            over: false,
        })
    }

    /// The files that differ between two commits; with none before, all there are.
    pub fn diff(&self, before: impl Into<Option<CommitId>>, after: CommitId) -> Result<Vec<PathChange>> {
        let before = before.into().map(|before| self.root(before)).transpose()?;
        let (before, after) = (before.map(|root| root.0), self.root(after)?.0);
        let changes = TreeReader::new(self)?.compare(before, Some(after), &Scope::everything())?;
        Ok(changes.into_iter().filter_map(RawChange::of_files).collect())
    }

    /// Whether `ancestor` is `commit` or stands before it: if the last head that was looked at does not, history was
    /// rewritten.
    pub fn is_ancestor(&self, ancestor: CommitId, commit: CommitId) -> Result<bool> {
        Ok(ancestor == commit || self.repository.graph_descendant_of(commit.0, ancestor.0)?)
    }

    /// Who made a commit, when, and what they said.
    pub fn commit_info(&self, id: CommitId) -> Result<CommitInfo> {
        let commit = self.repository.find_commit(id.0).map_err(|error| unreadable(id.0, error))?;
        Ok(CommitInfo::of(&commit))
    }
}

/// See [`Ledger::history`].
pub struct History<'ledger> {
    ledger: &'ledger Ledger,
    walk: Revwalk<'ledger>,
    trees: TreeReader<'ledger>,
    scope: Scope,
    merges: Walk,
    all_commits: bool,
    over: bool,
}

impl Iterator for History<'_> {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Result<Record>> {
        while !self.over {
            let record = match self.walk.next()? {
                Ok(id) => self.record(id),
                Err(error) => Err(error.into()),
            };
            self.over = record.is_err();
            match record {
                Ok(record) if record.changes.is_empty() && !self.all_commits => {}
                record => return Some(record),
            }
        }
        None
    }
}

impl FusedIterator for History<'_> {}

impl History<'_> {
    fn record(&self, id: Oid) -> Result<Record> {
        let commit = self.ledger.repository.find_commit(id).map_err(|error| unreadable(id, error))?;
        let mut parents = commit.parent_ids();
        let mut changes = self.changes(&commit, parents.next())?;
        if self.merges == Walk::Everything {
            for other in parents {
                let against_other = self.changes(&commit, Some(other))?;
                changes.retain(|change| against_other.iter().any(|other| other.path == change.path));
            }
        }
        let changes = changes.into_iter().filter_map(RawChange::of_files).collect();
        Ok(Record { commit: CommitInfo::of(&commit), changes })
    }

    fn changes(&self, commit: &Commit<'_>, parent: Option<Oid>) -> Result<Vec<RawChange>> {
        let before = parent.map(|parent| self.tree_of(parent)).transpose()?;
        self.trees.compare(before, Some(commit.tree_id()), &self.scope)
    }

    fn tree_of(&self, commit: Oid) -> Result<Oid> {
        let commit = self.ledger.repository.find_commit(commit).map_err(|error| unreadable(commit, error))?;
        Ok(commit.tree_id())
    }
}

impl RawChange {
    pub(super) fn of_files(self) -> Option<PathChange> {
        let file =
            |side: Option<(Kind, Oid)>| side.filter(|(kind, _)| kind.is_file()).map(|(_, id)| content(id));
        let (before, after) = (file(self.before), file(self.after));
        (before != after).then_some(PathChange { path: self.path, before, after })
    }
}

impl CommitInfo {
    fn of(commit: &Commit<'_>) -> CommitInfo {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        CommitInfo {
            id: CommitId(commit.id()),
            parents: commit.parent_ids().map(CommitId).collect(),
            author: Person::of(&commit.author()),
            committer: Person::of(&commit.committer()),
            subject: commit.summary_bytes().map(text).unwrap_or_default(),
            message: text(commit.message_bytes()),
        }
    }
}

impl Person {
    fn of(signature: &Signature<'_>) -> Person {
        Person {
            name: String::from_utf8_lossy(signature.name_bytes()).into_owned(),
            email: String::from_utf8_lossy(signature.email_bytes()).into_owned(),
            time_seconds: signature.when().seconds(),
            offset_minutes: signature.when().offset_minutes(),
        }
    }
}
