//! Trees as their bytes say.
//!
//! libgit2 accepts `..`, `a/b`, `.git` and unsorted or doubled names without a word, and reads every large folder it
//! compares anew. Here a tree is its bytes and where its entries are in them. Neighbours in a history differ in some ids
//! only, and share the latter.

use std::cmp::Ordering;
use std::ops::Range;
use std::rc::Rc;

use git2::ObjectType;

use super::oid::Oid;
use super::tree::{Kind, Refused, TreeEntry, name_problem};
use super::{Ledger, ObjectId};
use crate::error::{Error, Result};

/// A tree object's bytes and where its entries are in them, in git's order even if the object is not.
#[derive(Default)]
pub(super) struct RawTree {
    bytes: Vec<u8>,
    slots: Rc<[Slot]>,
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

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct RawEntry<'a> {
    pub mode: u32,
    pub name: &'a [u8],
    pub id: Oid,
}

pub(super) const FOLDER: u32 = 0o040000;

/// Whether git walks into what stands there, whether it would write that mode itself or not.
pub(super) fn is_folder(mode: u32) -> bool {
    mode & 0o170000 == FOLDER
}

/// More than the names of a folder take.
const LARGEST_MEBIBYTES: usize = 16;

impl RawTree {
    pub fn read(ledger: &Ledger, id: Oid) -> Result<RawTree> {
        RawTree::read_beside(ledger, id, None)
    }

    /// The same, faster where a tree is known that is nearly the same.
    pub fn read_beside(ledger: &Ledger, id: Oid, similar: Option<&RawTree>) -> Result<RawTree> {
        let bytes = ledger.object(id, ObjectType::Tree)?;
        if bytes.len() > LARGEST_MEBIBYTES << 20 {
            let limit_mebibytes = LARGEST_MEBIBYTES as u64;
            return Err(Error::ObjectTooLarge { id: id.to_string(), kind: "folder", limit_mebibytes });
        }
        // A tree names its entries by the same hash function that names it.
        RawTree::parse(bytes, id.as_bytes().len(), similar).ok_or_else(|| Error::DamagedObject {
            id: id.to_string(),
            detail: "its entries cannot be read".to_owned(),
        })
    }

    fn parse(bytes: Vec<u8>, id_length: usize, similar: Option<&RawTree>) -> Option<RawTree> {
        let similar = similar.filter(|similar| similar.in_order);
        if let Some(slots) = similar.and_then(|similar| similar.same_slots(&bytes)) {
            return Some(RawTree { bytes, slots, id_length, in_order: true });
        }
        // Where two trees begin with the same bytes they begin with the same entries.
        let mut slots = Vec::with_capacity(bytes.len() / 40);
        if let Some(similar) = similar {
            let shared = similar.slots_within(shared_prefix(&similar.bytes, &bytes));
            slots.extend_from_slice(&similar.slots[..shared]);
        }
        let sorted = slots.len().saturating_sub(1);
        add_slots(&mut slots, &bytes, id_length)?;
        let tree = RawTree { bytes, slots: Rc::default(), id_length, in_order: true };
        let entry = |slot: &Slot| tree.entry(slot);
        let in_order = slots[sorted..].is_sorted_by(|a, b| entry(a).in_git_order(&entry(b)).is_le());
        if !in_order {
            slots.sort_by(|a, b| entry(a).in_git_order(&entry(b)));
        }
        Some(RawTree { slots: slots.into(), in_order, ..tree })
    }

    /// Where the entries of other bytes are, if those differ from its own in ids only.
    fn same_slots(&self, bytes: &[u8]) -> Option<Rc<[Slot]>> {
        if bytes.len() != self.bytes.len() {
            return None;
        }
        let mut start = 0;
        while start < bytes.len() {
            let shared = start + shared_prefix(&self.bytes[start..], &bytes[start..]);
            start = match self.slots.get(self.slots_within(shared)) {
                Some(slot) if shared > slot.name_end as usize => slot.end(self.id_length),
                Some(_) => return None,
                None => shared,
            };
        }
        Some(Rc::clone(&self.slots))
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

    /// The first entry of a name: a file is before a folder.
    pub fn find(&self, name: &[u8]) -> Option<RawEntry<'_>> {
        let first = |is_folder: bool| {
            let wanted = Sorted { name, is_folder };
            let at = self.slots.partition_point(|slot| self.entry(slot).sorted().cmp(&wanted).is_lt());
            self.slots.get(at).map(|slot| self.entry(slot)).filter(|entry| entry.name == name)
        };
        first(false).or_else(|| first(true))
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

    pub fn size_bytes(&self) -> usize {
        self.bytes.len()
    }
}

/// Adds the entries behind those that are known. The format is `<octal mode> <name>\0<id>`, repeated.
fn add_slots(slots: &mut Vec<Slot>, bytes: &[u8], id_length: usize) -> Option<()> {
    let mut start = slots.last().map_or(0, |slot| slot.end(id_length));
    while start < bytes.len() {
        let space = start + bytes[start..].iter().position(|&byte| byte == b' ')?;
        let nul = space + bytes[space..].iter().position(|&byte| byte == 0)?;
        let mode = u32::from_str_radix(std::str::from_utf8(&bytes[start..space]).ok()?, 8).ok()?;
        let (name_start, name_end) = (u32::try_from(space + 1).ok()?, u32::try_from(nul).ok()?);
        slots.push(Slot { mode, name_start, name_end });
        start = nul + 1 + id_length;
    }
    (start == bytes.len()).then_some(())
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

    pub fn refused(&self, reason: &'static str) -> Refused {
        const SHOWN_BYTES: usize = 200;
        let mut path = String::from_utf8_lossy(&self.name[..self.name.len().min(SHOWN_BYTES)]).into_owned();
        if self.name.len() > SHOWN_BYTES {
            path.push('…');
        }
        Refused { path, reason }
    }

    pub fn in_git_order(&self, other: &RawEntry<'_>) -> Ordering {
        self.sorted().cmp(&other.sorted())
    }

    fn sorted(&self) -> Sorted<'a> {
        Sorted { name: self.name, is_folder: self.mode == FOLDER }
    }
}

/// What entries are sorted by.
struct Sorted<'a> {
    name: &'a [u8],
    is_folder: bool,
}

impl Sorted<'_> {
    /// git sorts a folder as if its name ended in a slash (`base_name_compare` in git's read-cache.c), so a file and a
    /// folder of one name are two different entries.
    fn cmp(&self, other: &Sorted<'_>) -> Ordering {
        let shared = self.name.len().min(other.name.len());
        let next = |entry: &Sorted<'_>| match entry.name.get(shared) {
            Some(&byte) => byte,
            None if entry.is_folder => b'/',
            None => 0,
        };
        let beginning = self.name[..shared].cmp(&other.name[..shared]);
        beginning.then(next(self).cmp(&next(other))).then(self.name.len().cmp(&other.name.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(entries: &[(&str, &str, u8)]) -> Vec<u8> {
        let entry = |(mode, name, id): &(&str, &str, u8)| {
            [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[*id; 20]].concat()
        };
        entries.iter().flat_map(entry).collect()
    }

    fn tree(entries: &[(&str, &str, u8)], similar: Option<&RawTree>) -> RawTree {
        RawTree::parse(bytes(entries), 20, similar).unwrap()
    }

    fn told(entries: impl IntoIterator<Item = (u32, Vec<u8>, Oid)>) -> Vec<(u32, String, u8)> {
        let told = |(mode, name, id): (u32, Vec<u8>, Oid)| {
            (mode, String::from_utf8(name).unwrap(), id.as_bytes()[0])
        };
        entries.into_iter().map(told).collect()
    }

    fn entries(tree: &RawTree) -> Vec<(u32, String, u8)> {
        told(tree.entries().map(|entry| (entry.mode, entry.name.to_vec(), entry.id)))
    }

    const BASE: [(&str, &str, u8); 5] =
        [("100644", "a", 1), ("40000", "b", 2), ("100644", "b0", 3), ("100755", "c", 4), ("40000", "d", 5)];

    /// Whatever is known already, a tree is read as if nothing was.
    #[test]
    fn a_similar_tree_changes_nothing() {
        let base = tree(&BASE, None);
        for at in 0..BASE.len() {
            let with = |entry: (&'static str, &'static str, u8)| {
                let mut other = BASE;
                other[at] = entry;
                other.to_vec()
            };
            let (mode, name, _) = BASE[at];
            let without = [&BASE[..at], &BASE[at + 1..]].concat();
            let doubled = [&BASE[..at], &BASE[at..=at], &BASE[at..]].concat();
            for other in [
                with((mode, name, 9)),
                with(("120000", name, BASE[at].2)),
                with((mode, "z", 9)),
                with((mode, "zz", 9)),
                without,
                doubled,
                BASE.iter().map(|(mode, name, _)| (*mode, *name, 9)).collect(),
                BASE.iter().rev().copied().collect(),
                BASE.to_vec(),
                Vec::new(),
            ] {
                assert_eq!(entries(&tree(&other, Some(&base))), entries(&tree(&other, None)), "{other:?}");
            }
        }
        let ids_only = tree(&BASE.map(|(mode, name, id)| (mode, name, id + 1)), Some(&base));
        assert!(Rc::ptr_eq(&base.slots, &ids_only.slots));
    }

    #[test]
    fn a_name_is_found_wherever_it_stands() {
        for tree in [tree(&BASE, None), tree(&BASE.iter().rev().copied().collect::<Vec<_>>(), None)] {
            for (_, name, id) in BASE {
                assert_eq!(tree.find(name.as_bytes()).map(|entry| entry.id), Some(Oid::Sha1([id; 20])));
            }
            assert!(["", "0", "b/", "e"].iter().all(|name| tree.find(name.as_bytes()).is_none()));
        }
        let both = tree(&[("100644", "a", 1), ("100644", "a-", 2), ("40000", "a", 3)], None);
        assert_eq!(both.find(b"a").map(|entry| entry.id), Some(Oid::Sha1([1; 20])));
    }

    #[test]
    fn an_id_that_is_cut_off_is_no_tree() {
        let sound = bytes(&BASE);
        let similar = tree(&BASE, None);
        for length in 1..sound.len() {
            let whole = sound[..length].is_empty()
                || BASE.iter().enumerate().any(|(at, _)| bytes(&BASE[..at]).len() == length);
            assert_eq!(RawTree::parse(sound[..length].to_vec(), 20, Some(&similar)).is_some(), whole);
        }
    }
}
