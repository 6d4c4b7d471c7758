//! Cells that are marked, to be decided together.

use super::Matrix;
use super::row::Row;
use crate::domain::{CompanyId, MeasureRef};
use crate::ui::intent::Intent;
use crate::ui::screen::Screen;
use crate::ui::view::View;

impl Matrix {
    /// Marks the selected cell, or those of the commitment or chapter that are in view, or takes the marks away.
    pub(super) fn mark(&mut self, row: Option<Row>, view: &View) -> Intent {
        let (Some(row), Some(company)) = (row, self.company(view)) else { return Intent::Nothing };
        let cells = self.cells(row, &company, view);
        if cells.iter().all(|cell| self.marked.contains(cell)) {
            self.marked.retain(|cell| !cells.contains(cell));
        } else {
            self.marked.extend(cells);
        }
        Intent::Say(self.marked_words())
    }

    /// The cells of a row that are in view.
    pub(super) fn cells(&self, row: Row, company: &CompanyId, view: &View) -> Vec<(CompanyId, MeasureRef)> {
        let arrangement = self.arrangement(view);
        let is_of =
            |id: &MeasureRef| row.target().covers(*id) && arrangement.board().cell(company, *id).is_some();
        let measures = view.snapshot.catalogue.measures().map(|measure| measure.id).filter(is_of);
        measures.map(|measure| (company.clone(), measure)).collect()
    }

    pub(super) fn marked_words(&self) -> String {
        match self.marked.len() {
            0 => "Nothing is marked.".to_owned(),
            1 => "1 cell is marked; deciding decides all that are.".to_owned(),
            count => format!("{count} cells are marked; deciding decides all of them."),
        }
    }
}
