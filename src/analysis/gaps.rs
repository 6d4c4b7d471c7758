//! What is still owed, worst first.

use super::board::{Board, Cell};
use super::scope::Group;
use crate::domain::{Chapter, CommitmentRef, CompanyId, MeasureRef};

/// One open cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub company: CompanyId,
    pub measure: MeasureRef,
    pub group: Group,
    pub cell: Cell,
}

/// A part of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    Everything,
    Chapter(Chapter),
    Commitment(CommitmentRef),
    Measure(MeasureRef),
}

impl Target {
    /// Whether some measure of a chapter belongs to it.
    pub fn covers_some_of(self, chapter: Chapter) -> bool {
        match self {
            Target::Everything => true,
            Target::Chapter(own) => own == chapter,
            Target::Commitment(commitment) => commitment.chapter == chapter,
            Target::Measure(measure) => measure.chapter == chapter,
        }
    }

    pub fn covers(self, measure: MeasureRef) -> bool {
        match self {
            Target::Everything => true,
            Target::Chapter(chapter) => measure.chapter == chapter,
            Target::Commitment(commitment) => measure.commitment() == commitment,
            Target::Measure(own) => own == measure,
        }
    }
}

/// All cells of a board that `keep` keeps, by concern, then in the order of the Code, then by company.
pub fn gaps(board: &Board, target: Target, keep: impl Fn(&Cell) -> bool) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = board
        .cells()
        .filter(|(measure, _, cell)| target.covers(*measure) && keep(cell))
        .map(|(measure, company, cell)| Gap {
            company: company.clone(),
            measure,
            group: board.group(company, measure.chapter),
            cell,
        })
        .collect();
    gaps.sort_by(|a, b| (a.cell.state, a.measure, &a.company).cmp(&(b.cell.state, b.measure, &b.company)));
    gaps
}
