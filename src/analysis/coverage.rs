//! How many cells stand in which state: per company, per chapter, per group.

use std::ops::{AddAssign, Index};

use super::board::Board;
use super::gaps::Target;
use super::scope::Group;
use super::state::State;
use crate::domain::{Chapter, CompanyId};

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

/// A part of the catalogue, for some of the companies.
pub fn of_target(board: &Board, target: Target, companies: &[CompanyId]) -> Counts {
    let measures = board.measures().iter().filter(|measure| target.covers(**measure));
    measures
        .flat_map(|measure| companies.iter().filter_map(|company| board.cell(company, *measure)))
        .map(|cell| cell.state)
        .collect()
}
