//! Holding a company's stance on chapters against the snapshot before it is recorded.

use std::collections::BTreeSet;

use crate::domain::{Chapter, CompanyId, Day, NewPosition, Position, Snapshot, Stance};

/// What a person says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub chapters: Vec<Chapter>,
    pub stance: Option<Stance>,
    pub since: Option<Day>,
    pub not_before: Option<Day>,
    pub source: String,
    pub note: Option<String>,
    /// Why, for the commit's message.
    pub reason: String,
}

/// Why a position is not recorded as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    UnknownCompany(CompanyId),
    NoChapter,
    NotOfTheCode(Chapter),
    Twice(Chapter),
    NoStance,
    NoDay,
    NotYet(Day),
    BeginsAfter { not_before: Day, since: Day },
    NoSource,
    NeverListed(Chapter),
    NothingChanges,
}

impl Refusal {
    /// What is wrong and what to do.
    pub fn words(&self) -> String {
        match self {
            Refusal::UnknownCompany(id) => format!("there is no company {id} in this register"),
            Refusal::NoChapter => "name the chapters it is about: T, C or S".into(),
            Refusal::NotOfTheCode(chapter) => {
                format!("the Act binds without a position on it: leave {chapter} out")
            }
            Refusal::Twice(chapter) => format!("{chapter} is named twice"),
            Refusal::NoStance => {
                "say what the stance is: signed, declined, not-listed or no-longer-listed".into()
            }
            Refusal::NoDay => "say since when: the first day on which it is certain".into(),
            Refusal::NotYet(since) => format!("{since} is still to come: record it once it is certain"),
            Refusal::BeginsAfter { not_before, since } => {
                format!("it cannot have begun at the earliest on {not_before} and be certain since {since}")
            }
            Refusal::NoSource => "say where it was read".into(),
            Refusal::NeverListed(chapter) => {
                format!("it was never listed for {chapter}: say not-listed, or record first that it signed")
            }
            Refusal::NothingChanges => "nothing would change".into(),
        }
    }
}

/// Makes a draft a position to be recorded, or says everything that stands against it.
pub fn take(
    snapshot: &Snapshot,
    today: Day,
    company: &CompanyId,
    draft: &Draft,
) -> Result<NewPosition, Vec<Refusal>> {
    let Some(company) = snapshot.companies.get(company) else {
        return Err(vec![Refusal::UnknownCompany(company.clone())]);
    };
    let mut refusals = Vec::new();
    let mut seen = BTreeSet::new();
    for chapter in &draft.chapters {
        let of_the_code = Chapter::CODE.contains(chapter);
        refusals.extend((!of_the_code).then_some(Refusal::NotOfTheCode(*chapter)));
        refusals.extend((!seen.insert(*chapter)).then_some(Refusal::Twice(*chapter)));
    }
    let source = draft.source.trim().to_owned();
    let missing = [
        (draft.chapters.is_empty(), Refusal::NoChapter),
        (draft.stance.is_none(), Refusal::NoStance),
        (draft.since.is_none(), Refusal::NoDay),
        (source.is_empty(), Refusal::NoSource),
    ];
    refusals.extend(missing.into_iter().filter(|(missing, _)| *missing).map(|(_, refusal)| refusal));
    let (Some(stance), Some(since)) = (draft.stance, draft.since) else { return Err(refusals) };
    refusals.extend((since > today).then_some(Refusal::NotYet(since)));
    let later = draft.not_before.filter(|not_before| *not_before > since);
    refusals.extend(later.map(|not_before| Refusal::BeginsAfter { not_before, since }));
    if stance == Stance::NoLongerListed {
        let listed = |chapter: &Chapter| {
            let positions = company.profile.positions.iter();
            positions
                .filter(|known| known.covers(*chapter) && known.since < since)
                .any(|known| known.stance == Stance::Signed)
        };
        refusals.extend(
            draft
                .chapters
                .iter()
                .filter(|chapter| !listed(chapter))
                .map(|chapter| Refusal::NeverListed(*chapter)),
        );
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let (chapters, note) = (draft.chapters.clone(), draft.note.clone());
    let position = Position { chapters, stance, since, not_before: draft.not_before, source, note };
    let mut profile = company.profile.clone();
    let corrects = make_room(&mut profile.positions, &position);
    profile.positions.push(position.clone());
    if company.profile.positions.contains(&position) {
        return Err(vec![Refusal::NothingChanges]);
    }
    let (company, reason) = (company.id.clone(), draft.reason.trim().to_owned());
    Ok(NewPosition { company, position, corrects, profile: Box::new(profile), reason })
}

/// Of two stances on a chapter from the same day on there can only be one; whether one gave way.
fn make_room(positions: &mut Vec<Position>, new: &Position) -> bool {
    let mut gave_way = false;
    for known in positions.iter_mut().filter(|known| known.since == new.since) {
        let before = known.chapters.len();
        known.chapters.retain(|chapter| !new.covers(*chapter));
        gave_way |= known.chapters.len() < before;
    }
    positions.retain(|known| !known.chapters.is_empty());
    gave_way
}
