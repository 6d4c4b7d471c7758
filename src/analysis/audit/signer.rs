//! `unsigned`, `signer-not-allowed` and, for who may decide, `not-allowed`.

use super::{Class, Doubt};
use crate::analysis::review::arrived;
use crate::domain::Deed;
use crate::domain::deed::{Arrival, Signature};
use crate::domain::policy::{Subject, same_person};

pub(super) fn rule(deed: &Deed) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    match &deed.signature {
        _ if !deed.policy.signing.require_signatures => {}
        // The signatures its authors made were left behind when it was made anew; what they signed was approved.
        signature if is_vouched_for(deed) && !is_of_its_author(deed, signature) => {
            let message = format!("the signature of {}; it was {}", deed.author.email, arrived_words(deed));
            doubts.push(Doubt::new(Class::LostInMerge, message));
        }
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

/// Whether what it holds was approved, though a platform made the commit.
fn is_vouched_for(deed: &Deed) -> bool {
    match &deed.arrival {
        Arrival::Replayed(_) => arrived(deed).counts(),
        _ => deed.is_merge() && deed.brought.as_ref().is_some_and(|brought| brought.is_approved()),
    }
}

fn is_of_its_author(deed: &Deed, signature: &Signature) -> bool {
    signature.signer().is_some_and(|signer| somebody_elses(deed, signer).is_none())
}

fn arrived_words(deed: &Deed) -> &'static str {
    if deed.is_merge() { "merged after a signed approval" } else { "merged anew after a signed approval" }
}

/// A good signature proves the key, not the names in the commit. A platform signs as committer, for the author it names.
fn somebody_elses(deed: &Deed, signer: &str) -> Option<Doubt> {
    let others: Vec<&str> = [("author", &deed.author), ("committer", &deed.committer)]
        .into_iter()
        .filter(|(role, who)| {
            let for_somebody = *role == "author" && deed.policy.review.is_platform(signer);
            !for_somebody && !same_person(&who.email, signer)
        })
        .map(|(role, _)| role)
        .collect();
    (!others.is_empty()).then(|| {
        let message = format!("signed with the key of {signer}, who is not its {}", others.join(" and "));
        Doubt::new(Class::SignerNotAllowed, message)
    })
}
