//! The work tree beside the commits: what is not committed yet, and the files as they lie there.
//!
//! Only looks: the index is not refreshed, no filter, hook or file system monitor is started, and no symlink is
//! followed. Without the filters a file that one of them converts (Git LFS) is only known to be unchanged while its
//! modification time says so.

use std::fs::{self, Metadata};
use std::path::Path;

use super::object::content;
use super::oid::{ObjectFormat, Oid};
use super::store::{Entry, Unchanged};
use super::swap::locate;
use super::tree::{DEPTH_LIMIT, name_problem};
use super::{Blob, Kind, Ledger, REGISTER_PATHS, Refused, TreeEntry, strange};
use crate::domain::ContentId;
use crate::error::{Error, Result};

/// A file of the register as it lies in the work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkFile {
    pub path: String,
    /// What git would store, as far as that can be told without starting a filter.
    pub id: ContentId,
}

/// The register's files in the work tree, sorted by path, and what among them is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkFiles {
    pub files: Vec<WorkFile>,
    pub refused: Vec<Refused>,
}

impl Ledger {
    /// The register's paths that differ from HEAD in the index or the work tree, untracked files included; sorted.
    pub fn uncommitted(&self) -> Result<Vec<String>> {
        // libgit2 would wait for the rest of a folder that was cut short, and walk through one without end.
        if let Some(head) = self.head()?.commit() {
            for path in REGISTER_PATHS {
                if let Some(TreeEntry { kind: Kind::Folder, id, .. }) = self.lookup(head, path)? {
                    self.refuse_endless(id, path)?;
                }
            }
        }
        if let Some(root) = self.workdir() {
            strange::refuse_in_work_tree(root, &REGISTER_PATHS)?;
        }
        let mut paths = self.store.uncommitted(&REGISTER_PATHS)?;
        paths.sort();
        Ok(paths)
    }

    /// The register as it lies in the work tree, committed or not.
    pub fn worktree_files(&self) -> Result<WorkFiles> {
        let root = self.workdir().ok_or(Error::NoWorkTree)?;
        let unchanged = match strange::refuse_in_work_tree(root, &REGISTER_PATHS) {
            Ok(()) => self.store.unchanged(&REGISTER_PATHS),
            Err(_) => Unchanged::default(),
        };
        let looker = Looker { format: self.store.format(), unchanged };
        let mut found = WorkFiles::default();
        for path in REGISTER_PATHS {
            match fs::symlink_metadata(root.join(path)) {
                Ok(metadata) => looker.look(&root.join(path), path, &metadata, 0, &mut found),
                Err(_) => continue,
            }
        }
        found.files.sort_by(|a, b| a.path.cmp(&b.path));
        found.refused.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// What a file of the work tree holds now, unless it is larger than `limit_bytes`.
    pub fn worktree_content(&self, path: &str, limit_bytes: u64) -> Result<Blob> {
        let file = locate(self.workdir().ok_or(Error::NoWorkTree)?, path)?;
        let found = fs::symlink_metadata(&file).map_err(Error::io("read", &file))?;
        match found.len() {
            _ if !found.is_file() => Err(Error::NotAFile { path: path.to_owned() }),
            size_bytes if size_bytes > limit_bytes => Ok(Blob::TooLarge { size_bytes }),
            _ => fs::read(&file).map(Blob::Content).map_err(Error::io("read", &file)),
        }
    }
}

struct Looker {
    format: ObjectFormat,
    unchanged: Unchanged,
}

impl Looker {
    fn look(&self, file: &Path, path: &str, metadata: &Metadata, depth: usize, found: &mut WorkFiles) {
        let outcome = if metadata.is_symlink() {
            Err("a symlink is not followed")
        } else if metadata.is_dir() && depth > DEPTH_LIMIT {
            Err("folders are nested too deep")
        } else if metadata.is_dir() {
            self.look_into(file, path, depth, found)
        } else if metadata.is_file() {
            self.file(file, path, metadata).map(|file| found.files.push(file))
        } else {
            Err("it is not a regular file")
        };
        if let Err(reason) = outcome {
            found.refused.push(Refused { path: path.to_owned(), reason });
        }
    }

    fn look_into(
        &self,
        folder: &Path,
        path: &str,
        depth: usize,
        found: &mut WorkFiles,
    ) -> Result<(), &'static str> {
        for entry in fs::read_dir(folder).map_err(|_| "the folder cannot be read")?.flatten() {
            let name = entry.file_name();
            if strange::RULES.iter().any(|rules| name == *rules) {
                continue;
            }
            let path = format!("{path}/{}", name.to_string_lossy());
            match (name_problem(name.as_encoded_bytes()), entry.metadata()) {
                (Some(reason), _) => found.refused.push(Refused { path, reason }),
                (None, Ok(metadata)) => self.look(&entry.path(), &path, &metadata, depth + 1, found),
                // Gone since the folder was listed.
                (None, Err(_)) => {}
            }
        }
        Ok(())
    }

    fn file(&self, file: &Path, path: &str, metadata: &Metadata) -> Result<WorkFile, &'static str> {
        let id = self.unchanged.id(path, metadata).map_or_else(|| self.format.hash_file(file), Ok);
        let id = content(id.map_err(|_| "it cannot be read")?);
        Ok(WorkFile { path: path.to_owned(), id })
    }
}

impl Unchanged {
    /// The id of a file that is still what it was when it was added.
    fn id(&self, path: &str, metadata: &Metadata) -> Option<Oid> {
        let Entry { id, stat } = self.entries.get(path.as_bytes())?;
        let modified = metadata.modified().ok()?;
        let settled = self.known.is_some_and(|known| modified < known);
        let same = stat.is_none_or(|stat| stat == (modified, metadata.len()));
        (settled && same).then_some(*id)
    }
}
