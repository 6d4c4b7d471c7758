//! What git left to people when it merged: the register's files of which the index holds several versions.

use std::collections::BTreeMap;

use super::git::Git;
use super::swap::Swap;
use super::{Ledger, REGISTER_PATHS, target};
use crate::domain::ContentId;
use crate::error::{Error, Result};

/// A file with its versions in the index; none where a side has no such file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unmerged {
    pub path: String,
    pub base: Option<ContentId>,
    pub ours: Option<ContentId>,
    pub theirs: Option<ContentId>,
}

impl Ledger {
    /// What git is in the middle of here: `merge`, `rebase` and so on.
    pub fn operation(&self) -> Result<Option<&'static str>> {
        target::operation(self)
    }

    /// The register's files that are not merged yet, by path. Runs nothing.
    pub fn unmerged(&self) -> Result<Vec<Unmerged>> {
        if self.is_bare() {
            return Ok(Vec::new());
        }
        let listing = ["-z", "--unmerged", "--"].into_iter().chain(REGISTER_PATHS);
        let output = Git::of(self)?.reading("ls-files", listing).output()?;
        let mut files: BTreeMap<String, Unmerged> = BTreeMap::new();
        for line in String::from_utf8_lossy(&output).split_terminator('\0') {
            // `<mode> <id> <stage>\t<path>`
            let Some((fields, path)) = line.split_once('\t') else { continue };
            let [_, id, stage] = fields.split(' ').collect::<Vec<_>>()[..] else { continue };
            let file = files.entry(path.to_owned()).or_default();
            file.path = path.to_owned();
            let side = match stage {
                "1" => &mut file.base,
                "2" => &mut file.ours,
                _ => &mut file.theirs,
            };
            *side = id.parse().ok();
        }
        Ok(files.into_values().collect())
    }

    /// Puts a settled file in the work tree, or takes it out, and tells the index, as `git add` does. Commits nothing.
    pub fn settle(&self, path: &str, becomes: Option<Vec<u8>>) -> Result<()> {
        let root = self.workdir().ok_or(Error::NoWorkTree)?;
        self.require_trust_to_convert()?;
        let swap = Swap { path: path.to_owned(), was: Swap::read(root, path)?, becomes, executable: false };
        swap.apply(root)?;
        Swap::settle(root, &[swap]);
        Git::of(self)?.plumbing("add", ["--all", "--", path]).output()?;
        Ok(())
    }
}
