//! `self-approved`, `too-few-approvals` and, for who may approve, `not-allowed`: judgements and how they reached the
//! branch.

use super::{Class, Doubt};
use crate::analysis::review::{Grade, arrived, reviewers};
use crate::domain::Deed;
use crate::domain::deed::{Approval, Arrival, Judgement};
use crate::domain::policy::{self, same_person};

pub(super) fn rule(deed: &Deed) -> Option<Doubt> {
    if deed.judgements.is_empty() || deed.is_merge() {
        return None;
    }
    let review = &deed.policy.review;
    match &deed.arrival {
        Arrival::Pending => None,
        Arrival::Direct if review.second_person => {
            let message = "decided on the branch itself, where the policy asks for a second person";
            Some(Doubt::new(Class::SelfApproved, message))
        }
        Arrival::Direct => too_few(deed, review),
        Arrival::Merged(approval) => {
            let review = &approval.policy.review;
            self_approved(deed, approval)
                .or_else(|| not_allowed(deed, approval))
                .or_else(|| too_few(deed, review))
        }
        Arrival::Replayed(approval) => {
            let review = &approval.policy.review;
            let nobody = review.second_person && !arrived(deed).counts();
            let message = "squashed or rebased, and no signed approval by somebody else of what it holds";
            nobody.then(|| Doubt::new(Class::SelfApproved, message)).or_else(|| too_few(deed, review))
        }
    }
}

/// Without signatures whoever merged it is taken at their word: that is what `second-person` alone asks for.
fn self_approved(deed: &Deed, approval: &Approval) -> Option<Doubt> {
    let alone = same_person(&approval.by, deed.doer()) && arrived(deed) < Grade::SignedApproval;
    (approval.policy.review.second_person && alone).then(|| {
        let message = format!("{} decided it and merged it in {}", approval.by, short(approval));
        Doubt::new(Class::SelfApproved, message)
    })
}

fn not_allowed(deed: &Deed, approval: &Approval) -> Option<Doubt> {
    let review = &approval.policy.review;
    let lets = |judgement: &Judgement| review.lets_approve(&approval.by, &judgement.subject());
    (!deed.judgements.iter().all(lets)).then(|| {
        let message = format!("{} merged it in {} and may not approve", approval.by, short(approval));
        Doubt::new(Class::NotAllowed, message)
    })
}

fn too_few(deed: &Deed, review: &policy::Review) -> Option<Doubt> {
    let counts = deed.judgements.iter().map(|judgement| reviewers(deed, &judgement.subject()).len());
    let least = counts.min().filter(|least| *least < review.approvals)?;
    let message =
        format!("{least} of {} approvals that are proved; it is {}", review.approvals, arrived(deed).words());
    Some(Doubt::new(Class::TooFewApprovals, message))
}

fn short(approval: &Approval) -> &str {
    approval.commit.get(..10).unwrap_or(&approval.commit)
}
