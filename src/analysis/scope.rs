//! Whether a measure binds a company or model, why, and on what basis.

use crate::domain::catalogue::{LawDays, Only, OpenSourceRelief};
use crate::domain::company::Established;
use crate::domain::{Basis, Chapter, Company, Day, Known, Measure, Model, ModelId, Scope, Stance};

/// Whether a measure binds, with the reason a person can check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applicability {
    pub applies: Applies,
    pub because: Because,
}

/// In the order in which the models of one provider outweigh each other: one binding model binds the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applies {
    Binding,
    /// Not known whether it binds; it must read as unknown, never as no.
    Unknown,
    /// From a later day on.
    NotYet,
    /// Signed, though the law does not ask it of this provider.
    Voluntary,
    /// Lifted for open-source models.
    Exempt,
    NotApplicable,
}

impl Applies {
    pub const ALL: [Applies; 6] = [
        Applies::Binding,
        Applies::Unknown,
        Applies::NotYet,
        Applies::Voluntary,
        Applies::Exempt,
        Applies::NotApplicable,
    ];

    /// As written in JSON and CSV.
    pub fn key(self) -> &'static str {
        match self {
            Applies::NotYet => "not-yet",
            Applies::NotApplicable => "not-applicable",
            applies => applies.words(),
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Applies::Binding => "binding",
            Applies::Unknown => "unknown",
            Applies::NotYet => "not yet",
            Applies::Voluntary => "voluntary",
            Applies::Exempt => "exempt",
            Applies::NotApplicable => "not applicable",
        }
    }
}

/// Why: the fact that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    EveryProvider,
    SystemicRisk,
    NoSystemicRisk,
    NoSystemicRiskButSigned,
    SystemicRiskUnknown,
    NoModelOnFile,
    OpenSource,
    OpenSourceButRiskUnknown,
    BeforeTheLawApplies(Day),
    Legacy(Day),
    EstablishedInUnion,
    OutsideUnion,
    SeatUnknown,
    Adheres,
    DoesNotAdhere,
}

impl Because {
    pub fn words(&self) -> String {
        match self {
            Because::EveryProvider => "addresses every provider of a general-purpose AI model".into(),
            Because::SystemicRisk => "the model carries systemic risk".into(),
            Because::NoSystemicRisk => "the model carries no systemic risk".into(),
            Because::NoSystemicRiskButSigned => "signed, though the model carries no systemic risk".into(),
            Because::SystemicRiskUnknown => "not known whether the model carries systemic risk".into(),
            Because::NoModelOnFile => {
                "no model on file, so not known whether one carries systemic risk".into()
            }
            Because::OpenSource => "free and open-source model without systemic risk".into(),
            Because::OpenSourceButRiskUnknown => {
                "open-source model, but not known whether it carries systemic risk".into()
            }
            Because::BeforeTheLawApplies(day) => format!("the chapter of the Act applies from {day}"),
            Because::Legacy(until) => format!("on the market before 2 August 2025; must comply by {until}"),
            Because::EstablishedInUnion => "the provider is established in the Union".into(),
            Because::OutsideUnion => "the provider is established outside the Union".into(),
            Because::SeatUnknown => "not known where the provider is established".into(),
            Because::Adheres => "signed the chapters of the Code that serve this duty".into(),
            Because::DoesNotAdhere => "has not signed every chapter of the Code that serves this duty".into(),
        }
    }

    /// The article of the AI Act it follows from; nothing where it follows from the measure's own text.
    pub fn article(&self) -> Option<&'static str> {
        match self {
            Because::EveryProvider | Because::NoModelOnFile => None,
            Because::SystemicRisk | Because::NoSystemicRisk | Because::SystemicRiskUnknown => {
                Some("Art. 51, 55(1)")
            }
            Because::NoSystemicRiskButSigned => Some("Art. 56(7)"),
            Because::OpenSource | Because::OpenSourceButRiskUnknown => Some("Art. 53(2)"),
            Because::BeforeTheLawApplies(_) => Some("Art. 113(b)"),
            Because::Legacy(_) => Some("Art. 111(3)"),
            Because::EstablishedInUnion | Because::OutsideUnion | Because::SeatUnknown => Some("Art. 54(1)"),
            Because::Adheres | Because::DoesNotAdhere => Some("Art. 53(4), 55(2)"),
        }
    }
}

/// On which side of the board a company stands for a chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    Signatory,
    NonSignatory,
}

impl Group {
    pub const ALL: [Group; 2] = [Group::Signatory, Group::NonSignatory];

    /// By position on the chapter; for the Act's own rows, a signatory is who signed any chapter.
    pub fn of(company: &Company, chapter: Chapter, on: Day) -> Group {
        let signed = match chapter {
            Chapter::AiAct => Chapter::CODE.iter().any(|chapter| company.has_signed(*chapter, on)),
            chapter => company.has_signed(chapter, on),
        };
        if signed { Group::Signatory } else { Group::NonSignatory }
    }

    /// As written in JSON and CSV.
    pub fn key(self) -> &'static str {
        match self {
            Group::Signatory => "signatory",
            Group::NonSignatory => "non-signatory",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Group::Signatory => "Signatories",
            Group::NonSignatory => "Non-signatories",
        }
    }
}

/// Adherence where the chapter is signed, else alternative means; the law's own rows bind everyone alike.
pub fn basis(company: &Company, chapter: Chapter, on: Day) -> Basis {
    match chapter {
        Chapter::AiAct => Basis::Law,
        chapter if company.has_signed(chapter, on) => Basis::Adherence,
        _ => Basis::Alternative,
    }
}

/// The stance in words, where a company without any record is said to have none.
pub fn stance_words(company: &Company, chapter: Chapter, on: Day) -> &'static str {
    company.position(chapter, on).map_or("no position on record", |position| position.stance.words())
}

/// The stance that was taken on a chapter after an earlier day, and its first day.
pub fn position_moved(company: &Company, chapter: Chapter, then: Day, now: Day) -> Option<(Stance, Day)> {
    stance_since(company, chapter, now).filter(|(_, since)| *since > then)
}

/// The stance on a chapter and its first day, however often it was confirmed since.
fn stance_since(company: &Company, chapter: Chapter, on: Day) -> Option<(Stance, Day)> {
    let stance = company.position(chapter, on)?.stance;
    let known =
        || company.profile.positions.iter().filter(|known| known.covers(chapter) && known.since <= on);
    let last_other = known().filter(|known| known.stance != stance).map(|known| known.since).max();
    let same = known().filter(|known| known.stance == stance).map(|known| known.since);
    let since = same.filter(|since| Some(*since) >= last_other).min()?;
    Some((stance, since))
}

/// Whether `measure` binds `company`, or the one `model` of it.
///
/// Without a model, the company's models are taken together: one binding model binds the provider.
pub fn applicability(
    law: LawDays,
    company: &Company,
    measure: &Measure,
    model: Option<&ModelId>,
    on: Day,
) -> Applicability {
    if let Some(day) = law.applies_from.filter(|from| on < *from) {
        return applies(Applies::NotYet, Because::BeforeTheLawApplies(day));
    }
    if let Some(narrowed) = measure.only.and_then(|only| outside_circle(only, company, measure, on)) {
        return narrowed;
    }
    let of_model = |model: &Model| for_model(law, company, measure, model, on);
    let result = match model {
        Some(id) => company.models.get(id).map(of_model),
        None => company.models.values().map(of_model).min_by_key(|found| found.applies),
    };
    let found = result.unwrap_or_else(|| match measure.scope {
        Scope::All => applies(Applies::Binding, Because::EveryProvider),
        Scope::SystemicRisk => applies(Applies::Unknown, Because::NoModelOnFile),
    });
    match (measure.only, &found.because) {
        // The circle is the more telling reason where the scope is everybody.
        (Some(Only::OutsideUnion), Because::EveryProvider) => applies(found.applies, Because::OutsideUnion),
        (Some(Only::NotAdhering), Because::EveryProvider) => applies(found.applies, Because::DoesNotAdhere),
        _ => found,
    }
}

fn applies(applies: Applies, because: Because) -> Applicability {
    Applicability { applies, because }
}

/// The answer for a company that stands outside the narrower circle a measure addresses, or may do so.
fn outside_circle(only: Only, company: &Company, measure: &Measure, on: Day) -> Option<Applicability> {
    match only {
        Only::OutsideUnion => match company.profile.established {
            Some(Established::OutsideUnion) => None,
            Some(Established::Union) => Some(applies(Applies::NotApplicable, Because::EstablishedInUnion)),
            None => Some(applies(Applies::Unknown, Because::SeatUnknown)),
        },
        Only::NotAdhering => chapters_serving(measure)
            .iter()
            .all(|chapter| company.has_signed(*chapter, on))
            .then(|| applies(Applies::NotApplicable, Because::Adheres)),
    }
}

/// The chapters by whose adherence a provider shows compliance with the article: Transparency and Copyright serve
/// Art. 53(1)(a) to (c), Safety and Security serves Art. 55(1).
fn chapters_serving(measure: &Measure) -> &'static [Chapter] {
    match measure.id.commitment().number {
        55 => &[Chapter::SafetySecurity],
        _ => &[Chapter::Transparency, Chapter::Copyright],
    }
}

fn for_model(law: LawDays, company: &Company, measure: &Measure, model: &Model, on: Day) -> Applicability {
    let bound = match (measure.scope, model.systemic_risk) {
        (Scope::SystemicRisk, Known::Yes) => applies(Applies::Binding, Because::SystemicRisk),
        (Scope::SystemicRisk, Known::Unknown) => applies(Applies::Unknown, Because::SystemicRiskUnknown),
        (Scope::SystemicRisk, Known::No) if company.has_signed(measure.id.chapter, on) => {
            return applies(Applies::Voluntary, Because::NoSystemicRiskButSigned);
        }
        (Scope::SystemicRisk, Known::No) => return applies(Applies::NotApplicable, Because::NoSystemicRisk),
        (Scope::All, risk) => match (measure.open_source, model.open_source, risk) {
            (Some(OpenSourceRelief::Exempt), Known::Yes, Known::No) => {
                return applies(Applies::Exempt, Because::OpenSource);
            }
            (Some(OpenSourceRelief::Exempt), Known::Yes, Known::Unknown) => {
                applies(Applies::Unknown, Because::OpenSourceButRiskUnknown)
            }
            _ => applies(Applies::Binding, Because::EveryProvider),
        },
    };
    // A legacy model is out of time's reach whatever else is unknown about it.
    legacy(law, model, on).unwrap_or(bound)
}

/// Art. 111(3): a model surely on the market before the law applied has until the transition ends.
fn legacy(law: LawDays, model: &Model, on: Day) -> Option<Applicability> {
    let (before, until) = (law.legacy_before?, law.legacy_until?);
    let placed = model.placed_on_market?.latest();
    (placed < before && on < until).then(|| applies(Applies::NotYet, Because::Legacy(until)))
}
