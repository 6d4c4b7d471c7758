//! What is different between two moments: cell by cell, from what to what, and by whom.

use std::collections::BTreeMap;

use super::board::{Board, Cell};
use super::state::State;
use crate::domain::{CompanyId, Entry, EntryKind, MeasureRef};

/// Who moved a cell that no commit bears on.
pub const BY_TIME: &str = "by the calendar";

/// A cell that does not stand as it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub company: CompanyId,
    pub measure: MeasureRef,
    /// None where the company or the measure was not in the register.
    pub from: Option<State>,
    pub to: Option<State>,
    /// What was committed between that bears on it, newest first: its own judgements; where there are none, what else was
    /// filed of the company, or else what changed for all, or what is not here to tell. Nothing: time alone moved it.
    pub by: Vec<Entry>,
}

/// The cells in whose state two boards differ, in the order of the Code, then by company.
pub fn between(before: &Board, after: &Board, entries: &[Entry]) -> Vec<Difference> {
    let states = |board: &Board| -> BTreeMap<(MeasureRef, CompanyId), Cell> {
        board.cells().map(|(measure, company, cell)| ((measure, company.clone()), cell)).collect()
    };
    let (before, after) = (states(before), states(after));
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
            by: bearing(entries, company, *measure),
        })
        .collect()
}

fn bearing(entries: &[Entry], company: &CompanyId, measure: MeasureRef) -> Vec<Entry> {
    let judged = |entry: &Entry| match &entry.kind {
        EntryKind::Assessment { company: of, slot, .. } => of == company && slot.measure == measure,
        _ => false,
    };
    let filed = |entry: &Entry| match &entry.kind {
        EntryKind::Evidence { company: of, .. }
        | EntryKind::Model { company: of, .. }
        | EntryKind::Company { company: of, .. } => of == company,
        _ => false,
    };
    let asked = |entry: &Entry| matches!(entry.kind, EntryKind::Catalogue { .. });
    let unknown = |entry: &Entry| matches!(entry.kind, EntryKind::Unread | EntryKind::Cut);
    let kinds: [&dyn Fn(&Entry) -> bool; 4] = [&judged, &filed, &asked, &unknown];
    let found = kinds.into_iter().map(|kind| entries.iter().filter(|entry| kind(entry)).cloned().collect());
    found.into_iter().find(|entries: &Vec<Entry>| !entries.is_empty()).unwrap_or_default()
}
