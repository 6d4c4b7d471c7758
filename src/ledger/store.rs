//! What the layer needs of a repository: objects, refs and the index. Everything else is built on it once.
//!
//! Two things offer it. [`Libgit2`](super::libgit2::Libgit2) is the faster one and reads what libgit2 can open;
//! [`Plumbing`](super::plumbing::Plumbing) asks the user's git and reads whatever git does: reftable, SHA-256 objects,
//! extensions still to come. Both give the same answers, and neither runs anything a repository's configuration names.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::SystemTime;

use git2::ObjectType;

use super::oid::{ObjectFormat, Oid};
use crate::error::{Error, Result};

/// An object's kind and content.
pub(super) type Object = (ObjectType, Vec<u8>);

/// An open repository. Replacement refs are not applied, and missing objects are not fetched.
pub(super) trait Store: Send {
    fn format(&self) -> ObjectFormat;

    /// Kind and size of an object, without reading it.
    fn header(&self, id: Oid) -> Result<(ObjectType, u64)>;

    /// An object's content, as it is stored: whether its hash is its id is for the caller to see.
    fn read(&self, id: Oid) -> Result<Object>;

    /// The same, or nothing where it is larger than `limit_bytes`, which takes hardly more memory to find out.
    fn read_at_most(&self, id: Oid, limit_bytes: u64) -> Result<Option<Object>> {
        let (_, size_bytes) = self.header(id)?;
        if size_bytes > limit_bytes { Ok(None) } else { self.read(id).map(Some) }
    }

    /// The same for what is hardly ever larger: to find that it is may take the time of reading it.
    fn read_at_once(&self, id: Oid, limit_bytes: u64) -> Result<Option<Object>> {
        self.read_at_most(id, limit_bytes)
    }

    /// Adds an object, as it is.
    fn write(&self, kind: ObjectType, bytes: &[u8]) -> Result<Oid>;

    /// Begins to bring objects that were written here to the disk.
    fn settle(&self, ids: &[Oid]) -> Settling;

    /// What a full ref name, or `HEAD` and the like, stands for.
    fn reference(&self, name: &str) -> Result<Option<Reference>>;

    /// All branches, remote branches and tags by their full names, and what they stand for.
    fn references(&self) -> Result<Vec<(String, Reference)>>;

    /// Points a ref somewhere else, whatever it was.
    fn set_reference(&self, name: &str, id: Oid, reason: &str) -> Result<()>;

    /// The object that `text` names, as gitrevisions(7) says. It does not start with a hyphen.
    fn find(&self, text: &str) -> Result<Option<Oid>>;

    /// What a local branch follows, by its full name; none where it follows nothing of another repository.
    fn follows(&self, reference: &str) -> Result<Option<Followed>>;

    /// How many commits only the one has, and only the other.
    fn ahead_behind(&self, one: Oid, other: Oid) -> Result<(usize, usize)>;

    /// Whether the attributes of a path, as far as they are in files of the work tree or elsewhere outside of git, may make
    /// its content another one in the work tree. No false "no".
    fn may_convert(&self, path: &str) -> Result<bool>;

    /// Where git finds its repository from a folder.
    fn discovered(&self, folder: &Path) -> Result<PathBuf>;

    /// The paths at or below `paths` that differ from HEAD in the index or the work tree, untracked ones included.
    fn uncommitted(&self, paths: &[&str]) -> Result<Vec<String>>;

    /// What the index knows of the files at or below `paths`. Knowing nothing is always right.
    fn unchanged(&self, paths: &[&str]) -> Unchanged;

    /// Puts a commit's files and index in place, over whatever is there, without any conversion.
    fn check_out(&self, commit: Oid) -> Result<()>;

    /// A second handle, for another thread, with nothing read yet.
    fn reopen(&self) -> Result<Box<dyn Store>>;
}

/// Files on their way to the disk. They go together: a file system writes its journal once for all that wait for it.
#[derive(Default)]
#[must_use]
pub(super) struct Settling(Vec<JoinHandle<Result<()>>>);

impl Settling {
    const AT_ONCE: usize = 16;

    pub fn begin(files: Vec<PathBuf>) -> Settling {
        let share = files.len().div_ceil(Settling::AT_ONCE).max(1);
        let bring = |files: &[PathBuf]| {
            let files = files.to_vec();
            thread::spawn(move || {
                files.into_iter().try_for_each(|path| {
                    let synced = File::open(&path).and_then(|file| file.sync_all());
                    synced.map_err(Error::io("write", path))
                })
            })
        };
        Settling(files.chunks(share).map(bring).collect())
    }

    /// These and those.
    pub fn and(mut self, mut others: Settling) -> Settling {
        self.0.append(&mut others.0);
        self
    }

    /// Waits until all of them are there.
    pub fn wait(self) -> Result<()> {
        let mut joined = self.0.into_iter().map(|thread| thread.join());
        joined.try_for_each(|brought| brought.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}

/// A branch of another repository that a local one follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Followed {
    pub remote: String,
    /// Its full name there.
    pub merge: String,
    /// The full name of the ref that remembers where it ended.
    pub tracking: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// Stands for another ref, which need not exist.
    Symbolic(String),
    Direct(Oid),
}

/// Ids of files whose work tree is known to hold what the index does: the ids behind the filters, which a hash of the
/// file itself is not.
#[derive(Default)]
pub(super) struct Unchanged {
    pub entries: HashMap<Vec<u8>, Entry>,
    /// When that was known. A file modified later, or in that very moment, may look unchanged ("racy git" in git's
    /// documentation).
    pub known: Option<SystemTime>,
}

pub(super) struct Entry {
    pub id: Oid,
    /// Modification time and size the file must still have; none if git has just seen to it.
    pub stat: Option<(SystemTime, u64)>,
}
