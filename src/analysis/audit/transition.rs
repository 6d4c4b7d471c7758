//! `refused-transition`: a judgement that could not have been made with Countersign.

use super::{Class, Doubt};
use crate::analysis::decision::{self, OnFile, Refusal};
use crate::domain::Deed;
use crate::domain::deed::Judgement;

pub(super) fn rule(deed: &Deed) -> Vec<Doubt> {
    // What an undo restores was judged when it was made.
    if deed.restores() {
        return Vec::new();
    }
    let refused = deed.judgements.iter().filter_map(|judgement| {
        let refusals = refusals(deed, judgement);
        let words: Vec<String> = refusals.iter().map(Refusal::words).collect();
        (!words.is_empty()).then(|| Doubt::about(Class::RefusedTransition, &judgement.path, words.join("; ")))
    });
    refused.collect()
}

fn refusals(deed: &Deed, judgement: &Judgement) -> Vec<Refusal> {
    let Some(after) = judgement.after.as_ref().and_then(|filed| filed.assessment.as_deref()) else {
        return Vec::new();
    };
    let before = judgement.before.as_ref().and_then(|filed| filed.assessment.as_deref());
    if before == Some(after) {
        return Vec::new();
    }
    let on_file = |id: &_| {
        let ground = judgement.rests_on.iter().find(|ground| ground.on_file && ground.pinned.id == *id)?;
        Some(OnFile { expires: ground.evidence.as_ref().and_then(|evidence| evidence.expires) })
    };
    let before = before.map(|before| before.status);
    decision::refusals(&deed.catalogue, &judgement.slot, before, after, &on_file)
}
