//! The register's repository: read at any commit, and written one commit at a time.
//!
//! The only layer that knows libgit2 and starts git. It speaks of paths, bytes and commits, never of companies or
//! measures.
//!
//! - Reading runs nothing a repository's configuration names. It goes through libgit2, or through the user's git where
//!   libgit2 cannot open the repository (reftable, SHA-256): two stores with the same answers.
//! - Writing makes the commit the user's own git would make: hooks, signing, identity, filters and line endings are
//!   theirs. Where one of them cannot be honoured the commit is refused, never made without it.
//! - A commit happens whole or not at all, at any crash and with any number of writers ([`commit`] says how).
//!
//! A handle is for one thread; [`Ledger::reopen`] makes another.

pub mod ancestry;
pub mod attest;
pub mod branches;
pub mod commit;
pub mod conflicts;
pub mod contents;
pub mod drivers;
pub mod history;
pub mod identity;
pub mod line;
pub mod merge_file;
pub mod message;
pub mod object;
mod object_reader;
pub mod outside;
pub mod own;
pub mod remote;
pub mod replay;
pub mod revision;
pub mod settings;
pub mod sharing;
pub mod signature;
pub mod staged;
pub mod stop;
pub mod transfer;
pub mod tree;
pub mod trust;
pub mod witness;
pub mod worktree;

mod attend;
mod bound;
mod compare;
mod convert;
mod desk;
mod editor;
mod extent;
mod fault;
mod git;
mod hooks;
mod index;
mod kept;
mod libgit2;
mod line_index;
mod loose;
mod memory;
mod oid;
mod places;
mod plain_index;
mod plumbing;
mod raw;
mod raw_tree;
mod scope;
mod store;
mod strange;
mod swap;
mod target;
mod write_tree;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};

use kept::Kept;
use libgit2::Libgit2;
use places::Places;
use plumbing::Plumbing;
use store::Store;

pub use ancestry::Link;
pub use attest::{Attested, attested};
pub use branches::Branch;
pub use commit::{Committed, Edit, Ground, Proposed};
pub use compare::TreeReader;
pub use contents::{Merged, MergedFile, Merging, REVIEWS, ThreeWay};
pub use desk::Recovery;
pub use editor::edit;
pub use history::{CommitInfo, Filter, History, PathChange, Person, Record, Recorder, Walk};
pub use line::Line;
pub use line_index::Caching;
pub use memory::{Shelf, from_home};
pub use message::{Message, Trailer};
pub use object::{Blob, CommitId, ObjectId, Verified, content_id};
pub use outside::Outside;
pub use remote::{Outcome, Outgoing, Pushed, Upstream};
pub use revision::Head;
pub use scope::Scope;
pub use settings::Settings;
pub use signature::{Keys, Verdict};
pub use stop::Stop;
pub use transfer::Talk;
pub use tree::{Kind, Listing, Refused, TreeEntry};
pub use trust::Program;
pub use worktree::{WorkFile, WorkFiles};

/// What a register keeps below its root, and so all that Countersign looks at in a work tree.
pub const REGISTER_PATHS: [&str; 5] =
    ["commitments", "companies", "countersign.toml", "sources.toml", "waivers.toml"];

/// An open repository.
pub struct Ledger {
    store: Box<dyn Store>,
    places: Places,
    /// Whether what is read is held against its id.
    rehashes: bool,
    kept: Arc<Kept>,
}

/// What a repository is read and written through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Libgit2,
    /// The user's git.
    Git,
}

impl Ledger {
    /// Opens the repository that holds `path`: the work tree around it, a linked work tree, or a bare repository.
    /// Runs nothing of the repository's, and refuses one of another user as git does (`safe.directory` in git-config).
    pub fn discover(path: &Path) -> Result<Ledger> {
        match Ledger::discover_with(path, Backend::Libgit2) {
            Err(Error::UnsupportedRepository { path: at, feature }) => {
                Ledger::discover_with(path, Backend::Git).map_err(|error| match error {
                    // Not even git knows it. libgit2 names what it is.
                    Error::Git { .. } => Error::UnsupportedRepository { path: at, feature },
                    error => error,
                })
            }
            opened => opened,
        }
    }

    /// The same, through one backend only: for holding the two against each other.
    pub fn discover_with(path: &Path, backend: Backend) -> Result<Ledger> {
        strange::refuse(path)?;
        match backend {
            Backend::Libgit2 => Libgit2::discover(path).map(Ledger::through_libgit2),
            Backend::Git => {
                let git = Plumbing::discover(path)?;
                Ok(Ledger::through(git.places(), Box::new(git)))
            }
        }
    }

    /// Makes an empty repository whose first commit will be on `initial_branch`. No template is copied, so it has no
    /// hooks; an existing repository is refused. Whatever git's defaults, its formats are those every tool reads.
    pub fn init(directory: &Path, initial_branch: &str) -> Result<Ledger> {
        Libgit2::init(directory, initial_branch).map(Ledger::through_libgit2)
    }

    fn through_libgit2(store: Libgit2) -> Ledger {
        Ledger::through(store.places(), Box::new(store))
    }

    fn through(places: Places, store: Box<dyn Store>) -> Ledger {
        Ledger { store, places, rehashes: false, kept: Arc::default() }
    }

    /// A second handle, for another thread.
    pub fn reopen(&self) -> Result<Ledger> {
        let (places, kept) = (self.places.clone(), Arc::clone(&self.kept));
        Ok(Ledger { store: self.store.reopen()?, places, rehashes: self.rehashes, kept })
    }

    /// The root of the work tree, which is the root of the register. A bare repository has none.
    pub fn workdir(&self) -> Option<&Path> {
        self.places.workdir.as_deref()
    }

    /// Where this work tree's own state is: `.git`, or `.git/worktrees/<name>` for a linked one.
    pub fn git_dir(&self) -> &Path {
        &self.places.git_dir
    }

    /// Where all work trees' shared state is; the place for caches.
    pub fn common_dir(&self) -> &Path {
        &self.places.common_dir
    }

    pub fn is_bare(&self) -> bool {
        self.places.workdir.is_none()
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("git_dir", &self.git_dir()).finish()
    }
}
