//! Where a commit is prepared: one writer at a time, and what a dead one left is put right first.
//!
//! The desk is a folder in the work tree's git directory. Whoever holds the file lock on it is the only Countersign
//! that writes there; the system lets go of the lock when its process dies, so whatever lies on the desk then was left
//! by a dead one. The journal says what it was about to do.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::commit::FileChange;
use super::git::Git;
use super::index::{LockedIndex, NewIndex};
use super::oid::Oid;
use super::swap::{Undo, remove_if_there, sync_folder, write_synced};
use super::{CommitId, Head, Ledger};
use crate::error::{Error, Result};

/// What was found and done about a writer that died.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recovery {
    #[default]
    NothingToDo,
    /// Its commit was in the history; the index was brought up to it.
    Finished,
    /// Its commit was not; files and index are as before.
    Undone,
}

impl Ledger {
    /// Puts right what a writer that died left behind. [`Ledger::commit`] does so by itself; a program that opens a
    /// register for writing does it once at its start, so that nobody meets a stale lock.
    pub fn recover(&self) -> Result<Recovery> {
        // Without a journal there is nothing to do and no reason to write anything.
        if !folder(self).join(JOURNAL).exists() {
            return Ok(Recovery::NothingToDo);
        }
        let (_desk, recovery) = Desk::sit(self, &Git::of(self)?)?;
        Ok(recovery)
    }
}

pub(super) struct Desk {
    folder: PathBuf,
    /// Held while the value lives.
    _lock: File,
}

/// What a commit is about to do to the work tree, the index and the branch, with what is needed to undo it.
#[derive(Serialize, Deserialize)]
pub(super) struct Journal {
    pub reference: String,
    pub commit: String,
    pub changes: Vec<Change>,
    pub files: Vec<Undo>,
}

/// A [`FileChange`] in text.
#[derive(Serialize, Deserialize)]
pub(super) struct Change {
    path: String,
    mode: u32,
    before: Option<String>,
    after: Option<String>,
}

const JOURNAL: &str = "journal";
const JOURNAL_VERSION: u32 = 1;
const LOCK: &str = "lock";

/// How long to wait for another writer. Its hooks and its signature may take their time.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);

fn folder(ledger: &Ledger) -> PathBuf {
    ledger.git_dir().join("countersign").join("commit")
}

impl Desk {
    /// Waits until no other writer is there, and clears what a dead one left.
    pub fn sit(ledger: &Ledger, git: &Git) -> Result<(Desk, Recovery)> {
        let folder = folder(ledger);
        fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        let desk = Desk { _lock: take_lock(&folder.join(LOCK))?, folder };
        let recovery = match desk.read_journal()? {
            Some(journal) => journal.recover(ledger, git, &desk)?,
            None => Recovery::NothingToDo,
        };
        desk.close_journal()?;
        desk.tidy()?;
        Ok((desk, recovery))
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// From here on a crash is undone or finished by the next writer.
    pub fn write_journal(&self, journal: &Journal) -> Result<()> {
        let draft = self.file("journal-draft");
        let failed = |error| Error::io("write", &draft)(io::Error::other(error));
        let bytes = postcard::to_stdvec(&(JOURNAL_VERSION, journal)).map_err(failed)?;
        write_synced(&draft, &bytes, None)?;
        fs::rename(&draft, self.file(JOURNAL)).map_err(Error::io("write", self.file(JOURNAL)))?;
        sync_folder(&self.folder);
        Ok(())
    }

    /// The commit is done or undone: there is nothing left to recover.
    pub fn close_journal(&self) -> Result<()> {
        remove_if_there(&self.file(JOURNAL))
    }

    /// Throws everything away but what a recovery needs.
    fn tidy(&self) -> Result<()> {
        if self.file(JOURNAL).exists() {
            return Ok(());
        }
        let listed = fs::read_dir(&self.folder).map_err(Error::io("read", &self.folder))?;
        let mut left = listed.flatten().filter(|entry| entry.file_name() != LOCK);
        left.try_for_each(|entry| remove_if_there(&entry.path()))
    }

    fn read_journal(&self) -> Result<Option<Journal>> {
        let file = self.file(JOURNAL);
        if !file.exists() {
            return Ok(None);
        }
        let bytes = fs::read(&file).map_err(Error::io("read", &file))?;
        match postcard::from_bytes(&bytes) {
            Ok((JOURNAL_VERSION, journal)) => Ok(Some(journal)),
            _ => Err(Error::ForeignJournal { path: file }),
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // What could not be thrown away now, the next writer throws away.
        let _ = self.tidy();
    }
}

fn take_lock(path: &Path) -> Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(Error::io("open", path))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(Error::WriterBusy),
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", path)(error)),
        }
    }
}

impl Journal {
    pub fn new(reference: &str, commit: CommitId, changes: &[FileChange], files: Vec<Undo>) -> Journal {
        let changes = changes.iter().map(Change::of).collect();
        Journal { reference: reference.to_owned(), commit: commit.to_string(), changes, files }
    }

    /// The branch decides: with the commit in it the rest is finished, without it all is undone.
    fn recover(&self, ledger: &Ledger, git: &Git, desk: &Desk) -> Result<Recovery> {
        let left_behind = LockedIndex::left_behind(ledger, desk);
        if self.is_in_history(ledger)? {
            match left_behind {
                Some(index) => index.publish()?,
                None => self.catch_up(ledger, git, desk)?,
            }
            return Ok(Recovery::Finished);
        }
        if let Some(root) = ledger.workdir() {
            self.files.iter().try_for_each(|file| file.run(root))?;
        }
        left_behind.map_or(Ok(()), LockedIndex::release)?;
        Ok(Recovery::Undone)
    }

    fn is_in_history(&self, ledger: &Ledger) -> Result<bool> {
        let Ok(commit) = self.commit.parse() else { return Ok(false) };
        match ledger.tip(&self.reference)? {
            Some(tip) => Ok(ledger.is_ancestor(commit, tip).unwrap_or(false)),
            None => Ok(false),
        }
    }

    /// The commit is there, but somebody removed the lock that held its index: entries that still are what they were
    /// before it would look like a staged revert.
    fn catch_up(&self, ledger: &Ledger, git: &Git, desk: &Desk) -> Result<()> {
        let on_branch = match ledger.head()? {
            Head::Branch { name, .. } => self.reference == format!("refs/heads/{name}"),
            Head::Detached(_) => false,
        };
        let changes: Option<Vec<FileChange>> = self.changes.iter().map(Change::read).collect();
        let (true, Some(changes)) = (on_branch && !ledger.is_bare(), changes) else { return Ok(()) };
        match NewIndex::prepare(ledger, git, desk, &changes) {
            Ok(index) => index.lock(ledger, git, desk, &changes)?.publish(),
            // Already brought up to date, or staged anew: both are somebody's will.
            Err(Error::Staged { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Change {
    fn of(change: &FileChange) -> Change {
        let text = |id: Option<Oid>| id.map(|id| id.to_string());
        let FileChange { path, mode, before, after } = change;
        Change { path: path.clone(), mode: *mode, before: text(*before), after: text(*after) }
    }

    fn read(&self) -> Option<FileChange> {
        let id = |text: &Option<String>| text.as_deref().map(str::parse).transpose().ok();
        let Change { path, mode, before, after } = self;
        Some(FileChange { path: path.clone(), mode: *mode, before: id(before)?, after: id(after)? })
    }
}
