//! One file of the work tree, replaced whole and, if it must be, put back.
//!
//! The new content is written beside the old and renamed over it, so that a reader sees either. No symlink is followed,
//! in no part of the path.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::fault;
use super::object::content_id;
use crate::domain::ContentId;
use crate::error::{Error, Result};

/// What a file was and what it becomes; `None` is no file.
pub(super) struct Swap {
    pub path: String,
    pub was: Option<Vec<u8>>,
    pub becomes: Option<Vec<u8>>,
    /// What the file is, or was before it was removed.
    pub executable: bool,
}

/// What is needed to put a file back, by this process or, after a crash, by another.
#[derive(Serialize, Deserialize)]
pub(super) struct Undo {
    pub path: String,
    pub was: Option<Vec<u8>>,
    /// The raw hash of the work tree's bytes, not the id of a blob.
    pub becomes: Option<ContentId>,
    pub executable: bool,
}

impl Swap {
    /// The file as it is now. A symlink, a folder or anything else that is no regular file is refused.
    pub fn read(root: &Path, path: &str) -> Result<Option<Vec<u8>>> {
        let file = locate(root, path)?;
        match fs::symlink_metadata(&file) {
            Ok(metadata) if metadata.is_file() => fs::read(&file).map(Some).map_err(Error::io("read", &file)),
            Ok(_) => Err(Error::NotAFile { path: path.to_owned() }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", &file)(error)),
        }
    }

    pub fn undo(&self) -> Undo {
        let becomes = self.becomes.as_deref().map(content_id);
        Undo { path: self.path.clone(), was: self.was.clone(), becomes, executable: self.executable }
    }

    /// Puts the new content in place, if the file is still what it was.
    /// [`Swap::settle`] makes it last.
    pub fn apply(&self, root: &Path) -> Result<()> {
        if Swap::read(root, &self.path)? != self.was {
            return Err(Error::EditedMeanwhile { path: self.path.clone() });
        }
        if self.was == self.becomes {
            return Ok(());
        }
        replace(root, &self.path, self.becomes.as_deref(), self.executable)
    }

    /// Makes replaced files last: one write to the disk for each folder, not for each file.
    pub fn settle(root: &Path, files: &[Swap]) {
        let folders: BTreeSet<_> = files.iter().filter_map(|file| Path::new(&file.path).parent()).collect();
        folders.into_iter().for_each(|folder| sync_folder(&root.join(folder)));
    }
}

impl Undo {
    /// Puts the old content back, if the file still holds ours. What somebody wrote since stays.
    pub fn run(&self, root: &Path) -> Result<()> {
        let now = match Swap::read(root, &self.path) {
            Err(Error::NotAFile { .. }) => return Ok(()),
            now => now?,
        };
        remove_if_there(&beside(&root.join(&self.path)))?;
        if now == self.was || now.as_deref().map(content_id) != self.becomes {
            return Ok(());
        }
        replace(root, &self.path, self.was.as_deref(), self.executable)
    }
}

fn replace(root: &Path, path: &str, content: Option<&[u8]>, executable: bool) -> Result<()> {
    let file = locate(root, path)?;
    let folder = file.parent().unwrap_or(root);
    match content {
        Some(content) => {
            fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
            let present = fs::symlink_metadata(&file).ok().map(|metadata| Mode::As(metadata.permissions()));
            let beside = beside(&file);
            remove_if_there(&beside)?;
            write_synced(&beside, content, present.unwrap_or(Mode::New { executable }))?;
            fault::point("beside");
            fs::rename(&beside, &file).map_err(Error::io("replace", &file))?;
        }
        None => {
            remove_if_there(&file)?;
            // Like git, leave no empty folder behind. The first that is not empty ends it.
            let parents = folder.ancestors().take_while(|parent| *parent != root);
            let _ = parents.map(fs::remove_dir).take_while(Result::is_ok).count();
        }
    }
    Ok(())
}

/// Where a path is in the work tree, after every folder on the way was seen to be a folder, or not to exist.
pub(super) fn locate(root: &Path, path: &str) -> Result<PathBuf> {
    let file = root.join(path);
    let folders = file.ancestors().skip(1).take_while(|folder| *folder != root);
    for folder in folders {
        match fs::symlink_metadata(folder) {
            Ok(metadata) if !metadata.is_dir() => return Err(Error::NotAFile { path: path.to_owned() }),
            _ => {}
        }
    }
    Ok(file)
}

fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!(".{name}.countersign~"))
}

/// Who may do what with a file that is written.
pub(super) enum Mode {
    /// What the umask leaves.
    New {
        executable: bool,
    },
    As(Permissions),
}

pub(super) fn write_synced(file: &Path, content: &[u8], mode: Mode) -> Result<()> {
    let write = || {
        // `create_new` follows no symlink that somebody put there.
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let mut file = match mode {
            Mode::New { executable } => new(&mut options, executable).open(file)?,
            Mode::As(permissions) => {
                let file = options.open(file)?;
                file.set_permissions(permissions)?;
                file
            }
        };
        file.write_all(content)?;
        file.sync_all()
    };
    write().map_err(Error::io("write", file))
}

#[cfg(unix)]
fn new(options: &mut OpenOptions, executable: bool) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(if executable { 0o777 } else { 0o666 })
}

#[cfg(not(unix))]
fn new(options: &mut OpenOptions, _: bool) -> &mut OpenOptions {
    options
}

pub(super) fn remove_if_there(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", file)(error)),
        _ => Ok(()),
    }
}

/// Makes a rename last. Some file systems cannot, and then there is nothing to be done.
pub(super) fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}
