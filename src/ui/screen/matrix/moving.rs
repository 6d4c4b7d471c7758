//! Moving over the board: rows, columns, folds, and what of them is in view.

use std::collections::HashSet;

use super::row::{Row, in_view};
use super::{Matrix, toggle};
use crate::domain::{Chapter, CommitmentRef, CompanyId, MeasureRef};
use crate::ui::view::View;

impl Matrix {
    /// The rows that are neither folded away nor filtered out.
    pub(super) fn rows(&self, view: &View) -> Vec<Row> {
        let arrangement = self.arrangement(view);
        let mut rows = Vec::new();
        for chapter in &view.snapshot.catalogue.chapters {
            let start = rows.len();
            rows.push(Row::Chapter(chapter.chapter));
            for commitment in &chapter.commitments {
                let measures = commitment.measures.iter().map(|measure| measure.id);
                let measures: Vec<MeasureRef> = measures.filter(|id| arrangement.keeps(*id)).collect();
                if measures.is_empty() {
                    continue;
                }
                rows.push(Row::Commitment(commitment.id));
                if !self.folded.contains(&commitment.id) {
                    rows.extend(measures.into_iter().map(Row::Measure));
                }
            }
            if rows.len() == start + 1 {
                rows.truncate(start);
            } else if self.folded_chapters.contains(&chapter.chapter) {
                rows.truncate(start + 1);
            }
        }
        rows
    }

    /// Where the selection stands among the rows; a row that is gone falls back to its commitment or chapter.
    pub(super) fn position(&self, rows: &[Row]) -> usize {
        let find = |row: Row| rows.iter().position(|own| *own == row);
        let here = self.at.and_then(|at| {
            let above = match at {
                Row::Measure(measure) => find(Row::Commitment(measure.commitment())),
                _ => None,
            };
            find(at).or(above).or_else(|| find(Row::Chapter(at.chapter())))
        });
        // On the first measure, so that a first Enter shows something.
        let first = || rows.iter().position(|row| matches!(row, Row::Measure(_)));
        here.or_else(first).unwrap_or(0)
    }

    pub(super) fn selected_row(&self, view: &View) -> Option<Row> {
        let rows = self.rows(view);
        rows.get(self.position(&rows)).copied()
    }

    /// The selected company, or the first one where it is gone.
    pub(super) fn selected_company(&self, view: &View, chapter: Chapter) -> Option<CompanyId> {
        let arrangement = self.arrangement(view);
        let mut columns = arrangement.columns(chapter);
        let selected = columns.clone().find(|company| Some(*company) == self.company.as_ref());
        selected.or(columns.next()).cloned()
    }

    pub(super) fn step(&mut self, view: &View, rows: &[Row], by: isize) {
        let Some(row) = rows.get(self.position(rows)) else { return };
        let arrangement = self.arrangement(view);
        let columns: Vec<&CompanyId> = arrangement.columns(row.chapter()).collect();
        let selected = self.selected_company(view, row.chapter());
        let at = columns.iter().position(|company| Some(*company) == selected.as_ref()).unwrap_or(0);
        let next = at.saturating_add_signed(by).min(columns.len().saturating_sub(1));
        self.company = columns.get(next).copied().cloned();
    }

    pub(super) fn other_block(&mut self, view: &View, rows: &[Row]) {
        let Some(row) = rows.get(self.position(rows)) else { return };
        let selected = self.selected_company(view, row.chapter());
        let arrangement = self.arrangement(view);
        let [left, right] = arrangement.blocks(row.chapter());
        let in_left = selected.is_some_and(|company| left.contains(&company));
        let other = if in_left { right.first() } else { left.first() };
        self.company = other.cloned().or(self.company.take());
    }

    pub(super) fn fold(&mut self, row: Option<Row>) {
        match row {
            Some(Row::Chapter(chapter)) => toggle(&mut self.folded_chapters, chapter),
            Some(Row::Commitment(commitment)) => toggle(&mut self.folded, commitment),
            Some(Row::Measure(measure)) => {
                toggle(&mut self.folded, measure.commitment());
                self.at = Some(Row::Commitment(measure.commitment()));
            }
            None => {}
        }
    }

    pub(super) fn fold_all(&mut self, view: &View) {
        let all: HashSet<CommitmentRef> =
            view.snapshot.catalogue.commitments().map(|commitment| commitment.id).collect();
        self.folded = if self.folded.is_superset(&all) { HashSet::new() } else { all };
    }

    /// Scrolls the rows that are drawn, and takes the selection along at the edge.
    pub(super) fn follow(&mut self, rows: &[Row], height: u16) {
        let place = |row: Option<Row>| row.and_then(|row| rows.iter().position(|own| *own == row));
        let last = (0..rows.len()).rev().take_while(|top| in_view(&rows[*top..], height)).last().unwrap_or(0);
        let top = place(self.top)
            .unwrap_or(0)
            .saturating_add_signed(std::mem::take(&mut self.scrolled_by))
            .min(last);
        let seen = (top..rows.len()).take_while(|at| in_view(&rows[top..=*at], height)).last().unwrap_or(top);
        self.top = rows.get(top).copied();
        self.at = rows.get(self.position(rows).clamp(top, seen)).copied();
    }

    /// The first row in view, such that the selected one is in view too.
    pub(super) fn topmost(&self, rows: &[Row], height: u16) -> usize {
        let at = self.position(rows);
        let mut top = self.top.and_then(|top| rows.iter().position(|row| *row == top)).unwrap_or(0).min(at);
        while top < at && !in_view(&rows[top..=at], height) {
            top += 1;
        }
        // Empty lines at the end are put to use.
        while top > 0 && in_view(&rows[top - 1..], height) {
            top -= 1;
        }
        top
    }
}
