//! Where a repository is.

use std::path::{Path, PathBuf};

use super::strange;

#[derive(Clone, Debug)]
pub(super) struct Places {
    /// This work tree's own state: `.git`, or `.git/worktrees/<name>` for a linked one.
    pub git_dir: PathBuf,
    /// All work trees' shared state.
    pub common_dir: PathBuf,
    /// None in a bare repository.
    pub workdir: Option<PathBuf>,
}

impl Places {
    pub fn is_linked(&self) -> bool {
        self.git_dir != self.common_dir
    }

    /// Where git had put this work tree, if that is another place: it was moved since, or is a copy.
    pub fn was_at(&self) -> Option<PathBuf> {
        let known = work_tree_of(&self.git_dir);
        let real = |path: &Path| path.canonicalize().ok();
        let moved = self.is_linked() && real(&known) != self.workdir.as_deref().and_then(real);
        moved.then_some(known)
    }
}

/// Where a git folder's work tree is: a linked one's is told by a file (gitrepository-layout(5)), which names it from that
/// folder or from the root.
pub(super) fn work_tree_of(git_dir: &Path) -> PathBuf {
    let told = strange::text(&git_dir.join("gitdir")).map(|text| git_dir.join(text.trim_end()));
    told.as_deref().unwrap_or(git_dir).parent().unwrap_or(git_dir).to_owned()
}

/// The folder around `path` whose `.git` is a file: a linked work tree as somebody stands in it, wherever git had put it.
pub(super) fn linked_around(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    let own = path.ancestors().find(|folder| folder.join(".git").exists())?;
    own.join(".git").is_file().then(|| own.to_owned())
}
