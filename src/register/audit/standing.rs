//! How a commit stands under each policy that has a say in it: its own, which is that of its first parent, and those of
//! other sides that a merge brought it to.

use super::facts::{Facts, Terms};
use super::sides::{Parted, Side};
use super::{Deeds, reviewed};
use crate::domain::deed::{Brought, Standing};
use crate::domain::snapshot::Settings;
use crate::error::Result;
use crate::ledger::{CommitId, CommitInfo, PathChange};

pub(super) const SETTINGS: &str = "countersign.toml";
const WAIVERS: &str = "waivers.toml";

impl Deeds<'_> {
    /// How a commit stands elsewhere, where that is another policy than its own.
    pub(super) fn elsewhere(
        &mut self,
        commit: &CommitInfo,
        against_first: &[PathChange],
    ) -> Result<Vec<Standing>> {
        let mut standings = Vec::new();
        // A branch that is not merged yet is judged by its base alone.
        let judging = if self.audit.base.is_none() { self.sides.judging(commit.id) } else { Vec::new() };
        for Side { end, terms } in judging {
            if terms != self.facts.terms(commit.parents.first().copied())? {
                let Terms { policy, .. } = terms;
                let on_line = self.arrivals.is_on_line(commit.id);
                let brought = || self.brought(commit, against_first, (Some(end), &policy));
                let brought = on_line.then(brought).transpose()?.flatten();
                let touches_policy = self.touches_policy(commit, against_first, &policy)?;
                let (side, signature) = (end.to_string(), Default::default());
                standings.push(Standing { side, policy, touches_policy, signature, brought });
            }
        }
        Ok(standings)
    }

    /// What a commit brought after a review, by the keys a policy names at some commit.
    pub(super) fn brought(
        &mut self,
        commit: &CommitInfo,
        against_first: &[PathChange],
        policy: (Option<CommitId>, &Settings),
    ) -> Result<Option<Brought>> {
        let (ledger, facts, signatures) = (&self.audit.ledger, &self.facts, &mut self.signatures);
        reviewed::brought(ledger, facts, signatures, commit, against_first, policy)
    }

    /// Whether a commit changes the policy. What a merge takes over from the one side that changed it was judged there; a
    /// merge that holds anything else than a side that changed it changes it again.
    pub(super) fn touches_policy(
        &mut self,
        commit: &CommitInfo,
        against_first: &[PathChange],
        policy: &Settings,
    ) -> Result<bool> {
        if commit.parents.len() < 2 {
            return is_of_policy(&mut self.facts, against_first, policy);
        }
        let paths = [SETTINGS, WAIVERS, &policy.signing.allowed_signers].into_iter();
        for path in paths.chain(policy.signing.revoked_keys.as_deref()) {
            for Parted { end, bases, .. } in self.sides.of_merge(commit.id) {
                let mut changes = |from: Option<CommitId>, to: CommitId| {
                    let change = self.facts.change(path, from, to)?;
                    is_of_policy(&mut self.facts, change.as_slice(), policy)
                };
                for base in bases {
                    if changes(*base, *end)? && changes(Some(*end), commit.id)? {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }
}

/// Whether any of these changes is one of the policy. Views of the board are kept beside it, and are none of it.
fn is_of_policy(facts: &mut Facts<'_>, changes: &[PathChange], policy: &Settings) -> Result<bool> {
    let views_alone = facts.resettled(changes)?.is_some_and(|settings| settings.is_of_views_alone());
    let mut touched = changes.iter().filter(|change| is_policys(&change.path, policy));
    Ok(touched.any(|change| !views_alone || change.path != SETTINGS || lists_keys(&change.path, policy)))
}

pub(super) fn is_policys(path: &str, policy: &Settings) -> bool {
    [SETTINGS, WAIVERS].contains(&path) || lists_keys(path, policy)
}

fn lists_keys(path: &str, policy: &Settings) -> bool {
    path == policy.signing.allowed_signers || policy.signing.revoked_keys.as_deref() == Some(path)
}
