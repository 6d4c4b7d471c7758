//! How many cells stand in which state: per company, per chapter, per group.

use std::ops::{AddAssign, Index, SubAssign};

use super::board::Board;
use super::gaps::Target;
use super::scope::Group;
use super::state::State;
use crate::domain::{Chapter, CompanyId};

/// The states of what binds, or may, in the order a chart stacks them: best known and settled first.
pub const SHARES: [State; 7] = [
    State::Met,
    State::Partial,
    State::Gap,
    State::Stale,
    State::ToAssess,
    State::NothingOnFile,
    State::Unknown,
];

/// Cells by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([u32; State::ALL.len()]);

impl Counts {
    pub fn add(&mut self, state: State) {
        self.0[state as usize] += 1;
    }

    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    /// Cells on which something is still owed.
    pub fn open(&self) -> u32 {
        State::ALL.into_iter().filter(|state| state.is_open()).map(|state| self[state]).sum()
    }

    /// Cells that carry a judgement which stands, of those that can: (judged, all that could be).
    pub fn judged(&self) -> (u32, u32) {
        let judged = self[State::Gap] + self[State::Partial] + self[State::Met];
        (judged, judged + self[State::Stale] + self[State::ToAssess] + self[State::NothingOnFile])
    }

    /// Cells that bind, or may: what a share is a share of.
    pub fn binding(&self) -> u32 {
        SHARES.into_iter().map(|state| self[state]).sum()
    }

    /// What binds, as so many parts of a bar: each state by its share, and none that occurs without any part as long as
    /// there are enough. Nothing binds: no part.
    pub fn parts(&self, width: usize) -> Vec<(State, usize)> {
        let total = self.binding() as usize;
        let present: Vec<(State, usize)> =
            SHARES.into_iter().map(|state| (state, self[state] as usize)).filter(|part| part.1 > 0).collect();
        let mut parts: Vec<(State, usize)> = Vec::new();
        let (mut seen, mut drawn) = (0, 0);
        for (at, (state, count)) in present.iter().enumerate() {
            seen += count;
            // Up to where the bar reaches with this state, with room left for those that follow.
            let room = width.saturating_sub(present.len() - 1 - at);
            let end = (seen * width + total / 2) / total;
            let part = end.max(drawn + 1).min(room).saturating_sub(drawn);
            parts.push((*state, part));
            drawn += part;
        }
        parts
    }

    /// States that occur, with their numbers, by concern.
    pub fn present(&self) -> impl Iterator<Item = (State, u32)> {
        State::ALL.into_iter().map(|state| (state, self[state])).filter(|(_, count)| *count > 0)
    }
}

impl Index<State> for Counts {
    type Output = u32;

    fn index(&self, state: State) -> &u32 {
        &self.0[state as usize]
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        for (own, more) in self.0.iter_mut().zip(other.0) {
            *own += more;
        }
    }
}

impl SubAssign for Counts {
    /// Takes away what was counted before.
    fn sub_assign(&mut self, other: Counts) {
        for (own, less) in self.0.iter_mut().zip(other.0) {
            *own -= less;
        }
    }
}

impl FromIterator<State> for Counts {
    fn from_iter<I: IntoIterator<Item = State>>(states: I) -> Counts {
        let mut counts = Counts::default();
        states.into_iter().for_each(|state| counts.add(state));
        counts
    }
}

/// Counts per chapter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    chapters: [Counts; Chapter::ALL.len()],
}

impl Coverage {
    pub fn chapter(&self, chapter: Chapter) -> Counts {
        self.chapters[chapter as usize]
    }

    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        self.chapters.iter().for_each(|counts| total += *counts);
        total
    }
}

/// One company's cells.
pub fn of_company(board: &Board, company: &CompanyId) -> Coverage {
    let mut coverage = Coverage::default();
    for measure in board.measures() {
        if let Some(cell) = board.cell(company, *measure) {
            coverage.chapters[measure.chapter as usize].add(cell.state);
        }
    }
    coverage
}

/// One side of the board; a partial signatory counts on the side it stands on for each chapter.
pub fn of_group(board: &Board, group: Group) -> Coverage {
    let mut coverage = Coverage::default();
    for (measure, company, cell) in board.cells() {
        if board.group(company, measure.chapter) == group {
            coverage.chapters[measure.chapter as usize].add(cell.state);
        }
    }
    coverage
}

/// What one side's companies have covered of a part of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    pub group: Group,
    /// All of the side's cells: the companies' counts add up to them.
    pub counts: Counts,
    /// Most looked at first, then by id. A partial signatory is on both sides, each time with the chapters for which it
    /// stands there.
    pub companies: Vec<(CompanyId, Counts)>,
}

/// Both sides of a part of the catalogue, company by company.
pub fn of_sides(board: &Board, target: Target) -> [Covered; 2] {
    Group::ALL.map(|group| {
        let on_this_side = |company: &CompanyId| -> Counts {
            let measures = board.measures().iter().filter(|measure| target.covers(**measure));
            let here = measures.filter(|measure| board.group(company, measure.chapter) == group);
            here.filter_map(|measure| board.cell(company, *measure)).map(|cell| cell.state).collect()
        };
        let companies = board.companies().iter().map(|company| (company.clone(), on_this_side(company)));
        let mut companies: Vec<(CompanyId, Counts)> =
            companies.filter(|(_, counts)| counts.total() > 0).collect();
        companies.sort_by_key(|(_, counts)| {
            let looked_at = counts.binding() - counts[State::NothingOnFile] - counts[State::Unknown];
            std::cmp::Reverse((counts[State::Met], looked_at))
        });
        let mut counts = Counts::default();
        companies.iter().for_each(|(_, company)| counts += *company);
        Covered { group, counts, companies }
    })
}

/// A part of the catalogue, for some of the companies.
pub fn of_target(board: &Board, target: Target, companies: &[CompanyId]) -> Counts {
    let measures = board.measures().iter().filter(|measure| target.covers(**measure));
    measures
        .flat_map(|measure| companies.iter().filter_map(|company| board.cell(company, *measure)))
        .map(|cell| cell.state)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_bar_is_full_and_shows_every_state_that_occurs(
            states in vec(0..State::ALL.len(), 1..200),
            width in 7usize..100,
        ) {
            let counts: Counts = states.into_iter().map(|at| State::ALL[at]).collect();
            let parts = counts.parts(width);
            let drawn: usize = parts.iter().map(|(_, part)| part).sum();
            prop_assert_eq!(drawn, if counts.binding() == 0 { 0 } else { width });
            for (state, part) in parts {
                prop_assert!(counts[state] > 0 && part > 0);
                let exact = f64::from(counts[state]) * width as f64 / f64::from(counts.binding());
                prop_assert!((part as f64 - exact).abs() <= SHARES.len() as f64, "{state}: {part} for {exact}");
            }
        }
    }
}
