//! How commits stand to each other: what leads to what, what two branches share, and what merging two files gives.
//!
//! Answered from the commits themselves, alike whatever opened the repository. Where clocks went back, an answer takes
//! longer and is the same.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, HashSet};

use git2::{MergeFileInput, Reference, merge_file};

use super::git::Git;
use super::oid::Oid;
use super::{Blob, CommitId, Ledger, ObjectId, Walk, strange};
use crate::domain::ContentId;
use crate::error::Result;

impl Ledger {
    /// Whether the history ends where a clone was cut off, not where it began.
    pub fn is_shallow(&self) -> bool {
        !self.shallow().is_empty()
    }

    /// Whether git shows others in place of some objects here (git-replace(1)). Countersign shows what is replaced.
    pub fn is_replaced(&self) -> Result<bool> {
        strange::refuse_references(self.git_dir())?;
        let listed = ["--count=1", "refs/replace/"];
        Ok(!Git::of(self)?.reading("for-each-ref", listed).output()?.is_empty())
    }

    /// The best commits that both descend from; none for two histories that never met, several where branches were
    /// merged crosswise.
    pub fn merge_bases(&self, one: CommitId, other: CommitId) -> Result<Vec<CommitId>> {
        const BOTH: u8 = 1 | 2;
        const BELOW: u8 = 4;
        let mut newest = NewestFirst::of(self);
        let mut marks = HashMap::from([(one.0, 1)]);
        *marks.entry(other.0).or_default() |= 2;
        marks.keys().copied().collect::<Vec<_>>().into_iter().try_for_each(|id| newest.push(id))?;
        let mut found: Vec<Oid> = Vec::new();
        while newest.open.iter().any(|link| marks[&link.id.0] & BELOW == 0) {
            let Some(link) = newest.open.pop() else { break };
            let mut mark = marks[&link.id.0];
            if mark == BOTH && !found.contains(&link.id.0) {
                found.push(link.id.0);
            }
            // What leads to one that both build on is no best one.
            mark |= if mark & BOTH == BOTH { BELOW } else { 0 };
            for CommitId(parent) in link.parents {
                let known = marks.entry(parent).or_default();
                if *known | mark != *known {
                    *known |= mark;
                    newest.push(parent)?;
                }
            }
        }
        found.retain(|id| marks[id] & BELOW == 0);
        // A clock that went back can hide that one of several leads to another.
        let mut best = Vec::new();
        for (at, id) in found.iter().enumerate() {
            let mut others = found.iter().enumerate().filter(|(other, _)| *other != at);
            let leads = others.try_fold(false, |leads, (_, other)| {
                Ok::<_, crate::error::Error>(leads || self.is_ancestor(CommitId(*id), CommitId(*other))?)
            })?;
            best.extend((!leads).then_some(CommitId(*id)));
        }
        Ok(best)
    }

    /// Whether `ancestor` is `commit` or stands before it: if the last head that was looked at does not, history was
    /// rewritten.
    pub fn is_ancestor(&self, ancestor: CommitId, commit: CommitId) -> Result<bool> {
        for link in self.ancestors(commit)? {
            if link?.id == ancestor {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The commits that lead to `from`, itself first, but not those that lead to `since`: children before parents, newer
    /// before older.
    pub fn lineage(&self, from: CommitId, since: Option<CommitId>) -> Result<Vec<Link>> {
        self.children_first(from, self.leading_to(since)?)
    }

    pub(super) fn commits(&self, from: CommitId, since: Option<CommitId>, walk: Walk) -> Result<Commits<'_>> {
        match walk {
            Walk::FirstParents => self.first_parents(from, self.leading_to(since)?),
            Walk::Everything => {
                Ok(Box::new(self.lineage(from, since)?.into_iter().map(|link| Ok(link.id.0))))
            }
        }
    }

    fn leading_to(&self, commit: Option<CommitId>) -> Result<HashSet<Oid>> {
        let links = commit.map(|commit| self.ancestors(commit)).transpose()?.into_iter().flatten();
        links.map(|link| Ok(link?.id.0)).collect()
    }

    fn first_parents(&self, from: CommitId, left_out: HashSet<Oid>) -> Result<Commits<'_>> {
        let shallow = self.shallow();
        let mut next = Some(from);
        Ok(Box::new(std::iter::from_fn(move || {
            let id = next.take().filter(|id| !left_out.contains(&id.0))?;
            let commit = self.commit_before(id, &shallow);
            Some(commit.map(|commit| {
                next = commit.parents.first().copied().map(CommitId);
                id.0
            }))
        })))
    }

    fn children_first(&self, from: CommitId, left_out: HashSet<Oid>) -> Result<Vec<Link>> {
        let mut links = HashMap::new();
        let mut children: HashMap<CommitId, usize> = HashMap::new();
        let mut all = self.ancestors(from)?;
        all.stop_at = left_out;
        for link in all {
            let link = link?;
            for parent in &link.parents {
                *children.entry(*parent).or_default() += 1;
            }
            links.insert(link.id, link);
        }
        let mut ready: BinaryHeap<Link> = links.remove(&from).into_iter().collect();
        let mut order = Vec::with_capacity(links.len() + 1);
        while let Some(link) = ready.pop() {
            for parent in &link.parents {
                let left = children.entry(*parent).or_default();
                *left -= 1;
                if *left == 0 {
                    ready.extend(links.remove(parent));
                }
            }
            order.push(link);
        }
        Ok(order)
    }

    fn ancestors(&self, commit: CommitId) -> Result<Ancestors<'_>> {
        let mut newest = NewestFirst::of(self);
        newest.push(commit.0)?;
        Ok(Ancestors { newest, seen: HashSet::from([commit.0]), stop_at: HashSet::new() })
    }

    /// The id of what git's merge of two changed texts gives, where they do not conflict.
    pub fn merged(
        &self,
        base: &ContentId,
        ours: &ContentId,
        theirs: &ContentId,
        limit_bytes: u64,
    ) -> Result<Option<ContentId>> {
        let text = self.merged_text(base, ours, theirs, limit_bytes)?;
        Ok(text.map(|text| self.content_id(&text)))
    }

    /// That text itself.
    pub fn merged_text(
        &self,
        base: &ContentId,
        ours: &ContentId,
        theirs: &ContentId,
        limit_bytes: u64,
    ) -> Result<Option<Vec<u8>>> {
        let mut texts = Vec::with_capacity(3);
        for id in [base, ours, theirs] {
            match self.blob(id, limit_bytes)? {
                Blob::Content(bytes) if !bytes.is_empty() && !bytes.contains(&0) => texts.push(bytes),
                _ => return Ok(None),
            }
        }
        let input = |text| {
            let mut input = MergeFileInput::new();
            input.content(text);
            input
        };
        let [base, ours, theirs] = [0, 1, 2].map(|side| input(&texts[side][..]));
        let merged = merge_file(&base, &ours, &theirs, None)?;
        Ok(merged.is_automergeable().then(|| merged.content().to_vec()))
    }

    /// The commit at the end of a local branch, by the branch's short name. What is no name for a branch names none.
    pub fn branch(&self, name: &str) -> Result<Option<CommitId>> {
        let reference = format!("refs/heads/{name}");
        if Reference::is_valid_name(&reference) { self.tip(&reference) } else { Ok(None) }
    }
}

/// Ids of commits, found while they are iterated.
pub(super) type Commits<'ledger> = Box<dyn Iterator<Item = Result<Oid>> + 'ledger>;

/// A commit and what it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub id: CommitId,
    /// Its root folder.
    pub tree: ObjectId,
    pub parents: Vec<CommitId>,
    /// The committer's.
    pub time_seconds: i64,
    /// How many were met before it.
    place: usize,
}

/// The newest is the greatest; of two that are as new, the one that was met first.
impl Ord for Link {
    fn cmp(&self, other: &Link) -> Ordering {
        (self.time_seconds, other.place).cmp(&(other.time_seconds, self.place))
    }
}

impl PartialOrd for Link {
    fn partial_cmp(&self, other: &Link) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Commits that were met and not looked at yet.
struct NewestFirst<'ledger> {
    ledger: &'ledger Ledger,
    shallow: Vec<CommitId>,
    open: BinaryHeap<Link>,
    met: usize,
}

impl NewestFirst<'_> {
    fn of(ledger: &Ledger) -> NewestFirst<'_> {
        NewestFirst { ledger, shallow: ledger.shallow(), open: BinaryHeap::new(), met: 0 }
    }

    fn push(&mut self, id: Oid) -> Result<()> {
        let commit = self.ledger.commit_before(CommitId(id), &self.shallow)?;
        let time_seconds = commit.committer.time_seconds;
        let parents = commit.parents.into_iter().map(CommitId).collect();
        let (id, tree) = (CommitId(id), ObjectId(commit.tree));
        self.open.push(Link { id, tree, parents, time_seconds, place: self.met });
        self.met += 1;
        Ok(())
    }
}

/// All that leads to a commit, itself first, each once.
struct Ancestors<'ledger> {
    newest: NewestFirst<'ledger>,
    seen: HashSet<Oid>,
    /// These are left out, with all that leads to them.
    stop_at: HashSet<Oid>,
}

impl Iterator for Ancestors<'_> {
    type Item = Result<Link>;

    fn next(&mut self) -> Option<Result<Link>> {
        loop {
            let link = self.newest.open.pop()?;
            if self.stop_at.contains(&link.id.0) {
                continue;
            }
            for CommitId(parent) in &link.parents {
                if self.seen.insert(*parent)
                    && !self.stop_at.contains(parent)
                    && let Err(error) = self.newest.push(*parent)
                {
                    self.newest.open.clear();
                    return Some(Err(error));
                }
            }
            return Some(Ok(link));
        }
    }
}
