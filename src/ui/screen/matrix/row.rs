//! The lines of the board.

use crate::analysis::Target;
use crate::domain::{Chapter, CommitmentRef, MeasureRef};

/// Lines of a chapter's head.
pub const HEAD_HEIGHT: u16 = 3;

/// One line, or for a chapter its head. Rows are identities: they survive a register that changes underneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    Chapter(Chapter),
    Commitment(CommitmentRef),
    Measure(MeasureRef),
}

impl Row {
    pub fn chapter(self) -> Chapter {
        match self {
            Row::Chapter(chapter) => chapter,
            Row::Commitment(commitment) => commitment.chapter,
            Row::Measure(measure) => measure.chapter,
        }
    }

    pub fn target(self) -> Target {
        match self {
            Row::Chapter(chapter) => Target::Chapter(chapter),
            Row::Commitment(commitment) => Target::Commitment(commitment),
            Row::Measure(measure) => Target::Measure(measure),
        }
    }

    pub fn height(self) -> u16 {
        match self {
            Row::Chapter(_) => HEAD_HEIGHT,
            _ => 1,
        }
    }
}

/// Whether rows fit below one another when the first one's chapter head stands on top.
pub fn in_view(rows: &[Row], height: u16) -> bool {
    let head = if matches!(rows.first(), Some(Row::Chapter(_))) { 0 } else { HEAD_HEIGHT };
    head + rows.iter().map(|row| row.height()).sum::<u16>() <= height
}
