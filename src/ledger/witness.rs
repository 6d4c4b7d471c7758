//! Where the last audit of each branch ended, kept outside the history it judges.
//!
//! One small file per repository and branch below `$XDG_STATE_HOME/countersign/witness` (or `~/.local/state/…`): who
//! rewrites a history does not rewrite this. It is this machine's memory and no proof to anybody else; deleting it
//! forgets. Where somebody asks for it, the same is marked by a ref, `refs/countersign/audited/<branch>`, which can be
//! pushed, so that others notice too, and keeps what vanishes from being collected as garbage.

use std::env;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::{CommitId, Filter, Ledger, Walk};
use crate::domain::catalogue::hex;
use crate::domain::deed::{Continuity, Vanished};
use crate::error::{Error, Result};

impl Ledger {
    /// How a branch that now ends in `head` stands to where its last audit ended. What this machine remembers and what a
    /// ref marks both count; where they differ, the one the branch no longer holds.
    pub fn continuity(&self, branch: &str, head: CommitId) -> Result<Continuity> {
        let mut continuity = Continuity::Unknown;
        for last in [self.last_audited(branch), self.tip(&mark(branch))?].into_iter().flatten() {
            if !continuity.is_broken() {
                continuity = self.continuity_since(last, head)?;
            }
        }
        Ok(continuity)
    }

    fn continuity_since(&self, last: CommitId, head: CommitId) -> Result<Continuity> {
        if last == head {
            return Ok(Continuity::Same);
        }
        let named = last.to_string();
        if self.commit_info(last).is_err() {
            return Ok(Continuity::Gone { last: named });
        }
        if self.is_ancestor(last, head)? {
            return Ok(Continuity::Forward { last: named });
        }
        let only = Filter { since: Some(head), walk: Walk::Everything, ..Filter::default() };
        let mut vanished = Vec::new();
        for record in self.history(last, &only)? {
            let commit = record?.commit;
            let (author, subject) = (commit.author.email, commit.subject);
            vanished.push(Vanished { commit: commit.id.to_string(), author, subject });
        }
        Ok(match self.is_ancestor(head, last)? {
            true => Continuity::Cut { last: named, vanished },
            false => Continuity::Rewritten { last: named, vanished },
        })
    }

    /// Keeps where an audit of a branch ended.
    pub fn keep_audited(&self, branch: &str, head: CommitId) -> Result<()> {
        let Some(path) = self.witness(branch) else { return Ok(()) };
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder).map_err(Error::io("make", folder))?;
        let repository = self.common_dir().display();
        let text = format!("{head}\n# the last audited commit of {branch} in {repository}\n");
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::io("write in", folder))?;
        file.write_all(text.as_bytes()).map_err(Error::io("write", &path))?;
        file.persist(&path).map_err(|error| Error::io("write", &path)(error.error))?;
        Ok(())
    }

    /// Marks where an audit of a branch ended by a ref, and says which.
    pub fn mark_audited(&self, branch: &str, head: CommitId) -> Result<String> {
        let reference = mark(branch);
        self.store.set_reference(&reference, head.0, "countersign: audited")?;
        Ok(reference)
    }

    /// What cannot be read was not kept.
    fn last_audited(&self, branch: &str) -> Option<CommitId> {
        let text = fs::read_to_string(self.witness(branch)?).ok()?;
        text.lines().next()?.parse().ok()
    }

    fn witness(&self, branch: &str) -> Option<PathBuf> {
        let repository = self.common_dir().canonicalize().ok()?;
        let mut key = repository.into_os_string().into_encoded_bytes();
        key.push(0);
        key.extend(branch.as_bytes());
        let name = hex(&Sha256::digest(&key)[..16]);
        Some(state_folder()?.join("countersign").join("witness").join(name))
    }
}

fn mark(branch: &str) -> String {
    format!("refs/countersign/audited/{branch}")
}

/// The XDG base directory for what outlives a run; a relative one does not count.
fn state_folder() -> Option<PathBuf> {
    let absolute = |folder: PathBuf| folder.is_absolute().then_some(folder);
    let named = env::var_os("XDG_STATE_HOME").map(PathBuf::from).and_then(absolute);
    named.or_else(|| Some(absolute(env::home_dir()?)?.join(".local").join("state")))
}
