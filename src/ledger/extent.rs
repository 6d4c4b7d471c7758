//! Whether whoever walks through all of a folder comes to an end.
//!
//! To see what is uncommitted, libgit2 and git walk through all that HEAD holds. A few folders that hold each other
//! again and again make billions of files out of a kilobyte: here each folder is looked at once, however often it stands
//! somewhere.

use std::collections::HashMap;

use super::oid::Oid;
use super::raw_tree::{RawTree, is_folder};
use super::tree::{DEPTH_LIMIT, LONGEST_NAME_BYTES};
use super::{Ledger, ObjectId};
use crate::error::{Error, Result};

/// Far more than a register has.
const MOST_FILES: usize = 500_000;

/// Those of five thousand companies.
const MOST_FOLDERS: usize = 20_000;

impl Ledger {
    /// Refuses a folder that is larger or deeper than anybody wants to walk through; `path` is where it stands.
    pub(super) fn refuse_endless(&self, folder: ObjectId, path: &str) -> Result<()> {
        let (known, files) = (HashMap::new(), 0);
        let mut extents = Extents { ledger: self, path: path.to_owned(), known, files };
        extents.of(folder.0, 0).map(|_| ())
    }
}

/// All that a walk meets below a folder.
#[derive(Clone, Copy, Default)]
struct Extent {
    files: usize,
    folders: usize,
    depth: usize,
}

struct Extents<'ledger> {
    ledger: &'ledger Ledger,
    path: String,
    known: HashMap<Oid, Extent>,
    /// How many were looked at.
    files: usize,
}

impl Extents<'_> {
    fn of(&mut self, folder: Oid, depth: usize) -> Result<Extent> {
        let extent = match self.known.get(&folder) {
            Some(known) => *known,
            None => {
                let extent = self.look_through(folder, depth)?;
                self.known.insert(folder, extent);
                extent
            }
        };
        if depth + extent.depth > DEPTH_LIMIT {
            return Err(self.endless("its folders are nested too deep"));
        }
        Ok(extent)
    }

    fn look_through(&mut self, folder: Oid, depth: usize) -> Result<Extent> {
        let tree = RawTree::read(self.ledger, folder)?;
        let mut extent = Extent::default();
        for entry in tree.entries() {
            if entry.name.len() > LONGEST_NAME_BYTES {
                return Err(self.endless("one of its names is too long"));
            }
            self.files += 1;
            extent.files += 1;
            if is_folder(entry.mode) {
                let length = self.path.len();
                self.path.push('/');
                self.path.push_str(&String::from_utf8_lossy(entry.name));
                let below = match depth {
                    DEPTH_LIMIT => return Err(self.endless("it is nested too deep")),
                    _ => self.of(entry.id, depth + 1)?,
                };
                self.path.truncate(length);
                extent.files += below.files;
                extent.folders += below.folders + 1;
                extent.depth = extent.depth.max(below.depth + 1);
            }
            let (files, folders) = (extent.files.max(self.files), extent.folders.max(self.known.len()));
            if files > MOST_FILES || folders > MOST_FOLDERS {
                return Err(self.endless("it holds too many files"));
            }
        }
        Ok(extent)
    }

    fn endless(&self, reason: &'static str) -> Error {
        Error::Endless { path: self.path.clone(), reason }
    }
}
