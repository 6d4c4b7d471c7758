//! What the changes come to on the board: gaps opened and closed on each side, and judgements that lost their ground.

use std::collections::BTreeMap;

use super::Side;
use crate::analysis::board::Board;
use crate::analysis::scope::Group;
use crate::analysis::state::{self, StaleReason, State};
use crate::domain::{CompanyId, MeasureRef, Slot};

/// Open cells that came to a side, and that left it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    pub opened: Vec<Turned>,
    pub closed: Vec<Turned>,
}

/// A cell that is open on a side and was not, or was and is not. Also a company that changes sides takes its open cells
/// along: they are closed on the one and opened on the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    pub measure: MeasureRef,
    pub company: CompanyId,
    /// Nothing where the cell was not, or is no longer, in the register.
    pub before: Option<State>,
    pub after: Option<State>,
}

/// A judgement with reasons to doubt it that were not there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BecameStale {
    pub company: CompanyId,
    pub slot: Slot,
    pub reasons: Vec<StaleReason>,
}

/// How a cell stands, and on which side; nothing where there is none.
type Standing = Option<(State, Group)>;

/// In the order of the Code, then by company.
pub fn gaps(before: &Board, after: &Board, group: Group) -> Gaps {
    let mut places: BTreeMap<(MeasureRef, &CompanyId), [Standing; 2]> = BTreeMap::new();
    for (index, board) in [before, after].into_iter().enumerate() {
        for (measure, company, cell) in board.cells() {
            let side = board.group(company, measure.chapter);
            places.entry((measure, company)).or_default()[index] = Some((cell.state, side));
        }
    }
    let mut gaps = Gaps::default();
    for ((measure, company), [before, after]) in places {
        let open = |cell: Standing| cell.is_some_and(|(state, side)| side == group && state.is_open());
        let state = |cell: Standing| cell.map(|(state, _)| state);
        let turned =
            || Turned { measure, company: company.clone(), before: state(before), after: state(after) };
        match (open(before), open(after)) {
            (false, true) => gaps.opened.push(turned()),
            (true, false) => gaps.closed.push(turned()),
            _ => {}
        }
    }
    gaps
}

/// In the order of the Code, then by company.
pub fn stale(before: &Side, after: &Side) -> Vec<BecameStale> {
    let mut stale: Vec<BecameStale> = Vec::new();
    for (id, company) in &after.snapshot.companies {
        for slot in company.assessments.keys() {
            let known = reasons(before, id, slot);
            let mut reasons = reasons(after, id, slot);
            reasons.retain(|reason| !known.contains(reason));
            if !reasons.is_empty() {
                stale.push(BecameStale { company: id.clone(), slot: slot.clone(), reasons });
            }
        }
    }
    stale.sort_by(|a, b| (a.slot.measure, &a.company, &a.slot).cmp(&(b.slot.measure, &b.company, &b.slot)));
    stale
}

fn reasons(side: &Side, company: &CompanyId, slot: &Slot) -> Vec<StaleReason> {
    let catalogue = &side.snapshot.catalogue;
    let found = side.snapshot.companies.get(company).zip(catalogue.measure(slot.measure));
    let ground = found
        .map(|(company, measure)| state::ground(catalogue, company, measure, slot.model.as_ref(), side.day));
    ground.map(|ground| ground.stale).unwrap_or_default()
}
