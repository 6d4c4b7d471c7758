//! From what a person types to a commit.

use git2::ObjectType;

use super::oid::Oid;
use super::raw::tagged;
use super::store::Reference;
use super::{CommitId, Ledger};
use crate::domain::Day;
use crate::error::{Error, Result};

/// Where the repository stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// On a branch, by its short name. Without a commit nothing is committed there yet.
    Branch { name: String, commit: Option<CommitId> },
    /// On a commit, not on a branch.
    Detached(CommitId),
}

impl Head {
    pub fn commit(&self) -> Option<CommitId> {
        match self {
            Head::Branch { commit, .. } => *commit,
            Head::Detached(commit) => Some(*commit),
        }
    }
}

impl Ledger {
    pub fn head(&self) -> Result<Head> {
        match self.store.reference("HEAD")? {
            Some(Reference::Symbolic(target)) => {
                let commit = self.tip(&target)?;
                let name = target.strip_prefix("refs/heads/").unwrap_or(&target).to_owned();
                Ok(Head::Branch { name, commit })
            }
            Some(Reference::Direct(id)) => self.peel("HEAD", id).map(Head::Detached),
            None => Err(Error::Repository { detail: "HEAD cannot be read".to_owned() }),
        }
    }

    /// The full name of the branch HEAD stands on, whether it is born or not.
    pub(super) fn checked_out(&self) -> Result<Option<String>> {
        match self.store.reference("HEAD")? {
            Some(Reference::Symbolic(branch)) => self.followed(branch).map(Some),
            _ => Ok(None),
        }
    }

    /// The ref that moves when this one is moved: a branch can be another name of one (git-symbolic-ref(1)).
    pub(super) fn followed(&self, mut reference: String) -> Result<String> {
        for _ in 0..SYMBOLIC_LIMIT {
            match self.store.reference(&reference)? {
                Some(Reference::Symbolic(target)) => reference = target,
                _ => return Ok(reference),
            }
        }
        Err(stands_for_itself(&reference))
    }

    /// The commit a full ref name points to, if the ref exists.
    pub(super) fn tip(&self, reference: &str) -> Result<Option<CommitId>> {
        let points_to = self.store.reference(reference)?;
        points_to.map_or(Ok(None), |points_to| self.end_of(reference, points_to))
    }

    /// The commit that such a ref, which stands for that, leads to.
    pub(super) fn end_of(&self, reference: &str, mut points_to: Reference) -> Result<Option<CommitId>> {
        for _ in 0..SYMBOLIC_LIMIT {
            let target = match points_to {
                Reference::Direct(id) => return self.peel(reference, id).map(Some),
                Reference::Symbolic(target) => target,
            };
            match self.store.reference(&target)? {
                Some(next) => points_to = next,
                None => return Ok(None),
            }
        }
        Err(stands_for_itself(reference))
    }

    /// The commit that `text` names: a branch, a tag, a full or abbreviated id, `HEAD~2` and the like, or a day.
    ///
    /// A day means the last commit along HEAD's first parents that was made on or before it, by the committer's own
    /// calendar. A day is always read as a day; a tag of that name is `refs/tags/2026-03-01`.
    pub fn resolve(&self, text: &str) -> Result<CommitId> {
        if let Ok(day) = text.parse::<Day>() {
            return self.as_of(day);
        }
        // What starts with a hyphen is an option somewhere else, and never a name git accepts.
        if text.is_empty() || text.starts_with('-') || text.contains('\0') {
            return Err(self.unknown(text));
        }
        let found = self.store.find(text)?.ok_or_else(|| self.unknown(text))?;
        self.peel(text, found)
    }

    /// The commit behind an object: itself, or what a tag names. `text` is what it was called.
    fn peel(&self, text: &str, id: Oid) -> Result<CommitId> {
        let (named, _) = self.store.header(id)?;
        let (mut id, mut kind) = (id, named);
        while kind == ObjectType::Tag {
            let detail = || "what it names cannot be read".to_owned();
            id = tagged(&self.object(id, kind)?)
                .ok_or_else(|| Error::DamagedObject { id: id.to_string(), detail: detail() })?;
            (kind, _) = self.store.header(id)?;
        }
        match kind {
            ObjectType::Commit => Ok(CommitId(id)),
            _ => Err(Error::NotACommit { text: text.to_owned(), kind: named.to_string() }),
        }
    }

    fn as_of(&self, day: Day) -> Result<CommitId> {
        let found = match self.head()?.commit() {
            Some(head) => self.last_on_or_before(head, day)?,
            None => None,
        };
        found.ok_or_else(|| Error::NothingThatEarly { day: day.to_string() })
    }

    /// That a name stands for no local branch, with the nearest one's.
    pub fn no_branch(&self, name: &str) -> Error {
        match super::target::branch_reference(name) {
            Ok(_) => self.unknown(name),
            Err(error) => error,
        }
    }

    /// With a name near it, if there is one.
    pub(super) fn unknown(&self, text: &str) -> Error {
        let names = self.names().unwrap_or_default();
        let closeness = |name: &String| strsim::damerau_levenshtein(name, text);
        let others = names.into_iter().filter(|name| name != text);
        let near = others.map(|name| (closeness(&name), name)).min();
        let near =
            near.filter(|(distance, _)| *distance <= 1.max(text.chars().count() / 3)).map(|(_, name)| name);
        Error::UnknownRevision { text: text.to_owned(), near }
    }

    /// Everything that can be typed for a commit by name: `HEAD`, branches, remote branches and tags.
    fn names(&self) -> Result<Vec<String>> {
        let short = |(name, _): (String, Reference)| {
            let folders = ["refs/heads/", "refs/remotes/", "refs/tags/"];
            folders.iter().find_map(|folder| name.strip_prefix(folder)).unwrap_or(&name).to_owned()
        };
        let references = self.store.references()?.into_iter().map(short);
        Ok(["HEAD".to_owned()].into_iter().chain(references).collect())
    }
}

/// How many refs may stand for each other in a row, as in git (`SYMREF_MAXDEPTH` in refs-internal.h).
const SYMBOLIC_LIMIT: usize = 5;

fn stands_for_itself(reference: &str) -> Error {
    Error::Repository { detail: format!("{reference} stands for itself") }
}
