//! Where the last audit of each branch ended, kept outside the repository: who rewrites a history does not rewrite this.

use super::{CommitId, Filter, Ledger, Walk};
use crate::domain::deed::{Continuity, Vanished};
use crate::error::Result;

impl Ledger {
    /// How a branch that now ends in `head` stands to where its last audit ended.
    pub fn continuity(&self, branch: &str, head: CommitId) -> Result<Continuity> {
        let Some(last) = self.last_audited(branch) else { return Ok(Continuity::Unknown) };
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
        let Some(witness) = self.memory(WITNESS, branch) else { return Ok(()) };
        let repository = self.common_dir().display();
        witness.keep(&format!("{head}\n# the last audited commit of {branch} in {repository}\n"))
    }

    fn last_audited(&self, branch: &str) -> Option<CommitId> {
        self.memory(WITNESS, branch)?.recall()?.lines().next()?.parse().ok()
    }
}

const WITNESS: &str = "witness";
