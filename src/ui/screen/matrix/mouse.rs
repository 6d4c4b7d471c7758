//! The mouse on the board: a click selects, the same again opens, dragging marks.

use std::collections::BTreeSet;

use ratatui::layout::Position;

use super::Matrix;
use super::row::Row;
use super::spots::Spot;
use crate::domain::view::Order;
use crate::domain::{CompanyId, MeasureRef};
use crate::ui::intent::Intent;
use crate::ui::mouse::Touched;
use crate::ui::screen::Screen;
use crate::ui::view::View;

/// Where the mouse was pressed, and what was marked by then.
pub(super) struct Drag {
    from: (Row, CompanyId),
    marked: BTreeSet<(CompanyId, MeasureRef)>,
}

impl Matrix {
    pub(super) fn touch_at(&mut self, place: Position, view: &View) -> Touched {
        let before = (self.selected_row(view), self.company(view));
        self.drag = None;
        match self.spots.at(place) {
            None => return Touched::Nothing,
            Some(Spot::Order) => return Touched::Did(Intent::Say(self.order(self.columns.order.next()))),
            Some(Spot::Open) => return Touched::Did(Intent::Say(self.order(Order::Gaps))),
            Some(Spot::Fold(row)) => {
                self.fold(Some(row));
                return Touched::Selected;
            }
            Some(Spot::Row(row)) => self.at = Some(row),
            Some(Spot::Cell(row, company) | Spot::Company(row, company)) => {
                self.at = Some(row);
                self.company = Some(company.clone());
                self.drag = Some(Drag { from: (row, company), marked: self.marked.clone() });
            }
        }
        match before == (self.selected_row(view), self.company(view)) {
            true => Touched::Again,
            false => Touched::Selected,
        }
    }

    /// Marks what lies between, over what was marked before.
    pub(super) fn drag_to(&mut self, place: Position, view: &View) -> Touched {
        let (Some(drag), Some(Spot::Cell(row, company) | Spot::Company(row, company))) =
            (&self.drag, self.spots.at(place))
        else {
            return Touched::Nothing;
        };
        let to = (row, company);
        if (self.at, self.company.as_ref()) == (Some(to.0), Some(&to.1)) {
            return Touched::Nothing;
        }
        // From head to head whole chapters are meant, from commitment to commitment all of theirs.
        let is_meant = |row: &Row| match (drag.from.0, to.0) {
            (Row::Chapter(_), Row::Chapter(_)) => matches!(row, Row::Chapter(_)),
            (Row::Commitment(_), Row::Commitment(_)) => matches!(row, Row::Commitment(_)),
            _ => match row {
                Row::Chapter(_) => false,
                Row::Commitment(commitment) => self.folded.contains(commitment),
                Row::Measure(_) => true,
            },
        };
        let between = self.spots.between(&drag.from, &to).into_iter().filter(|(row, _)| is_meant(row));
        let cells: Vec<_> = between.flat_map(|(row, company)| self.cells(row, &company, view)).collect();
        self.marked = drag.marked.iter().cloned().chain(cells).collect();
        (self.at, self.company) = (Some(to.0), Some(to.1));
        Touched::Did(Intent::Say(self.marked_words()))
    }
}
