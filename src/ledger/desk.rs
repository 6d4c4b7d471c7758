//! Where a commit is prepared: one writer at a time, and what a dead one left is put right first.
//!
//! The desk is a folder in the work tree's git directory. Whoever holds the file lock on it is the only Countersign
//! that writes there; the system lets go of the lock when its process and every git it started are dead, so whatever
//! lies on the desk then was left by a dead one. The journal says what it was about to do.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

use super::commit::FileChange;
use super::git::Git;
use super::index::{LockedIndex, NewIndex};
use super::oid::Oid;
use super::own::OwnFile;
use super::sharing::{make_folder, share};
use super::stop::Stop;
use super::store::Settling;
use super::swap::{Undo, remove_if_there, sync_folder};
use super::target::branch_reference;
use super::tree::check_path;
use super::{CommitId, Ledger, fault, strange};
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
    /// A writer, or what is left of one, does not let go: whether there is anything to do, the next one sees.
    Unknown,
}

impl Ledger {
    /// Puts right what a writer that died left behind. [`Ledger::commit`] does so by itself; a program that opens a
    /// register for writing does it once at its start, so that nobody meets a stale lock. Runs nothing of the
    /// repository's.
    ///
    /// A journal lies there for a moment only, while a commit takes place. Who writes it finishes meanwhile, or is dead
    /// and the git it had started is about to end: so it is waited for, but not for long.
    pub fn recover(&self) -> Result<Recovery> {
        // Without a journal there is nothing to do and no reason to write anything.
        if !on_desk(self, JOURNAL).path.exists() {
            return Ok(Recovery::NothingToDo);
        }
        let lock = on_desk(self, LOCK);
        let (file, locked) = ask_for(&lock)?;
        match locked.recv_timeout(MOMENT) {
            Ok(Ok(())) => Ok(Desk::clear(self, &Git::of(self)?, file)?.1),
            Ok(Err(error)) => Err(Error::io("lock", &lock.path)(error)),
            Err(_) => Ok(Recovery::Unknown),
        }
    }
}

pub(super) struct Desk {
    journal: OwnFile,
    /// Held while the value lives.
    lock: File,
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
const JOURNAL_VERSION: u32 = 3;
const LOCK: &str = "lock";

/// How long to wait for one other writer. Its hooks and its signature may take their time. However many come first,
/// each of them gets as long.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is asked whether somebody still waits.
const TICK: Duration = Duration::from_millis(50);

/// How long somebody waits who only wants to see what a dead writer left.
const MOMENT: Duration = Duration::from_secs(1);

fn on_desk(ledger: &Ledger, name: &str) -> OwnFile {
    OwnFile::new(ledger.git_dir(), Path::new("commit").join(name))
}

impl Desk {
    /// Waits until no other writer is there, and clears what a dead one left.
    pub fn sit(ledger: &Ledger, git: &Git) -> Result<(Desk, Recovery)> {
        let lock = on_desk(ledger, LOCK);
        lock.refuse_elsewhere().map_err(Error::io("write in", ledger.git_dir()))?;
        make_folder(lock.path.parent().unwrap_or(&lock.path))?;
        Desk::clear(ledger, git, take_lock(&lock, git.stop())?)
    }

    fn clear(ledger: &Ledger, git: &Git, lock: File) -> Result<(Desk, Recovery)> {
        let desk = Desk { journal: on_desk(ledger, JOURNAL), lock };
        let git = desk.held_by(git.clone())?;
        let recovery = match desk.read_journal()? {
            Some(journal) => journal.recover(ledger, &git, &desk)?,
            None => Recovery::NothingToDo,
        };
        desk.close_journal()?;
        desk.tidy()?;
        fault::point("desk");
        Ok((desk, recovery))
    }

    /// git, with the desk taken until its runs end: one that outlives this process must not meet the next writer.
    pub fn held_by(&self, git: Git) -> Result<Git> {
        let lock = self.lock.try_clone().map_err(Error::io("open", self.file(LOCK)))?;
        Ok(git.holding(lock))
    }

    fn folder(&self) -> &Path {
        self.journal.path.parent().unwrap_or(&self.journal.path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.journal.path.with_file_name(name)
    }

    /// From here on a crash is undone or finished by the next writer. What the journal names comes to the disk with it.
    pub fn write_journal(&self, journal: &Journal, objects: Settling) -> Result<()> {
        let draft = self.file("journal-draft");
        let failed = |error| Error::io("write", &draft)(io::Error::other(error));
        let bytes = journal.to_bytes().map_err(failed)?;
        remove_if_there(&draft)?;
        fs::write(&draft, bytes).map_err(Error::io("write", &draft))?;
        objects.and(Settling::begin(vec![draft.clone()])).wait()?;
        fault::point("draft");
        fs::rename(&draft, self.file(JOURNAL)).map_err(Error::io("write", self.file(JOURNAL)))?;
        sync_folder(self.folder());
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
        let listed = fs::read_dir(self.folder()).map_err(Error::io("read", self.folder()))?;
        let mut left = listed.flatten().filter(|entry| entry.file_name() != LOCK);
        left.try_for_each(|entry| remove_if_there(&entry.path()))
    }

    fn read_journal(&self) -> Result<Option<Journal>> {
        if fs::symlink_metadata(&self.journal.path).is_err() {
            return Ok(None);
        }
        match self.journal.read().ok().and_then(|bytes| Journal::read(&bytes)) {
            Some(journal) if journal.stays_inside() => Ok(Some(journal)),
            _ => Err(Error::ForeignJournal { path: self.journal.path.clone() }),
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // What could not be thrown away now, the next writer throws away.
        let _ = self.tidy();
    }
}

fn open_lock(lock: &OwnFile) -> Result<File> {
    let path = &lock.path;
    lock.refuse_strange().map_err(Error::io("open", path))?;
    let file = File::options().create(true).truncate(false).write(true).open(path);
    share(path);
    file.map_err(Error::io("open", path))
}

/// The system lets writers in one after the other, in the order they came; asking again and again would let in
/// whoever happens to ask at the right moment.
fn ask_for(lock: &OwnFile) -> Result<(File, Receiver<io::Result<()>>)> {
    let file = open_lock(lock)?;
    let waiting = file.try_clone().map_err(Error::io("open", &lock.path))?;
    let (told, locked) = mpsc::channel();
    thread::spawn(move || {
        // Told too late, nobody listens, and with the last handle the lock is let go.
        let _ = told.send(waiting.lock());
    });
    Ok((file, locked))
}

fn take_lock(lock: &OwnFile, stop: &Stop) -> Result<File> {
    let ((file, locked), path) = (ask_for(lock)?, &lock.path);
    let (mut last_turn, mut since) = (turn(&file), Instant::now());
    loop {
        match locked.recv_timeout(TICK) {
            Ok(Ok(())) => break,
            Ok(Err(error)) => return Err(Error::io("lock", path)(error)),
            Err(_) => stop.check()?,
        }
        if turn(&file) != last_turn {
            (last_turn, since) = (turn(&file), Instant::now());
        } else if since.elapsed() >= PATIENCE {
            return Err(Error::WriterBusy);
        }
    }
    // Not worth failing for: without it those who wait lose their patience sooner.
    let _ = file.set_modified(SystemTime::now());
    Ok(file)
}

/// When the desk was taken last.
fn turn(lock: &File) -> Option<SystemTime> {
    lock.metadata().and_then(|metadata| metadata.modified()).ok()
}

impl Journal {
    pub fn new(reference: &str, commit: CommitId, changes: &[FileChange], files: Vec<Undo>) -> Journal {
        let changes = changes.iter().map(Change::of).collect();
        Journal { reference: reference.to_owned(), commit: commit.to_string(), changes, files }
    }

    /// Its checksum comes first: what a bad disk or a stranger made of it is not guessed at.
    fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let body = postcard::to_stdvec(&(JOURNAL_VERSION, self)).map_err(io::Error::other)?;
        Ok([&crc32fast::hash(&body).to_le_bytes()[..], &body].concat())
    }

    fn read(bytes: &[u8]) -> Option<Journal> {
        let (checksum, body) = bytes.split_first_chunk()?;
        let sound = crc32fast::hash(body).to_le_bytes() == *checksum;
        match postcard::from_bytes(body) {
            Ok((JOURNAL_VERSION, journal)) if sound => Some(journal),
            _ => None,
        }
    }

    /// A journal came with the repository, like everything in it, and must not lead out of it.
    fn stays_inside(&self) -> bool {
        let files = self.files.iter().map(|file| &file.path);
        files.chain(self.changes.iter().map(|change| &change.path)).all(|path| check_path(path).is_ok())
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
        self.unlock_refs(ledger)?;
        left_behind.map_or(Ok(()), LockedIndex::release)?;
        Ok(Recovery::Undone)
    }

    /// A git that was killed with the writer it moved the branch for left its locks: that of the branch, which names the
    /// commit, and an empty one of HEAD, for its reflog. Another git that has HEAD locked wants the branch next, and gives up
    /// in a moment.
    fn unlock_refs(&self, ledger: &Ledger) -> Result<()> {
        if !branch_reference(&self.reference).is_ok_and(|name| name == self.reference) {
            return Ok(());
        }
        let of_branch = ledger.common_dir().join(format!("{}.lock", self.reference));
        if strange::text(&of_branch).is_none_or(|text| text.trim_end() != self.commit) {
            return Ok(());
        }
        let of_head = ledger.git_dir().join("HEAD.lock");
        let left = || fs::metadata(&of_head).ok().filter(|lock| lock.len() == 0)?.modified().ok();
        if let Some(then) =
            left().filter(|_| ledger.checked_out().ok().flatten().as_ref() == Some(&self.reference))
        {
            thread::sleep(MOMENT);
            if left() == Some(then) {
                remove_if_there(&of_head)?;
            }
        }
        remove_if_there(&of_branch)
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
        let on_branch = ledger.checked_out()?.as_ref() == Some(&self.reference);
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
