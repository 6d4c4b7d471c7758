//! `dangling-evidence`: a judgement rests on evidence that is not on file.

use crate::domain::{EvidenceId, Rule};
use crate::files::RegisterPath;
use crate::files::tree::at;

use super::{Doubt, Known};

pub(super) fn rule(known: &Known) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (id, company) in known.companies() {
        let on_file = |evidence: &EvidenceId| {
            company.evidence.contains_key(evidence)
                || known.in_doubt(&RegisterPath::Evidence(id.clone(), evidence.clone()))
        };
        for (slot, recorded) in &company.assessments {
            for (index, pinned) in recorded.assessment.evidence.iter().enumerate() {
                if on_file(&pinned.id) {
                    continue;
                }
                let file = RegisterPath::Assessment(id.clone(), slot.clone());
                if !known.may_tell(&file) {
                    continue;
                }
                doubts.push(Doubt {
                    file,
                    at: at!["evidence", index, "id"],
                    rule: Rule::DanglingEvidence,
                    message: format!("there is no evidence `{}` on file", pinned.id),
                    hint: known.near(pinned.id.as_str(), company.evidence.keys().map(EvidenceId::as_str)),
                });
            }
        }
    }
    doubts
}
