//! Two sides held against each other: signatories and non-signatories, or any two companies.

use super::board::{Board, Cell};
use super::gaps::{self, Gap, Target};
use super::scope::Group;
use crate::domain::{CompanyId, MeasureRef};

/// The gaps of both groups for a part of the catalogue, each side worst first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    pub signatories: Vec<Gap>,
    pub non_signatories: Vec<Gap>,
}

pub fn sides(board: &Board, target: Target, keep: impl Fn(&Cell) -> bool) -> Sides {
    let (signatories, non_signatories) =
        gaps::gaps(board, target, keep).into_iter().partition(|gap| gap.group == Group::Signatory);
    Sides { signatories, non_signatories }
}

/// One measure, for two companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub measure: MeasureRef,
    pub left: Cell,
    pub right: Cell,
}

impl Pair {
    /// Whether the two stand differently: in state, or in whether it binds. Another basis alone is no difference: it is
    /// the same for a whole chapter.
    pub fn differs(&self) -> bool {
        let key = |cell: &Cell| (cell.state, cell.applies);
        key(&self.left) != key(&self.right)
    }
}

/// Two companies measure by measure, in the order of the Code; measures that are not on the board are left out.
pub fn pairs(board: &Board, left: &CompanyId, right: &CompanyId, target: Target) -> Vec<Pair> {
    let measures = board.measures().iter().copied().filter(|measure| target.covers(*measure));
    measures
        .filter_map(|measure| {
            Some(Pair { measure, left: board.cell(left, measure)?, right: board.cell(right, measure)? })
        })
        .collect()
}
