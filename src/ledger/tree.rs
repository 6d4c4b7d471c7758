//! Folders of a commit, read without a work tree.
//!
//! Nothing is checked out and no name of a tree ever becomes a path of the file system here: a name that could do harm
//! there is reported as refused and not followed. Trees are parsed from their raw bytes, because libgit2 accepts `..`,
//! `a/b`, `.git` and unsorted or doubled names without a word, and re-reads every large folder it compares.

use std::cmp::Ordering;
use std::ops::Range;

use git2::ObjectType;

use super::object::unreadable_header;
use super::oid::Oid;
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
        let bytes = self.object(commit.0, ObjectType::Commit)?;
        raw::tree_of(&bytes).map(ObjectId).ok_or_else(|| unreadable_header(commit))
    }

    /// What stands at `path` in a commit, if anything does. The path is relative to the root, `""` is the root itself.
    pub fn lookup(&self, commit: CommitId, path: &str) -> Result<Option<TreeEntry>> {
        let mut entry = TreeEntry { name: String::new(), kind: Kind::Folder, id: self.root(commit)? };
        for name in path.split('/').filter(|_| !path.is_empty()) {
            if entry.kind != Kind::Folder {
                return Ok(None);
            }
            let tree = RawTree::read(self, entry.id.0)?;
            let found = tree.entries().find(|entry| entry.name == name.as_bytes());
            let Some(found) = found.and_then(|found| found.checked().ok()) else { return Ok(None) };
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
        let tree = RawTree::read(self, folder.0)?;
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

/// A path as git keeps it: relative, with slashes, of names that are safe on every file system.
pub(super) fn check_path(path: &str) -> Result<()> {
    match path.split('/').find_map(|name| name_problem(name.as_bytes())) {
        Some(reason) => Err(Error::BadPath { path: path.to_owned(), reason }),
        None => Ok(()),
    }
}

/// A tree object's bytes and where its entries are in them, in git's order even if the object is not.
#[derive(Default)]
pub(super) struct RawTree {
    bytes: Vec<u8>,
    slots: Vec<Slot>,
    id_length: usize,
    /// Whether the object itself is in git's order.
    in_order: bool,
}

/// One entry: where its name is, with the id right behind the NUL that ends it.
#[derive(Clone, Copy)]
struct Slot {
    mode: u32,
    name_start: u32,
    name_end: u32,
}

impl Slot {
    /// Where the entry behind it begins.
    fn end(&self, id_length: usize) -> usize {
        self.name_end as usize + 1 + id_length
    }
}

/// How many bytes both begin with.
fn shared_prefix(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.chunks(BLOCK).zip(other.chunks(BLOCK)).take_while(|(one, other)| one == other).count();
    let start = (blocks * BLOCK).min(one.len()).min(other.len());
    start + one[start..].iter().zip(&other[start..]).take_while(|(one, other)| one == other).count()
}

/// How many bytes both end with.
fn shared_suffix(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.rchunks(BLOCK).zip(other.rchunks(BLOCK)).take_while(|(one, other)| one == other).count();
    let end = (blocks * BLOCK).min(one.len()).min(other.len());
    let rest = one[..one.len() - end].iter().rev().zip(other[..other.len() - end].iter().rev());
    end + rest.take_while(|(one, other)| one == other).count()
}

/// Compared at once.
const BLOCK: usize = 256;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct RawEntry<'a> {
    pub mode: u32,
    pub name: &'a [u8],
    pub id: Oid,
}

pub(super) const FOLDER: u32 = 0o040000;

impl RawTree {
    pub fn read(ledger: &Ledger, id: Oid) -> Result<RawTree> {
        RawTree::read_beside(ledger, id, None)
    }

    /// The same, faster where a tree is known that is nearly the same.
    pub fn read_beside(ledger: &Ledger, id: Oid, similar: Option<&RawTree>) -> Result<RawTree> {
        let bytes = ledger.object(id, ObjectType::Tree)?;
        // A tree names its entries by the same hash function that names it.
        RawTree::parse(bytes, id.as_bytes().len(), similar).ok_or_else(|| Error::DamagedObject {
            id: id.to_string(),
            detail: "its entries cannot be read".to_owned(),
        })
    }

    /// The format is `<octal mode> <name>\0<id>`, repeated. Where two trees begin with the same bytes they begin with the
    /// same entries.
    fn parse(bytes: Vec<u8>, id_length: usize, similar: Option<&RawTree>) -> Option<RawTree> {
        let mut slots = Vec::with_capacity(bytes.len() / 40);
        let mut start = 0;
        if let Some(similar) = similar.filter(|similar| similar.in_order) {
            let shared = similar.slots_within(shared_prefix(&similar.bytes, &bytes));
            slots.extend_from_slice(&similar.slots[..shared]);
            start = slots.last().map_or(0, |slot| slot.end(id_length));
        }
        let sorted = slots.len().saturating_sub(1);
        while start < bytes.len() {
            let space = start + bytes[start..].iter().position(|&byte| byte == b' ')?;
            let nul = space + bytes[space..].iter().position(|&byte| byte == 0)?;
            let mode = u32::from_str_radix(std::str::from_utf8(&bytes[start..space]).ok()?, 8).ok()?;
            let (name_start, name_end) = (u32::try_from(space + 1).ok()?, u32::try_from(nul).ok()?);
            slots.push(Slot { mode, name_start, name_end });
            start = nul + 1 + id_length;
        }
        let mut tree =
            (start == bytes.len()).then_some(RawTree { bytes, slots, id_length, in_order: true })?;
        if !tree.entries().skip(sorted).is_sorted_by(|a, b| a.in_git_order(b).is_le()) {
            let mut slots = std::mem::take(&mut tree.slots);
            slots.sort_by(|a, b| tree.entry(a).in_git_order(&tree.entry(b)));
            tree = RawTree { slots, in_order: false, ..tree };
        }
        Some(tree)
    }

    /// How many entries lie in the first bytes.
    fn slots_within(&self, bytes: usize) -> usize {
        self.slots.partition_point(|slot| slot.end(self.id_length) <= bytes)
    }

    /// The entries of both trees without those that both begin and end with: neighbours in a history differ in one of
    /// thousands.
    pub fn differing<'a>(
        &'a self,
        other: &'a RawTree,
    ) -> (impl Iterator<Item = RawEntry<'a>>, impl Iterator<Item = RawEntry<'a>>) {
        let (mut start, mut end) = (0, 0);
        if self.in_order && other.in_order {
            start = self.slots_within(shared_prefix(&self.bytes, &other.bytes));
            let suffix = shared_suffix(&self.bytes, &other.bytes);
            let from_end = |tree: &RawTree, slot: &Slot| tree.bytes.len() - slot.name_start as usize;
            let pairs = self.slots[start..].iter().rev().zip(other.slots[start..].iter().rev());
            let is_shared = |(one, two): &(&Slot, &Slot)| {
                // The mode before the name is looked at by itself.
                let distance = from_end(self, one);
                one.mode == two.mode && distance == from_end(other, two) && distance <= suffix
            };
            end = pairs.take_while(is_shared).count();
        }
        (self.entries_of(start..self.slots.len() - end), other.entries_of(start..other.slots.len() - end))
    }

    fn entries_of(&self, slots: Range<usize>) -> impl Iterator<Item = RawEntry<'_>> {
        self.slots[slots].iter().map(|slot| self.entry(slot))
    }

    pub fn entries(&self) -> impl Iterator<Item = RawEntry<'_>> {
        self.entries_of(0..self.slots.len())
    }

    fn entry(&self, slot: &Slot) -> RawEntry<'_> {
        let (start, end) = (slot.name_start as usize, slot.name_end as usize);
        let id = &self.bytes[end + 1..end + 1 + self.id_length];
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
            FOLDER => Some(Kind::Folder),
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
    pub fn in_git_order(&self, other: &RawEntry<'_>) -> Ordering {
        let shared = self.name.len().min(other.name.len());
        let next = |entry: &RawEntry<'_>| match entry.name.get(shared) {
            Some(&byte) => byte,
            None if entry.mode == FOLDER => b'/',
            None => 0,
        };
        let beginning = self.name[..shared].cmp(&other.name[..shared]);
        beginning.then(next(self).cmp(&next(other))).then(self.name.len().cmp(&other.name.len()))
    }
}
