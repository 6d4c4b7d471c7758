//! Registers made up by chance: a few companies with positions, models, evidence and judgements, good and bad ones, over
//! the catalogue that ships. Days gather around those on which something changes.

use countersign::analysis::scope;
use countersign::domain::company::{Established, Filed};
use countersign::domain::{
    Assessment, Basis, Chapter, Company, Day, EvidenceId, Known, Level, Measure, Model, ModelId, Pinned,
    Position, Slot, Stance, Status,
};
use jiff::ToSpan;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::world::{self, CATALOGUE, With, blob};

/// Up to four companies: `heron-a`, `heron-b` and so on.
pub fn companies() -> impl Strategy<Value = Vec<Company>> {
    vec(company(), 0..=4).prop_map(|companies| {
        let names = ["heron-a", "heron-b", "heron-c", "heron-d"];
        let named = companies.into_iter().zip(names);
        named.map(|(company, name)| Company { id: world::company_id(name), ..company }).collect()
    })
}

pub fn day() -> impl Strategy<Value = Day> {
    let edges = ["2025-08-01", "2025-08-02", "2026-07-31", world::TODAY, "2027-08-01", "2027-08-02"];
    let first = world::day("2025-07-01");
    prop_oneof![
        select(edges.map(world::day).to_vec()),
        (0..900_i64).prop_map(move |days| Day::from(first.date().saturating_add(days.days()))),
    ]
}

pub fn chapter() -> impl Strategy<Value = Chapter> {
    select(Chapter::CODE.to_vec())
}

pub fn status() -> impl Strategy<Value = Status> {
    select(Status::ALL.to_vec())
}

fn known() -> impl Strategy<Value = Known> {
    select(vec![Known::Yes, Known::No, Known::Unknown])
}

/// One company, `heron`.
pub fn company() -> impl Strategy<Value = Company> {
    let seat = option::of(select(vec![Established::Union, Established::OutsideUnion]));
    let positions = vec(position(), 0..4);
    let models = vec(model(), 0..4);
    let evidence = vec(evidence(), 0..6);
    let judgements = vec(judgement(), 0..24);
    (seat, positions, models, evidence, judgements).prop_map(
        |(established, positions, models, evidence, judgements)| {
            let mut company = world::company("heron");
            company.profile.established = established;
            company.profile.positions = positions;
            company.models = (0..).map(|number| id("model", number)).zip(models).collect();
            company.evidence = (0..).map(|number| id("evidence", number)).zip(evidence).collect();
            judgements.into_iter().fold(company, |company, judgement| judgement.passed_on(company))
        },
    )
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(kind: &str, number: usize) -> T {
    format!("{kind}-{number}").parse().unwrap()
}

fn position() -> impl Strategy<Value = Position> {
    let stances = vec![Stance::Signed, Stance::Declined, Stance::NotListed, Stance::NoLongerListed];
    (subsequence(Chapter::CODE.to_vec(), 1..=3), select(stances), day())
        .prop_map(|(chapters, stance, since)| world::position(&chapters, stance, since))
}

fn model() -> impl Strategy<Value = Model> {
    let placed = ["2024", "2025-07", "2025-08-01", "2025-08-02", "2025", "2026-01-15"];
    (known(), known(), option::of(select(placed.to_vec())))
        .prop_map(|(risk, open, placed)| world::model(risk, open, placed))
}

/// Evidence on a few measures or whole commitments, sometimes about some models only.
pub fn evidence() -> impl Strategy<Value = Filed> {
    let target = (any::<Index>(), any::<bool>()).prop_map(|(measure, whole)| {
        let measure = measure_at(measure).id;
        if whole { measure.commitment().to_string() } else { measure.to_string() }
    });
    let about = prop_oneof![2 => Just(Vec::new()), 1 => subsequence(vec![0, 1, 2], 0..3)];
    (vec(target, 0..8), about, option::of(day()), option::of(2000..2010_u64), 1000..1010_u64).prop_map(
        |(targets, about, expires, document, number)| {
            let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
            let mut filed = world::filed(number, &targets);
            filed.evidence.models = about.into_iter().map(|number| id("model", number)).collect();
            filed.evidence.expires = expires;
            filed.document = document.map(blob);
            filed
        },
    )
}

pub fn measure_at(index: Index) -> &'static Measure {
    let measures: Vec<&Measure> = CATALOGUE.measures().collect();
    measures[index.index(measures.len())]
}

/// The slot a measure is judged in: mostly one the board shows, sometimes one that fits no cell.
pub fn slot_of(company: &Company, measure: &Measure, model: Index, fits: bool) -> Slot {
    let models: Vec<ModelId> = company.models.keys().cloned().collect();
    let named = ((measure.level == Level::Model) == fits).then(|| match models.as_slice() {
        [] => id("model", 0),
        models => model.get(models).clone(),
    });
    Slot { measure: measure.id, model: named }
}

/// A judgement before it is known what its company has on file.
#[derive(Clone, Debug)]
struct Judgement {
    measure: Index,
    model: Index,
    fits: bool,
    status: Status,
    /// The basis it claims, where it is not simply that of the day.
    means: Option<Basis>,
    assessed: Day,
    review_by: Option<Day>,
    digest: Digest,
    pins: Vec<(Index, Pin)>,
}

#[derive(Clone, Copy, Debug)]
enum Digest {
    None,
    Current,
    Other,
}

#[derive(Clone, Copy, Debug)]
enum Pin {
    Current,
    FileMoved,
    DocumentMoved,
    Gone,
}

fn judgement() -> impl Strategy<Value = Judgement> {
    let means = prop_oneof![4 => Just(None), 1 => select(Basis::ALL.to_vec()).prop_map(Some)];
    let digest = prop_oneof![2 => Just(Digest::None), 3 => Just(Digest::Current), 1 => Just(Digest::Other)];
    let pin = prop_oneof![
        6 => Just(Pin::Current),
        1 => Just(Pin::FileMoved),
        1 => Just(Pin::DocumentMoved),
        1 => Just(Pin::Gone),
    ];
    let place = (any::<Index>(), any::<Index>(), prop::bool::weighted(0.9));
    let ground = (means, day(), option::weighted(0.3, day()), digest, vec((any::<Index>(), pin), 0..3));
    (place, status(), ground).prop_map(
        |((measure, model, fits), status, (means, assessed, review_by, digest, pins))| Judgement {
            measure,
            model,
            fits,
            status,
            means,
            assessed,
            review_by,
            digest,
            pins,
        },
    )
}

impl Judgement {
    fn passed_on(self, company: Company) -> Company {
        let measure = measure_at(self.measure);
        let slot = slot_of(&company, measure, self.model, self.fits);
        let chapter = measure.id.chapter;
        let means = self.means.unwrap_or_else(|| scope::basis(&company, chapter, self.assessed));
        let assessment = Assessment {
            review_by: self.review_by,
            measure: match self.digest {
                Digest::None => None,
                Digest::Current => CATALOGUE.digest(measure.id).map(Into::into),
                Digest::Other => Some("sha256:00".into()),
            },
            evidence: self.pins.iter().filter_map(|(at, pin)| pinned(&company, *at, *pin)).collect(),
            ..world::judgement(self.status, means, &self.assessed.to_string())
        };
        company.judged(&slot.to_string(), assessment)
    }
}

fn pinned(company: &Company, at: Index, pin: Pin) -> Option<Pinned> {
    let ids: Vec<&EvidenceId> = company.evidence.keys().collect();
    let id = (!ids.is_empty()).then(|| *at.get(&ids))?;
    let mut pinned = world::pinned(id.as_str(), &company.evidence[id]);
    match pin {
        Pin::Current => {}
        Pin::FileMoved => pinned.pin = blob(1),
        Pin::DocumentMoved => pinned.document = Some(blob(2)),
        Pin::Gone => pinned.id = "gone".parse().unwrap(),
    }
    Some(pinned)
}
