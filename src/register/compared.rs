//! Two states of the register side by side: which files differ, and the documents among them.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::{At, Register, documents};
use crate::domain::catalogue::hex;
use crate::domain::compared::{Document, Touched};
use crate::domain::{ContentId, Snapshot, Source};
use crate::error::Result;
use crate::files::RegisterPath;
use crate::files::layout::is_of_register;
use crate::files::read::LARGEST_FILE;
use crate::ledger::{Blob, PathChange, WorkFile};

/// Two states, and what they have besides what each of them says.
#[derive(Clone, Debug)]
pub struct Compared {
    pub before: Snapshot,
    pub after: Snapshot,
    pub touched: Touched,
}

impl Register {
    pub fn compare(&self, before: &At, after: &At) -> Result<Compared> {
        let (before, after) = (self.snapshot(before)?, self.snapshot(after)?);
        let touched = self.touched(&before.source, &after.source)?;
        Ok(Compared { before, after, touched })
    }

    fn touched(&self, before: &Source, after: &Source) -> Result<Touched> {
        let changes = match (before, after) {
            (Source::Commit(before), Source::Commit(after)) => {
                self.ledger.diff(self.ledger.resolve(before)?, self.ledger.resolve(after)?)?
            }
            _ => different(self.files(before)?, self.files(after)?),
        };
        let changes: Vec<PathChange> =
            changes.into_iter().filter(|change| is_of_register(&change.path)).collect();
        let is_document = |path: &str| matches!(RegisterPath::of(path), Ok(Some(RegisterPath::Document(..))));
        let kept = changes.iter().filter(|change| is_document(&change.path));
        let kept: BTreeSet<&ContentId> =
            kept.flat_map(|change| change.before.iter().chain(&change.after)).collect();
        let documents = self.documents(kept, [before, after])?;
        Ok(Touched { paths: changes.into_iter().map(|change| change.path).collect(), documents })
    }

    /// Every file by its path.
    fn files(&self, source: &Source) -> Result<BTreeMap<String, ContentId>> {
        let by_path = |file: WorkFile| (file.path, file.id);
        Ok(match source {
            Source::Commit(id) => {
                let files = self.ledger.diff(None, self.ledger.resolve(id)?)?.into_iter();
                files.filter_map(|file| Some((file.path, file.after?))).collect()
            }
            Source::WorkTree => self.ledger.worktree_files()?.files.into_iter().map(by_path).collect(),
            Source::Staged => self.ledger.staged_files()?.files.into_iter().map(by_path).collect(),
            Source::Unborn => BTreeMap::new(),
        })
    }

    fn documents(
        &self,
        wanted: BTreeSet<&ContentId>,
        sources: [&Source; 2],
    ) -> Result<BTreeMap<ContentId, Document>> {
        let in_work_tree = match sources.contains(&&Source::WorkTree) && !wanted.is_empty() {
            true => self.ledger.worktree_files()?.files,
            false => Vec::new(),
        };
        let bytes = |id: &ContentId| match in_work_tree.iter().find(|file| file.id == *id) {
            Some(file) => match self.ledger.worktree_content(&file.path, documents::LARGEST_DOCUMENT) {
                Ok(Blob::Content(bytes)) => Some(bytes),
                _ => None,
            },
            None => documents::bytes(&self.ledger, id).ok(),
        };
        let mut left = MOST_TEXT_BYTES;
        let mut document = |id: &ContentId| {
            let document = document(bytes(id)?);
            // Of what has no room only the digest is told.
            let text = document.text.filter(|text| text.len() <= left);
            left -= text.as_ref().map_or(0, String::len);
            Some((id.clone(), Document { text, ..document }))
        };
        Ok(wanted.into_iter().filter_map(&mut document).collect())
    }
}

/// More than anybody compares word by word.
const MOST_TEXT_BYTES: usize = 16 * 1024 * 1024;

fn document(bytes: Vec<u8>) -> Document {
    let sha256 = hex(&Sha256::digest(&bytes));
    let is_short = bytes.len() as u64 <= LARGEST_FILE;
    Document { sha256, text: String::from_utf8(bytes).ok().filter(|text| is_short && !text.contains('\0')) }
}

fn different(before: BTreeMap<String, ContentId>, after: BTreeMap<String, ContentId>) -> Vec<PathChange> {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |path: &String| PathChange {
        path: path.clone(),
        before: before.get(path).cloned(),
        after: after.get(path).cloned(),
    };
    paths.into_iter().map(change).filter(|change| change.before != change.after).collect()
}
