//! The work tree beside the commits: what is not committed yet, and the files as they lie there.
//!
//! Only looks: the index is not refreshed, no filter, hook or file system monitor is started, and no symlink is
//! followed. Without the filters a file that one of them converts (Git LFS) is only known to be unchanged while its
//! modification time says so.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use git2::{Index, IndexEntry, IndexTime, ObjectType, Oid, Status, StatusOptions};

use super::object::content;
use super::tree::{DEPTH_LIMIT, name_problem};
use super::{Blob, Ledger, REGISTER_PATHS, Refused};
use crate::domain::ContentId;
use crate::error::{Error, Result};

/// A file of the register as it lies in the work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkFile {
    pub path: String,
    /// What git would store, as far as that can be told without starting a filter.
    pub id: ContentId,
    pub content: Blob,
}

/// The register's files in the work tree, sorted by path, and what among them was not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkFiles {
    pub files: Vec<WorkFile>,
    pub refused: Vec<Refused>,
}

/// git-update-index(1), "Skip-worktree bit": the file is meant to be absent. Bit 14 of the extended flags.
const SKIP_WORKTREE: u16 = 1 << 14;

impl Ledger {
    /// The register's paths that differ from HEAD in the index or the work tree, untracked files included; sorted.
    /// Not known for an index libgit2 cannot read; committing works there all the same.
    pub fn uncommitted(&self) -> Result<Vec<String>> {
        let mut options = StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).exclude_submodules(true);
        options.disable_pathspec_match(true).update_index(false);
        for path in REGISTER_PATHS {
            options.pathspec(path);
        }
        let index = self
            .repository
            .index()
            .map_err(|error| Error::IndexUnreadable { detail: error.message().to_owned() })?;
        let absent_on_purpose = |path: &[u8]| {
            index
                .find_prefix(path)
                .ok()
                .and_then(|at| index.get(at))
                .is_some_and(|entry| entry.path == path && entry.flags_extended & SKIP_WORKTREE != 0)
        };
        let statuses = self.repository.statuses(Some(&mut options))?;
        let mut paths: Vec<String> = statuses
            .iter()
            .filter(|entry| !(entry.status() == Status::WT_DELETED && absent_on_purpose(entry.path_bytes())))
            .map(|entry| String::from_utf8_lossy(entry.path_bytes()).into_owned())
            .collect();
        paths.sort();
        Ok(paths)
    }

    /// Reads the register from the work tree, committed or not. What is larger than `limit_bytes` is not read in.
    pub fn worktree_files(&self, limit_bytes: u64) -> Result<WorkFiles> {
        let root = self.workdir().ok_or(Error::NoWorkTree)?;
        let reader = Reader { known: Known::of(self), limit_bytes };
        let mut found = WorkFiles::default();
        for path in REGISTER_PATHS {
            match fs::symlink_metadata(root.join(path)) {
                Ok(metadata) => reader.read(&root.join(path), path, &metadata, 0, &mut found),
                Err(_) => continue,
            }
        }
        found.files.sort_by(|a, b| a.path.cmp(&b.path));
        found.refused.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

struct Reader {
    known: Known,
    limit_bytes: u64,
}

impl Reader {
    fn read(&self, file: &Path, path: &str, metadata: &Metadata, depth: usize, found: &mut WorkFiles) {
        let outcome = if metadata.is_symlink() {
            Err("a symlink is not followed")
        } else if metadata.is_dir() && depth > DEPTH_LIMIT {
            Err("folders are nested too deep")
        } else if metadata.is_dir() {
            self.read_folder(file, path, depth, found)
        } else if metadata.is_file() {
            self.read_file(file, path, metadata).map(|file| found.files.push(file))
        } else {
            Err("it is not a regular file")
        };
        if let Err(reason) = outcome {
            found.refused.push(Refused { path: path.to_owned(), reason });
        }
    }

    fn read_folder(
        &self,
        folder: &Path,
        path: &str,
        depth: usize,
        found: &mut WorkFiles,
    ) -> Result<(), &'static str> {
        for entry in fs::read_dir(folder).map_err(|_| "the folder cannot be read")?.flatten() {
            let name = entry.file_name();
            let path = format!("{path}/{}", name.to_string_lossy());
            match (name_problem(name.as_encoded_bytes()), entry.metadata()) {
                (Some(reason), _) => found.refused.push(Refused { path, reason }),
                (None, Ok(metadata)) => self.read(&entry.path(), &path, &metadata, depth + 1, found),
                // Gone since the folder was listed.
                (None, Err(_)) => {}
            }
        }
        Ok(())
    }

    fn read_file(&self, file: &Path, path: &str, metadata: &Metadata) -> Result<WorkFile, &'static str> {
        let cannot_read = "it cannot be read";
        let known = self.known.id(path, metadata);
        if metadata.len() > self.limit_bytes {
            let id =
                known.map_or_else(|| Oid::hash_file(ObjectType::Blob, file), Ok).map_err(|_| cannot_read)?;
            let content_is = Blob::TooLarge { size_bytes: metadata.len() };
            return Ok(WorkFile { path: path.to_owned(), id: content(id), content: content_is });
        }
        let bytes = fs::read(file).map_err(|_| cannot_read)?;
        let id =
            known.map_or_else(|| Oid::hash_object(ObjectType::Blob, &bytes), Ok).map_err(|_| cannot_read)?;
        Ok(WorkFile { path: path.to_owned(), id: content(id), content: Blob::Content(bytes) })
    }
}

/// What the index knows: the id of a file whose size and modification time are still what they were when it was added.
/// It is the id behind the filters, which a hash of the file itself is not.
struct Known {
    entries: HashMap<Vec<u8>, IndexEntry>,
    written: Option<SystemTime>,
}

impl Known {
    fn of(ledger: &Ledger) -> Known {
        // An index libgit2 cannot read (split, sparse) only means that every file is hashed.
        let index = ledger.repository.index().ok();
        let written = index
            .as_ref()
            .and_then(Index::path)
            .and_then(|path| fs::metadata(path).ok())
            .and_then(|metadata| metadata.modified().ok());
        let entries = index.iter().flat_map(|index| index.iter()).map(|entry| (entry.path.clone(), entry));
        Known { entries: entries.collect(), written }
    }

    fn id(&self, path: &str, metadata: &Metadata) -> Option<Oid> {
        let entry = self.entries.get(path.as_bytes())?;
        let modified = metadata.modified().ok()?;
        // A file changed in the moment the index was written may look unchanged ("racy git" in git's documentation).
        let settled = self.written.is_some_and(|written| modified < written);
        let same = modified == time(entry.mtime)? && u64::from(entry.file_size) == metadata.len();
        (settled && same).then_some(entry.id)
    }
}

fn time(time: IndexTime) -> Option<SystemTime> {
    let seconds = u64::try_from(time.seconds()).ok()?;
    UNIX_EPOCH.checked_add(std::time::Duration::new(seconds, time.nanoseconds()))
}
