//! Folders of a commit, read without a work tree.
//!
//! Nothing is checked out and no name of a tree ever becomes a path of the file system here: a name that could do harm
//! there is reported as refused and not followed.

use super::compare::TreeReader;
use super::object::unreadable_header;
use super::raw_tree::RawTree;
use super::{CommitId, Ledger, ObjectId, raw};
use crate::error::{Error, Result};

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    pub name: String,
    pub kind: Kind,
    pub id: ObjectId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    Executable,
    Folder,
    Symlink,
    Submodule,
}

impl Kind {
    /// A file whose content can be read; symlinks and submodules only point elsewhere.
    pub fn is_file(self) -> bool {
        matches!(self, Kind::File | Kind::Executable)
    }
}

/// What a folder holds, in git's order, and what it holds that must not be followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    pub entries: Vec<TreeEntry>,
    pub refused: Vec<Refused>,
}

impl Listing {
    pub(super) fn of(tree: &RawTree) -> Listing {
        let mut listing = Listing::default();
        let mut previous: Option<&[u8]> = None;
        for entry in tree.entries() {
            let doubled = previous == Some(entry.name);
            previous = Some(entry.name);
            match entry.checked() {
                Ok(_) if doubled => listing.refused.push(entry.refused("the name stands there twice")),
                Ok(entry) => listing.entries.push(entry),
                Err(refused) => listing.refused.push(refused),
            }
        }
        listing
    }
}

/// A name that a repository can hold and Countersign will not use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The path, for display only: what is not UTF-8 in it is replaced.
    pub path: String,
    pub reason: &'static str,
}

/// How deep folders are followed. A register needs four levels; a tree of thousands would exhaust the stack.
pub const DEPTH_LIMIT: usize = 64;

/// How much is listed below one folder. A few folders that hold each other again and again make billions.
#[derive(Clone, Copy)]
struct Room {
    names: usize,
    /// Each of them is an object to be read.
    folders: usize,
}

/// A company's folder has a handful of them.
const ROOM: Room = Room { names: 120_000, folders: 1_000 };

/// As long as a path may be where git runs.
pub(super) const LONGEST_NAME_BYTES: usize = 4096;

const TOO_DEEP: &str = "folders are nested too deep";
const TOO_MANY: &str = "there are too many files: from here on none is read";

impl Ledger {
    /// The root folder of a commit: equal ids mean equal registers.
    pub fn root(&self, commit: CommitId) -> Result<ObjectId> {
        let bytes = self.commit_bytes(commit)?;
        raw::tree_of(&bytes).map(ObjectId).ok_or_else(|| unreadable_header(commit))
    }

    /// What stands at `path` in a commit, if anything does. The path is relative to the root, `""` is the root itself.
    pub fn lookup(&self, commit: CommitId, path: &str) -> Result<Option<TreeEntry>> {
        TreeReader::new(self).lookup(commit, path)
    }

    /// The entries of a commit's folder; empty where there is no such folder.
    pub fn entries(&self, commit: CommitId, folder: &str) -> Result<Listing> {
        TreeReader::new(self).entries(commit, folder)
    }

    /// The entries of a folder by its id.
    pub fn list(&self, folder: ObjectId) -> Result<Listing> {
        Ok(Listing::of(&RawTree::read(self, folder.0)?))
    }

    /// Everything below a folder that is no folder itself, named by its path from there, in git's order. What becomes of
    /// a folder further down that cannot be read is for `unread` to say.
    pub fn list_all(
        &self,
        folder: ObjectId,
        unread: &mut dyn FnMut(String, Error) -> Result<()>,
    ) -> Result<Listing> {
        let (mut room, mut all) = (ROOM, Listing::default());
        let listing = self.list(folder)?;
        self.list_below(listing, "", 0, &mut room, &mut all, unread)?;
        Ok(all)
    }

    fn list_below(
        &self,
        Listing { entries, refused }: Listing,
        prefix: &str,
        depth: usize,
        room: &mut Room,
        all: &mut Listing,
        unread: &mut dyn FnMut(String, Error) -> Result<()>,
    ) -> Result<()> {
        all.refused.extend(
            refused
                .into_iter()
                .map(|Refused { path, reason }| Refused { path: format!("{prefix}{path}"), reason }),
        );
        for TreeEntry { name, kind, id } in entries {
            let path = format!("{prefix}{name}");
            let left = (room.names.checked_sub(1), room.folders.checked_sub((kind == Kind::Folder).into()));
            let (Some(names), Some(folders)) = left else {
                // Said once, where it ends.
                if all.refused.last().is_none_or(|last| last.reason != TOO_MANY) {
                    all.refused.push(Refused { path, reason: TOO_MANY });
                }
                return Ok(());
            };
            *room = Room { names, folders };
            match kind {
                Kind::Folder if depth == DEPTH_LIMIT => {
                    all.refused.push(Refused { path, reason: TOO_DEEP });
                }
                Kind::Folder => match self.list(id) {
                    Ok(listing) => {
                        self.list_below(listing, &format!("{path}/"), depth + 1, room, all, unread)?;
                    }
                    Err(error) => unread(path, error)?,
                },
                _ => all.entries.push(TreeEntry { name: path, kind, id }),
            }
        }
        Ok(())
    }
}

/// Why a name must not be used as a path component, or nothing.
pub(super) fn name_problem(name: &[u8]) -> Option<&'static str> {
    // What file systems of other systems would read as `.git` (git's own list is in fsck, "hasDotgit").
    let dot_git = |name: &[u8]| {
        let name = name.trim_ascii_end();
        name.eq_ignore_ascii_case(b".git") || name.eq_ignore_ascii_case(b"git~1")
    };
    match name {
        b"" => Some("the name is empty"),
        name if name.len() > LONGEST_NAME_BYTES => Some("the name is too long"),
        b"." | b".." => Some("the name leads to another folder"),
        name if name.contains(&b'/') || name.contains(&b'\\') => Some("the name holds a path separator"),
        name if name.contains(&0) => Some("the name holds a NUL byte"),
        name if dot_git(name) => Some("the name is git's own"),
        name if std::str::from_utf8(name).is_err() => Some("the name is not UTF-8"),
        _ => None,
    }
}

/// A path as git keeps it: relative, with slashes, of names that are safe on every file system.
pub(super) fn check_path(path: &str) -> Result<()> {
    match path.split('/').find_map(|name| name_problem(name.as_bytes())) {
        Some(reason) => Err(Error::BadPath { path: path.to_owned(), reason }),
        None => Ok(()),
    }
}
