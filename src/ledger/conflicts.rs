//! What git left to people when it merged: the files of which the index holds several versions, and whose they are.

use std::collections::BTreeMap;

use git2::ObjectType;

use super::branches::Branch;
use super::git::Git;
use super::object::content;
use super::swap::Swap;
use super::{CommitId, Head, Ledger, strange, target};
use crate::domain::ContentId;
use crate::error::{Error, Result};

/// A file with its versions in the index; none where a side has no such file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unmerged {
    pub path: String,
    pub base: Option<Stage>,
    pub ours: Option<Stage>,
    pub theirs: Option<Stage>,
}

/// A version of a file as the index holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// As git writes it: `100644`.
    pub mode: String,
    pub id: ContentId,
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

/// An ordinary file's mode, as git writes it.
const FILE: &str = "100644";

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
            let [mode, id, stage] = fields.split(' ').collect::<Vec<_>>()[..] else { continue };
            let file = files.entry(path.to_owned()).or_default();
            file.path = path.to_owned();
            let side = match stage {
                "1" => &mut file.base,
                "2" => &mut file.ours,
                _ => &mut file.theirs,
            };
            *side = id.parse().ok().map(|id| Stage { mode: mode.to_owned(), id });
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
        let read = |folder: &str| strange::text(&self.git_dir().join(folder).join("onto"));
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

    /// Puts a settled file in the work tree, or takes it out, and tells the index. Commits nothing. Refused where it is no longer in
    /// conflict as it was.
    ///
    /// What the index gets is exactly what was chosen; the work tree's file is made of it by git, with its own filters and
    /// line ends.
    pub fn settle(&self, file: &Unmerged, becomes: Becomes) -> Result<()> {
        let root = self.workdir().ok_or(Error::NoWorkTree)?;
        self.require_trust_to_convert()?;
        if !self.unmerged()?.contains(file) {
            return Err(Error::NoConflict { path: file.path.clone() });
        }
        let path = file.path.as_str();
        // Whatever stands there, a link or a folder is not written through.
        let was = Swap::read(root, path)?;
        let stage = match becomes {
            Becomes::Ours => file.ours.clone(),
            Becomes::Theirs => file.theirs.clone(),
            Becomes::Gone => None,
            Becomes::Text(text) => {
                let id = self.store.write(ObjectType::Blob, text.as_bytes())?;
                self.store.settle(&[id]).wait()?;
                let mode = file.ours.as_ref().map_or(FILE, |ours| ours.mode.as_str()).to_owned();
                Some(Stage { mode, id: content(id) })
            }
        };
        let git = Git::of(self)?;
        match stage {
            Some(Stage { mode, id }) => {
                let entry = format!("{mode},{id},{path}");
                git.plumbing("update-index", ["--add", "--cacheinfo", &entry]).output()?;
                git.plumbing("checkout-index", ["--force", "--index", "--", path]).output()?;
            }
            None => {
                let swap = Swap { path: path.to_owned(), was, becomes: None, executable: false };
                swap.apply(root)?;
                Swap::settle(root, &[swap]);
                git.plumbing("update-index", ["--force-remove", "--", path]).output()?;
            }
        }
        Ok(())
    }

    /// Lets the user's git go on with what it is in the middle of: with its hooks, its signing, and the messages it has.
    /// Whether that is over; else it stopped at the next conflict.
    pub fn go_on(&self) -> Result<bool> {
        self.require_trust_to_go_on()?;
        let operation = self.operation()?.ok_or(Error::NothingToGoOn)?;
        let git = Git::of(self)?;
        git.refuse_other_repository(self)?;
        let call = git.command(operation, ["--continue"]).env("GIT_EDITOR", "true");
        let answer = call.env("GIT_SEQUENCE_EDITOR", "true").ask()?;
        match answer.success || !self.unmerged()?.is_empty() {
            true => Ok(self.operation()?.is_none()),
            false => Err(Error::Git { command: format!("{operation} --continue"), output: answer.said }),
        }
    }

    /// A file of the work tree, where it is one, and text.
    pub fn text_in_work_tree(&self, path: &str) -> Result<Option<String>> {
        let Some(root) = self.workdir() else { return Ok(None) };
        Ok(Swap::read(root, path)?.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// Gives a file of the work tree another text and adds it to the index, as `git add` would. Refused where it is no
    /// longer as it was.
    pub fn replace(&self, path: &str, was: &str, becomes: &str) -> Result<()> {
        let root = self.workdir().ok_or(Error::NoWorkTree)?;
        self.require_trust_to_convert()?;
        let [was, becomes] = [was, becomes].map(|text| Some(text.as_bytes().to_owned()));
        let swap = Swap { path: path.to_owned(), was, becomes, executable: false };
        swap.apply(root)?;
        Swap::settle(root, &[swap]);
        Git::of(self)?.plumbing("update-index", ["--add", "--", path]).output().map(drop)
    }
}
