//! Which merge brought which commit to the branch.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::sides::Sides;
use crate::domain::deed::Approval;
use crate::ledger::{CommitId, Link};

#[derive(Default)]
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
    pub fn of(commits: &[Link], head: CommitId, sides: &Sides) -> Arrivals {
        let parents: HashMap<CommitId, &[CommitId]> =
            commits.iter().map(|link| (link.id, &link.parents[..])).collect();
        let times = commits.iter().map(|link| (link.id, link.time_seconds));
        let line = line(&parents, head, |_| false);
        Arrivals {
            times: times.collect(),
            merges: Bringing::along(&line, &parents, sides),
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

/// A branch's own commits, along first parents, newest first, up to where it ends.
fn line(
    parents: &HashMap<CommitId, &[CommitId]>,
    head: CommitId,
    ends: impl Fn(CommitId) -> bool,
) -> Vec<CommitId> {
    let mut line = Vec::new();
    let mut next = Some(head);
    while let Some(commit) = next.filter(|commit| !ends(*commit)) {
        let Some(parents) = parents.get(&commit) else { break };
        line.push(commit);
        next = parents.first().copied();
    }
    line
}

struct Bringing<'a> {
    parents: &'a HashMap<CommitId, &'a [CommitId]>,
    on_line: HashSet<CommitId>,
    brought: HashMap<String, String>,
}

impl Bringing<'_> {
    fn along(
        line_of_head: &[CommitId],
        parents: &HashMap<CommitId, &[CommitId]>,
        sides: &Sides,
    ) -> HashMap<String, String> {
        let on_line = line_of_head.iter().copied().collect();
        let mut bringing = Bringing { parents, on_line, brought: HashMap::new() };
        // Oldest first: what an earlier merge brought in was there already.
        for merge in line_of_head.iter().rev() {
            let others = sides.of_merge(*merge).iter().skip(1);
            // What another side with a say had merged, it had merged under its own policy.
            for side in others.filter(|side| side.has_a_say) {
                let own = line(parents, side.end, |commit| bringing.is_there(commit));
                let of_side: HashSet<CommitId> = own.iter().copied().collect();
                own.iter().rev().for_each(|merge| bringing.bring(*merge, &of_side));
            }
            bringing.bring(*merge, &HashSet::new());
        }
        bringing.brought
    }

    fn is_there(&self, commit: CommitId) -> bool {
        self.on_line.contains(&commit) || self.brought.contains_key(&commit.to_string())
    }

    fn bring(&mut self, merge: CommitId, of_side: &HashSet<CommitId>) {
        let mut open: Vec<CommitId> = self.parents[&merge].iter().skip(1).copied().collect();
        while let Some(commit) = open.pop() {
            let Some(parents) = self.parents.get(&commit) else { continue };
            if !self.is_there(commit) && !of_side.contains(&commit) {
                self.brought.insert(commit.to_string(), merge.to_string());
                open.extend_from_slice(parents);
            }
        }
    }
}
