//! A new tree, made of an old one and some paths that change.

use std::collections::BTreeMap;

use git2::ObjectType;

use super::Ledger;
use super::oid::Oid;
use super::raw_tree::{FOLDER, RawEntry, RawTree};
use crate::error::{Error, Result};

/// A path and what stands there afterwards, a file's mode and blob; `None` is nothing.
pub(super) type TreeChange<'a> = (&'a str, Option<(u32, Oid)>);

/// A tree that was written.
pub(super) struct NewTree {
    pub root: Oid,
    /// Its folders that were written, itself among them.
    pub written: Vec<Oid>,
}

/// The tree that differs from `baseline` in exactly these paths. Only folders on the way are written, and their other
/// entries stay as they are, whatever they are.
pub(super) fn write_tree(
    ledger: &Ledger,
    baseline: Option<Oid>,
    changes: &[TreeChange<'_>],
) -> Result<NewTree> {
    TreeWriter { ledger, keeps: true, written: Vec::new() }.tree(baseline, changes, None)
}

/// The id of that tree without one folder of its root. Nothing is written.
pub(super) fn tree_id_without(
    ledger: &Ledger,
    baseline: Option<Oid>,
    changes: &[TreeChange<'_>],
    folder: &str,
) -> Result<Oid> {
    let writer = TreeWriter { ledger, keeps: false, written: Vec::new() };
    Ok(writer.tree(baseline, changes, Some(folder))?.root)
}

/// A tree without one folder of its root, written.
pub(super) fn write_tree_without(ledger: &Ledger, baseline: Oid, folder: &str) -> Result<NewTree> {
    TreeWriter { ledger, keeps: true, written: Vec::new() }.tree(Some(baseline), &[], Some(folder))
}

/// What changes in a folder, by name.
#[derive(Default)]
struct Folder<'a> {
    files: BTreeMap<&'a str, &'a TreeChange<'a>>,
    folders: BTreeMap<&'a str, Folder<'a>>,
    /// A folder that is left out whole.
    without: Option<&'a str>,
}

impl<'a> Folder<'a> {
    fn plan(&mut self, path: &'a str, change: &'a TreeChange<'a>) {
        match path.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder).or_default().plan(rest, change),
            None => {
                self.files.insert(path, change);
            }
        }
    }
}

struct TreeWriter<'ledger> {
    ledger: &'ledger Ledger,
    /// Whether the trees become objects, or only their ids are wanted.
    keeps: bool,
    written: Vec<Oid>,
}

impl TreeWriter<'_> {
    fn tree(
        mut self,
        baseline: Option<Oid>,
        changes: &[TreeChange<'_>],
        without: Option<&str>,
    ) -> Result<NewTree> {
        let mut root = Folder { without, ..Folder::default() };
        changes.iter().for_each(|change| root.plan(change.0, change));
        let root = match self.folder(baseline, &root)? {
            Some(root) => root,
            None => self.write(&[])?,
        };
        Ok(NewTree { root, written: self.written })
    }

    /// The folder after the changes; nothing if it is empty then, because git keeps no empty folders.
    fn folder(&mut self, old: Option<Oid>, changes: &Folder<'_>) -> Result<Option<Oid>> {
        let old = old.map(|id| RawTree::read(self.ledger, id)).transpose()?;
        let mut entries: Vec<RawEntry<'_>> = old.iter().flat_map(RawTree::entries).collect();
        let is = |entry: &RawEntry<'_>, name: &str, folder: bool| {
            entry.name == name.as_bytes() && (entry.mode == FOLDER) == folder
        };
        entries.retain(|entry| !changes.without.is_some_and(|name| is(entry, name, true)));
        for (name, (_, after)) in &changes.files {
            entries.retain(|entry| !is(entry, name, false));
            let new = after.map(|(mode, id)| RawEntry { mode, name: name.as_bytes(), id });
            entries.extend(new);
        }
        for (name, below) in &changes.folders {
            let before = entries.iter().find(|entry| is(entry, name, true)).map(|entry| entry.id);
            let after = self.folder(before, below)?;
            entries.retain(|entry| !is(entry, name, true));
            entries.extend(after.map(|id| RawEntry { mode: FOLDER, name: name.as_bytes(), id }));
        }
        entries.sort_by(RawEntry::in_git_order);
        for name in changes.files.keys().chain(changes.folders.keys()) {
            let same = entries.iter().filter(|entry| entry.name == name.as_bytes());
            if same.count() > 1 {
                let reason = "there is a file and a folder of one name";
                return Err(Error::BadPath { path: (*name).to_owned(), reason });
            }
        }
        if entries.is_empty() { Ok(None) } else { self.write(&entries).map(Some) }
    }

    fn write(&mut self, entries: &[RawEntry<'_>]) -> Result<Oid> {
        let mut bytes = Vec::new();
        for entry in entries {
            bytes.extend(format!("{:o} ", entry.mode).bytes());
            bytes.extend(entry.name);
            bytes.push(0);
            bytes.extend(entry.id.as_bytes());
        }
        let id = match self.keeps {
            true => self.ledger.store.write(ObjectType::Tree, &bytes)?,
            false => self.ledger.store.format().hash(ObjectType::Tree, &bytes),
        };
        self.written.push(id);
        Ok(id)
    }
}
