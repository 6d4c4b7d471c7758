//! One decision, one commit.

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, Oid, Repository, Tree};

use super::tree::name_problem;
use crate::error::{Error, Result};

/// A path as git keeps it: relative, with slashes, of names that are safe on every file system.
pub(super) fn check_path(path: &str) -> Result<()> {
    match path.split('/').find_map(|name| name_problem(name.as_bytes())) {
        Some(reason) => Err(Error::BadPath { path: path.to_owned(), reason }),
        None => Ok(()),
    }
}

/// The tree that differs from `baseline` in exactly these paths. Only folders on the way are written.
pub(super) fn write_tree<'r>(
    repository: &'r Repository,
    baseline: Option<Tree<'r>>,
    changes: &[(&str, Option<(Oid, FileMode)>)],
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

pub struct Edit {
    pub path: String,
    pub before: Option<crate::domain::ContentId>,
    pub after: Option<Vec<u8>>,
}
pub struct Proposed {
    pub branch: Option<String>,
    pub edits: Vec<Edit>,
    pub message: String,
    pub expected_head: Option<super::CommitId>,
}
pub struct Committed {
    pub id: super::CommitId,
}
impl super::Ledger {
    pub fn commit(&self, _: &Proposed) -> Result<Committed> {
        Err(Error::NothingToCommit)
    }
}
