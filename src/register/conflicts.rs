//! Conflicts of git's own merges, settled in the register's words.

use super::{At, Register};
use crate::domain::{CompanyId, ContentId, Slot};
use crate::error::{Error, Result};
use crate::files::RegisterPath;
use crate::files::merge::{Merged, Versions, merge, three};
use crate::files::read::LARGEST_FILE;
use crate::ledger::Blob;

pub use crate::files::merge::three::Three;

/// What is to be settled here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicts {
    /// What git is in the middle of: `merge`, `rebase`, …
    pub operation: Option<&'static str>,
    pub files: Vec<Conflict>,
    /// Judgements in the work tree that a merge put together from two.
    pub contested: Vec<(CompanyId, Slot)>,
}

/// A file that git did not merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub path: String,
    /// The keys in which the sides differ; none where a side is missing or cannot be read.
    pub fields: Vec<Three>,
    pub base: Option<String>,
    pub ours: Option<String>,
    pub theirs: Option<String>,
    /// Both sides' judgements as one, the more cautious status first.
    pub cautious: Option<String>,
}

/// Which version a file is settled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Ours,
    Theirs,
    Cautious,
}

impl Register {
    /// Runs nothing of the repository's.
    pub fn conflicts(&self) -> Result<Conflicts> {
        let files = self.ledger.unmerged()?.into_iter().map(|file| {
            let text = |id: &Option<ContentId>| id.as_ref().map(|id| self.version_text(id)).transpose();
            let (base, ours, theirs) = (text(&file.base)?, text(&file.ours)?, text(&file.theirs)?);
            Ok(Conflict::of(file.path, base, ours, theirs))
        });
        let files = files.collect::<Result<Vec<Conflict>>>()?;
        let mut contested = Vec::new();
        for (id, company) in &self.snapshot(&At::WorkTree)?.companies {
            let slots = company.assessments.iter().filter(|(_, recorded)| recorded.assessment.contested);
            contested.extend(slots.map(|(slot, _)| (id.clone(), slot.clone())));
        }
        Ok(Conflicts { operation: self.ledger.operation()?, files, contested })
    }

    /// Puts the chosen version in the work tree and tells the index. What git is in the middle of goes on only by git.
    pub fn settle(&self, path: &str, choice: Choice) -> Result<()> {
        let conflicts = self.conflicts()?;
        let conflict = conflicts.files.into_iter().find(|conflict| conflict.path == path);
        let conflict = conflict.ok_or_else(|| Error::NoConflict { path: path.to_owned() })?;
        let text = match choice {
            Choice::Ours => conflict.ours,
            Choice::Theirs => conflict.theirs,
            Choice::Cautious => {
                Some(conflict.cautious.ok_or_else(|| Error::NotWeighed { path: path.to_owned() })?)
            }
        };
        self.ledger.settle(path, text.map(String::into_bytes))
    }

    fn version_text(&self, id: &ContentId) -> Result<String> {
        match self.ledger.blob(id, LARGEST_FILE)? {
            Blob::Content(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Blob::TooLarge { size_bytes } => Err(Error::DocumentTooLarge { id: id.to_string(), size_bytes }),
        }
    }
}

impl Conflict {
    fn of(path: String, base: Option<String>, ours: Option<String>, theirs: Option<String>) -> Conflict {
        let file = RegisterPath::of(&path).ok().flatten();
        let sides = ours.as_deref().zip(theirs.as_deref());
        let versions =
            sides.map(|(ours, theirs)| Versions { base: base.as_deref().unwrap_or_default(), ours, theirs });
        let cautious = file.zip(versions).and_then(|(file, versions)| match merge(&file, versions) {
            Merged::Agreed(text) | Merged::Contested(text) => Some(text),
            Merged::Unsettled => None,
        });
        let fields = versions.map(three::fields).unwrap_or_default();
        Conflict { path, fields, cautious, base, ours, theirs }
    }
}
