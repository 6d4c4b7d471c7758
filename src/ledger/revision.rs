//! From what a person types to a commit.

use git2::{ErrorCode, ObjectType, Repository};

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
        let reference = self.repository.find_reference("HEAD")?;
        let Some(target) = reference.symbolic_target_bytes() else {
            return Ok(Head::Detached(CommitId(reference.peel_to_commit()?.id())));
        };
        let target = String::from_utf8_lossy(target);
        let commit = tip(&self.repository, &target)?;
        Ok(Head::Branch { name: target.strip_prefix("refs/heads/").unwrap_or(&target).to_owned(), commit })
    }

    /// The commit that `text` names: a branch, a tag, a full or abbreviated id, `HEAD~2` and the like, or a day.
    ///
    /// A day means the last commit along HEAD's first parents that was made on or before it, by the committer's own
    /// calendar. A day is always read as a day; a tag of that name is `refs/tags/2026-03-01`.
    pub fn resolve(&self, text: &str) -> Result<CommitId> {
        if let Ok(day) = text.parse::<Day>() {
            return self.last_on_or_before(day);
        }
        // What starts with a hyphen is an option somewhere else, and never a name git accepts.
        if text.is_empty() || text.starts_with('-') {
            return Err(self.unknown(text));
        }
        let object = self.repository.revparse_single(text).map_err(|error| match error.code() {
            ErrorCode::Ambiguous => Error::AmbiguousRevision { text: text.to_owned() },
            _ => self.unknown(text),
        })?;
        let kind = object.kind().map_or("object", |kind| kind.str()).to_owned();
        let commit =
            object.peel_to_commit().map_err(|_| Error::NotACommit { text: text.to_owned(), kind })?;
        Ok(CommitId(commit.id()))
    }

    fn last_on_or_before(&self, day: Day) -> Result<CommitId> {
        let too_early = || Error::NothingThatEarly { day: day.to_string() };
        let newest = self.head()?.commit().ok_or_else(too_early)?;
        let mut commit = self.repository.find_commit(newest.0)?;
        loop {
            let time = commit.committer().when();
            if Day::at(time.seconds(), time.offset_minutes()) <= day {
                return Ok(CommitId(commit.id()));
            }
            commit = commit.parent(0).map_err(|_| too_early())?;
        }
    }

    /// With a name near it, if there is one.
    pub(super) fn unknown(&self, text: &str) -> Error {
        let names = self.names().unwrap_or_default();
        let closeness = |name: &String| strsim::damerau_levenshtein(name, text);
        let near = names.into_iter().map(|name| (closeness(&name), name)).min();
        let near =
            near.filter(|(distance, _)| *distance <= 1.max(text.chars().count() / 3)).map(|(_, name)| name);
        Error::UnknownRevision { text: text.to_owned(), near }
    }

    /// Everything that can be typed for a commit by name: `HEAD`, branches, remote branches and tags.
    fn names(&self) -> Result<Vec<String>> {
        let mut names = vec!["HEAD".to_owned()];
        for reference in self.repository.references()? {
            let reference = reference?;
            if reference.is_branch() || reference.is_remote() || reference.is_tag() {
                names.push(String::from_utf8_lossy(reference.shorthand_bytes()).into_owned());
            }
        }
        Ok(names)
    }
}

/// The commit a full ref name points to, if the ref exists.
pub(super) fn tip(repository: &Repository, reference: &str) -> Result<Option<CommitId>> {
    match repository.find_reference(reference).and_then(|reference| reference.peel(ObjectType::Commit)) {
        Ok(commit) => Ok(Some(CommitId(commit.id()))),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
