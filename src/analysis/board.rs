//! Every company against every measure, each cell in a few bytes.

use std::collections::HashMap;

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
    /// Company by company: what one has on file is read together.
    cells: Vec<Cell>,
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
        let companies = snapshot.companies.values();
        let cells = companies.flat_map(|company| column(&snapshot.catalogue, company, day)).collect();
        let refs: Vec<MeasureRef> = snapshot.catalogue.measures().map(|measure| measure.id).collect();
        let companies: Vec<CompanyId> = snapshot.companies.keys().cloned().collect();
        Board {
            day,
            rows: refs.iter().enumerate().map(|(row, id)| (*id, row)).collect(),
            columns: companies.iter().enumerate().map(|(column, id)| (id.clone(), column)).collect(),
            groups: snapshot.companies.values().map(|company| groups(company, day)).collect(),
            measures: refs,
            companies,
            cells,
        }
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
        let (row, column) = (self.rows.get(&measure)?, self.columns.get(company)?);
        self.cells.get(column * self.measures.len() + row).copied()
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

    /// Every cell with its place, row by row.
    pub fn cells(&self) -> impl Iterator<Item = (MeasureRef, &CompanyId, Cell)> {
        let rows = self.measures.iter().enumerate();
        rows.flat_map(move |(row, measure)| {
            let columns = self.companies.iter().zip(self.cells.chunks_exact(self.measures.len()));
            columns.map(move |(company, column)| (*measure, company, column[row]))
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
