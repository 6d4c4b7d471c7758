//! `countersign merge`

use clap::Args;
use serde_json::json;

use super::offer::{self, Consent};
use super::reading::{Where, today};
use super::review::under_review;
use super::trust;
use crate::analysis::review::{Merger, Shortfall, audited, clear};
use crate::error::{Error, Result};

/// Countersign a proposal: merge it into the branch it is for, as its reviewer
///
/// Makes a merge commit that names the exact state that was reviewed and whose review counts, signed if commits are. It
/// is refused where the policy of the branch is not met: each rule is named, with what to do.
#[derive(Debug, Args)]
pub struct Merge {
    /// The proposal: a branch, or the last part of its name
    name: String,
    /// Why, in sentences; `@FILE` reads a file, `-` reads stdin
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: Option<String>,
    /// Only if the proposal still ends in this commit
    #[arg(long, value_name = "COMMIT")]
    head: Option<String>,
    /// The branch it is for [default: HEAD's]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    register: Where,
}

impl Merge {
    pub fn run(&self) -> Result<()> {
        let register = self.register.open_to_write(self.branch.as_deref())?;
        let under = under_review(&register, &self.name, today())?;
        let name = &under.proposal.name;
        if self.head.as_ref().is_some_and(|head| !under.proposal.head.starts_with(head.as_str())) {
            return Err(Error::ProposalMoved { name: name.clone() });
        }
        let audit = audited(&under.deeds, today());
        let merger = Merger::here(under.me.as_ref(), under.signs, under.behind.as_ref());
        let cleared =
            clear(&under.proposal, &under.settings, &under.onto, merger, &audit).map_err(|shortfalls| {
                let shortfalls = shortfalls.iter().map(Shortfall::words).collect();
                Error::NotCleared { name: name.clone(), shortfalls }
            })?;
        let reason = self.reason.as_deref().map(offer::reason).transpose()?.unwrap_or_default();
        let prepared = trust::asking(&register, || register.countersign(&cleared, &reason))?;
        let document = json!({
            "format": 1,
            "view": "merge",
            "proposal": name,
            "branch": under.branch,
            "head": cleared.head,
            "reviewers": cleared.reviewers,
            "commit": null,
            "replayed-on": null,
            "paths": prepared.first().paths().collect::<Vec<_>>(),
            "message": prepared.first().message(),
            "diff": prepared.first().diff(),
        });
        let text = offer::preview(prepared.first());
        self.consent.carry_out(&register, &prepared, &text, document, |document, committed| {
            document["commit"] = committed.id().into();
        })
    }
}
