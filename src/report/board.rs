//! The board: every company against every measure.

use serde_json::{Map, Value, json};

use super::table::{Kind, shorten};
use super::{Page, Report, Table, json, words};
use crate::analysis::{Board, Cell, State};
use crate::domain::{Basis, CompanyId, MeasureRef, Snapshot};

pub struct BoardReport<'a> {
    pub snapshot: &'a Snapshot,
    pub board: &'a Board,
    pub companies: Vec<CompanyId>,
    /// In the order of the Code.
    pub measures: Vec<MeasureRef>,
}

/// Columns that stand beside one another on a page without a width.
const BESIDE: usize = 12;
/// Letters of a column's head.
const HEAD: usize = 9;

impl Report for BoardReport<'_> {
    fn view(&self) -> &'static str {
        "board"
    }

    fn title(&self) -> String {
        let companies = words::number(self.companies.len(), "company", "companies");
        format!("Board: {companies}, {}", words::number(self.measures.len(), "measure", "measures"))
    }

    fn text(&self, page: &mut Page) {
        if !page.is_plain() {
            page.line(State::ALL.map(|state| format!("{} {}", state.glyph(), state.words())).join("  "));
            page.line(Basis::ALL.map(|basis| format!("{} {}", mark(basis), basis.words())).join("  "));
        }
        let beside = match page.width() {
            _ if page.is_markdown() => self.companies.len(),
            Some(width) => width.saturating_sub(11) / (HEAD + 2),
            None => BESIDE,
        };
        let beside = beside.max(1);
        if self.companies.is_empty() {
            page.line("No cell matches.");
        }
        for companies in self.companies.chunks(beside) {
            let heads = companies.iter().map(|id| (self.head(id), Kind::Key));
            let mut table = Table::new(std::iter::once(("MEASURE".to_owned(), Kind::Key)).chain(heads));
            for measure in &self.measures {
                let cells = companies.iter().map(|company| self.board.cell(company, *measure));
                let cells = cells.map(|cell| cell.map(|cell| self.cell(page, &cell)).unwrap_or_default());
                table.row(std::iter::once(measure.to_string()).chain(cells));
            }
            page.table(&table);
        }
    }

    fn json(&self) -> Map<String, Value> {
        let cells = |measure: MeasureRef| -> Vec<Value> {
            let cells = self.companies.iter().filter_map(|id| Some((id, self.board.cell(id, measure)?)));
            cells
                .map(|(id, cell)| {
                    let group = self.board.group(id, measure.chapter).key();
                    json!({ "company": id.as_str(), "group": group, "cell": json::cell(&cell) })
                })
                .collect()
        };
        let measures = self.measures.iter().map(|measure| {
            let title = words::title(self.snapshot, *measure);
            json!({ "measure": measure.to_string(), "title": title, "cells": cells(*measure) })
        });
        let companies = self.companies.iter().filter_map(|id| self.snapshot.companies.get(id));
        json::object([
            ("companies", companies.map(|company| json::company(company)).collect()),
            ("measures", measures.collect()),
        ])
    }

    /// A row for each measure, a column with the state for each company.
    fn sheet(&self) -> Option<Table> {
        let companies = self.companies.iter().map(CompanyId::to_string);
        let mut sheet =
            Table::of_keys(["measure".to_owned(), "title".to_owned()].into_iter().chain(companies));
        for measure in &self.measures {
            let lead = [measure.to_string(), words::title(self.snapshot, *measure).to_owned()];
            let states = self.companies.iter().map(|company| self.board.cell(company, *measure));
            let states = states.map(|cell| cell.map(|cell| cell.state.key().to_owned()).unwrap_or_default());
            sheet.row(lead.into_iter().chain(states));
        }
        Some(sheet)
    }
}

impl BoardReport<'_> {
    /// An invented company is marked as on the screen.
    fn head(&self, id: &CompanyId) -> String {
        let Some(company) = self.snapshot.companies.get(id) else { return id.to_string() };
        let dagger = if company.profile.invented { "†" } else { "" };
        shorten(&format!("{dagger}{}", company.short()), HEAD)
    }

    /// In words where signs are not wanted.
    fn cell(&self, page: &Page, cell: &Cell) -> String {
        if page.is_plain() {
            return format!("{}, {}", cell.state.words(), words::basis(cell));
        }
        match cell.evidence {
            0 => format!("{} {}", cell.state.glyph(), mark(cell.basis)),
            evidence => format!("{} {} {evidence}", cell.state.glyph(), mark(cell.basis)),
        }
    }
}

fn mark(basis: Basis) -> &'static str {
    match basis {
        Basis::Adherence => "a",
        Basis::Alternative => "m",
        Basis::Law => "§",
    }
}
