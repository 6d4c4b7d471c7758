//! One decision, one commit.
//!
//! [`Ledger::commit`] makes the commit and moves the branch, the index and the work tree along, each file of the commit
//! and no other. The order of its steps is the point:
//!
//! 1. Everything that can be refused is refused before anything can be seen: an operation in progress, staged or
//!    unstaged changes of the same files, a file or branch that moved, a hook's veto, a signature that fails.
//! 2. The commit object is written and read back. Until a ref points to it, it is garbage that harms nobody.
//!    Until here whoever waits for it can stop it.
//! 3. The new index is made privately and becomes git's own lock; a journal says what is about to happen.
//! 4. The files are replaced, then the branch moves by compare-and-swap, then the index takes its place.
//!
//! The files come before the branch so that the half-way state another program could see is an ordinary unstaged edit,
//! never a staged revert. A process that dies in between is finished or undone by the next writer: the branch decides.
//!
//! Whoever loses the race for the branch makes the commit again on the new head, if none of the files it changes and
//! none it rests on is another one there. Otherwise it is refused.

mod carry;
mod series;

use std::collections::BTreeSet;
use std::path::Path;

use git2::ObjectType;

use super::compare::{RawChange, TreeReader};
use super::convert::Conversion;
use super::desk::{Desk, Journal};
use super::git::{Git, Ready};
use super::hooks::{self, Occasion};
use super::index::NewIndex;
use super::oid::Oid;
use super::raw::RawCommit;
use super::scope::Scope;
use super::stop::Stop;
use super::store::Settling;
use super::swap::Swap;
use super::target::Target;
use super::tree::check_path;
use super::write_tree::{TreeChange, write_tree};
use super::{CommitId, Kind, Ledger, Recovery, Settings, fault};
use crate::domain::ContentId;
use crate::error::{Error, Result};

pub use carry::Carry;
pub use series::{Planned, Series};

/// A commit to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposed {
    /// The branch, by its short or full name; HEAD's when none is named.
    pub branch: Option<String>,
    pub edits: Vec<Edit>,
    /// What the decision rests on besides.
    pub grounds: Vec<Ground>,
    /// As [`super::Message`] writes it. A hook of the repository may reword it.
    pub message: String,
}

/// What becomes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub path: String,
    /// The blob the decision was made on; `None` if there was no file. Refused when it is another one by now.
    pub before: Option<ContentId>,
    /// The bytes as they are stored; `None` removes the file. The work tree gets them with its own line endings.
    pub after: Option<Vec<u8>>,
    /// What a file that is made anew is. One that is there keeps its mode.
    pub executable: bool,
}

/// A file a decision rests on and leaves alone. Refused when it is another one by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    pub path: String,
    /// Its blob when the decision was made; `None` if there was no file.
    pub content: Option<ContentId>,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    pub id: CommitId,
    /// Where several were made together: all of them, in their order.
    pub ids: Vec<CommitId>,
    /// The head it was made on.
    pub parent: Option<CommitId>,
    /// The branch it is on, by its short name.
    pub branch: String,
    /// The blobs it holds now, in the order of the edits that changed something; `None` for a removed file.
    pub files: Vec<(String, Option<ContentId>)>,
    /// What a dead writer had left here, put right before.
    pub recovery: Recovery,
    /// What went wrong after the commit was made: a failing `post-commit` hook, for instance. Repository text.
    pub warnings: Vec<String>,
}

impl Ledger {
    /// Makes one commit of all the edits, or changes nothing and says why.
    pub fn commit(&self, proposed: &Proposed) -> Result<Committed> {
        let Proposed { branch, edits, grounds, message } = proposed.clone();
        let commits = vec![Planned { edits, message, merges: None }];
        let series = Series { branch, grows_from: None, grounds, commits };
        self.commit_all(&self.settings()?, &series, &Stop::default())
    }
}

/// How often a commit is made again on a branch that moved meanwhile. Losing that often, against programs that do not
/// take turns with this one, is no accident.
const ATTEMPTS: usize = 10;

/// How many milliseconds git waits for another git that moves a ref. Its own tenth of a second is too short for several
/// work trees that share a reftable, where every move of any branch takes the same lock.
const LOCKS_OF_REFS: [(&str, &str); 3] = [
    ("core.filesRefLockTimeout", "10000"),
    ("core.packedRefsTimeout", "10000"),
    ("reftable.lockTimeout", "10000"),
];

pub(super) const FILE: u32 = 0o100644;
pub(super) const EXECUTABLE: u32 = 0o100755;

/// A file's blob before and after, checked against the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileChange {
    pub path: String,
    pub mode: u32,
    pub before: Option<Oid>,
    pub after: Option<Oid>,
}

/// What follows the branch in this work tree.
struct Checkout<'a> {
    root: &'a Path,
    index: NewIndex,
    files: Vec<Swap>,
}

struct Writer<'a> {
    ledger: &'a Ledger,
    settings: &'a Settings,
    git: &'a Git,
    desk: &'a Desk,
}

/// What is written and not in the history yet.
struct Publishing {
    commit: CommitId,
    objects: Settling,
    moving: Ready,
}

/// Commits that are in the history.
struct Made {
    ids: Vec<CommitId>,
    changes: Vec<FileChange>,
    warnings: Vec<String>,
}

impl<'a> Writer<'a> {
    /// Makes the commits on the branch as it is, again and again while others move it.
    fn commit(&self, series: &Series) -> Result<(Target, Made)> {
        let mut target = Target::find(self.ledger, self.git, series.branch.as_deref(), series.grows_from)?;
        let mut attempts = 1;
        loop {
            let refused = match self.commit_to(&target, series) {
                Ok(made) => return Ok((target, made)),
                Err(refused) => refused,
            };
            // What stood in the way may be what another commit brought, and then the new head says so better.
            let of_the_race = matches!(
                refused,
                Error::BranchMoved { .. }
                    | Error::Staged { .. }
                    | Error::Unstaged { .. }
                    | Error::InTheWay { .. }
                    | Error::EditedMeanwhile { .. }
            );
            let moved = of_the_race && self.ledger.tip(&target.reference)? != target.points_to;
            if !moved || attempts == ATTEMPTS {
                return Err(refused);
            }
            attempts += 1;
            target = target.again(self.ledger, self.git)?;
        }
    }

    fn refuse_other_grounds(&self, target: &Target, grounds: &[Ground]) -> Result<()> {
        for Ground { path, content } in grounds {
            let now = target.tip.map(|tip| self.ledger.lookup(tip, path)).transpose()?.flatten();
            if now.map(|entry| entry.id.content()) != *content {
                return Err(Error::FileMoved { path: path.clone() });
            }
        }
        Ok(())
    }

    fn conversion(&self) -> Conversion<'a> {
        Conversion { ledger: self.ledger, git: self.git, settings: self.settings }
    }

    /// Writes the new blobs, after seeing that each file still is what the decision was made on.
    fn store(&self, target: &Target, edits: &[Edit]) -> Result<Vec<FileChange>> {
        let mut paths = BTreeSet::new();
        let mut changes = Vec::new();
        for Edit { path, before, after, executable } in edits {
            check_path(path)?;
            if !paths.insert(path) {
                return Err(Error::BadPath { path: path.clone(), reason: "it is named twice" });
            }
            let now = target.tip.map(|tip| self.ledger.lookup(tip, path)).transpose()?.flatten();
            let mode = match now.as_ref().map(|entry| entry.kind) {
                None if *executable => EXECUTABLE,
                None | Some(Kind::File) => FILE,
                Some(Kind::Executable) => EXECUTABLE,
                Some(_) => return Err(Error::NotAFile { path: path.clone() }),
            };
            let now = now.map(|entry| entry.id);
            if now.map(|id| id.content()) != *before {
                return Err(Error::FileMoved { path: path.clone() });
            }
            let store = |bytes: &Vec<u8>| self.conversion().store(path, bytes);
            let (before, after) = (now.map(|id| id.0), after.as_ref().map(store).transpose()?);
            if before != after {
                changes.push(FileChange { path: path.clone(), mode, before, after });
            }
        }
        if changes.is_empty() { Err(Error::NothingToCommit) } else { Ok(changes) }
    }

    /// Refuses whatever is not clean in the index or the work tree among the commit's own files.
    fn prepare_checkout(&self, changes: &[FileChange]) -> Result<Checkout<'a>> {
        let root = self.ledger.workdir().ok_or(Error::NoWorkTree)?;
        let index = NewIndex::prepare(self.ledger, self.git, self.desk, changes)?;
        let mut files = Vec::new();
        for change in changes {
            // What is meant to be absent can be there all the same, and be edited.
            if !index.absent.contains(&change.path) || Swap::read(root, &change.path)?.is_some() {
                files.push(self.swap(root, change)?);
            }
        }
        Ok(Checkout { root, index, files })
    }

    fn swap(&self, root: &Path, change: &FileChange) -> Result<Swap> {
        let path = &change.path;
        let conversion = self.conversion();
        let was = Swap::read(root, path)?;
        let becomes = change.after.map(|blob| conversion.to_worktree(path, blob)).transpose()?;
        match (&was, change.before) {
            (None, None) => {}
            // The very file somebody is about to add, a document for instance, may lie there already.
            (Some(_), None) if was == becomes => {}
            (Some(_), None) => return Err(Error::InTheWay { path: path.clone() }),
            (Some(bytes), Some(blob)) if conversion.id(path, bytes)? == blob => {}
            (_, Some(_)) => return Err(Error::Unstaged { path: path.clone() }),
        }
        Ok(Swap { path: path.clone(), was, becomes, executable: change.mode == EXECUTABLE })
    }

    /// Writes the commit object with the user's hooks, identity and signature, and reads it back. Its objects are then on
    /// their way to the disk.
    fn write_commit(
        &self,
        target: &Target,
        changes: &[FileChange],
        Planned { message, merges, .. }: &Planned,
    ) -> Result<(CommitId, Settling)> {
        let baseline = target.tip.map(|tip| self.ledger.root(tip)).transpose()?.map(|root| root.0);
        let files: Vec<_> = changes.iter().map(FileChange::in_tree).collect();
        let new = write_tree(self.ledger, baseline, &files)?;
        let blobs = changes.iter().filter_map(|change| change.after);
        let written: Vec<Oid> = new.written.iter().copied().chain(blobs).collect();
        let settling = self.ledger.store.settle(&written);
        fault::point("trees");

        let occasion = if merges.is_some() { Occasion::Merge } else { Occasion::Commit };
        let message = match self.has_hooks(&occasion.before()) {
            true => hooks::before_commit(self.git, self.settings, self.desk, new.root, message, occasion)?,
            false => message.as_bytes().to_vec(),
        };
        let parents: Vec<CommitId> = target.tip.into_iter().chain(*merges).collect();
        let commit = self.write_object(&parents, new.root, &message)?;
        let settling = settling.and(self.ledger.store.settle(&[commit.0]));
        fault::point("commit");
        self.read_back(commit, &parents, new.root, changes, &message)?;
        Ok((commit, settling))
    }

    /// The commit object itself. What takes more than people, dates and a text is git's: a signature, another encoding.
    fn write_object(&self, parents: &[CommitId], tree: Oid, message: &[u8]) -> Result<CommitId> {
        let people = self.ledger.people()?;
        let (author, committer) = (people.author()?, people.committer()?);
        let signed = self.settings.sign_commits()?;
        let is_text = |text: &str| !text.contains(['\0', char::REPLACEMENT_CHARACTER]);
        let people_are_text =
            [&author, &committer].iter().all(|person| is_text(&person.name) && is_text(&person.email));
        let plain = people_are_text
            && str::from_utf8(message).is_ok_and(is_text)
            && self.settings.get("i18n.commitencoding").is_none();
        if signed || !plain {
            return commit_tree(self.git, signed, parents, tree, message);
        }
        let parents = parents.iter().map(|parent| parent.0).collect();
        let commit = RawCommit { tree, parents, author, committer, message: message.to_vec() };
        self.ledger.store.write(ObjectType::Commit, &commit.to_bytes()).map(CommitId)
    }

    /// Whether one of these hooks may have to run. Where there is no work tree, git makes no commit that would run one.
    fn has_hooks(&self, names: &[&str]) -> bool {
        !self.ledger.is_bare() && hooks::may_exist(self.ledger, self.settings, names)
    }

    /// Reads the commit with a fresh handle, every byte hashed again, and holds it against what was meant: these parents,
    /// this message, these files and no other.
    fn read_back(
        &self,
        commit: CommitId,
        parents: &[CommitId],
        tree: Oid,
        changes: &[FileChange],
        message: &[u8],
    ) -> Result<()> {
        let differs = |difference: &str| Err(Error::ReadBack { difference: difference.to_owned() });
        let fresh = self.ledger.verified()?;
        let object = fresh.commit_object(commit)?;
        if object.tree != tree {
            return differs("its tree is another one");
        }
        if !object.parents.iter().eq(parents.iter().map(|parent| &parent.0)) {
            return differs("its parents are other ones");
        }
        if object.message.trim_ascii_end() != message.trim_ascii_end() {
            return differs("its message is another one");
        }
        let baseline = parents.first().map(|tip| fresh.root(*tip)).transpose()?.map(|id| id.0);
        let mut found = TreeReader::new(&fresh).compare(baseline, Some(tree), &Scope::everything())?;
        let mut meant: Vec<RawChange> = changes.iter().map(FileChange::as_raw).collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        meant.sort_by(|a, b| a.path.cmp(&b.path));
        if found != meant {
            return differs("it touches other files");
        }
        // Reading hashes the bytes and compares the hash to the id, which was computed from what was meant.
        changes.iter().filter_map(|change| change.after).try_for_each(|blob| {
            fresh.object(blob, ObjectType::Blob)?;
            Ok(())
        })
    }

    /// Steps 3 and 4 of the module's list. After an error everything is as before.
    fn publish_with_checkout(
        &self,
        target: &Target,
        Publishing { commit, objects, moving }: Publishing,
        changes: &[FileChange],
        checkout: Checkout<'a>,
    ) -> Result<Vec<String>> {
        let Checkout { root, index, files } = checkout;
        let undo = files.iter().map(Swap::undo).collect();
        let journal = Journal::new(&target.reference, commit, changes, undo);
        self.desk.write_journal(&journal, objects)?;
        fault::point("journal");

        let locked = match index.lock(self.ledger, self.git, self.desk, changes) {
            Ok(locked) => locked,
            Err(error) => {
                self.desk.close_journal()?;
                return Err(error);
            }
        };
        let replaced = self.replace_files(root, target, &files);
        let moved = replaced.and_then(|()| self.move_branch(target, commit, moving));
        if let Err(error) = moved {
            // What cannot be put back now stays in the journal for the next writer.
            journal.files.iter().try_for_each(|file| file.run(root))?;
            locked.release()?;
            self.desk.close_journal()?;
            return Err(error);
        }
        fault::point("branch");
        let finished = locked.publish().and_then(|()| {
            fault::point("index");
            self.desk.close_journal()
        });
        // The commit stands; what is left to do, the next writer does.
        let warning = |error: Error| format!("the commit is made, but {error}");
        Ok(finished.err().map(warning).into_iter().collect())
    }

    fn replace_files(&self, root: &Path, target: &Target, files: &[Swap]) -> Result<()> {
        // Nobody can check out another branch while we hold the index, so HEAD is looked at once more here.
        if self.ledger.checked_out()?.as_ref() != Some(&target.reference) {
            return Err(target.left());
        }
        for file in files {
            file.apply(root)?;
            fault::point("file");
        }
        Swap::settle(root, files);
        Ok(())
    }

    /// git gets ready to move a branch to the commit.
    fn begin_move(&self, commit: CommitId) -> Result<Ready> {
        let subject = self.ledger.commit_info(commit)?.subject;
        let reason = format!("countersign: {}", subject.replace(char::is_control, " "));
        let arguments = ["--stdin", "--create-reflog", "-m", &reason];
        self.git.command("update-ref", arguments).settings(LOCKS_OF_REFS).get_ready()
    }

    /// Compare-and-swap, by git: it writes the reflogs, runs the repository's reference-transaction hook, and makes the
    /// ref last.
    fn move_branch(&self, target: &Target, commit: CommitId, moving: Ready) -> Result<()> {
        let old = target.points_to.map_or(self.ledger.store.format().null(), |tip| tip.0);
        let answer = moving.go(&format!("update {} {commit} {old}\n", target.reference))?;
        // Whatever git said: the branch tells whether the commit is in the history.
        match self.ledger.tip(&target.reference) {
            Ok(Some(now)) if now == commit => Ok(()),
            Err(_) if answer.success => Ok(()),
            Ok(now) if now != target.points_to => Err(target.moved()),
            _ => {
                // Of files git itself says which one is in the way.
                let lock = self.ledger.common_dir().join("reftable/tables.list.lock");
                Err(match lock.exists() {
                    true => Error::RefsLocked { path: lock },
                    false => Error::Git { command: "update-ref".to_owned(), output: answer.said },
                })
            }
        }
    }
}

/// `git commit-tree` signs with whatever the user configured, and dates and names as `git commit` does.
pub(super) fn commit_tree(
    git: &Git,
    signed: bool,
    parents: &[CommitId],
    tree: Oid,
    message: &[u8],
) -> Result<CommitId> {
    let mut arguments = vec![tree.to_string()];
    arguments.extend(parents.iter().flat_map(|parent| ["-p".to_owned(), parent.to_string()]));
    arguments.extend(signed.then(|| "-S".to_owned()));
    arguments.extend(["-F", "-"].map(str::to_owned));
    let answer = git.command("commit-tree", arguments).input(message).ask()?;
    let id = String::from_utf8_lossy(&answer.output).trim_end().parse();
    match id {
        Ok(id) if answer.success => Ok(id),
        // A signal ended it: Ctrl-C, where it has the terminal.
        _ if answer.code.is_none() => Err(Error::Stopped),
        _ if signed => Err(Error::NotSigned { output: answer.said }),
        _ => Err(Error::Git { command: "commit-tree".to_owned(), output: answer.said }),
    }
}

impl FileChange {
    fn in_tree(&self) -> TreeChange<'_> {
        (&self.path, self.after.map(|blob| (self.mode, blob)))
    }

    fn as_raw(&self) -> RawChange {
        let kind = if self.mode == EXECUTABLE { Kind::Executable } else { Kind::File };
        let side = |blob: Oid| (kind, blob);
        RawChange { path: self.path.clone(), before: self.before.map(side), after: self.after.map(side) }
    }
}
