//! A branch's own line: its commits along first parents, and what they changed in the register.
//!
//! The same as [`Ledger::history`] with [`Walk::FirstParents`](super::Walk), but what was found once is not looked for
//! again: the walk ends where it meets a commit that [the index](super::line_index) knows. So nothing has to be up to
//! date: a commit that is not known is walked, on whatever branch it is, and a history that was rewritten meets what it
//! still has in common with the old one.

use std::iter::FusedIterator;

use super::compare::{RawChange, TreeReader};
use super::line_index::{Caching, Fresh, LineIndex, Place, Row};
use super::oid::Oid;
use super::raw::RawCommit;
use super::scope::Scope;
use super::{CommitId, CommitInfo, Ledger, Record};
use crate::domain::Day;
use crate::error::{Error, Result};

impl Ledger {
    /// The commits that lead to `from` along first parents and changed something of what is asked, with those changes,
    /// newest first, read while it is iterated. A merge changed all that it brought in.
    pub fn line(&self, from: CommitId, asked: Scope, caching: Caching) -> Result<Line<'_>> {
        // A shallow clone's history ends where it was cut, and may be made longer.
        let can_be_known = !self.is_shallow() && Scope::register().covers(&asked);
        let caching = if can_be_known { caching } else { Caching::Ignore };
        Ok(Line {
            ledger: self,
            shallow: self.shallow(),
            trees: TreeReader::new(self),
            asked,
            index: self.line_index(caching),
            fresh: (caching == Caching::Keep).then(Fresh::default),
            next: Some(from),
            ahead: None,
            known: Vec::new().into_iter(),
        })
    }

    fn line_index(&self, caching: Caching) -> LineIndex {
        match caching {
            Caching::Ignore => LineIndex::none(),
            Caching::Look | Caching::Keep => LineIndex::open(self.common_dir(), self.store.format()),
        }
    }

    /// The last commit of a line that was made on or before a day, by its committer's own calendar. Refused where a shallow
    /// clone does not reach that far.
    pub(super) fn last_on_or_before(&self, from: CommitId, day: Day) -> Result<Option<CommitId>> {
        let early = |seconds, offset_minutes| Day::at(seconds, offset_minutes) <= day;
        let shallow = self.shallow();
        // What is hashed again is not taken from anywhere else.
        let known = if self.rehashes || self.is_shallow() { Caching::Ignore } else { Caching::Look };
        let mut index = None;
        let mut id = from;
        loop {
            let RawCommit { parents, committer, .. } = self.commit_before(id, &shallow)?;
            if early(committer.time_seconds, committer.offset_minutes) {
                return Ok(Some(id));
            }
            let Some(parent) = parents.first() else {
                return if shallow.contains(&id) { Err(Error::Shallow) } else { Ok(None) };
            };
            let index = index.get_or_insert_with(|| self.line_index(known));
            if let Some(place) = index.place(*parent)
                && let Ok(last) = index.last(place, early)
            {
                return Ok(last.map(CommitId));
            }
            id = CommitId(*parent);
        }
    }
}

/// See [`Ledger::line`]. After an error there is nothing more.
pub struct Line<'ledger> {
    ledger: &'ledger Ledger,
    shallow: Vec<CommitId>,
    trees: TreeReader<'ledger>,
    asked: Scope,
    index: LineIndex,
    /// All that was walked, as long as it can be kept.
    fresh: Option<Fresh>,
    next: Option<CommitId>,
    /// The next commit itself, where it was read already as the parent of one.
    ahead: Option<RawCommit>,
    /// What the index answers once the walk has met a commit it knows.
    known: std::vec::IntoIter<Row>,
}

impl Iterator for Line<'_> {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Result<Record>> {
        while let Some(id) = self.next.take() {
            let place = self.index.place(id.0);
            let known = place.and_then(|place| self.index.rows(place, &self.asked));
            if let Some(known) = known {
                self.known = known.into_iter();
                self.keep(place);
                break;
            }
            match self.walked(id) {
                Ok(record) if record.is_silent() => {}
                record => return Some(record),
            }
        }
        self.known_record()
    }
}

impl FusedIterator for Line<'_> {}

impl Line<'_> {
    /// A commit nobody knows yet.
    fn walked(&mut self, id: CommitId) -> Result<Record> {
        let read = |id| self.ledger.commit_before(id, &self.shallow);
        let commit = self.ahead.take().map_or_else(|| read(id), Ok)?;
        if self.shallow.contains(&id) {
            return Ok(Record::cut(CommitInfo::of(id, commit)));
        }
        let parent = commit.parents.first().map(|parent| CommitId(*parent));
        self.ahead = parent.map(read).transpose()?;
        let before = self.ahead.as_ref().map(|parent| parent.tree);
        let (changes, unread) = self.changes(id, &commit, before)?;
        let asked = changes.into_iter().filter(|change| self.asked.holds(&change.path));
        let changes = asked.filter_map(RawChange::of_files).collect();
        self.next = parent;
        if parent.is_none() {
            self.keep(None);
        }
        Ok(Record { unread, ..Record::new(CommitInfo::of(id, commit), changes) })
    }

    /// What it changed in the whole register, if that is to be kept, else only what was asked for; and the folders that
    /// cannot be read.
    fn changes(
        &mut self,
        id: CommitId,
        commit: &RawCommit,
        before: Option<Oid>,
    ) -> Result<(Vec<RawChange>, Vec<String>)> {
        if let Some(fresh) = &mut self.fresh {
            if let Ok(changes) = self.trees.compare(before, Some(commit.tree), &Scope::register()) {
                fresh.commit(id.0, &commit.committer);
                changes.iter().for_each(|change| fresh.change(change));
                if fresh.is_too_large() {
                    self.fresh = None;
                }
                return Ok((changes, Vec::new()));
            }
            // A folder is damaged or missing: what is not known is not kept.
            self.fresh = None;
        }
        self.trees.compare_what_is_here(before, Some(commit.tree), &self.asked)
    }

    fn keep(&mut self, base: Option<Place>) {
        if let Some(fresh) = self.fresh.take() {
            self.index.keep(fresh, base);
        }
    }

    fn known_record(&mut self) -> Option<Result<Record>> {
        let (id, changes, rest) = self.index.record(self.known.as_slice())?;
        let taken = self.known.len() - rest.len();
        self.known.by_ref().take(taken).for_each(drop);
        let id = CommitId(id);
        let commit = self.ledger.commit_before(id, &self.shallow);
        if commit.is_err() {
            self.known = Vec::new().into_iter();
        }
        Some(commit.map(|commit| Record::new(CommitInfo::of(id, commit), changes)))
    }
}
