//! What is different between two moments: cell by cell, from what to what, and by whom.

use std::collections::{BTreeMap, HashMap};

use super::board::{Board, Cell};
use super::state::State;
use crate::domain::{CompanyId, Entry, EntryKind, MeasureRef};

/// Who moved a cell that no commit bears on.
pub const BY_TIME: &str = "by the calendar";

/// Each cell of a company has what was filed of it, which can be thousands of documents.
pub const MOST_BY: usize = 50;

/// A cell that does not stand as it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub company: CompanyId,
    pub measure: MeasureRef,
    /// None where the company or the measure was not in the register.
    pub from: Option<State>,
    pub to: Option<State>,
    /// What was committed between that bears on it, newest first: its own judgements; where there are none, what else was
    /// filed of the company, or else what changed for all, or what is not here to tell; of either the newest [`MOST_BY`].
    /// Nothing: time alone moved it.
    pub by: Vec<Entry>,
}

/// The cells in whose state two boards differ, in the order of the Code, then by company.
pub fn between(before: &Board, after: &Board, entries: &[Entry]) -> Vec<Difference> {
    let states = |board: &Board| -> BTreeMap<(MeasureRef, CompanyId), Cell> {
        board.cells().map(|(measure, company, cell)| ((measure, company.clone()), cell)).collect()
    };
    let (before, after) = (states(before), states(after));
    let bearing = Bearing::of(entries);
    let mut places: Vec<&(MeasureRef, CompanyId)> = before.keys().chain(after.keys()).collect();
    places.sort();
    places.dedup();
    let state = |cells: &BTreeMap<_, Cell>, place| cells.get(place).map(|cell: &Cell| cell.state);
    places
        .into_iter()
        .map(|place| (place, state(&before, place), state(&after, place)))
        .filter(|(_, from, to)| from != to)
        .map(|((measure, company), from, to)| Difference {
            company: company.clone(),
            measure: *measure,
            from,
            to,
            by: bearing.on(company, *measure),
        })
        .collect()
}

/// What was committed, by what it bears on, newest first.
#[derive(Default)]
struct Bearing<'a> {
    judged: HashMap<(&'a CompanyId, MeasureRef), Vec<&'a Entry>>,
    filed: HashMap<&'a CompanyId, Vec<&'a Entry>>,
    asked: Vec<&'a Entry>,
    unknown: Vec<&'a Entry>,
}

impl<'a> Bearing<'a> {
    fn of(entries: &'a [Entry]) -> Bearing<'a> {
        let mut bearing = Bearing::default();
        for entry in entries {
            let of_its_kind = match &entry.kind {
                EntryKind::Assessment { company, slot, .. } => {
                    bearing.judged.entry((company, slot.measure)).or_default()
                }
                EntryKind::Evidence { company, .. }
                | EntryKind::Model { company, .. }
                | EntryKind::Company { company, .. } => bearing.filed.entry(company).or_default(),
                EntryKind::Catalogue { .. } => &mut bearing.asked,
                EntryKind::Unread | EntryKind::Cut => &mut bearing.unknown,
                EntryKind::Other { .. } => continue,
            };
            if of_its_kind.len() < MOST_BY {
                of_its_kind.push(entry);
            }
        }
        bearing
    }

    fn on(&self, company: &CompanyId, measure: MeasureRef) -> Vec<Entry> {
        let (judged, filed) = (self.judged.get(&(company, measure)), self.filed.get(company));
        let kinds = [judged, filed, Some(&self.asked), Some(&self.unknown)];
        let found = kinds.into_iter().flatten().find(|entries| !entries.is_empty());
        found.into_iter().flatten().copied().cloned().collect()
    }
}
