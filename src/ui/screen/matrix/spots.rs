//! What of the board was drawn where, so that a click means what was seen.

use ratatui::layout::Position;

use super::Row;
use crate::domain::{Chapter, CompanyId};

/// What can be pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The mark before a title, which folds what is below it.
    Fold(Row),
    Row(Row),
    Cell(Row, CompanyId),
    /// A name over a column.
    Company(Row, CompanyId),
    /// Over the names: how the columns are ordered.
    Order,
    /// The open cells under the names.
    Open,
}

/// One draw.
#[derive(Default)]
pub struct Spots {
    /// First line and what stands there, from top to bottom.
    pub rows: Vec<(u16, Row)>,
    /// Left edge and company, chapter by chapter.
    pub columns: Vec<(Chapter, u16, CompanyId)>,
    /// Where the frozen column begins and ends, and the first line below the board.
    pub label: (u16, u16),
    pub bottom: u16,
    pub column_width: u16,
}

/// Columns of the mark that folds, from the left edge.
const MARK: u16 = 3;

impl Spots {
    pub fn at(&self, place: Position) -> Option<Spot> {
        let (top, row) = *self.rows.iter().rev().find(|(top, _)| *top <= place.y)?;
        let line = place.y - top;
        if place.y >= self.bottom || line >= row.height() || place.x < self.label.0 {
            return None;
        }
        let within = |left: u16| (left..left + self.column_width).contains(&place.x);
        let columns = self.columns.iter().filter(|(chapter, ..)| *chapter == row.chapter());
        let company = columns.clone().find(|(_, left, _)| within(*left)).map(|(.., company)| company.clone());
        let over_columns = columns.map(|(_, left, _)| *left).min().is_some_and(|left| place.x >= left);
        match (row, line, company) {
            (Row::Chapter(_), 0, _) if over_columns => Some(Spot::Order),
            (Row::Chapter(_), 1, Some(company)) => Some(Spot::Company(row, company)),
            (Row::Chapter(_), _, Some(_)) => Some(Spot::Open),
            (_, _, Some(company)) => Some(Spot::Cell(row, company)),
            _ if place.x >= self.label.1 => None,
            (Row::Chapter(_), 1, None) | (Row::Commitment(_), ..) if place.x < self.label.0 + MARK => {
                Some(Spot::Fold(row))
            }
            _ => Some(Spot::Row(row)),
        }
    }

    /// Whether a place is past an edge of the cells, and on which side: rows down, columns to the right.
    pub fn beyond(&self, place: Position) -> (isize, isize) {
        let first = self.rows.iter().find(|(_, row)| !matches!(row, Row::Chapter(_))).map(|(top, _)| *top);
        let down = match first {
            Some(first) if place.y < first => -1,
            _ => isize::from(place.y >= self.bottom),
        };
        let lefts = self.columns.iter().map(|(_, left, _)| *left);
        let right = match (lefts.clone().min(), lefts.max()) {
            (Some(first), _) if place.x < first => -1,
            (_, Some(last)) => isize::from(place.x >= last + self.column_width),
            _ => 0,
        };
        (down, right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_was_drawn_there() {
        let company = |id: &str| id.parse::<CompanyId>().unwrap();
        let chapter = Row::Chapter(Chapter::SafetySecurity);
        let commitment = Row::Commitment("S-1".parse().unwrap());
        let measure = Row::Measure("S-1.1".parse().unwrap());
        let columns = [(30, "one"), (40, "two")];
        let spots = Spots {
            rows: vec![(1, chapter), (4, commitment), (5, measure)],
            columns: columns.map(|(x, id)| (Chapter::SafetySecurity, x, company(id))).to_vec(),
            label: (0, 29),
            bottom: 6,
            column_width: 10,
        };
        let check = |x, y, expected| assert_eq!(spots.at(Position { x, y }), expected, "{x} {y}");
        check(35, 0, None);
        check(35, 1, Some(Spot::Order));
        check(35, 2, Some(Spot::Company(chapter, company("one"))));
        check(49, 2, Some(Spot::Company(chapter, company("two"))));
        check(40, 3, Some(Spot::Open));
        check(0, 2, Some(Spot::Fold(chapter)));
        check(9, 2, Some(Spot::Row(chapter)));
        check(1, 4, Some(Spot::Fold(commitment)));
        check(30, 4, Some(Spot::Cell(commitment, company("one"))));
        check(45, 5, Some(Spot::Cell(measure, company("two"))));
        check(3, 5, Some(Spot::Row(measure)));
        check(29, 5, None);
        check(50, 5, None);
        check(45, 6, None);
        let beyond = |x, y| spots.beyond(Position { x, y });
        assert_eq!([beyond(45, 5), beyond(45, 3), beyond(45, 6)], [(0, 0), (-1, 0), (1, 0)]);
        assert_eq!([beyond(29, 5), beyond(50, 5), beyond(50, 9)], [(0, -1), (0, 1), (1, 1)]);
    }
}
