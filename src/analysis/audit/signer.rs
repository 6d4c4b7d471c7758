//! `unsigned`, `signer-not-allowed` and, for who may decide, `not-allowed`.

use super::{Class, Doubt};
use crate::domain::Deed;
use crate::domain::deed::Signature;
use crate::domain::policy::{Subject, same_person};

pub(super) fn rule(deed: &Deed) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    match &deed.signature {
        Signature::NotAsked => {}
        Signature::Missing => {
            doubts.push(Doubt::new(Class::Unsigned, "the policy asks for a signature, and it has none"));
        }
        Signature::Refused { why } => doubts.push(Doubt::new(Class::SignerNotAllowed, why.clone())),
        Signature::Good { signer } => doubts.extend(somebody_elses(deed, signer)),
    }
    let review = &deed.policy.review;
    let decides = !deed.is_merge() && !deed.judgements.is_empty();
    if decides && !review.lets_decide(deed.doer()) {
        doubts.push(Doubt::new(Class::NotAllowed, format!("{} may not decide", deed.doer())));
    }
    if deed.touches_policy
        && !deed.parents.is_empty()
        && !review.lets_approve(deed.doer(), &Subject::default())
    {
        doubts.push(Doubt::new(Class::NotAllowed, format!("{} may not change the policy", deed.doer())));
    }
    doubts
}

/// A good signature proves the key, not the names in the commit.
fn somebody_elses(deed: &Deed, signer: &str) -> Option<Doubt> {
    let others: Vec<&str> = [("author", &deed.author), ("committer", &deed.committer)]
        .into_iter()
        .filter(|(_, who)| !same_person(&who.email, signer))
        .map(|(role, _)| role)
        .collect();
    (!others.is_empty()).then(|| {
        let message = format!("signed with the key of {signer}, who is not its {}", others.join(" and "));
        Doubt::new(Class::SignerNotAllowed, message)
    })
}
