//! Folders of a commit, read without a work tree.
//!
//! Nothing is checked out and no name of a tree ever becomes a path of the file system here: a name that could do harm
//! there is reported as refused and not followed. Trees are parsed from their raw bytes, because libgit2 accepts `..`,
//! `a/b`, `.git` and unsorted or doubled names without a word, and re-reads every large folder it compares.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use git2::{Odb, Oid};

use super::object::unreadable;
use super::{CommitId, Ledger, ObjectId};
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

/// A name that a repository can hold and Countersign will not use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The path, for display only: what is not UTF-8 in it is replaced.
    pub path: String,
    pub reason: &'static str,
}

/// How deep folders are followed. A register needs four levels; a tree of thousands would exhaust the stack.
pub const DEPTH_LIMIT: usize = 64;

impl Ledger {
    /// The root folder of a commit: equal ids mean equal registers.
    pub fn root(&self, commit: CommitId) -> Result<ObjectId> {
        let commit = self.repository.find_commit(commit.0).map_err(|error| unreadable(commit.0, error))?;
        Ok(ObjectId(commit.tree_id()))
    }

    /// What stands at `path` in a commit, if anything does. The path is relative to the root, `""` is the root itself.
    pub fn lookup(&self, commit: CommitId, path: &str) -> Result<Option<TreeEntry>> {
        let mut entry = TreeEntry { name: String::new(), kind: Kind::Folder, id: self.root(commit)? };
        for name in path.split('/').filter(|_| !path.is_empty()) {
            if entry.kind != Kind::Folder {
                return Ok(None);
            }
            let found = self.list(entry.id)?.entries.into_iter().find(|entry| entry.name == name);
            let Some(found) = found else { return Ok(None) };
            entry = found;
        }
        Ok(Some(entry))
    }

    /// The entries of a commit's folder; empty where there is no such folder.
    pub fn entries(&self, commit: CommitId, folder: &str) -> Result<Listing> {
        match self.lookup(commit, folder)? {
            Some(TreeEntry { kind: Kind::Folder, id, .. }) => self.list(id),
            _ => Ok(Listing::default()),
        }
    }

    /// The entries of a folder by its id.
    pub fn list(&self, folder: ObjectId) -> Result<Listing> {
        let tree = RawTree::read(&self.repository.odb()?, folder.0)?;
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
        Ok(listing)
    }

    /// Everything below a folder that is no folder itself, named by its path from there, in git's order.
    pub fn list_all(&self, folder: ObjectId) -> Result<Listing> {
        let mut all = Listing::default();
        self.list_below(folder, "", 0, &mut all)?;
        Ok(all)
    }

    fn list_below(&self, folder: ObjectId, prefix: &str, depth: usize, all: &mut Listing) -> Result<()> {
        let Listing { entries, refused } = self.list(folder)?;
        all.refused.extend(
            refused
                .into_iter()
                .map(|Refused { path, reason }| Refused { path: format!("{prefix}{path}"), reason }),
        );
        for TreeEntry { name, kind, id } in entries {
            let path = format!("{prefix}{name}");
            match kind {
                Kind::Folder if depth == DEPTH_LIMIT => {
                    all.refused.push(Refused { path, reason: "folders are nested too deep" });
                }
                Kind::Folder => self.list_below(id, &format!("{path}/"), depth + 1, all)?,
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
        b"." | b".." => Some("the name leads to another folder"),
        name if name.contains(&b'/') || name.contains(&b'\\') => Some("the name holds a path separator"),
        name if name.contains(&0) => Some("the name holds a NUL byte"),
        name if dot_git(name) => Some("the name is git's own"),
        name if std::str::from_utf8(name).is_err() => Some("the name is not UTF-8"),
        _ => None,
    }
}

/// A tree object's bytes and where its entries are in them, in git's order even if the object is not.
pub(super) struct RawTree {
    bytes: Vec<u8>,
    slots: Vec<Slot>,
}

/// One entry: where its name is, with the id right behind the NUL that ends it.
struct Slot {
    mode: u32,
    name_start: u32,
    name_end: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct RawEntry<'a> {
    pub mode: u32,
    pub name: &'a [u8],
    pub id: Oid,
}

const ID_BYTES: usize = 20;

impl RawTree {
    pub fn read(odb: &Odb<'_>, id: Oid) -> Result<RawTree> {
        let object = odb.read(id).map_err(|error| unreadable(id, error))?;
        let damaged = |detail: &str| Error::DamagedObject { id: id.to_string(), detail: detail.to_owned() };
        if object.kind() != git2::ObjectType::Tree {
            return Err(damaged(&format!("a {}, not a tree", object.kind())));
        }
        RawTree::parse(object.data()).ok_or_else(|| damaged("its entries cannot be read"))
    }

    /// The format is `<octal mode> <name>\0<id>`, repeated.
    fn parse(bytes: &[u8]) -> Option<RawTree> {
        let mut slots = Vec::with_capacity(bytes.len() / 40);
        let mut start = 0;
        while start < bytes.len() {
            let space = start + bytes[start..].iter().position(|&byte| byte == b' ')?;
            let nul = space + bytes[space..].iter().position(|&byte| byte == 0)?;
            let mode = u32::from_str_radix(std::str::from_utf8(&bytes[start..space]).ok()?, 8).ok()?;
            let (name_start, name_end) = (u32::try_from(space + 1).ok()?, u32::try_from(nul).ok()?);
            slots.push(Slot { mode, name_start, name_end });
            start = nul + 1 + ID_BYTES;
        }
        let mut tree = (start == bytes.len()).then(|| RawTree { bytes: bytes.to_vec(), slots })?;
        if !tree.entries().is_sorted_by(|a, b| a.in_git_order(b).is_le()) {
            let mut slots = std::mem::take(&mut tree.slots);
            slots.sort_by(|a, b| tree.entry(a).in_git_order(&tree.entry(b)));
            tree.slots = slots;
        }
        Some(tree)
    }

    pub fn entries(&self) -> impl Iterator<Item = RawEntry<'_>> {
        self.slots.iter().map(|slot| self.entry(slot))
    }

    fn entry(&self, slot: &Slot) -> RawEntry<'_> {
        let (start, end) = (slot.name_start as usize, slot.name_end as usize);
        let id = &self.bytes[end + 1..end + 1 + ID_BYTES];
        RawEntry {
            mode: slot.mode,
            name: &self.bytes[start..end],
            id: Oid::from_bytes(id).expect("an id is cut to its length"),
        }
    }
}

impl<'a> RawEntry<'a> {
    pub fn kind(&self) -> Option<Kind> {
        match self.mode {
            0o040000 => Some(Kind::Folder),
            0o120000 => Some(Kind::Symlink),
            0o160000 => Some(Kind::Submodule),
            mode if mode & 0o170000 == 0o100000 && mode & 0o111 != 0 => Some(Kind::Executable),
            mode if mode & 0o170000 == 0o100000 => Some(Kind::File),
            _ => None,
        }
    }

    pub fn checked(&self) -> Result<TreeEntry, Refused> {
        if let Some(reason) = name_problem(self.name) {
            return Err(self.refused(reason));
        }
        let kind = self.kind().ok_or_else(|| self.refused("its mode is none of git's"))?;
        let name = String::from_utf8_lossy(self.name).into_owned();
        Ok(TreeEntry { name, kind, id: ObjectId(self.id) })
    }

    fn refused(&self, reason: &'static str) -> Refused {
        Refused { path: String::from_utf8_lossy(self.name).into_owned(), reason }
    }

    /// git sorts a folder as if its name ended in a slash (`base_name_compare` in git's read-cache.c), so a file and a
    /// folder of one name are two different entries.
    fn in_git_order(&self, other: &RawEntry<'_>) -> Ordering {
        self.sort_key().cmp(other.sort_key())
    }

    fn sort_key(&self) -> impl Iterator<Item = u8> + use<'a> {
        let slash = (self.kind() == Some(Kind::Folder)).then_some(b'/');
        self.name.iter().copied().chain(slash)
    }
}

/// Trees by id, remembering the recent ones: neighbouring commits share nearly all of theirs.
pub(super) struct TreeReader<'repository> {
    odb: Odb<'repository>,
    recent: RefCell<HashMap<Oid, Rc<RawTree>>>,
}

/// Enough for the folders of some commits in a row, little enough to throw away and start over.
const RECENT_LIMIT: usize = 512;

impl<'repository> TreeReader<'repository> {
    pub fn new(ledger: &'repository Ledger) -> Result<TreeReader<'repository>> {
        Ok(TreeReader { odb: ledger.repository.odb()?, recent: RefCell::default() })
    }

    fn read(&self, id: Oid) -> Result<Rc<RawTree>> {
        if let Some(tree) = self.recent.borrow().get(&id) {
            return Ok(Rc::clone(tree));
        }
        let tree = Rc::new(RawTree::read(&self.odb, id)?);
        let mut recent = self.recent.borrow_mut();
        if recent.len() == RECENT_LIMIT {
            recent.clear();
        }
        recent.insert(id, Rc::clone(&tree));
        Ok(tree)
    }

    /// Where two trees differ below `scope`: only folders with different ids are read. Names that must not be followed,
    /// and what is nested deeper than [`DEPTH_LIMIT`], are left out; [`Ledger::list`] reports them.
    pub fn compare(&self, before: Option<Oid>, after: Option<Oid>, scope: &Scope) -> Result<Vec<RawChange>> {
        let mut comparison = Comparison { reader: self, scope, path: String::new(), changes: Vec::new() };
        if before != after {
            let reach = scope.reach("");
            comparison.folders(before, after, reach, 0)?;
        }
        Ok(comparison.changes)
    }
}

/// One path that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawChange {
    pub path: String,
    pub before: Option<(Kind, Oid)>,
    pub after: Option<(Kind, Oid)>,
}

struct Comparison<'a, 'repository> {
    reader: &'a TreeReader<'repository>,
    scope: &'a Scope,
    path: String,
    changes: Vec<RawChange>,
}

impl Comparison<'_, '_> {
    fn folders(&mut self, before: Option<Oid>, after: Option<Oid>, reach: Reach, depth: usize) -> Result<()> {
        if depth > DEPTH_LIMIT || reach == Reach::Outside {
            return Ok(());
        }
        let before = before.map(|id| self.reader.read(id)).transpose()?;
        let after = after.map(|id| self.reader.read(id)).transpose()?;
        let mut left = before.iter().flat_map(|tree| tree.entries()).peekable();
        let mut right = after.iter().flat_map(|tree| tree.entries()).peekable();
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(left), Some(right)) => left.in_git_order(right),
            };
            let old = order.is_le().then(|| left.next()).flatten();
            let new = order.is_ge().then(|| right.next()).flatten();
            if old != new {
                self.entry(old, new, reach, depth)?;
            }
        }
    }

    /// One name that differs. Sound sides, if there are two, are both folders or both not.
    fn entry(
        &mut self,
        old: Option<RawEntry<'_>>,
        new: Option<RawEntry<'_>>,
        reach: Reach,
        depth: usize,
    ) -> Result<()> {
        let old = old.and_then(|entry| entry.checked().ok());
        let new = new.and_then(|entry| entry.checked().ok());
        let Some(TreeEntry { name, kind, .. }) = new.as_ref().or(old.as_ref()) else { return Ok(()) };
        let parent_length = self.path.len();
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(name);
        let reach = if reach == Reach::Whole { reach } else { self.scope.reach(&self.path) };
        if *kind == Kind::Folder {
            self.folders(old.map(|entry| entry.id.0), new.map(|entry| entry.id.0), reach, depth + 1)?;
        } else if reach == Reach::Whole {
            let side = |entry: TreeEntry| (entry.kind, entry.id.0);
            let (before, after) = (old.map(side), new.map(side));
            self.changes.push(RawChange { path: self.path.clone(), before, after });
        }
        self.path.truncate(parent_length);
        Ok(())
    }
}

/// The part of a tree somebody asks about: everything, or what is at and below some paths.
pub(super) struct Scope {
    paths: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The path and all below it.
    Whole,
    /// Something below the path.
    Partly,
    Outside,
}

impl Scope {
    pub fn everything() -> Scope {
        Scope { paths: Vec::new() }
    }

    /// Nothing named is everything.
    pub fn of(paths: &[String]) -> Scope {
        Scope { paths: paths.iter().map(|path| path.trim_matches('/').to_owned()).collect() }
    }

    fn reach(&self, path: &str) -> Reach {
        let below = |path: &str, folder: &str| {
            folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        if self.paths.is_empty() || self.paths.iter().any(|own| own == path || below(path, own)) {
            Reach::Whole
        } else if self.paths.iter().any(|own| below(own, path)) {
            Reach::Partly
        } else {
            Reach::Outside
        }
    }
}
