//! The index, moved along with a commit.
//!
//! Only the commit's own entries change; whatever else is staged, added with intent or flagged stays, and so do the
//! extensions: a plain index is edited here ([`plain_index`]), any other by git itself. The new index is made privately and then *linked* to `index.lock`:
//! the link is git's own lock, it is atomic, and after a crash equal inodes prove whose lock it was. Where the file
//! system has no links it is copied, and equal bytes are the proof; a copy that a crash cut off before its first byte
//! proves nothing and stays, as git's own would.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use super::commit::FileChange;
use super::desk::Desk;
use super::git::{Git, Running};
use super::oid::Oid;
use super::sharing::share;
use super::store::Settling;
use super::swap::remove_if_there;
use super::{Ledger, fault, plain_index};
use crate::error::{Error, Result};

/// The index as it will be, in a private file.
pub(super) struct NewIndex {
    live: PathBuf,
    private: PathBuf,
    made_from: MadeFrom,
    /// Paths that are meant to be absent from the work tree (sparse checkout).
    pub absent: Vec<String>,
    update: Update,
}

/// The live index that a new one was made from.
enum MadeFrom {
    Nothing,
    /// One whose checksum was seen to be right, and stands for all of it.
    Checked {
        length: u64,
        checksum: Vec<u8>,
    },
    Unchecked(Vec<u8>),
}

/// How the private file gets there, while the commit is prepared.
enum Update {
    /// It is written, and on its way to the disk.
    Here(Settling),
    /// git writes it. A large index is most of the work.
    ByGit(Running),
}

/// An index file as it was found.
struct Found {
    bytes: Vec<u8>,
    written: SystemTime,
}

/// The new index, in place as `index.lock`. Nobody else can write the index until it is published or released.
#[must_use]
pub(super) struct LockedIndex {
    live: PathBuf,
    lock: PathBuf,
}

/// Ten milliseconds, doubled seven times: about a second in all, as git waits for its own locks.
const ATTEMPTS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(10);

impl NewIndex {
    /// Copies the index and moves the changed entries along. An entry that is not what HEAD has is somebody's staged
    /// work, and refused.
    pub fn prepare(ledger: &Ledger, git: &Git, desk: &Desk, changes: &[FileChange]) -> Result<NewIndex> {
        let live = live_index(ledger);
        let (private, as_it_was) = (desk.file("index"), desk.file("index-before"));
        remove_if_there(&private)?;
        remove_if_there(&as_it_was)?;
        let found = Found::read(&live)?;
        let plain =
            found.as_ref().and_then(|found| plain_index::edited(&found.bytes, found.written, changes));
        if let Some(pieces) = plain {
            let write = |mut file: File| pieces.iter().try_for_each(|piece| file.write_all(piece));
            File::create_new(&private).and_then(write).map_err(Error::io("write", &private))?;
            share(&private);
            let update = Update::Here(Settling::begin(vec![private.clone()]));
            let made_from = found.map_or(MadeFrom::Nothing, Found::checked);
            return Ok(NewIndex { live, private, made_from, absent: Vec::new(), update });
        }
        found
            .iter()
            .try_for_each(|found| found.copy_to(&private).and_then(|()| found.copy_to(&as_it_was)))?;
        let update = Update::ByGit(Private { git, file: &private }.update(changes)?);
        let absent = Private { git, file: &as_it_was }.check(changes)?;
        let made_from = found.map_or(MadeFrom::Nothing, |found| MadeFrom::Unchecked(found.bytes));
        Ok(NewIndex { live, private, made_from, absent, update })
    }

    /// Waits until the private file is whole and lasts.
    fn finish(&mut self, git: &Git, changes: &[FileChange]) -> Result<()> {
        match std::mem::replace(&mut self.update, Update::Here(Settling::default())) {
            Update::Here(settling) => settling.wait(),
            Update::ByGit(update) => {
                update.output()?;
                Private { git, file: &self.private }.keep_absent(changes, &self.absent)
            }
        }
    }

    /// Takes git's lock, with the new index in it. If the index changed since it was copied, it is copied anew.
    pub fn lock(
        mut self,
        ledger: &Ledger,
        git: &Git,
        desk: &Desk,
        changes: &[FileChange],
    ) -> Result<LockedIndex> {
        let lock = lock_of(&self.live);
        let mut held_by_others = false;
        for attempt in 0..ATTEMPTS {
            self.finish(git, changes)?;
            match place(&self.private, &lock) {
                Ok(()) => {
                    fault::point("lock");
                    if self.made_from.is_still(&self.live).map_err(Error::io("read", &self.live))? {
                        return Ok(LockedIndex { live: self.live, lock });
                    }
                    remove_if_there(&lock)?;
                    let absent = std::mem::take(&mut self.absent);
                    self = NewIndex::prepare(ledger, git, desk, changes)?;
                    if self.absent != absent {
                        return Err(Error::IndexUnsteady);
                    }
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    held_by_others = true;
                    thread::sleep(FIRST_PAUSE * 2_u32.pow(attempt));
                }
                Err(error) => return Err(Error::io("create", lock)(error)),
            }
        }
        Err(if held_by_others { Error::IndexLocked { path: lock } } else { Error::IndexUnsteady })
    }
}

impl MadeFrom {
    fn is_still(&self, live: &Path) -> io::Result<bool> {
        let mut file = match File::open(live) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(matches!(self, MadeFrom::Nothing));
            }
            file => file?,
        };
        let length = file.metadata()?.len();
        let (from, seen) = match self {
            MadeFrom::Checked { length: seen, checksum } if *seen == length => {
                (length - checksum.len() as u64, checksum)
            }
            MadeFrom::Unchecked(bytes) => (0, bytes),
            _ => return Ok(false),
        };
        let mut now = Vec::new();
        file.seek(SeekFrom::Start(from))?;
        file.read_to_end(&mut now)?;
        Ok(now == *seen)
    }
}

impl Found {
    fn checked(self) -> MadeFrom {
        let (content, checksum) = self.bytes.split_at(self.bytes.len().saturating_sub(plain_index::CHECKSUM));
        let length = (content.len() + checksum.len()) as u64;
        MadeFrom::Checked { length, checksum: checksum.to_vec() }
    }

    fn read(file: &Path) -> Result<Option<Found>> {
        let read = || -> io::Result<Found> {
            let mut file = File::open(file)?;
            let (mut bytes, written) = (Vec::new(), file.metadata()?.modified()?);
            file.read_to_end(&mut bytes)?;
            Ok(Found { bytes, written })
        };
        match read() {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", file)(error)),
        }
    }

    /// With its time: git looks again at files that changed in the second in which the index was written.
    fn copy_to(&self, copy: &Path) -> Result<()> {
        let write = || {
            let mut file = File::create_new(copy)?;
            file.write_all(&self.bytes)?;
            file.set_modified(self.written)
        };
        write().map_err(Error::io("write", copy))
    }
}

impl LockedIndex {
    /// The lock a dead process of ours left, if the one that is there is provably that.
    pub fn left_behind(ledger: &Ledger, desk: &Desk) -> Option<LockedIndex> {
        let live = live_index(ledger);
        let lock = lock_of(&live);
        same_file(&lock, &desk.file("index")).then_some(LockedIndex { live, lock })
    }

    pub fn publish(self) -> Result<()> {
        fs::rename(&self.lock, &self.live).map_err(Error::io("replace", self.live))
    }

    pub fn release(self) -> Result<()> {
        remove_if_there(&self.lock)
    }
}

/// An index file nobody else knows of.
struct Private<'a> {
    git: &'a Git,
    file: &'a Path,
}

impl Private<'_> {
    /// Refuses what is staged; names the entries that are meant to be absent from the work tree.
    fn check(&self, changes: &[FileChange]) -> Result<Vec<String>> {
        // Without --sparse: a sparse index is shown with all its entries.
        let paths = changes.iter().map(|change| change.path.as_str());
        let arguments = ["-z", "--stage", "-t", "--"].into_iter().chain(paths);
        let output = self.git.plumbing("ls-files", arguments).env("GIT_INDEX_FILE", self.file).output()?;
        let text = String::from_utf8_lossy(&output);
        let mut entries: HashMap<&str, Vec<Entry>> = HashMap::new();
        for (path, entry) in text.split_terminator('\0').filter_map(Entry::parse) {
            entries.entry(path).or_default().push(entry);
        }
        let mut absent = Vec::new();
        for FileChange { path, before, mode, .. } in changes {
            match (entries.get(path.as_str()).map(Vec::as_slice), before) {
                (None, None) => {}
                (Some([entry]), Some(before)) if entry.is(*before, *mode) => {
                    if entry.skip_worktree {
                        absent.push(path.clone());
                    }
                }
                _ => return Err(Error::Staged { path: path.clone() }),
            }
        }
        Ok(absent)
    }

    fn update(&self, changes: &[FileChange]) -> Result<Running> {
        let mut arguments = vec!["--add".to_owned(), "--replace".to_owned()];
        for FileChange { path, mode, after, .. } in changes {
            let entry = after.map(|blob| ["--cacheinfo".to_owned(), format!("{mode:o},{blob},{path}")]);
            arguments.extend(entry.into_iter().flatten());
        }
        arguments.extend(["--force-remove", "--"].map(str::to_owned));
        let removed = changes.iter().filter(|change| change.after.is_none());
        arguments.extend(removed.map(|change| change.path.clone()));
        self.begin(arguments)
    }

    /// An entry that is written anew is no longer meant to be absent unless that is said again.
    fn keep_absent(&self, changes: &[FileChange], absent: &[String]) -> Result<()> {
        let stays_absent = |change: &&FileChange| change.after.is_some() && absent.contains(&change.path);
        let stay_absent: Vec<String> =
            changes.iter().filter(stays_absent).map(|change| change.path.clone()).collect();
        if !stay_absent.is_empty() {
            let arguments = ["--skip-worktree".to_owned(), "--".to_owned()];
            self.begin(arguments.into_iter().chain(stay_absent))?.output()?;
        }
        Ok(())
    }

    fn begin(&self, arguments: impl IntoIterator<Item = String>) -> Result<Running> {
        self.git.plumbing("update-index", arguments).env("GIT_INDEX_FILE", self.file).begin()
    }
}

/// One line of `git ls-files --stage -t`: `<tag> <mode> <id> <stage>\t<path>`.
struct Entry<'a> {
    skip_worktree: bool,
    mode: u32,
    id: &'a str,
    stage: &'a str,
}

impl<'a> Entry<'a> {
    fn parse(line: &'a str) -> Option<(&'a str, Entry<'a>)> {
        let (fields, path) = line.split_once('\t')?;
        let mut fields = fields.split(' ');
        let skip_worktree = fields.next()? == "S";
        let mode = u32::from_str_radix(fields.next()?, 8).ok()?;
        Some((path, Entry { skip_worktree, mode, id: fields.next()?, stage: fields.next()? }))
    }

    fn is(&self, blob: Oid, mode: u32) -> bool {
        self.stage == "0" && self.mode == mode && self.id == blob.to_string()
    }
}

/// Puts the private index where git looks for its lock, if nobody's lock is there.
fn place(private: &Path, lock: &Path) -> io::Result<()> {
    match fault::refusal("link").and_then(|()| fs::hard_link(private, lock)) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => copy(private, lock),
        linked => linked,
    }
}

fn copy(private: &Path, lock: &Path) -> io::Result<()> {
    let (content, permissions) = (fs::read(private)?, fs::metadata(private)?.permissions());
    let mut file = File::options().write(true).create_new(true).open(lock)?;
    let written = file
        .set_permissions(permissions)
        .and_then(|()| file.write_all(&content))
        .and_then(|()| file.sync_all());
    if written.is_err() {
        fs::remove_file(lock)?;
    }
    written
}

fn live_index(ledger: &Ledger) -> PathBuf {
    ledger.git_dir().join("index")
}

fn lock_of(index: &Path) -> PathBuf {
    index.with_extension("lock")
}

/// Whether it is one file under two names, or a copy: another program that holds the lock would have to be writing the
/// very same index.
fn same_file(one: &Path, other: &Path) -> bool {
    is_linked(one, other) || matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(unix)]
fn is_linked(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |file: &Path| fs::symlink_metadata(file).map(|metadata| (metadata.dev(), metadata.ino()));
    matches!((identity(one), identity(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(not(unix))]
fn is_linked(_: &Path, _: &Path) -> bool {
    false
}
