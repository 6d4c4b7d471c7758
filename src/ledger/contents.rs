//! What a commit holds apart from what people said about it.
//!
//! Reviews of a proposal are files of the proposal itself, below `reviews/`. Its *content* is the rest: a tree id that
//! stays the same however many reviews are added, and that a reviewer's signature names. The functions here compute such
//! ids, and merges, without writing anything.

use super::compare::{RawChange, TreeReader};
use super::object::content;
use super::oid::Oid;
use super::scope::Scope;
use super::write_tree::{TreeChange, tree_id_without, write_tree_without};
use super::{Blob, CommitId, Kind, Ledger, ObjectId, PathChange};
use crate::domain::ContentId;
use crate::error::{Error, Result};

/// The folder that holds reviews.
pub const REVIEWS: &str = "reviews";

/// What merging one commit into another does to the files of the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merging {
    /// Files that become something else.
    pub changes: Vec<Merged>,
    /// Paths that both sides changed, each in its own way.
    pub conflicts: Vec<String>,
    /// Paths that only git itself can merge: links, submodules, modes.
    pub not_files: Vec<String>,
}

/// What whoever knows a file's format makes of its base, ours and theirs; the base is empty where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThreeWay {
    Text(Vec<u8>),
    Conflict,
    /// It is no such file: it is merged line by line.
    ByLines,
}

/// Asked with the file's path.
pub type Rules<'a> = &'a dyn Fn(&str, [&[u8]; 3]) -> ThreeWay;

/// A file of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    pub path: String,
    pub before: Option<ContentId>,
    pub after: Option<MergedFile>,
    pub executable: bool,
}

/// What a file holds after a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergedFile {
    /// As the merged side has it.
    Theirs(ContentId),
    /// What both sides' changes come to.
    Text(Vec<u8>),
}

impl Ledger {
    /// The content of a commit: its tree without the reviews.
    pub fn contents(&self, commit: CommitId) -> Result<ObjectId> {
        tree_id_without(self, Some(self.root(commit)?.0), &[], REVIEWS).map(ObjectId)
    }

    /// The same, written as a tree object that a signed review can name.
    pub(super) fn write_contents(&self, commit: CommitId) -> Result<Oid> {
        let tree = write_tree_without(self, self.root(commit)?.0, REVIEWS)?;
        self.store.settle(&tree.written).wait()?;
        Ok(tree.root)
    }

    /// The content that `onto` would have if what `from` and `to` differ in were done to it: what a squashed or rebased
    /// proposal was before. Nothing where that cannot be done.
    pub fn contents_replayed(
        &self,
        from: Option<CommitId>,
        to: CommitId,
        onto: CommitId,
    ) -> Result<Option<ObjectId>> {
        let from = from.map(|from| self.root(from)).transpose()?.map(|root| root.0);
        let differ = TreeReader::new(self).compare(from, Some(self.root(to)?.0), &Scope::everything())?;
        let mut changes: Vec<TreeChange<'_>> = Vec::new();
        for RawChange { path, after, .. } in differ.iter().filter(|change| !is_review(&change.path)) {
            let after = match after {
                None => None,
                Some((kind @ (Kind::File | Kind::Executable), id)) => Some((mode(*kind), *id)),
                Some(_) => return Ok(None),
            };
            changes.push((path, after));
        }
        match tree_id_without(self, Some(self.root(onto)?.0), &changes, REVIEWS) {
            Ok(id) => Ok(Some(ObjectId(id))),
            Err(Error::BadPath { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What merging `theirs` into `ours` does, as git's merge would with a driver of these rules: nothing is written.
    /// Nothing is known of histories that never met, or met more than once.
    pub fn merging(
        &self,
        ours: CommitId,
        theirs: CommitId,
        limit_bytes: u64,
        rules: Rules,
    ) -> Result<Option<Merging>> {
        let [base] = self.merge_bases(ours, theirs)?[..] else { return Ok(None) };
        let root = |commit: CommitId| Ok::<_, Error>(Some(self.root(commit)?.0));
        let trees = TreeReader::new(self);
        let brought = trees.compare(root(base)?, root(theirs)?, &Scope::everything())?;
        let done = trees.compare(root(base)?, root(ours)?, &Scope::everything())?;
        let mut merging = Merging::default();
        for their in brought {
            let our = done.iter().find(|change| change.path == their.path);
            if our.is_some_and(|our| our.after == their.after) {
                continue;
            }
            let path = their.path.clone();
            if !is_a_file_throughout(&their) {
                merging.not_files.push(path);
                continue;
            }
            let before = our.map_or(their.before, |our| our.after).map(content_of);
            let executable = their.after.is_some_and(|(kind, _)| kind == Kind::Executable);
            match self.merged_file(our, &their, limit_bytes, rules)? {
                Some(Some(MergedFile::Text(text))) if before == Some(self.content_id(&text)) => {}
                Some(after) => merging.changes.push(Merged { path, before, after, executable }),
                None => merging.conflicts.push(path),
            }
        }
        Ok(Some(merging))
    }

    /// What a file becomes that they changed, and perhaps we too; nothing where the two conflict.
    fn merged_file(
        &self,
        our: Option<&RawChange>,
        their: &RawChange,
        limit_bytes: u64,
        rules: Rules,
    ) -> Result<Option<Option<MergedFile>>> {
        let Some(our) = our else {
            return Ok(Some(their.after.map(|after| MergedFile::Theirs(content_of(after)))));
        };
        let (Some(ours), Some(theirs)) = (our.after, their.after) else { return Ok(None) };
        let [ours, theirs] = [ours, theirs].map(content_of);
        let base = their.before.map(content_of);
        let bytes = |id: &ContentId| match self.blob(id, limit_bytes)? {
            Blob::Content(bytes) => Ok::<_, Error>(Some(bytes)),
            Blob::TooLarge { .. } => Ok(None),
        };
        let before = base.as_ref().map_or(Ok(Some(Vec::new())), bytes)?;
        let (Some(before), Some(our), Some(their_bytes)) = (before, bytes(&ours)?, bytes(&theirs)?) else {
            return Ok(None);
        };
        let text = match rules(&their.path, [&before, &our, &their_bytes]) {
            ThreeWay::Text(text) => Some(text),
            ThreeWay::Conflict => None,
            ThreeWay::ByLines => match &base {
                Some(base) => self.merged_text(base, &ours, &theirs, limit_bytes)?,
                None => None,
            },
        };
        Ok(text.map(|text| Some(MergedFile::Text(text))))
    }

    /// The files in which the contents of two commits differ.
    pub fn diff_of_contents(&self, before: CommitId, after: CommitId) -> Result<Vec<PathChange>> {
        let mut changes = self.diff(before, after)?;
        changes.retain(|change| !is_review(&change.path));
        Ok(changes)
    }
}

fn content_of((_, id): (Kind, Oid)) -> ContentId {
    content(id)
}

fn is_review(path: &str) -> bool {
    path.strip_prefix(REVIEWS).is_some_and(|rest| rest.starts_with('/'))
}

/// Neither a link nor a submodule, and of one mode.
fn is_a_file_throughout(change: &RawChange) -> bool {
    let mut kinds = [change.before, change.after].into_iter().flatten().map(|(kind, _)| kind);
    match (kinds.next(), kinds.next()) {
        (Some(one), None) => one.is_file(),
        (one, other) => one == other && one.is_none_or(Kind::is_file),
    }
}

fn mode(kind: Kind) -> u32 {
    if kind == Kind::Executable { super::commit::EXECUTABLE } else { super::commit::FILE }
}
