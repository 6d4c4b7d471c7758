//! What stands in a cell: derived from applicability, judgement and evidence, never stored.

use std::fmt;
use std::iter;
use std::str::FromStr;

use super::scope::{self, Applicability, Applies};
use crate::domain::company::{Filed, Recorded};
use crate::domain::{
    Assessment, Basis, Catalogue, Chapter, Company, Day, EvidenceId, Level, Measure, MeasureRef, ModelId,
    Pinned, Slot, Stance, Status,
};

/// The state of a cell, in order of concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Gap,
    Partial,
    /// Assessed, but its ground moved.
    Stale,
    /// Evidence on file, no judgement.
    ToAssess,
    /// A statement about the register, never about the company.
    NothingOnFile,
    Unknown,
    Met,
    NotApplicable,
    Exempt,
    NotYet,
}

impl State {
    pub const ALL: [State; 10] = [
        State::Gap,
        State::Partial,
        State::Stale,
        State::ToAssess,
        State::NothingOnFile,
        State::Unknown,
        State::Met,
        State::NotApplicable,
        State::Exempt,
        State::NotYet,
    ];

    /// As written on the command line and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            State::Gap => "gap",
            State::Partial => "partial",
            State::Stale => "stale",
            State::ToAssess => "to-assess",
            State::NothingOnFile => "nothing-on-file",
            State::Unknown => "unknown",
            State::Met => "met",
            State::NotApplicable => "not-applicable",
            State::Exempt => "exempt",
            State::NotYet => "not-yet",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            State::ToAssess => "to assess",
            State::NothingOnFile => "nothing on file",
            State::NotApplicable => "not applicable",
            State::NotYet => "not yet",
            state => state.key(),
        }
    }

    /// Its mark, one column wide in every font that has it: what stands for it beside its colour.
    pub fn glyph(self) -> &'static str {
        match self {
            State::Gap => "✗",
            State::Partial => "◐",
            State::Stale => "~",
            State::ToAssess => "○",
            State::NothingOnFile => "·",
            State::Unknown => "?",
            State::Met => "●",
            State::NotApplicable => "–",
            State::Exempt => "∅",
            State::NotYet => "»",
        }
    }

    /// Something is still owed: a judgement, or what the judgement asks for.
    pub fn is_open(self) -> bool {
        self <= State::NothingOnFile
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<State, String> {
        State::ALL.into_iter().find(|state| state.key() == text).ok_or_else(|| {
            format!("`{text}` is no state; known are {}", State::ALL.map(State::key).join(", "))
        })
    }
}

/// Why a judgement no longer stands on its ground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaleReason {
    EvidenceChanged(EvidenceId),
    DocumentChanged(EvidenceId),
    EvidenceVanished(EvidenceId),
    EvidenceExpired(EvidenceId, Day),
    ReviewPassed(Day),
    MeasureChanged,
    PositionChanged(Stance, Day),
    BasisChanged(Basis),
    Contested,
}

impl StaleReason {
    /// As written in JSON.
    pub fn key(&self) -> &'static str {
        match self {
            StaleReason::EvidenceChanged(_) => "evidence-changed",
            StaleReason::DocumentChanged(_) => "document-changed",
            StaleReason::EvidenceVanished(_) => "evidence-vanished",
            StaleReason::EvidenceExpired(..) => "evidence-expired",
            StaleReason::ReviewPassed(_) => "review-passed",
            StaleReason::MeasureChanged => "measure-changed",
            StaleReason::PositionChanged(..) => "position-changed",
            StaleReason::BasisChanged(_) => "basis-changed",
            StaleReason::Contested => "contested",
        }
    }

    pub fn words(&self) -> String {
        match self {
            StaleReason::EvidenceChanged(id) => format!("evidence {id} changed after it was pinned"),
            StaleReason::DocumentChanged(id) => {
                format!("the document of evidence {id} changed after it was pinned")
            }
            StaleReason::EvidenceVanished(id) => format!("evidence {id} is no longer on file"),
            StaleReason::EvidenceExpired(id, day) => format!("evidence {id} expired on {day}"),
            StaleReason::ReviewPassed(day) => format!("its review was due by {day}"),
            StaleReason::MeasureChanged => "the measure's text changed after it".into(),
            StaleReason::PositionChanged(stance, since) => {
                format!("the position on the chapter is {} since {since}", stance.words())
            }
            StaleReason::BasisChanged(basis) => {
                format!("recorded as {}, which is no longer the basis", basis.words())
            }
            StaleReason::Contested => "two sides of a merge judged it otherwise".into(),
        }
    }
}

/// Everything a state rests on, for one slot: what the detail shows and the board sums up.
#[derive(Clone, Debug)]
pub struct Ground<'a> {
    pub slot: Slot,
    pub applicability: Applicability,
    pub basis: Basis,
    pub state: State,
    pub stale: Vec<StaleReason>,
    pub recorded: Option<&'a Recorded>,
    pub evidence: Vec<(&'a EvidenceId, &'a Filed)>,
}

/// The grounds of one cell: one for a provider-level measure, one per model for a model-level one.
///
/// A company without a model on file has one ground for a model-level measure, without a model.
pub fn grounds<'a>(
    catalogue: &Catalogue,
    company: &'a Company,
    measure: &Measure,
    on: Day,
) -> Vec<Ground<'a>> {
    slots(company, measure).map(|model| ground(catalogue, company, measure, model, on)).collect()
}

/// The models a measure is judged for; a single "no model" where it is judged for the provider.
pub fn slots<'a>(company: &'a Company, measure: &Measure) -> impl Iterator<Item = Option<&'a ModelId>> {
    let per_model = measure.level == Level::Model && !company.models.is_empty();
    let models = company.models.keys().filter(move |_| per_model).map(Some);
    models.chain((!per_model).then_some(None))
}

pub fn ground<'a>(
    catalogue: &Catalogue,
    company: &'a Company,
    measure: &Measure,
    model: Option<&'a ModelId>,
    on: Day,
) -> Ground<'a> {
    let slot = Slot { measure: measure.id, model: model.cloned() };
    let applicability = scope::applicability(catalogue.law_days(), company, measure, model, on);
    let recorded = company.assessments.get(&slot);
    let stale: Vec<_> = recorded
        .into_iter()
        .flat_map(|recorded| stale(catalogue, company, recorded, measure.id, on))
        .collect();
    let evidence: Vec<_> = company.evidence_for(measure.id, model).collect();
    Ground {
        state: state(applicability.applies, recorded, || !stale.is_empty(), || !evidence.is_empty()),
        basis: scope::basis(company, measure.id.chapter, on),
        slot,
        applicability,
        stale,
        recorded,
        evidence,
    }
}

/// What one slot comes to: a [`Ground`] without what it rests on, for a whole board of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub applies: Applies,
    pub state: State,
    /// Carries a judgement, stale or not.
    pub judged: bool,
}

pub fn standing(
    catalogue: &Catalogue,
    company: &Company,
    measure: &Measure,
    model: Option<&ModelId>,
    on: Day,
) -> Standing {
    let applies = scope::applicability(catalogue.law_days(), company, measure, model, on).applies;
    let recorded = company.assessments.get(&Slot { measure: measure.id, model: model.cloned() });
    let stale = || {
        recorded.is_some_and(|recorded| stale(catalogue, company, recorded, measure.id, on).next().is_some())
    };
    let evidence = || company.evidence_for(measure.id, model).next().is_some();
    Standing { applies, state: state(applies, recorded, stale, evidence), judged: recorded.is_some() }
}

/// The one state that follows; `design` of the register, "State of a cell".
fn state(
    applies: Applies,
    recorded: Option<&Recorded>,
    stale: impl Fn() -> bool,
    evidence: impl Fn() -> bool,
) -> State {
    match (applies, recorded.map(|recorded| recorded.assessment.status)) {
        (Applies::Exempt, _) => State::Exempt,
        (Applies::NotYet, _) => State::NotYet,
        (Applies::NotApplicable, _) => State::NotApplicable,
        (_, Some(_)) if stale() => State::Stale,
        (_, Some(Status::Gap)) => State::Gap,
        (_, Some(Status::Partial)) => State::Partial,
        (_, Some(Status::Met)) => State::Met,
        (_, Some(Status::NotApplicable)) => State::NotApplicable,
        (Applies::Unknown, None) => State::Unknown,
        (Applies::Binding | Applies::Voluntary, None) if evidence() => State::ToAssess,
        (Applies::Binding | Applies::Voluntary, None) => State::NothingOnFile,
    }
}

/// Every reason why a judgement is stale on a day, looked for as they are asked for; none: it stands.
fn stale(
    catalogue: &Catalogue,
    company: &Company,
    recorded: &Recorded,
    measure: MeasureRef,
    on: Day,
) -> impl Iterator<Item = StaleReason> {
    let assessment = &recorded.assessment;
    let evidence = assessment.evidence.iter().flat_map(move |pinned| evidence_moved(company, pinned, on));
    let review = assessment.review_by.filter(|day| *day < on).map(StaleReason::ReviewPassed);
    let text = assessment.measure.as_deref().is_some_and(|digest| catalogue.digest(measure) != Some(digest));
    let basis = move || basis_moved(company, assessment, measure.chapter, on);
    let contested = assessment.contested.then_some(StaleReason::Contested);
    contested
        .into_iter()
        .chain(evidence)
        .chain(review)
        .chain(text.then_some(StaleReason::MeasureChanged))
        .chain(iter::once_with(basis).flatten())
}

fn evidence_moved(company: &Company, pinned: &Pinned, on: Day) -> impl Iterator<Item = StaleReason> {
    let id = &pinned.id;
    let reasons = match company.evidence.get(id) {
        None => [Some(StaleReason::EvidenceVanished(id.clone())), None, None],
        Some(filed) => [
            (filed.id != pinned.pin).then(|| StaleReason::EvidenceChanged(id.clone())),
            (filed.document != pinned.document).then(|| StaleReason::DocumentChanged(id.clone())),
            filed
                .evidence
                .expires
                .filter(|_| filed.evidence.expired(on))
                .map(|day| StaleReason::EvidenceExpired(id.clone(), day)),
        ],
    };
    reasons.into_iter().flatten()
}

fn basis_moved(company: &Company, assessment: &Assessment, chapter: Chapter, on: Day) -> Option<StaleReason> {
    match scope::position_moved(company, chapter, assessment.assessed, on) {
        Some((stance, since)) => Some(StaleReason::PositionChanged(stance, since)),
        None => (assessment.means != scope::basis(company, chapter, on))
            .then_some(StaleReason::BasisChanged(assessment.means)),
    }
}
