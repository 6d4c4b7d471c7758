//! Judgements: status and reason, requirements, what they rest on, and the rest of their keys.

use std::collections::BTreeSet;

use super::How;
use super::field::{self, Field};
use crate::domain::{Assessment, CompanyId, EvidenceId, Letter, Pinned, Slot, Snapshot, Status};

/// A judgement that is another one, new, or gone.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgementChange {
    pub company: CompanyId,
    pub slot: Slot,
    pub before: Option<Assessment>,
    pub after: Option<Assessment>,
    pub requirements: Vec<RequirementChange>,
    pub pins: Vec<PinChange>,
    /// Every other key but status and reason.
    pub fields: Vec<Field>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequirementChange {
    pub letter: Letter,
    pub before: Option<Status>,
    pub after: Option<Status>,
}

/// What a judgement rests on, taken in, let go, or pinned anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinChange {
    pub id: EvidenceId,
    pub before: Option<Pinned>,
    pub after: Option<Pinned>,
}

impl JudgementChange {
    pub fn how(&self) -> How {
        How::of(&self.before, &self.after)
    }

    pub fn status(&self) -> (Option<Status>, Option<Status>) {
        let status = |side: &Option<Assessment>| side.as_ref().map(|assessment| assessment.status);
        (status(&self.before), status(&self.after))
    }

    pub fn status_moved(&self) -> bool {
        let (before, after) = self.status();
        before != after
    }

    /// The reason before and after, where it is another one.
    pub fn reason(&self) -> Option<(&str, &str)> {
        fn reason(side: &Option<Assessment>) -> &str {
            side.as_ref().map_or("", |assessment| assessment.reason.trim())
        }
        let (before, after) = (reason(&self.before), reason(&self.after));
        (before != after).then_some((before, after))
    }

    fn between(
        company: &CompanyId,
        slot: &Slot,
        before: Option<&Assessment>,
        after: Option<&Assessment>,
    ) -> Option<Self> {
        let change = JudgementChange {
            company: company.clone(),
            slot: slot.clone(),
            requirements: requirements(before, after),
            pins: pins(before, after),
            fields: other_keys(before, after),
            before: before.cloned(),
            after: after.cloned(),
        };
        let nothing = change.requirements.is_empty() && change.pins.is_empty() && change.fields.is_empty();
        (!nothing || change.status_moved() || change.reason().is_some()).then_some(change)
    }
}

/// In the order of the Code, then by company.
pub fn judgements(before: &Snapshot, after: &Snapshot) -> Vec<JudgementChange> {
    let slots = |snapshot: &Snapshot| -> Vec<(Slot, CompanyId)> {
        let companies = snapshot.companies.iter();
        companies
            .flat_map(|(id, company)| company.assessments.keys().map(|slot| (slot.clone(), id.clone())))
            .collect()
    };
    let places: BTreeSet<(Slot, CompanyId)> = slots(before).into_iter().chain(slots(after)).collect();
    let mut changes: Vec<JudgementChange> = places
        .iter()
        .filter_map(|(slot, company)| {
            JudgementChange::between(company, slot, of(before, company, slot), of(after, company, slot))
        })
        .collect();
    changes.sort_by(|a, b| (a.slot.measure, &a.company, &a.slot).cmp(&(b.slot.measure, &b.company, &b.slot)));
    changes
}

fn of<'s>(snapshot: &'s Snapshot, company: &CompanyId, slot: &Slot) -> Option<&'s Assessment> {
    Some(&snapshot.companies.get(company)?.assessments.get(slot)?.assessment)
}

fn requirements(before: Option<&Assessment>, after: Option<&Assessment>) -> Vec<RequirementChange> {
    let letters: BTreeSet<Letter> =
        before.into_iter().chain(after).flat_map(|side| side.requirements.keys().copied()).collect();
    let status =
        |side: Option<&Assessment>, letter| side.and_then(|side| side.requirements.get(&letter).copied());
    letters
        .into_iter()
        .map(|letter| RequirementChange {
            letter,
            before: status(before, letter),
            after: status(after, letter),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

fn pins(before: Option<&Assessment>, after: Option<&Assessment>) -> Vec<PinChange> {
    let ids: BTreeSet<&EvidenceId> = before
        .into_iter()
        .chain(after)
        .flat_map(|side| side.evidence.iter().map(|pinned| &pinned.id))
        .collect();
    let pinned = |side: Option<&Assessment>, id: &EvidenceId| {
        side.and_then(|side| side.evidence.iter().find(|pinned| pinned.id == *id).cloned())
    };
    ids.into_iter()
        .map(|id| PinChange { id: id.clone(), before: pinned(before, id), after: pinned(after, id) })
        .filter(|change| change.before != change.after)
        .collect()
}

/// Without status, reason, requirements and evidence, which have a place of their own.
fn other_keys(before: Option<&Assessment>, after: Option<&Assessment>) -> Vec<Field> {
    let own = ["status", "reason", "requirements", "evidence"];
    let mut fields = field::fields(before, after);
    // A judgement that nobody contests is the ordinary case.
    let contested = before.into_iter().chain(after).any(|side| side.contested);
    let told = |field: &Field| contested || !field.is_of("contested");
    fields.retain(|field| !own.iter().any(|key| field.is_of(key)) && told(field));
    fields
}
