//! Where two trees differ.
//!
//! Only folders whose ids differ are read: the time is that of the change, not of the register.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use super::object::content;
use super::oid::Oid;
use super::raw_tree::{RawEntry, RawTree};
use super::scope::{Reach, Scope};
use super::tree::DEPTH_LIMIT;
use super::{CommitId, Kind, Ledger, Link, Listing, ObjectId, PathChange, TreeEntry};
use crate::error::{Error, Result};

/// Commits' folders, remembering the recent ones: neighbouring commits share nearly all of theirs.
pub struct TreeReader<'ledger> {
    ledger: &'ledger Ledger,
    /// The root folders of commits that somebody has read.
    known: HashMap<CommitId, ObjectId>,
    recent: RefCell<Recent>,
}

#[derive(Default)]
struct Recent {
    roots: HashMap<CommitId, ObjectId>,
    trees: HashMap<Oid, Rc<RawTree>>,
    size_bytes: usize,
}

/// Enough for the folders of some commits in a row, little enough to throw away and start over.
const RECENT_LIMIT_BYTES: usize = 16 * 1024 * 1024;

/// What is remembered takes that much besides its bytes, at most.
const OVERHEAD_BYTES: usize = 4096;

/// More differences than a whole register makes. A few folders that hold each other again and again make billions.
const DIFFERENCE_LIMIT: usize = 500_000;

impl<'ledger> TreeReader<'ledger> {
    pub fn new(ledger: &'ledger Ledger) -> TreeReader<'ledger> {
        TreeReader::knowing(ledger, &[])
    }

    /// Looks no commit up that was read to list it.
    pub fn knowing(ledger: &'ledger Ledger, commits: &[Link]) -> TreeReader<'ledger> {
        let known = commits.iter().map(|link| (link.id, link.tree)).collect();
        TreeReader { ledger, known, recent: RefCell::default() }
    }

    /// See [`Ledger::lookup`].
    pub fn lookup(&self, commit: CommitId, path: &str) -> Result<Option<TreeEntry>> {
        let mut entry = TreeEntry { name: String::new(), kind: Kind::Folder, id: self.root(commit)? };
        for name in path.split('/').filter(|_| !path.is_empty()) {
            if entry.kind != Kind::Folder {
                return Ok(None);
            }
            let tree = self.read(entry.id.0, None)?;
            match tree.find(name.as_bytes()).and_then(|found| found.checked().ok()) {
                Some(found) => entry = found,
                None => return Ok(None),
            }
        }
        Ok(Some(entry))
    }

    /// See [`Ledger::entries`].
    pub fn entries(&self, commit: CommitId, folder: &str) -> Result<Listing> {
        match self.lookup(commit, folder)? {
            Some(TreeEntry { kind: Kind::Folder, id, .. }) => Ok(Listing::of(&*self.read(id.0, None)?)),
            _ => Ok(Listing::default()),
        }
    }

    /// See [`Ledger::diff`].
    pub fn diff(&self, before: impl Into<Option<CommitId>>, after: CommitId) -> Result<Vec<PathChange>> {
        let before = before.into().map(|before| self.root(before)).transpose()?.map(|root| root.0);
        let changes = self.compare(before, Some(self.root(after)?.0), &Scope::everything())?;
        Ok(changes.into_iter().filter_map(RawChange::of_files).collect())
    }

    pub(super) fn root(&self, commit: CommitId) -> Result<ObjectId> {
        if let Some(root) = self.known.get(&commit).or(self.recent.borrow().roots.get(&commit)) {
            return Ok(*root);
        }
        let root = self.ledger.root(commit)?;
        let mut recent = self.recent.borrow_mut();
        recent.size_bytes += OVERHEAD_BYTES;
        recent.roots.insert(commit, root);
        Ok(root)
    }

    fn read(&self, id: Oid, similar: Option<&RawTree>) -> Result<Rc<RawTree>> {
        if let Some(tree) = self.recent.borrow().trees.get(&id) {
            return Ok(Rc::clone(tree));
        }
        let tree = Rc::new(RawTree::read_beside(self.ledger, id, similar)?);
        let mut recent = self.recent.borrow_mut();
        recent.size_bytes += tree.size_bytes() + OVERHEAD_BYTES;
        if recent.size_bytes > RECENT_LIMIT_BYTES {
            *recent = Recent { size_bytes: tree.size_bytes() + OVERHEAD_BYTES, ..Recent::default() };
        }
        recent.trees.insert(id, Rc::clone(&tree));
        Ok(tree)
    }

    /// Where two trees differ below `scope`: only folders with different ids are read. Names that must not be followed,
    /// and what is nested deeper than [`DEPTH_LIMIT`], are left out; [`Ledger::list`] reports them.
    pub(super) fn compare(
        &self,
        before: Option<Oid>,
        after: Option<Oid>,
        scope: &Scope,
    ) -> Result<Vec<RawChange>> {
        let mut comparison = Comparison::new(self, scope);
        comparison.all(before, after)?;
        Ok(comparison.changes)
    }

    /// The same, and the paths of folders of which a side is missing or damaged: what differs below them is not known.
    pub(super) fn compare_what_is_here(
        &self,
        before: Option<Oid>,
        after: Option<Oid>,
        scope: &Scope,
    ) -> Result<(Vec<RawChange>, Vec<String>)> {
        let mut comparison = Comparison { unread: Some(Vec::new()), ..Comparison::new(self, scope) };
        comparison.all(before, after)?;
        Ok((comparison.changes, comparison.unread.unwrap_or_default()))
    }
}

/// One path that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawChange {
    pub path: String,
    pub before: Option<(Kind, Oid)>,
    pub after: Option<(Kind, Oid)>,
}

impl RawChange {
    /// The content before and after, if there is another one. What is no regular file counts as absent.
    pub fn files(&self) -> Option<(Option<Oid>, Option<Oid>)> {
        let file = |side: Option<(Kind, Oid)>| side.filter(|(kind, _)| kind.is_file()).map(|(_, id)| id);
        let (before, after) = (file(self.before), file(self.after));
        (before != after).then_some((before, after))
    }

    pub fn of_files(self) -> Option<PathChange> {
        let (before, after) = self.files()?;
        Some(PathChange { path: self.path, before: before.map(content), after: after.map(content) })
    }
}

struct Comparison<'a, 'ledger> {
    reader: &'a TreeReader<'ledger>,
    scope: &'a Scope,
    path: String,
    changes: Vec<RawChange>,
    /// Folders that cannot be read, where that is no error.
    unread: Option<Vec<String>>,
    left: usize,
}

impl<'a, 'ledger> Comparison<'a, 'ledger> {
    fn new(reader: &'a TreeReader<'ledger>, scope: &'a Scope) -> Comparison<'a, 'ledger> {
        let (path, changes, left) = (String::new(), Vec::new(), DIFFERENCE_LIMIT);
        Comparison { reader, scope, path, changes, unread: None, left }
    }

    fn all(&mut self, before: Option<Oid>, after: Option<Oid>) -> Result<()> {
        if before == after {
            return Ok(());
        }
        self.folders(before, after, self.scope.reach(""), 0)
    }

    fn folders(&mut self, before: Option<Oid>, after: Option<Oid>, reach: Reach, depth: usize) -> Result<()> {
        if depth > DEPTH_LIMIT || reach == Reach::Outside {
            return Ok(());
        }
        let read = || {
            let after = after.map(|id| self.reader.read(id, None)).transpose()?;
            let before = before.map(|id| self.reader.read(id, after.as_deref())).transpose()?;
            Ok((before, after))
        };
        let (before, after) = match (read(), &mut self.unread) {
            (Err(error), Some(unread)) if depth > 0 && Error::is_of_one_object(&error) => {
                unread.push(self.path.clone());
                return Ok(());
            }
            (read, _) => read?,
        };
        let nothing = RawTree::default();
        let (before, after) = (before.as_deref().unwrap_or(&nothing), after.as_deref().unwrap_or(&nothing));
        let (left, right) = before.differing(after);
        let (mut left, mut right) = (left.peekable(), right.peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(left), Some(right)) => left.in_git_order(right),
            };
            let old = order.is_le().then(|| left.next()).flatten();
            let new = order.is_ge().then(|| right.next()).flatten();
            if old != new {
                self.entry(old, new, reach, depth)?;
            }
        }
    }

    /// One name that differs. Sound sides, if there are two, are both folders or both not.
    fn entry(
        &mut self,
        old: Option<RawEntry<'_>>,
        new: Option<RawEntry<'_>>,
        reach: Reach,
        depth: usize,
    ) -> Result<()> {
        self.left = self.left.checked_sub(1).ok_or(Error::ChangeTooLarge { limit: DIFFERENCE_LIMIT })?;
        let old = old.and_then(|entry| entry.checked().ok());
        let new = new.and_then(|entry| entry.checked().ok());
        let Some(TreeEntry { name, kind, .. }) = new.as_ref().or(old.as_ref()) else { return Ok(()) };
        let parent_length = self.path.len();
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(name);
        let reach = if reach == Reach::Whole { reach } else { self.scope.reach(&self.path) };
        if *kind == Kind::Folder {
            self.folders(old.map(|entry| entry.id.0), new.map(|entry| entry.id.0), reach, depth + 1)?;
        } else if reach == Reach::Whole {
            let side = |entry: TreeEntry| (entry.kind, entry.id.0);
            let (before, after) = (old.map(side), new.map(side));
            self.changes.push(RawChange { path: self.path.clone(), before, after });
        }
        self.path.truncate(parent_length);
        Ok(())
    }
}
