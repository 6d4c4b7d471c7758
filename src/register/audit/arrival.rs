//! Which merge brought which commit to the branch.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::deed::Approval;
use crate::ledger::{CommitId, Link};

pub struct Arrivals {
    times: HashMap<CommitId, i64>,
    /// Each commit beside the branch's own line, with the merge on that line that brought it in.
    merges: HashMap<String, String>,
    approvals: HashMap<String, Arc<Approval>>,
    /// What a platform made anew, with the commit that has its review on file.
    replays: HashMap<String, Arc<Approval>>,
    line: HashSet<CommitId>,
}

impl Arrivals {
    pub fn of(commits: &[Link], head: CommitId) -> Arrivals {
        let parents: HashMap<CommitId, &[CommitId]> =
            commits.iter().map(|link| (link.id, &link.parents[..])).collect();
        let times = commits.iter().map(|link| (link.id, link.time_seconds));
        let line = line(&parents, head);
        Arrivals {
            times: times.collect(),
            merges: merges(&parents, &line),
            approvals: HashMap::new(),
            replays: HashMap::new(),
            line: line.into_iter().collect(),
        }
    }

    /// The committer's time of a commit in the range.
    pub fn time_of(&self, commit: CommitId) -> Option<i64> {
        self.times.get(&commit).copied()
    }

    pub fn merge_of(&self, commit: &str) -> Option<Arc<Approval>> {
        self.approvals.get(self.merges.get(commit)?).cloned()
    }

    /// Whether a commit stands on the branch itself.
    pub fn is_on_line(&self, commit: CommitId) -> bool {
        self.line.contains(&commit)
    }

    pub fn replay_of(&self, commit: &str) -> Option<Arc<Approval>> {
        self.replays.get(commit).cloned()
    }

    pub fn replayed(&mut self, commits: &[String], approval: &Arc<Approval>) {
        self.replays.extend(commits.iter().map(|commit| (commit.clone(), Arc::clone(approval))));
    }

    pub fn approved(&mut self, approval: Approval) {
        self.approvals.insert(approval.commit.clone(), Arc::new(approval));
    }
}

/// The branch's own commits, along first parents, newest first.
fn line(parents: &HashMap<CommitId, &[CommitId]>, head: CommitId) -> Vec<CommitId> {
    let mut line = Vec::new();
    let mut next = Some(head);
    while let Some(commit) = next {
        let Some(parents) = parents.get(&commit) else { break };
        line.push(commit);
        next = parents.first().copied();
    }
    line
}

fn merges(parents: &HashMap<CommitId, &[CommitId]>, line: &[CommitId]) -> HashMap<String, String> {
    let on_line: HashSet<CommitId> = line.iter().copied().collect();
    let mut brought = HashMap::new();
    // Oldest first: what an earlier merge brought in was there already.
    for merge in line.iter().rev() {
        let mut open: Vec<CommitId> = parents[merge].iter().skip(1).copied().collect();
        while let Some(commit) = open.pop() {
            let Some(parents) = parents.get(&commit) else { continue };
            let name = commit.to_string();
            if !on_line.contains(&commit) && !brought.contains_key(&name) {
                brought.insert(name, merge.to_string());
                open.extend_from_slice(parents);
            }
        }
    }
    brought
}
