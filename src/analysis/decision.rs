//! Holding a decision against the snapshot before it is made: what is allowed, and why the rest is not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::scope;
use crate::domain::catalogue::Force;
use crate::domain::{
    Assessment, Catalogue, Change, Company, CompanyId, Day, Decision, EvidenceId, Letter, Level, Measure,
    MeasureRef, ModelId, Pinned, Slot, Snapshot, Status, Text,
};

/// What a person fills in; pins, basis and day are added from the snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub status: Option<Status>,
    pub reason: String,
    pub requirements: BTreeMap<Letter, Status>,
    pub evidence: Vec<Cited>,
    pub owner: Option<String>,
    /// Kept as it was typed, a day or not.
    #[serde(skip)]
    pub review_by: Option<Day>,
}

/// Evidence a draft rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    pub id: EvidenceId,
    pub at: Option<String>,
    pub quote: Option<String>,
}

impl Draft {
    /// What is on file, as a starting point.
    pub fn from_assessment(assessment: &Assessment) -> Draft {
        let cited = |pinned: &Pinned| Cited {
            id: pinned.id.clone(),
            at: pinned.at.clone(),
            quote: pinned.quote.clone(),
        };
        Draft {
            status: Some(assessment.status),
            reason: assessment.reason.clone(),
            requirements: assessment.requirements.clone(),
            evidence: assessment.evidence.iter().map(cited).collect(),
            owner: assessment.owner.as_deref().map(str::to_owned),
            review_by: assessment.review_by,
        }
    }
}

/// Why a decision is not taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    UnknownCompany(CompanyId),
    UnknownMeasure(MeasureRef),
    NeedsModel(MeasureRef, Vec<ModelId>),
    JudgedForProvider(MeasureRef),
    JudgedPerModel(MeasureRef),
    UnknownModel(ModelId, Vec<ModelId>),
    NoStatus,
    NoReason,
    NothingChanges,
    MetWithoutEvidence,
    MetWithOpenRequirements(Vec<Letter>),
    AllRequirementsMet(Status),
    NotApplicableToMet,
    UnknownRequirement(Letter),
    UnknownEvidence(EvidenceId),
    EvidenceTwice(EvidenceId),
    EvidenceExpired(EvidenceId, Day),
    ReviewDayPassed(Day),
}

impl Refusal {
    /// What is wrong and what to do.
    pub fn words(&self) -> String {
        match self {
            Refusal::UnknownCompany(id) => format!("there is no company {id} in this register"),
            Refusal::UnknownMeasure(id) => format!("there is no measure {id} in this register"),
            Refusal::NeedsModel(id, models) if models.is_empty() => {
                format!("{id} is judged per model, and no model is on file: add one below models/ first")
            }
            Refusal::NeedsModel(id, models) => {
                format!("{id} is judged per model: name one of {}", list(models))
            }
            Refusal::JudgedForProvider(id) => format!("{id} is judged for the provider: leave the model out"),
            Refusal::JudgedPerModel(id) => format!("{id} is judged per model"),
            Refusal::UnknownModel(id, models) if models.is_empty() => {
                format!("there is no model {id} on file, nor any other")
            }
            Refusal::UnknownModel(id, models) => {
                format!("there is no model {id} on file; known are {}", list(models))
            }
            Refusal::NoStatus => "choose a status".into(),
            Refusal::NoReason => "give a reason: it is what a later reader has to go by".into(),
            Refusal::NothingChanges => "nothing would change".into(),
            Refusal::MetWithoutEvidence => {
                "met needs evidence: choose what shows it, or record partial".into()
            }
            Refusal::MetWithOpenRequirements(letters) => {
                format!(
                    "lines {} are open: met needs every required line met or not applicable",
                    list(letters)
                )
            }
            Refusal::AllRequirementsMet(status) => {
                format!(
                    "every required line is met, so the status cannot be {status}: reopen a line or choose met"
                )
            }
            Refusal::NotApplicableToMet => {
                "from not-applicable to met in one step is not allowed: record gap or partial first".into()
            }
            Refusal::UnknownRequirement(letter) => format!("the measure has no requirement {letter}"),
            Refusal::UnknownEvidence(id) => format!("there is no evidence {id} on file for this company"),
            Refusal::EvidenceTwice(id) => format!("evidence {id} is named twice"),
            Refusal::EvidenceExpired(id, day) => {
                format!("evidence {id} expired on {day}: cite what is still valid, or renew it first")
            }
            Refusal::ReviewDayPassed(day) => {
                format!("the review day {day} has already passed: choose a later one")
            }
        }
    }
}

fn list(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A status a form offers, or the reason why it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub status: Status,
    pub refusal: Option<Refusal>,
}

/// All statuses, each with the reason why a draft cannot take it as it stands.
pub fn choices(measure: &Measure, on_file: Option<Status>, draft: &Draft) -> Vec<Choice> {
    let refusal = |status| status_refusals(measure, on_file, draft, status).into_iter().next();
    Status::ALL.into_iter().map(|status| Choice { status, refusal: refusal(status) }).collect()
}

/// Makes a draft a decision with pins, basis and the day, or says everything that stands against it.
pub fn decide(
    snapshot: &Snapshot,
    on: Day,
    company: &CompanyId,
    slot: &Slot,
    draft: &Draft,
) -> Result<Change, Vec<Refusal>> {
    let (company, measure) = cell(snapshot, company, slot)?;
    let on_file = company.assessments.get(slot).map(|recorded| &recorded.assessment);
    let mut refusals = Vec::new();
    match draft.status {
        None => refusals.push(Refusal::NoStatus),
        Some(status) => {
            refusals.extend(status_refusals(measure, on_file.map(|on_file| on_file.status), draft, status));
        }
    }
    let filed =
        |id: &EvidenceId| company.evidence.get(id).map(|filed| OnFile { expires: filed.evidence.expires });
    refusals.extend(content_refusals(measure, draft, on, &filed));
    let Some(status) = draft.status.filter(|_| refusals.is_empty()) else {
        return Err(refusals);
    };
    let assessment = assessment(&snapshot.catalogue, company, measure, draft, status, on);
    if on_file == Some(&assessment) {
        return Err(vec![Refusal::NothingChanges]);
    }
    Ok(Change::Assess(Decision { company: company.id.clone(), slot: slot.clone(), assessment }))
}

/// A cell that cannot be decided as it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub company: CompanyId,
    pub slot: Slot,
    pub refusals: Vec<Refusal>,
}

/// Decides several cells, or none: says of each that cannot be decided why.
pub fn decide_all(
    snapshot: &Snapshot,
    on: Day,
    wanted: &[(CompanyId, Slot, Draft)],
) -> Result<Vec<Change>, Vec<Refused>> {
    let (mut changes, mut refused) = (Vec::new(), Vec::new());
    for (company, slot, draft) in wanted {
        match decide(snapshot, on, company, slot, draft) {
            Ok(change) => changes.push(change),
            Err(refusals) => {
                refused.push(Refused { company: company.clone(), slot: slot.clone(), refusals });
            }
        }
    }
    if refused.is_empty() { Ok(changes) } else { Err(refused) }
}

/// The judgements of a cell: one, or one for each model.
pub fn slots(snapshot: &Snapshot, company: &CompanyId, measure: MeasureRef) -> Vec<Slot> {
    let found = snapshot.companies.get(company).zip(snapshot.catalogue.measure(measure));
    match found {
        Some((company, Measure { level: Level::Model, .. })) => {
            company.models.keys().map(|model| Slot { measure, model: Some(model.clone()) }).collect()
        }
        Some(_) => vec![Slot { measure, model: None }],
        None => Vec::new(),
    }
}

/// What a judgement needs to know of evidence that is on file.
pub struct OnFile {
    pub expires: Option<Day>,
}

/// Everything that stood against a judgement when it was made: `catalogue` is what was asked then, `on_file` the status it
/// replaced, `filed` tells which evidence there was.
pub fn refusals(
    catalogue: &Catalogue,
    slot: &Slot,
    on_file: Option<Status>,
    assessment: &Assessment,
    filed: &dyn Fn(&EvidenceId) -> Option<OnFile>,
) -> Vec<Refusal> {
    let Some(measure) = catalogue.measure(slot.measure) else {
        return vec![Refusal::UnknownMeasure(slot.measure)];
    };
    let draft = Draft::from_assessment(assessment);
    let mut refusals = Vec::new();
    match (measure.level, &slot.model) {
        (Level::Provider, Some(_)) => refusals.push(Refusal::JudgedForProvider(measure.id)),
        (Level::Model, None) => refusals.push(Refusal::JudgedPerModel(measure.id)),
        _ => {}
    }
    refusals.extend(status_refusals(measure, on_file, &draft, assessment.status));
    refusals.extend(content_refusals(measure, &draft, assessment.assessed, filed));
    refusals
}

/// The company and measure of a slot that can be judged.
pub fn cell<'a>(
    snapshot: &'a Snapshot,
    company: &CompanyId,
    slot: &Slot,
) -> Result<(&'a Company, &'a Measure), Vec<Refusal>> {
    let Some(found) = snapshot.companies.get(company) else {
        return Err(vec![Refusal::UnknownCompany(company.clone())]);
    };
    let Some(measure) = snapshot.catalogue.measure(slot.measure) else {
        return Err(vec![Refusal::UnknownMeasure(slot.measure)]);
    };
    let models = || found.models.keys().cloned().collect();
    match (measure.level, &slot.model) {
        (Level::Provider, None) => Ok((found, measure)),
        (Level::Provider, Some(_)) => Err(vec![Refusal::JudgedForProvider(measure.id)]),
        (Level::Model, None) => Err(vec![Refusal::NeedsModel(measure.id, models())]),
        (Level::Model, Some(model)) if found.models.contains_key(model) => Ok((found, measure)),
        (Level::Model, Some(model)) => Err(vec![Refusal::UnknownModel(model.clone(), models())]),
    }
}

fn status_refusals(
    measure: &Measure,
    on_file: Option<Status>,
    draft: &Draft,
    status: Status,
) -> Vec<Refusal> {
    let open = open_requirements(measure, draft);
    let any_required = required(measure).next().is_some();
    let mut refusals = Vec::new();
    match status {
        Status::Met => {
            if on_file == Some(Status::NotApplicable) {
                refusals.push(Refusal::NotApplicableToMet);
            }
            if draft.evidence.is_empty() {
                refusals.push(Refusal::MetWithoutEvidence);
            }
            if !open.is_empty() {
                refusals.push(Refusal::MetWithOpenRequirements(open));
            }
        }
        Status::Gap | Status::Partial if any_required && open.is_empty() => {
            refusals.push(Refusal::AllRequirementsMet(status));
        }
        _ => {}
    }
    refusals
}

/// The required lines a draft does not show as met or not applicable.
fn open_requirements(measure: &Measure, draft: &Draft) -> Vec<Letter> {
    let settled =
        |letter: &Letter| matches!(draft.requirements.get(letter), Some(Status::Met | Status::NotApplicable));
    required(measure).filter(|letter| !settled(letter)).collect()
}

fn required(measure: &Measure) -> impl Iterator<Item = Letter> {
    let required = measure.requirements.iter().filter(|requirement| requirement.force == Force::Required);
    required.map(|requirement| requirement.letter)
}

fn content_refusals(
    measure: &Measure,
    draft: &Draft,
    on: Day,
    filed: &dyn Fn(&EvidenceId) -> Option<OnFile>,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if draft.reason.trim().is_empty() {
        refusals.push(Refusal::NoReason);
    }
    let known =
        |letter: &Letter| measure.requirements.iter().any(|requirement| requirement.letter == *letter);
    let unknown = draft.requirements.keys().filter(|letter| !known(letter));
    refusals.extend(unknown.copied().map(Refusal::UnknownRequirement));
    for (at, cited) in draft.evidence.iter().enumerate() {
        match filed(&cited.id) {
            None => refusals.push(Refusal::UnknownEvidence(cited.id.clone())),
            // It would be stale at once.
            Some(filed) => {
                let expired = filed.expires.filter(|expires| *expires < on);
                refusals.extend(expired.map(|day| Refusal::EvidenceExpired(cited.id.clone(), day)));
            }
        }
        if draft.evidence[..at].iter().any(|earlier| earlier.id == cited.id) {
            refusals.push(Refusal::EvidenceTwice(cited.id.clone()));
        }
    }
    refusals.extend(draft.review_by.filter(|day| *day < on).map(Refusal::ReviewDayPassed));
    refusals
}

fn assessment(
    catalogue: &Catalogue,
    company: &Company,
    measure: &Measure,
    draft: &Draft,
    status: Status,
    on: Day,
) -> Assessment {
    let pinned = |cited: &Cited| {
        company.evidence.get(&cited.id).map(|filed| Pinned {
            id: cited.id.clone(),
            pin: filed.id.clone(),
            document: filed.document.clone(),
            at: cited.at.clone(),
            quote: cited.quote.clone(),
        })
    };
    Assessment {
        status,
        reason: draft.reason.trim().to_owned(),
        means: scope::basis(company, measure.id.chapter, on),
        assessed: on,
        owner: draft.owner.as_deref().filter(|owner| !owner.trim().is_empty()).map(Text::from),
        review_by: draft.review_by,
        measure: catalogue.digest(measure.id).map(Text::from),
        contested: false,
        requirements: draft.requirements.clone(),
        evidence: draft.evidence.iter().filter_map(pinned).collect(),
    }
}
