//! `evidence-swapped`: documents that are not what their evidence file says, and judgements that rest on what was never
//! on file.

use super::{Class, Doubt};
use crate::domain::Deed;
use crate::domain::deed::{Ground, Judgement};

pub(super) fn rule(deed: &Deed) -> Vec<Doubt> {
    if deed.is_merge() {
        return Vec::new();
    }
    let swapped = deed.documents.iter().filter(|kept| !kept.recorded.eq_ignore_ascii_case(&kept.digest));
    let swapped = swapped.map(|kept| {
        let message = format!(
            "the document is not the one evidence {} describes: its digest is {}, on record is {}",
            kept.evidence, kept.digest, kept.recorded
        );
        Doubt::about(Class::EvidenceSwapped, &kept.path, message)
    });
    swapped.chain(deed.judgements.iter().flat_map(pins)).collect()
}

/// Pins a commit sets. Those it leaves as they were have been judged before.
fn pins(judgement: &Judgement) -> Vec<Doubt> {
    let before = judgement.before.as_ref().and_then(|filed| filed.assessment.as_deref());
    let is_new = |ground: &&Ground| !before.is_some_and(|before| before.evidence.contains(&ground.pinned));
    let doubt = |ground: &Ground| {
        wrong(ground).map(|message| Doubt::about(Class::EvidenceSwapped, &judgement.path, message))
    };
    judgement.rests_on.iter().filter(is_new).filter_map(doubt).collect()
}

fn wrong(ground: &Ground) -> Option<String> {
    let id = &ground.pinned.id;
    if !ground.on_file {
        // A refused transition: there is nothing to swap.
        return None;
    }
    if !ground.pin_known {
        return Some(format!("evidence {id} is pinned to content that was not on file"));
    }
    let recorded = ground.evidence.as_ref()?.sha256.as_ref()?;
    let digest = ground.digest.as_ref()?;
    (!recorded.eq_ignore_ascii_case(digest))
        .then(|| format!("the pinned document of {id} is not the one its evidence file describes"))
}
