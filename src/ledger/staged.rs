//! The index: the register's files as the next commit would have them.
//!
//! git itself is asked, because libgit2 reads neither a split nor a sparse index. Only looks: nothing is refreshed, and
//! nothing that the repository names is started.

use std::env;
use std::path::PathBuf;

use super::git::Git;
use super::tree::name_problem;
use super::{Ledger, REGISTER_PATHS, Refused, WorkFile, WorkFiles};
use crate::domain::ContentId;
use crate::error::{Error, Result};

impl Ledger {
    /// The register's files in the index, and what among them is not looked at. Within a hook of this repository, the
    /// index is the one that git is committing.
    pub fn staged_files(&self) -> Result<WorkFiles> {
        if self.is_bare() {
            return Err(Error::NoWorkTree);
        }
        let listing = ["-z", "--stage", "--"].into_iter().chain(REGISTER_PATHS);
        let mut call = Git::of(self)?.reading("ls-files", listing);
        if let Some(index) = self.index_of_the_commit() {
            call = call.env("GIT_INDEX_FILE", index);
        }
        let mut found = WorkFiles::default();
        for line in call.output()?.split(|&byte| byte == 0).filter(|line| !line.is_empty()) {
            let line = Line::of(line)?;
            match line.refusal() {
                Some(reason) => found.refused.push(Refused { path: line.path, reason }),
                None => found.files.push(WorkFile { path: line.path, id: line.id }),
            }
        }
        found.refused.dedup();
        Ok(found)
    }

    /// `git commit -a` and `git commit PATH` make an index of their own and tell their hooks where it is. One of another
    /// repository is not meant.
    fn index_of_the_commit(&self) -> Option<PathBuf> {
        let index = PathBuf::from(env::var_os("GIT_INDEX_FILE")?).canonicalize().ok()?;
        index.starts_with(self.git_dir().canonicalize().ok()?).then_some(index)
    }
}

/// `<mode> <id> <stage>\t<path>`
struct Line {
    mode: String,
    id: ContentId,
    stage: String,
    path: String,
    problem: Option<&'static str>,
}

impl Line {
    fn of(line: &[u8]) -> Result<Line> {
        let unreadable = || Error::Repository { detail: "its index cannot be read".to_owned() };
        let tab = line.iter().position(|&byte| byte == b'\t').ok_or_else(unreadable)?;
        let (fields, path) = (String::from_utf8_lossy(&line[..tab]), &line[tab + 1..]);
        let [mode, id, stage] = fields.split(' ').collect::<Vec<_>>()[..] else { return Err(unreadable()) };
        Ok(Line {
            mode: mode.to_owned(),
            id: id.parse().map_err(|_| unreadable())?,
            stage: stage.to_owned(),
            problem: path.split(|&byte| byte == b'/').find_map(name_problem),
            path: String::from_utf8_lossy(path).into_owned(),
        })
    }

    fn refusal(&self) -> Option<&'static str> {
        match (self.problem, self.stage.as_str(), self.mode.as_str()) {
            (Some(problem), ..) => Some(problem),
            (None, "0", "100644" | "100755") => None,
            (None, "0", "120000") => Some("a symlink is not followed"),
            (None, "0", _) => Some("it is not a regular file"),
            (None, ..) => Some("its merge is not settled"),
        }
    }
}
