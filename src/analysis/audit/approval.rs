//! `self-approved` and, for who may approve, `not-allowed`: judgements and how they reached the branch.

use super::{Class, Doubt};
use crate::domain::Deed;
use crate::domain::deed::{Arrival, Judgement};
use crate::domain::policy::same_person;

pub(super) fn rule(deed: &Deed) -> Option<Doubt> {
    if deed.judgements.is_empty() || deed.is_merge() {
        return None;
    }
    match &deed.arrival {
        Arrival::Direct => deed.policy.review.second_person.then(|| {
            let message = "decided on the branch itself, where the policy asks for a second person";
            Doubt::new(Class::SelfApproved, message)
        }),
        Arrival::Pending => None,
        Arrival::Merged(approval) => {
            let review = &approval.policy.review;
            let merge = approval.commit.get(..10).unwrap_or(&approval.commit);
            if review.second_person && same_person(&approval.by, deed.doer()) {
                let message = format!("{} decided it and merged it in {merge}", approval.by);
                return Some(Doubt::new(Class::SelfApproved, message));
            }
            let lets = |judgement: &Judgement| review.lets_approve(&approval.by, &judgement.subject());
            (!deed.judgements.iter().all(lets)).then(|| {
                let message = format!("{} merged it in {merge} and may not approve", approval.by);
                Doubt::new(Class::NotAllowed, message)
            })
        }
    }
}
