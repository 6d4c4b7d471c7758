//! Where another program leaves its mark when it changes a register: git's own files, and the register's in the work
//! tree. Places and names only; nothing is read here.

use std::io;
use std::path::{Path, PathBuf};

use super::{Ledger, REGISTER_PATHS, fault};

/// The places of one register.
#[derive(Clone, Debug)]
pub struct Outside {
    git_dir: PathBuf,
    common_dir: PathBuf,
    workdir: Option<PathBuf>,
}

/// A folder to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    pub path: PathBuf,
    /// With all folders in it.
    pub deep: bool,
}

impl Ledger {
    pub fn outside(&self) -> Outside {
        let places = self.places.clone();
        Outside { git_dir: places.git_dir, common_dir: places.common_dir, workdir: places.workdir }
    }
}

impl Outside {
    /// What is watched of that which is there, git's folders first. A symbolic link is not followed.
    ///
    /// # Errors
    /// Where this file system is one that does not tell what happens on it.
    pub fn folders(&self) -> io::Result<Vec<Folder>> {
        fault::refusal("watch")?;
        let flat = |path: &Path| Folder { path: path.to_owned(), deep: false };
        let deep = |path: PathBuf| Folder { path, deep: true };
        let mut folders = vec![flat(&self.git_dir)];
        if self.common_dir != self.git_dir {
            folders.push(flat(&self.common_dir));
        }
        folders.extend(["refs", "reftable"].map(|name| deep(self.common_dir.join(name))));
        if let Some(root) = &self.workdir {
            folders.push(flat(root));
            folders.extend(["commitments", "companies"].map(|name| deep(root.join(name))));
        }
        folders.retain(|folder| folder.path.symlink_metadata().is_ok_and(|found| found.is_dir()));
        Ok(folders)
    }

    /// Whether something written there can change what the register shows. A lock is only the announcement of it, and
    /// what Countersign keeps for itself says nothing.
    pub fn is_told_by(&self, path: &Path) -> bool {
        let below =
            |folder: &Path| path.strip_prefix(folder).ok().filter(|rest| !rest.as_os_str().is_empty());
        let begins = |rest: &Path, names: &[&str]| names.iter().any(|name| rest.starts_with(name));
        let is = |rest: &Path, names: &[&str]| names.iter().any(|name| rest == Path::new(name));
        let lock = path.extension().is_some_and(|extension| extension == "lock");
        let own = below(&self.git_dir).is_some_and(|rest| is(rest, &["HEAD", "index"]));
        let shared = below(&self.common_dir)
            .is_some_and(|rest| is(rest, &["HEAD", "packed-refs"]) || begins(rest, &["refs", "reftable"]));
        let register = self.workdir.as_deref().and_then(below);
        (!lock && (own || shared)) || register.is_some_and(|rest| begins(rest, &REGISTER_PATHS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_write_is_told_apart_from_what_does_not_matter() {
        let linked = Outside {
            git_dir: "/main/.git/worktrees/linked".into(),
            common_dir: "/main/.git".into(),
            workdir: Some("/linked".into()),
        };
        let telling = [
            "/main/.git/worktrees/linked/HEAD",
            "/main/.git/worktrees/linked/index",
            "/main/.git/packed-refs",
            "/main/.git/refs/heads/main",
            "/main/.git/reftable/tables.list",
            "/linked/countersign.toml",
            "/linked/companies",
            "/linked/companies/halyard/assessments/S-1.1.toml",
            "/linked/companies/halyard/package.lock",
        ];
        for path in telling {
            assert!(linked.is_told_by(Path::new(path)), "{path}");
        }
        let silent = [
            "/main/.git",
            "/main/.git/index",
            "/main/.git/worktrees/linked/index.lock",
            "/main/.git/refs/heads/main.lock",
            "/main/.git/countersign/line",
            "/main/.git/objects/ab",
            "/main/companies/halyard/company.toml",
            "/linked/README.md",
            "/linked/companies.txt",
            "/linked/.git",
        ];
        for path in silent {
            assert!(!linked.is_told_by(Path::new(path)), "{path}");
        }
        let bare = Outside { git_dir: "/r.git".into(), common_dir: "/r.git".into(), workdir: None };
        assert!(bare.is_told_by(Path::new("/r.git/refs/heads/main")));
        assert!(!bare.is_told_by(Path::new("/r.git/config")));
    }
}
