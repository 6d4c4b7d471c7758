//! The register's repository: read at any commit, and written one commit at a time.
//!
//! The only layer that knows libgit2 and starts git. It speaks of paths, bytes and commits, never of companies or
//! measures.
//!
//! - Reading goes through libgit2 and starts no program, whatever the repository's configuration says.
//! - Writing makes the commit the user's own git would make: hooks, signing, identity, filters and line endings are
//!   theirs. Where one of them cannot be honoured the commit is refused, never made without it.
//! - A commit happens whole or not at all, at any crash and with any number of writers ([`commit`] says how).
//!
//! A handle is for one thread; [`Ledger::reopen`] makes another.

pub mod ancestry;
pub mod commit;
pub mod history;
pub mod message;
pub mod object;
pub mod replay;
pub mod revision;
pub mod signature;
pub mod tree;
pub mod witness;
pub mod worktree;

mod compare;
mod convert;
mod desk;
mod fault;
mod git;
mod hooks;
mod identity;
mod index;
mod store;
mod swap;
mod target;

use std::fmt;
use std::path::{Path, PathBuf};

use git2::{ErrorClass, ErrorCode, Repository, RepositoryInitOptions, RepositoryOpenFlags};

use crate::error::{Error, Result};

pub use commit::{Committed, Edit, Proposed};
pub use desk::Recovery;
pub use history::{CommitInfo, Filter, History, PathChange, Person, Record, Walk};
pub use message::{Message, Trailer};
pub use object::{Blob, CommitId, ObjectId, Verified, content_id};
pub use revision::Head;
pub use signature::{Keys, Verdict};
pub use tree::{Kind, Listing, Refused, TreeEntry};
pub use worktree::{WorkFile, WorkFiles};

/// What a register keeps below its root, and so all that Countersign looks at in a work tree.
pub const REGISTER_PATHS: [&str; 4] = ["commitments", "companies", "countersign.toml", "sources.toml"];

/// An open repository.
pub struct Ledger {
    repository: Repository,
}

impl Ledger {
    /// Opens the repository that holds `path`: the work tree around it, a linked work tree, or a bare repository.
    /// Runs nothing, and refuses a repository of another user as git does (`safe.directory` in git-config).
    pub fn discover(path: &Path) -> Result<Ledger> {
        object::read_without_rehashing();
        let no_ceiling: [&Path; 0] = [];
        match Repository::open_ext(path, RepositoryOpenFlags::empty(), no_ceiling) {
            Ok(repository) => Ok(Ledger { repository }),
            Err(error) => Err(cannot_open(path, error)),
        }
    }

    /// Makes an empty repository whose first commit will be on `initial_branch`. No template is copied, so it has no
    /// hooks; an existing repository is refused.
    pub fn init(directory: &Path, initial_branch: &str) -> Result<Ledger> {
        object::read_without_rehashing();
        let mut options = RepositoryInitOptions::new();
        options.no_reinit(true).mkpath(true).external_template(false).initial_head(initial_branch);
        Ok(Ledger { repository: Repository::init_opts(directory, &options)? })
    }

    /// A second handle, for another thread.
    pub fn reopen(&self) -> Result<Ledger> {
        let repository =
            Repository::open(self.git_dir()).map_err(|error| cannot_open(self.git_dir(), error))?;
        Ok(Ledger { repository })
    }

    /// The root of the work tree, which is the root of the register. A bare repository has none.
    pub fn workdir(&self) -> Option<&Path> {
        self.repository.workdir()
    }

    /// Where this work tree's own state is: `.git`, or `.git/worktrees/<name>` for a linked one.
    pub fn git_dir(&self) -> &Path {
        self.repository.path()
    }

    /// Where all work trees' shared state is; the place for caches.
    pub fn common_dir(&self) -> &Path {
        self.repository.commondir()
    }

    pub fn is_bare(&self) -> bool {
        self.repository.is_bare()
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("git_dir", &self.git_dir()).finish()
    }
}

/// Gives the reasons a repository does not open their own words. libgit2 tells some of them only in its message.
fn cannot_open(path: &Path, error: git2::Error) -> Error {
    let path = PathBuf::from(path);
    let message = error.message();
    let extension = message.strip_prefix("unsupported extension name ");
    match (error.code(), error.class(), extension) {
        (ErrorCode::NotFound, ..) => Error::NoRepository { path },
        (ErrorCode::Owner, ..) => Error::NotOwned { path },
        (_, _, Some("extensions.refstorage")) => Error::UnsupportedRepository {
            path,
            feature: "the reftable format (extensions.refStorage)".to_owned(),
        },
        (_, _, Some(extension)) => Error::UnsupportedRepository { path, feature: format!("`{extension}`") },
        (_, ErrorClass::Repository | ErrorClass::Config, _) if message.contains("object format") => {
            Error::UnsupportedRepository {
                path,
                feature: "SHA-256 objects (extensions.objectFormat)".to_owned(),
            }
        }
        _ => error.into(),
    }
}

impl From<git2::Error> for Error {
    fn from(error: git2::Error) -> Error {
        Error::Repository { detail: error.message().to_owned() }
    }
}
