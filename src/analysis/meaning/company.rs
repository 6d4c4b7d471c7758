//! What is known of companies: themselves, their positions chapter by chapter, and their models.

use std::collections::{BTreeMap, BTreeSet};

use super::How;
use super::field::{self, Field};
use crate::domain::company::Profile;
use crate::domain::{Chapter, Company, CompanyId, Day, Model, ModelId, Position, Snapshot, Stance};

/// A company that is new, gone, or described otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct CompanyChange {
    pub company: CompanyId,
    pub how: How,
    /// But for its positions.
    pub fields: Vec<Field>,
}

/// A company's stance on one chapter from one day on: recorded, taken out, or recorded otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct PositionChange {
    pub company: CompanyId,
    pub chapter: Chapter,
    pub since: Day,
    pub before: Option<Position>,
    pub after: Option<Position>,
    /// What it was until that day.
    pub was: Option<Stance>,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ModelChange {
    pub company: CompanyId,
    pub model: ModelId,
    pub how: How,
    /// As it is now, or was last.
    pub name: String,
    pub fields: Vec<Field>,
}

impl PositionChange {
    pub fn how(&self) -> How {
        How::of(&self.before, &self.after)
    }
}

/// By id.
pub fn companies(before: &Snapshot, after: &Snapshot) -> Vec<CompanyChange> {
    let changes = ids(before, after).into_iter().filter_map(|(company, old, new)| {
        let profile = |company: Option<&Company>| {
            company.map(|company| Profile { positions: Vec::new(), ..company.profile.clone() })
        };
        let fields = field::fields(profile(old).as_ref(), profile(new).as_ref());
        let how = How::of(&old, &new);
        (how != How::Changed || !fields.is_empty()).then_some(CompanyChange { company, how, fields })
    });
    changes.collect()
}

/// In the order of the Code's chapters, then by company and day.
pub fn positions(before: &Snapshot, after: &Snapshot) -> Vec<PositionChange> {
    let mut changes: Vec<PositionChange> = ids(before, after)
        .into_iter()
        .flat_map(|(company, old, new)| {
            let (old, new) = (by_chapter(old), by_chapter(new));
            let places: BTreeSet<(Chapter, Day)> = old.keys().chain(new.keys()).copied().collect();
            let change = |(chapter, since)| {
                let (before, after) = (old.get(&(chapter, since)), new.get(&(chapter, since)));
                if before == after {
                    return None;
                }
                let earlier = new.range(..(chapter, since)).next_back().filter(|((of, _), _)| *of == chapter);
                Some(PositionChange {
                    company: company.clone(),
                    chapter,
                    since,
                    before: before.cloned(),
                    after: after.cloned(),
                    was: earlier.map(|(_, position)| position.stance),
                    fields: field::fields(before, after),
                })
            };
            places.into_iter().filter_map(change).collect::<Vec<_>>()
        })
        .collect();
    changes.sort_by(|a, b| (a.chapter, &a.company, a.since).cmp(&(b.chapter, &b.company, b.since)));
    changes
}

/// However many chapters one entry names.
fn by_chapter(company: Option<&Company>) -> BTreeMap<(Chapter, Day), Position> {
    let positions = company.into_iter().flat_map(|company| &company.profile.positions);
    positions
        .flat_map(|position| position.chapters.iter().map(move |chapter| (*chapter, position)))
        .map(|(chapter, position)| {
            ((chapter, position.since), Position { chapters: vec![chapter], ..position.clone() })
        })
        .collect()
}

/// By company, then by id.
pub fn models(before: &Snapshot, after: &Snapshot) -> Vec<ModelChange> {
    let mut changes = Vec::new();
    for (company, old, new) in ids(before, after) {
        let names: BTreeSet<&ModelId> =
            old.into_iter().chain(new).flat_map(|company| company.models.keys()).collect();
        for model in names {
            let of =
                |company: Option<&'_ Company>| company.and_then(|company| company.models.get(model).cloned());
            let (before, after) = (of(old), of(new));
            let fields = field::fields(before.as_ref(), after.as_ref());
            let how = How::of(&before, &after);
            let name = after.or(before).map_or_else(String::new, |model: Model| model.name);
            if how != How::Changed || !fields.is_empty() {
                changes.push(ModelChange {
                    company: company.clone(),
                    model: model.clone(),
                    how,
                    name,
                    fields,
                });
            }
        }
    }
    changes
}

/// Every company of the two, with what it is in each.
fn ids<'s>(
    before: &'s Snapshot,
    after: &'s Snapshot,
) -> Vec<(CompanyId, Option<&'s Company>, Option<&'s Company>)> {
    let ids: BTreeSet<&CompanyId> = before.companies.keys().chain(after.companies.keys()).collect();
    let of = |snapshot: &'s Snapshot, id: &CompanyId| snapshot.companies.get(id).map(AsRef::as_ref);
    ids.into_iter()
        .map(|id| (id.clone(), of(before, id), of(after, id)))
        .filter(|(_, old, new)| old != new)
        .collect()
}
