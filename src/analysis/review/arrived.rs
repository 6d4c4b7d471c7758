//! How well it is proved, of a commit in the history, that somebody else looked at it before it counted.

use super::Grade;
use crate::domain::Deed;
use crate::domain::deed::{Approval, Arrival, Signature};
use crate::domain::policy::{Subject, same_person};

/// The grade of the review that a commit went through.
pub fn arrived(deed: &Deed) -> Grade {
    match &deed.arrival {
        Arrival::Direct | Arrival::Pending => Grade::None,
        Arrival::Merged(approval) => {
            let signed = signer(approval).is_some_and(|signer| reviews(signer, deed, approval));
            let named = reviews(&approval.by, deed, approval);
            match () {
                () if signed => Grade::SignedMerge,
                () if has_approval(deed, approval) => Grade::SignedApproval,
                () if named && is_by_platform(approval) => Grade::Platform,
                () if named => Grade::TextOnly,
                () => Grade::None,
            }
        }
        Arrival::Replayed(approval) => match () {
            () if has_approval(deed, approval) => Grade::SignedApproval,
            () if !approval.approvals.is_empty() => Grade::TextOnly,
            () => Grade::None,
        },
    }
}

/// The people whose review of a change counts, as far as they may approve it.
pub fn reviewers<'a>(deed: &'a Deed, subject: &Subject) -> Vec<&'a str> {
    let (Arrival::Merged(approval) | Arrival::Replayed(approval)) = &deed.arrival else { return Vec::new() };
    let merged = matches!(deed.arrival, Arrival::Merged(_));
    let merger = signer(approval).or_else(|| is_by_platform(approval).then_some(approval.by.as_str()));
    let mut people: Vec<&str> = approvers(approval).collect();
    people.extend(merger.filter(|_| merged));
    let mut counted: Vec<&str> = Vec::new();
    for person in people {
        let known = counted.iter().any(|known| same_person(known, person));
        if !known && reviews(person, deed, approval) && approval.policy.review.lets_approve(person, subject) {
            counted.push(person);
        }
    }
    counted
}

/// Whose key made the merge, where it is a person's.
fn signer(approval: &Approval) -> Option<&str> {
    approval.signature.signer().filter(|signer| !approval.policy.review.is_platform(signer))
}

fn is_by_platform(approval: &Approval) -> bool {
    approval.signature.signer().is_some_and(|signer| approval.policy.review.is_platform(signer))
}

/// Who approved exactly what was brought, with a signature of their own.
fn approvers(approval: &Approval) -> impl Iterator<Item = &str> {
    let signed = approval.approvals.iter().filter(|word| matches!(word.signature, Signature::Good { .. }));
    let people = signed.map(|word| word.who());
    people.filter(|person| !approval.policy.review.is_platform(person))
}

fn has_approval(deed: &Deed, approval: &Approval) -> bool {
    approvers(approval).any(|person| reviews(person, deed, approval))
}

/// Whether somebody is no author of it, or may approve all the same.
fn reviews(person: &str, deed: &Deed, approval: &Approval) -> bool {
    let own = same_person(person, deed.doer()) || same_person(person, &deed.author.email);
    !own || approval.policy.review.author_may_approve
}
