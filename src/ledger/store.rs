//! New objects: written, and made to last.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, Oid, Repository, Tree};

use crate::error::{Error, Result};

/// A path and what stands there afterwards; `None` is nothing.
pub(super) type TreeChange<'a> = (&'a str, Option<(Oid, FileMode)>);

/// The tree that differs from `baseline` in exactly these paths. Only folders on the way are written.
pub(super) fn write_tree<'r>(
    repository: &'r Repository,
    baseline: Option<Tree<'r>>,
    changes: &[TreeChange<'_>],
) -> Result<Tree<'r>> {
    let baseline = match baseline {
        Some(tree) => tree,
        None => repository.find_tree(repository.treebuilder(None)?.write()?)?,
    };
    let mut update = TreeUpdateBuilder::new();
    for (path, after) in changes {
        match after {
            Some((blob, mode)) => update.upsert(*path, *blob, *mode),
            None => update.remove(*path),
        };
    }
    let tree = update.create_updated(repository, &baseline)?;
    Ok(repository.find_tree(tree)?)
}

/// Brings the new blobs and folders of a tree to the disk. libgit2 leaves what it writes to the system's mercy, and a
/// power cut would leave a branch whose objects are empty.
pub(super) fn sync(repository: &Repository, root: &Tree<'_>, changes: &[TreeChange<'_>]) -> Result<()> {
    let mut ids = BTreeSet::from([root.id()]);
    for (path, after) in changes {
        ids.extend(after.map(|(blob, _)| blob));
        let folders = Path::new(path).ancestors().skip(1);
        let trees = folders.filter_map(|folder| root.get_path(folder).ok());
        ids.extend(trees.map(|entry| entry.id()));
    }
    for id in ids.iter().map(Oid::to_string) {
        let (folder, name) = id.split_at(2);
        let object = repository.commondir().join("objects").join(folder).join(name);
        // What is not there as a file of its own is in a pack, and lasts.
        if let Ok(file) = File::open(&object) {
            file.sync_all().map_err(Error::io("write", object))?;
        }
    }
    Ok(())
}
