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

    /// Marks what lies between, over what was marked before. Beyond an edge it goes on by a row or a column.
    pub(super) fn drag_to(&mut self, place: Position, view: &View) -> Touched {
        let Some(Drag { from, marked }) = &self.drag else { return Touched::Nothing };
        let is_head = |row: Row| matches!(row, Row::Chapter(_));
        let to = match self.spots.at(place) {
            Some(Spot::Cell(row, company) | Spot::Company(row, company))
                if is_head(row) == is_head(from.0) =>
            {
                Some((row, company))
            }
            _ if is_head(from.0) => None,
            _ => self.beyond(place, view),
        };
        let Some(to) = to else { return Touched::Nothing };
        if (self.at, self.company.as_ref()) == (Some(to.0), Some(&to.1)) {
            return Touched::Nothing;
        }
        // From head to head whole chapters are meant, from commitment to commitment all of theirs.
        let is_meant = |row: &Row| match (from.0, to.0) {
            (Row::Chapter(_), Row::Chapter(_)) => matches!(row, Row::Chapter(_)),
            (Row::Commitment(_), Row::Commitment(_)) => matches!(row, Row::Commitment(_)),
            _ => match row {
                Row::Chapter(_) => false,
                Row::Commitment(commitment) => self.folded.contains(commitment),
                Row::Measure(_) => true,
            },
        };
        let between = self.between(from, &to, view).into_iter().filter(|(row, _)| is_meant(row));
        let cells: Vec<_> = between.flat_map(|(row, company)| self.cells(row, &company, view)).collect();
        self.marked = marked.iter().cloned().chain(cells).collect();
        (self.at, self.company) = (Some(to.0), Some(to.1));
        Touched::Did(Intent::Say(self.marked_words()))
    }

    /// The cell after the selected one where the mouse is past an edge: the next draw brings it into view.
    fn beyond(&self, place: Position, view: &View) -> Option<(Row, CompanyId)> {
        let (down, right) = self.spots.beyond(place);
        if (down, right) == (0, 0) {
            return None;
        }
        let rows: Vec<Row> =
            self.rows(view).into_iter().filter(|row| !matches!(row, Row::Chapter(_))).collect();
        let at = rows.iter().position(|row| Some(*row) == self.at)?;
        let row = *rows.get(at.checked_add_signed(down)?)?;
        let arrangement = self.arrangement(view);
        let columns: Vec<&CompanyId> = arrangement.columns(row.chapter()).collect();
        let at = columns.iter().position(|company| Some(*company) == self.company.as_ref())?;
        let company = columns.get(at.saturating_add_signed(right)).unwrap_or(&columns[at]);
        Some((row, (*company).clone()))
    }

    /// The rows and columns from one cell to another, seen or not.
    fn between(&self, from: &(Row, CompanyId), to: &(Row, CompanyId), view: &View) -> Vec<(Row, CompanyId)> {
        let (rows, arrangement) = (self.rows(view), self.arrangement(view));
        let line = |row: Row| rows.iter().position(|own| *own == row);
        let (Some(one), Some(other)) = (line(from.0), line(to.0)) else { return Vec::new() };
        let mut between = Vec::new();
        for row in &rows[one.min(other)..=one.max(other)] {
            let columns: Vec<&CompanyId> = arrangement.columns(row.chapter()).collect();
            let column = |company: &CompanyId| columns.iter().position(|own| *own == company);
            if let (Some(one), Some(other)) = (column(&from.1), column(&to.1)) {
                let columns = columns[one.min(other)..=one.max(other)].iter();
                between.extend(columns.map(|company| (*row, (*company).clone())));
            }
        }
        between
    }
}
