//! What this machine remembers of a repository, kept outside of it: who changes the repository does not change this.
//!
//! One small file for each thing below `$XDG_STATE_HOME/countersign` (or `~/.local/state/countersign`), in a folder for
//! its kind. It is no proof to anybody else, and deleting it forgets.

use std::env;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Ledger;
use crate::domain::catalogue::hex;
use crate::error::{Error, Result};

/// The place of one thing that can be remembered.
pub(super) struct Memory(PathBuf);

/// The place of things of one kind that are remembered one by one, each by a name that is safe as a file's.
pub struct Shelf(PathBuf);

impl Ledger {
    /// Of this repository, whichever of its work trees it is. None where the user has no place for such files.
    pub(super) fn memory(&self, kind: &str, of: &str) -> Option<Memory> {
        let repository = self.common_dir().canonicalize().ok()?;
        let mut key = repository.into_os_string().into_encoded_bytes();
        key.push(0);
        key.extend(of.as_bytes());
        let name = hex(&Sha256::digest(&key)[..16]);
        Some(Memory(state_folder()?.join("countersign").join(kind).join(name)))
    }
}

impl Ledger {
    /// Of this repository, whichever of its work trees it is.
    pub fn shelf(&self, kind: &str) -> Result<Shelf> {
        let Memory(folder) = self.memory(kind, "").ok_or(Error::NoStateFolder)?;
        Ok(Shelf(folder))
    }
}

impl Shelf {
    /// All that is there, by name, in the order of the names; no text where it cannot be read.
    pub fn all(&self) -> Vec<(String, Option<String>)> {
        let files = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut all: Vec<_> = files
            .filter_map(|file| file.file_name().into_string().ok())
            // A file that was being written when its program died has a name that begins with a dot.
            .filter(|name| !name.starts_with('.'))
            .map(|name| (name.clone(), Memory(self.0.join(name)).recall()))
            .collect();
        all.sort();
        all
    }

    /// What is there by this name, if it can be read.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.0.join(name)).ok()
    }

    /// Replaces what was there by this name, whole or not at all.
    pub fn keep(&self, name: &str, content: impl AsRef<[u8]>) -> Result<()> {
        Memory(self.0.join(name)).keep(content)
    }

    /// Whether there was anything to forget.
    pub fn forget(&self, name: &str) -> Result<bool> {
        Memory(self.0.join(name)).forget()
    }
}

impl Memory {
    /// What cannot be read was not kept.
    pub fn recall(&self) -> Option<String> {
        fs::read_to_string(&self.0).ok()
    }

    pub fn keep(&self, content: impl AsRef<[u8]>) -> Result<()> {
        let Memory(path) = self;
        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder).map_err(Error::io("make", folder))?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::io("write in", folder))?;
        file.write_all(content.as_ref()).map_err(Error::io("write", path))?;
        file.persist(path).map_err(|error| Error::io("write", path)(error.error))?;
        Ok(())
    }

    /// Where it is kept, if something is.
    pub fn place(&self) -> Option<&Path> {
        self.0.exists().then_some(&*self.0)
    }

    /// Whether there was anything to forget.
    pub fn forget(&self) -> Result<bool> {
        match fs::remove_file(&self.0) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::io("remove", &self.0)(error)),
        }
    }
}

/// A path as a shell would have read it: `~/` is the person's home.
pub fn from_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// The XDG base directory for what outlives a run; a relative one does not count.
fn state_folder() -> Option<PathBuf> {
    let absolute = |folder: PathBuf| folder.is_absolute().then_some(folder);
    let named = env::var_os("XDG_STATE_HOME").map(PathBuf::from).and_then(absolute);
    named.or_else(|| Some(absolute(env::home_dir()?)?.join(".local").join("state")))
}
