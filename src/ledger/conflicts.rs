//! What git left to people when it merged: the files of which the index holds several versions, and whose they are.

use std::collections::BTreeMap;
use std::fs;

use super::branches::Branch;
use super::git::Git;
use super::swap::Swap;
use super::{CommitId, Head, Ledger, target};
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

/// One of two sides that git brings together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Where it is, in words that may follow "as": `on main`, `in your change`.
    pub name: String,
    /// The commit it ends in; none for edits that are not committed.
    pub commit: Option<CommitId>,
}

/// What a file that was in conflict becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Becomes<'t> {
    Ours,
    Theirs,
    Gone,
    Text(&'t str),
}

impl Ledger {
    /// What git is in the middle of here: `merge`, `rebase` and so on.
    pub fn operation(&self) -> Result<Option<&'static str>> {
        target::operation(self)
    }

    /// The files that are not merged yet, by path. Runs nothing.
    pub fn unmerged(&self) -> Result<Vec<Unmerged>> {
        if self.is_bare() {
            return Ok(Vec::new());
        }
        let output = Git::of(self)?.reading("ls-files", ["-z", "--unmerged"]).output()?;
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

    /// Whose the two versions are, ours first. git calls the other branch "ours" while it rebases; these are what people
    /// would call them.
    pub fn sides(&self) -> Result<[Side; 2]> {
        let head = self.head()?;
        let here = match &head {
            Head::Branch { name, .. } => format!("on {name}"),
            Head::Detached(id) => format!("on {}", id.short()),
        };
        let ours = Side { name: here, commit: head.commit() };
        let theirs = |reference: &str, name: &str| Side {
            name: name.to_owned(),
            commit: self.resolve(reference).ok(),
        };
        let operation = self.operation()?;
        let theirs = match operation {
            Some("merge") => self.named(theirs("MERGE_HEAD", "in what is merged"))?,
            Some("rebase") => theirs("REBASE_HEAD", "in your change"),
            Some("cherry-pick") => theirs("CHERRY_PICK_HEAD", "in the picked change"),
            Some("revert") => theirs("REVERT_HEAD^", "before the reverted change"),
            Some("am") => Side { name: "in the patch".to_owned(), commit: None },
            _ => Side { name: "in your edits".to_owned(), commit: None },
        };
        let ours = if operation == Some("rebase") { self.rebased_onto(ours)? } else { ours };
        Ok([ours, theirs])
    }

    /// HEAD of a rebase, by the name of the branch it began at.
    fn rebased_onto(&self, head: Side) -> Result<Side> {
        let read = |folder: &str| fs::read_to_string(self.git_dir().join(folder).join("onto")).ok();
        let onto = read("rebase-merge").or_else(|| read("rebase-apply"));
        let Some(onto) = onto.and_then(|onto| self.resolve(onto.trim()).ok()) else { return Ok(head) };
        let named = self.named(Side { commit: Some(onto), ..head.clone() })?;
        Ok(Side { name: named.name, ..head })
    }

    /// By the name of a branch that ends in the same commit, one of this repository first.
    fn named(&self, side: Side) -> Result<Side> {
        let mut branches = self.branches()?;
        branches.sort_by_key(|branch| branch.is_remote);
        // A remote's HEAD only stands for one of its branches.
        let stands = |branch: &Branch| branch.is_remote && branch.name.ends_with("/HEAD");
        let branch = branches.into_iter().find(|branch| Some(branch.tip) == side.commit && !stands(branch));
        Ok(match branch {
            Some(branch) => Side { name: format!("on {}", branch.name), ..side },
            None => side,
        })
    }

    /// Puts a settled file in the work tree, or takes it out, and tells the index, as `git add` does. Commits nothing.
    /// Refused where it is no longer in conflict as it was.
    pub fn settle(&self, file: &Unmerged, becomes: Becomes) -> Result<()> {
        let root = self.workdir().ok_or(Error::NoWorkTree)?;
        self.require_trust_to_convert()?;
        if !self.unmerged()?.contains(file) {
            return Err(Error::NoConflict { path: file.path.clone() });
        }
        let git = Git::of(self)?;
        let path = file.path.as_str();
        // Whatever stands there, a link or a folder is not written through.
        let was = Swap::read(root, path)?;
        let swapped = |becomes: Option<Vec<u8>>| -> Result<()> {
            let swap = Swap { path: path.to_owned(), was: was.clone(), becomes, executable: false };
            swap.apply(root)?;
            Swap::settle(root, &[swap]);
            Ok(())
        };
        // A side's file goes through git's own filters and line ends, whatever it holds.
        let checked_out = |stage: &str| {
            let stage = format!("--stage={stage}");
            git.plumbing("checkout-index", ["--force", &stage, "--", path]).output().map(drop)
        };
        match becomes {
            Becomes::Text(text) => swapped(Some(text.as_bytes().to_vec()))?,
            Becomes::Gone => swapped(None)?,
            Becomes::Ours => checked_out("2")?,
            Becomes::Theirs => checked_out("3")?,
        }
        git.plumbing("add", ["--all", "--", path]).output()?;
        Ok(())
    }
}
