//! Every company against every measure, each cell in a few bytes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::scope::{self, Applies, Group};
use super::state::{self, State};
use crate::domain::{Basis, Catalogue, Chapter, Company, CompanyId, Day, Measure, MeasureRef, Snapshot};

/// The whole register on one day. The reasons behind a cell are asked for one cell at a time: [`state::grounds`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    pub day: Day,
    measures: Vec<MeasureRef>,
    companies: Vec<CompanyId>,
    rows: HashMap<MeasureRef, usize>,
    columns: HashMap<CompanyId, usize>,
    groups: Vec<[Group; 4]>,
    /// Company by company: what one has on file is read together. Nothing where a filter left a cell out.
    cells: Vec<Option<Cell>>,
}

/// What a cell shows: the worst of its models, and what is on file for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub state: State,
    pub applies: Applies,
    pub basis: Basis,
    /// Evidence files that bear on the measure.
    pub evidence: u16,
    /// How many models it rolls up; 0 where it is judged for the provider.
    pub models: u16,
    /// Some of its models, or it itself, carry a judgement.
    pub judged: bool,
}

impl Board {
    pub fn new(snapshot: &Snapshot, day: Day) -> Board {
        Board::with(snapshot, day, |_, _| None)
    }

    /// The same; a company that is still the very same value has the cells it had.
    pub fn after((before, board): (&Snapshot, &Board), snapshot: &Snapshot, day: Day) -> Board {
        let comparable = board.day == day && Arc::ptr_eq(&before.catalogue, &snapshot.catalogue);
        Board::with(snapshot, day, |id, company| {
            let same = before.companies.get(id).is_some_and(|before| Arc::ptr_eq(before, company));
            let column = board.column(id).filter(|_| comparable && same)?;
            board.cells.chunks_exact(board.measures.len().max(1)).nth(column)
        })
    }

    fn with<'a>(
        snapshot: &Snapshot,
        day: Day,
        known: impl Fn(&CompanyId, &Arc<Company>) -> Option<&'a [Option<Cell>]>,
    ) -> Board {
        let measures: Vec<MeasureRef> = snapshot.catalogue.measures().map(|measure| measure.id).collect();
        let mut cells = Vec::with_capacity(measures.len() * snapshot.companies.len());
        for (id, company) in &snapshot.companies {
            match known(id, company) {
                Some(column) => cells.extend_from_slice(column),
                None => cells.extend(column(&snapshot.catalogue, company, day).map(Some)),
            }
        }
        let companies = snapshot.companies.keys().cloned().collect();
        let groups = snapshot.companies.values().map(|company| groups(company, day)).collect();
        Board::of(day, measures, companies, groups, cells)
    }

    fn of(
        day: Day,
        measures: Vec<MeasureRef>,
        companies: Vec<CompanyId>,
        groups: Vec<[Group; 4]>,
        cells: Vec<Option<Cell>>,
    ) -> Board {
        Board {
            day,
            rows: measures.iter().enumerate().map(|(row, id)| (*id, row)).collect(),
            columns: companies.iter().enumerate().map(|(column, id)| (id.clone(), column)).collect(),
            groups,
            measures,
            companies,
            cells,
        }
    }

    /// Everybody but these.
    pub fn without(self, companies: &HashSet<CompanyId>) -> Board {
        match companies.is_empty() {
            true => self,
            false => self.only(|column, _| !companies.contains(&self.companies[column])),
        }
    }

    /// The cells that `keep` keeps by column and row, and of companies and measures those that have one.
    pub fn only(&self, keep: impl Fn(usize, usize) -> bool) -> Board {
        let (rows, columns) = (self.measures.len(), self.companies.len());
        let (mut kept, mut kept_rows, mut kept_columns) =
            (self.cells.clone(), vec![false; rows], vec![false; columns]);
        for column in 0..columns {
            for row in 0..rows {
                let cell = &mut kept[column * rows + row];
                *cell = cell.filter(|_| keep(column, row));
                kept_rows[row] |= cell.is_some();
                kept_columns[column] |= cell.is_some();
            }
        }
        let columns = || (0..columns).filter(|column| kept_columns[*column]);
        let cells = columns().flat_map(|column| {
            let column = &kept[column * rows..(column + 1) * rows];
            column.iter().zip(&kept_rows).filter(|(_, kept)| **kept).map(|(cell, _)| *cell)
        });
        let measures = self.measures.iter().zip(&kept_rows).filter(|(_, kept)| **kept).map(|(id, _)| *id);
        Board::of(
            self.day,
            measures.collect(),
            columns().map(|column| self.companies[column].clone()).collect(),
            columns().map(|column| self.groups[column]).collect(),
            cells.collect(),
        )
    }

    /// In the order of the Code, the Act's obligations last.
    pub fn measures(&self) -> &[MeasureRef] {
        &self.measures
    }

    /// By id.
    pub fn companies(&self) -> &[CompanyId] {
        &self.companies
    }

    pub fn cell(&self, company: &CompanyId, measure: MeasureRef) -> Option<Cell> {
        self.cell_at(self.column(company)?, self.row(measure)?)
    }

    pub fn has_measure(&self, measure: MeasureRef) -> bool {
        self.rows.contains_key(&measure)
    }

    /// A measure's place among [`Board::measures`].
    fn row(&self, measure: MeasureRef) -> Option<usize> {
        self.rows.get(&measure).copied()
    }

    /// A company's place among [`Board::companies`].
    fn column(&self, company: &CompanyId) -> Option<usize> {
        self.columns.get(company).copied()
    }

    pub(super) fn cell_at(&self, column: usize, row: usize) -> Option<Cell> {
        self.cells.get(column * self.measures.len() + row).copied().flatten()
    }

    /// The side a company stands on for a chapter; a company that is not on the board is no signatory.
    pub fn group(&self, company: &CompanyId, chapter: Chapter) -> Group {
        self.columns.get(company).map_or(Group::NonSignatory, |column| self.groups[*column][chapter as usize])
    }

    /// The companies of one side of a chapter.
    pub fn members(&self, group: Group, chapter: Chapter) -> impl Iterator<Item = &CompanyId> {
        let groups = self.groups.iter();
        self.companies
            .iter()
            .zip(groups)
            .filter(move |(_, groups)| groups[chapter as usize] == group)
            .map(|(company, _)| company)
    }

    /// Every company with its cells, in the order of the Code.
    pub fn by_company(&self) -> impl Iterator<Item = (&CompanyId, impl Iterator<Item = (MeasureRef, Cell)>)> {
        let columns = self.companies.iter().zip(self.cells.chunks_exact(self.measures.len().max(1)));
        columns.map(|(company, column)| {
            let cells = self.measures.iter().zip(column);
            (company, cells.filter_map(|(measure, cell)| Some((*measure, (*cell)?))))
        })
    }

    /// Every cell with its place, row by row.
    pub fn cells(&self) -> impl Iterator<Item = (MeasureRef, &CompanyId, Cell)> {
        let rows = self.measures.iter().enumerate();
        rows.flat_map(move |(row, measure)| {
            let columns = self.companies.iter().zip(self.cells.chunks_exact(self.measures.len()));
            columns.filter_map(move |(company, column)| Some((*measure, company, column[row]?)))
        })
    }
}

/// One company against every measure, in the order of the Code.
pub fn column<'a>(
    catalogue: &'a Catalogue,
    company: &'a Company,
    day: Day,
) -> impl Iterator<Item = Cell> + use<'a> {
    catalogue.measures().map(move |measure| cell(catalogue, company, measure, day))
}

/// The side a company stands on, chapter by chapter.
pub fn groups(company: &Company, day: Day) -> [Group; 4] {
    Chapter::ALL.map(|chapter| Group::of(company, chapter, day))
}

fn cell(catalogue: &Catalogue, company: &Company, measure: &Measure, day: Day) -> Cell {
    let mut cell = Cell {
        state: State::NotYet,
        applies: Applies::NotApplicable,
        basis: scope::basis(company, measure.id.chapter, day),
        evidence: company.evidence_for(measure.id, None).count().try_into().unwrap_or(u16::MAX),
        models: 0,
        judged: false,
    };
    for model in state::slots(company, measure) {
        let standing = state::standing(catalogue, company, measure, model, day);
        cell.state = cell.state.min(standing.state);
        cell.applies = cell.applies.min(standing.applies);
        cell.models = cell.models.saturating_add(u16::from(model.is_some()));
        cell.judged |= standing.judged;
    }
    cell
}
