//! Signatories against non-signatories, measure by measure.

use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{Page, Report, Table, json, words};
use crate::analysis::{Board, Counts, Group};
use crate::domain::{CompanyId, MeasureRef, Snapshot};

pub struct SidesReport<'a> {
    pub snapshot: &'a Snapshot,
    pub board: &'a Board,
    /// The measures to compare on, in the order of the Code.
    pub measures: Vec<MeasureRef>,
}

/// One side of one measure.
struct Side<'a> {
    companies: Vec<&'a CompanyId>,
    counts: Counts,
}

impl SidesReport<'_> {
    fn side(&self, measure: MeasureRef, group: Group) -> Side<'_> {
        let companies: Vec<&CompanyId> = self.board.members(group, measure.chapter).collect();
        let cells = companies.iter().filter_map(|company| self.board.cell(company, measure));
        Side { counts: cells.map(|cell| cell.state).collect(), companies }
    }

    /// The companies of one side that stand in each state, worst first.
    fn by_state(&self, measure: MeasureRef, group: Group) -> Vec<String> {
        let side = self.side(measure, group);
        let lines = side.counts.present().map(|(state, count)| {
            let stands = |company: &&&CompanyId| {
                self.board.cell(company, measure).is_some_and(|cell| cell.state == state)
            };
            let companies = side.companies.iter().filter(stands);
            let names = companies
                .filter_map(|id| self.snapshot.companies.get(*id))
                .map(|company| words::name(company));
            format!("{count} {}: {}", state.words(), names.collect::<Vec<_>>().join(", "))
        });
        lines.collect()
    }
}

impl Report for SidesReport<'_> {
    fn view(&self) -> &'static str {
        "sides"
    }

    fn title(&self) -> String {
        let measures = words::number(self.measures.len(), "measure", "measures");
        format!("Signatories and non-signatories: {measures}")
    }

    fn text(&self, page: &mut Page) {
        if let [measure] = self.measures[..] {
            page.section(format!("{measure} {}", words::title(self.snapshot, measure)));
            for group in Group::ALL {
                page.section(format!("{}: {}", group.words(), self.side(measure, group).companies.len()));
                self.by_state(measure, group).into_iter().for_each(|line| page.prose(line));
            }
            return;
        }
        let mut table = Table::new([
            ("MEASURE", Kind::Key),
            ("WHAT", Kind::Text),
            ("SIGNATORIES", Kind::Text),
            ("NON-SIGNATORIES", Kind::Text),
        ]);
        for measure in &self.measures {
            let [signatories, others] = Group::ALL.map(|group| self.side(*measure, group).counts);
            table.row([
                &measure.to_string(),
                words::title(self.snapshot, *measure),
                &words::counts(&signatories),
                &words::counts(&others),
            ]);
        }
        if !table.is_empty() {
            page.table(&table);
        }
    }

    fn json(&self) -> Map<String, Value> {
        let side = |measure, group| {
            let Side { companies, counts } = self.side(measure, group);
            let cells = companies.iter().filter_map(|id| {
                let company = self.snapshot.companies.get(*id)?;
                let cell = self.board.cell(id, measure)?;
                Some(json!({ "company": json::company(company), "cell": json::cell(&cell) }))
            });
            json!({ "counts": json::counts(&counts), "cells": cells.collect::<Value>() })
        };
        let measures = self.measures.iter().map(|measure| {
            json!({
                "measure": measure.to_string(),
                "title": words::title(self.snapshot, *measure),
                "signatories": side(*measure, Group::Signatory),
                "non-signatories": side(*measure, Group::NonSignatory),
            })
        });
        json::object([("measures", measures.collect())])
    }

    /// One row per measure, side and company.
    fn sheet(&self) -> Option<Table> {
        let mut sheet = Table::of_keys([
            "measure", "title", "group", "company", "name", "invented", "state", "applies", "basis",
            "evidence",
        ]);
        for measure in &self.measures {
            for group in Group::ALL {
                for id in self.side(*measure, group).companies {
                    let (Some(company), Some(cell)) =
                        (self.snapshot.companies.get(id), self.board.cell(id, *measure))
                    else {
                        continue;
                    };
                    sheet.row([
                        &measure.to_string(),
                        words::title(self.snapshot, *measure),
                        group.key(),
                        id.as_str(),
                        &company.profile.name,
                        &company.profile.invented.to_string(),
                        cell.state.key(),
                        cell.applies.key(),
                        cell.basis.key(),
                        &cell.evidence.to_string(),
                    ]);
                }
            }
        }
        Some(sheet)
    }
}
