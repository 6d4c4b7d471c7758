//! How commits stand to each other: what two branches share, and what merging two files gives.

use git2::{MergeFileInput, Reference, merge_file};

use super::{Blob, CommitId, Ledger};
use crate::domain::ContentId;
use crate::error::Result;

impl Ledger {
    /// Whether the history ends where a clone was cut off, not where it began.
    pub fn is_shallow(&self) -> bool {
        !self.shallow().is_empty()
    }

    /// The best commits that both descend from; none for two histories that never met, several where branches were
    /// merged crosswise.
    pub fn merge_bases(&self, one: CommitId, other: CommitId) -> Result<Vec<CommitId>> {
        Ok(self.store.merge_bases(one.0, other.0)?.into_iter().map(CommitId).collect())
    }

    /// The content that git's merge of two changed texts gives, where they do not conflict.
    pub fn merged(
        &self,
        base: &ContentId,
        ours: &ContentId,
        theirs: &ContentId,
        limit_bytes: u64,
    ) -> Result<Option<ContentId>> {
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
        Ok(merged.is_automergeable().then(|| self.content_id(merged.content())))
    }

    /// The commit at the end of a local branch, by the branch's short name. What is no name for a branch names none.
    pub fn branch(&self, name: &str) -> Result<Option<CommitId>> {
        let reference = format!("refs/heads/{name}");
        if Reference::is_valid_name(&reference) { self.tip(&reference) } else { Ok(None) }
    }
}
